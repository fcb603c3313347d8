"""One worker for each DATA_DIR, and a name that stays the same when it starts again."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

_NAME = re.compile(r"[0-9a-f]{16}")


class AlreadyRunning(Exception):
    """Another worker holds the pid file; its message says which."""


@contextmanager
def only_worker(data_dir: Path) -> Iterator[str]:
    """Hold `worker.pid` as the only worker of a folder; gives the worker's name.

    The lock ends with the process however that ends, so who gets it knows that nobody else uses the name. The file
    stays, without content: removing it would let two workers hold two files of one name.
    """
    descriptor = os.open(data_dir / "worker.pid", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.read(descriptor, 20).decode(errors="replace").strip()
            raise AlreadyRunning(f"a worker of {data_dir} is running already (process {pid or '?'})") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield _name(data_dir / "worker.name")
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _name(path: Path) -> str:
    """Random rather than made from the host's name, which two machines may share."""
    name = path.read_text().strip() if path.exists() else ""
    if not _NAME.fullmatch(name):
        name = token_hex(8)
        path.write_text(name + "\n")
    return name
