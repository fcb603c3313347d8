"""Roles whose process begins anew whenever it is killed, and what is asked of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from portal.config import ROOT, SETTINGS
from tests import databases

# How a mail server behaves at times.
BAD_DAYS = [{"greeting": "drop"}, {"RCPT": "450 later"}, {"MAIL": "stall"}, {"content": "taken then drop"},
            {"greeting": "421 busy"}, {"DATA": "drop"}]  # fmt: skip


def settings(database: databases.Database, smtp_port: int, **more: str) -> dict[str, str]:
    """The environment of every role."""
    environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return environ | {"DATABASE_URL": database.url, "SITE_URL": "http://localhost", "LOG_LEVEL": "ERROR",
                      "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}/?starttls=0", **more}  # fmt: skip


class Immortal:
    """A role whose process begins anew whenever it is killed."""

    def __init__(self, role: str, folder: Path, environ: dict[str, str]) -> None:
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.unit.outbox.killed", role, str(folder / "committed")]
        self.parent = subprocess.Popen(
            command, cwd=ROOT, env={**environ, "DATA_DIR": str(folder)}, stdout=subprocess.PIPE, text=True
        )
        self.pid = 0
        self.lives = 0
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    def _follow(self) -> None:
        assert self.parent.stdout
        for line in self.parent.stdout:
            if line.strip().isdigit():  # else it is a life that greets
                self.pid = int(line)
                self.lives += 1

    def kill(self) -> bool:
        """Kill the life of the moment; False where there is none."""
        pid, self.pid = self.pid, 0
        return self._signal(pid, signal.SIGKILL)

    def kill_child(self) -> bool:
        """Kill a process that the life of the moment has begun; False where there is none."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        except OSError:
            return False
        return bool(children) and self._signal(int(children[0]), signal.SIGKILL)

    def end(self) -> int:
        """Ask the last life to end; the parent's exit code."""
        self._signal(self.pid, signal.SIGTERM)
        return self.parent.wait(timeout=20)

    def clear(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.parent.poll() is None:
            self.parent.kill()
            self.parent.wait()
            with suppress(ProcessLookupError):
                os.killpg(self.pid or self.parent.pid, signal.SIGKILL)
        self._reader.join()
        assert self.parent.stdout
        self.parent.stdout.close()

    def _signal(self, pid: int, number: int) -> bool:
        if not pid or self.parent.poll() is not None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True


def wait_for(condition: Callable[[], bool], roles: list[Immortal]) -> None:
    """Wait until something is so, for a minute at most, while no role has failed."""
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        assert all(role.parent.poll() in {None, 0} for role in roles)
        time.sleep(0.005)
