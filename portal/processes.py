"""`portal serve`: web server and worker as one. They start together, end together, and neither stays without the other.

`serve` runs this file alone, without the package around it: what only waits should take no memory.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "web": [sys.executable, "-m", "gunicorn", "wsgi:app"],
    "worker": [sys.executable, "-c", "import sys; from portal.cli import main; sys.exit(main())", "worker"],
}
# Longer than the worker takes for what it has begun.
GRACE_SECONDS = 70.0
_END = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_SET_PARENT_DEATH_SIGNAL = 1


def run(commands: dict[str, list[str]], *, grace_seconds: float = GRACE_SECONDS) -> int:
    """Run the commands until a signal says to end, or one of them ends; the exit code.

    The others are asked to end then, and killed after the grace or at a second signal.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (*_END, signal.SIGCHLD):
        signal.signal(number, lambda number, _frame: os.write(writer, bytes([number])))
    # In sessions of their own, so that Ctrl-C reaches this process alone, which passes it on in its own way.
    children = {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509
        for name, command in commands.items()
    }
    is_told = False
    while not is_told and all(child.poll() is None for child in children.values()):
        is_told = _is_told(reader, None)
    ended = [f"{name} ended with code {code}" for name, child in children.items() if (code := child.poll()) is not None]
    for child in children.values():
        child.terminate()
    ends = time.monotonic() + grace_seconds
    while any(child.poll() is None for child in children.values()):
        if _is_told(reader, ends - time.monotonic()) or time.monotonic() > ends:
            for child in children.values():
                child.kill()
    if not is_told:
        print(f"Gần Dân: {', '.join(ended)}; stopped the rest.", file=sys.stderr, flush=True)  # noqa: T201
    # The signal itself is the end of a child that is still starting.
    is_clean = all(child.returncode in {0, -signal.SIGTERM} for child in children.values())
    return 0 if is_told and is_clean else 1


def _is_told(reader: int, seconds: float | None) -> bool:
    """Wait until something happens, or for so long; whether a signal has said to end."""
    if not select.select([reader], [], [], None if seconds is None else max(0.0, seconds))[0]:
        return False
    return any(number != signal.SIGCHLD for number in os.read(reader, 64))


def _end_with_parent() -> None:
    """Be asked to end when the parent is killed, which can't ask any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(run(COMMANDS))
