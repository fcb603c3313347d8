"""The folder of uploaded files: each complete on the disk before the row that names it is committed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from portal.exchange.errors import ExchangeError
from portal.exchange.files import FORMATS
from portal.exchange.limits import MEGABYTE, Limits

_PARTIAL = ".part"
_PROGRESS = ".progress"
_SECONDS_BETWEEN_WRITES = 0.25


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the folder."""

    name: str
    size: int
    sha256: str


def imports_folder(data_dir: Path) -> Path:
    """The folder of uploads below DATA_DIR, created for nobody else to read."""
    folder = data_dir / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def stored_name(code: str, file_name: str) -> str:
    """What an upload is called in the folder. Nothing of a person's file name but its known ending is kept."""
    suffixes = [suffix.lower() for suffix in Path(file_name).suffixes[-2:]]
    packed = ".gz" if suffixes[-1:] == [".gz"] else ""
    known = [suffix for suffix in suffixes if suffix in FORMATS]
    return code + (known[-1] if known else "") + packed


def store(folder: Path, name: str, source: BinaryIO, limits: Limits) -> StoredFile:
    """Copy an upload into the folder: written aside, fsynced, then renamed. ExchangeError where it is too big."""
    partial = folder / (name + _PARTIAL)
    try:
        with partial.open("xb") as file:
            size, sha256 = _copy(source, file, limits)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / name)
        _sync_folder(folder)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return StoredFile(name, size, sha256)


def _copy(source: BinaryIO, file: BinaryIO, limits: Limits) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(MEGABYTE):
        size += len(chunk)
        if size > limits.file_size:
            raise ExchangeError("too_big", size_mb=-(-size // MEGABYTE), limit_mb=limits.file_size // MEGABYTE)
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise ExchangeError("empty")
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(folder: Path, name: str) -> None:
    """Remove an upload and its progress; it may be gone already."""
    (folder / name).unlink(missing_ok=True)
    (folder / (code_of(name) + _PROGRESS)).unlink(missing_ok=True)


def code_of(name: str) -> str:
    """The code of the batch that a file in the folder belongs to."""
    return name.partition(".")[0]


def old_files(folder: Path, before: datetime) -> Iterator[Path]:
    """The files that were last written before a moment."""
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


class ProgressFile:
    """How far the work on a batch has come.

    In a file, since nothing that the work itself writes to the database is seen before its transaction ends.
    """

    def __init__(self, folder: Path, code: str, total: int) -> None:
        self._path = folder / (code + _PROGRESS)
        self._total = max(total, 1)
        self._written_at = 0.0

    def __call__(self, done: int) -> None:
        """Say that `done` of the total is done; most calls write nothing."""
        now = time.monotonic()
        if now - self._written_at < _SECONDS_BETWEEN_WRITES:
            return
        self._written_at = now
        aside = self._path.with_suffix(_PROGRESS + _PARTIAL)
        aside.write_text(f"{min(done, self._total)} {self._total}")
        aside.replace(self._path)

    def close(self) -> None:
        """The work has ended."""
        self._path.unlink(missing_ok=True)


def read_progress(folder: Path, code: str) -> tuple[int, int] | None:
    """Done and total of the work under way on a batch; None where none is, or it has only begun."""
    try:
        done, total = (folder / (code + _PROGRESS)).read_text().split()
        return int(done), int(total)
    except (OSError, ValueError):
        return None
