"""Bulk files on the disk: written aside, fsynced and renamed, so that half of one is never found under its name."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from portal.core.text import slugify
from portal.exchange.tables import Cell, write_csv, write_sheet
from portal.teams.bulk_models import BulkJob

PARTIAL = ".part"
_READABLE = 0o644 << 16
# What is compressed already.
_STORED = (".png", ".pdf", ".xlsx")


def bulk_folder(data_dir: Path) -> Path:
    """The folder below DATA_DIR, created for nobody else to read."""
    folder = data_dir / "bulk"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def file_of(folder: Path, job: BulkJob) -> Path:
    """Where the file of a job is, if there is one."""
    return folder / f"{job.code}.{job.form}"


@contextmanager
def written(path: Path, run: str) -> Iterator[BinaryIO]:
    """A file that is there, complete and on the disk, when this ends well, and not at all otherwise."""
    partial = path.with_name(f"{path.name}.{run}{PARTIAL}")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def remove_partials(path: Path) -> None:
    """Remove what former attempts at a file have left, whose worker was killed."""
    for partial in path.parent.glob(f"{path.name}.*{PARTIAL}"):
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(folder: Path, job: BulkJob) -> None:
    """Remove the file of a job; it may be gone already."""
    file_of(folder, job).unlink(missing_ok=True)


def left_over(folder: Path, before: datetime) -> list[Path]:
    """The files that were last written before a moment."""
    found = []
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                found.append(path)
    return found


def code_of(path: Path) -> str:
    """The code of the job that a file in the folder belongs to."""
    return path.name.partition(".")[0]


class Archive:
    """A ZIP that is written member by member into a file: none is kept in memory."""

    def __init__(self, file: BinaryIO, day: date) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._moment = (day.year, day.month, day.day, 0, 0, 0)

    def add(self, folders: Sequence[str], name: str, content: bytes) -> None:
        """One file; of folders and names nothing but plain letters, digits and hyphens is kept."""
        stem, dot, suffix = name.rpartition(".")
        path = "/".join([*map(plain, folders), f"{plain(stem)}{dot}{plain(suffix)}"])
        member = zipfile.ZipInfo(path, self._moment)
        member.external_attr = _READABLE
        member.compress_type = zipfile.ZIP_STORED if path.endswith(_STORED) else zipfile.ZIP_DEFLATED
        self._zip.writestr(member, content)

    def add_tables(self, name: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A table as CSV and XLSX, neither of which runs anything in a spreadsheet."""
        for suffix, write in (("csv", write_csv), ("xlsx", write_sheet)):
            file = BytesIO()
            write(file, headers, rows)
            self.add([], f"{name}.{suffix}", file.getvalue())

    def close(self) -> None:
        """Write the list of what is in it."""
        self._zip.close()


def plain(text: str) -> str:
    """A name that is one on every system and leads to no other folder."""
    return slugify(text, 100) or "khong-ten"
