"""Start an application under gunicorn, one worker on one core, and read what it cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.config import ROOT, SETTINGS

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    master: int
    start_seconds: float

    @property
    def worker(self) -> int:
        """The process that answers."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return int(children[0])

    def cpu_seconds(self) -> float:
        """User and system time that the worker has used."""
        fields = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_megabytes(self) -> float:
        """Resident memory of the worker."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def settings_free_environment() -> dict[str, str]:
    """The environment without the developer's own settings: a bench must never reach a real database."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(application: str, environ: Mapping[str, str] | None = None) -> Iterator[Server]:
    """gunicorn with one worker and two threads on core 0; stopped at the end."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", str(ROOT / "bench" / "gunicorn.conf.py")]
    command += ["-b", f"127.0.0.1:{port}", application]
    started = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", "0", *command],
        cwd=ROOT,
        env={**settings_free_environment(), "SITE_URL": f"http://127.0.0.1:{port}", **(environ or {})},
    )
    try:
        while time.perf_counter() - started < 20:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)
