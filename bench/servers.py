"""Start an application under gunicorn, one worker on one core, and read what it cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.config import ROOT, SETTINGS


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    master: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return [int(child) for child in children]

    @property
    def worker(self) -> int:
        """The process that answers, where there is one."""
        return self.workers[0]

    def cpu_seconds(self) -> float:
        """Processor time that the workers' threads have used, to the nanosecond; they live as long as the workers."""
        threads = (one for worker in self.workers for one in Path(f"/proc/{worker}/task").glob("*/schedstat"))
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

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


def prepare(data_dir: Path, **settings: str) -> dict[str, str]:
    """A portal with its starter content in a folder of its own; the settings with which it is served."""
    environ = {"DATA_DIR": str(data_dir), "LOG_LEVEL": "ERROR", "SEARCHES_PER_MINUTE": "0", **settings}
    portal = str(Path(sys.executable).with_name("portal"))
    command = [portal, "prepare", "--starter"]
    subprocess.run(
        command, cwd=ROOT, env={**settings_free_environment(), **environ}, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return environ


@contextmanager
def serve(application: str, environ: Mapping[str, str] | None = None, *, workers: int = 1) -> Iterator[Server]:
    """gunicorn, each worker with two threads, on core 0; stopped at the end."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", str(ROOT / "bench" / "gunicorn.conf.py")]
    command += ["-w", str(workers), "-b", f"127.0.0.1:{port}", application]
    started = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", "0", *command],
        cwd=ROOT,
        env={**settings_free_environment(), "SITE_URL": f"http://127.0.0.1:{port}", **(environ or {})},
    )
    server = Server(port, process.pid)
    try:
        while time.perf_counter() - started < 20:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                # gunicorn listens before it has a worker.
                if len(server.workers) == workers:
                    break
            except OSError:
                pass
            time.sleep(0.02)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)


@contextmanager
def served_starter() -> Iterator[Server]:
    """The portal with its starter content, in a folder of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder,
        serve("wsgi:app", prepare(Path(folder))) as server,
    ):
        yield server
