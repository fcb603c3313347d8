"""The folder of stored uploads: each complete on the disk before the row that names it is committed."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{32}\.(?:jpg|pdf|webp|mp4|webm)")
_PARTIAL = ".part"
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """What may be stored: content of ours, never the bytes that came."""

    content: bytes
    media_type: str
    """`image/jpeg` or `application/pdf`."""
    suffix: str
    width: int | None
    height: int | None
    pages: int | None


class UploadStore:
    """Files under random keys, in folders by their first letters, readable by the portal's own user alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def save(self, prepared: Prepared) -> str:
        """Store content and return its key; whole on the disk when this returns, or not there at all (OSError)."""
        key = secrets.token_hex(16) + prepared.suffix
        path = self._place(key)
        self._make_folders(path.parent)
        partial = path.with_name(f".{key}{_PARTIAL}")
        try:
            _write(partial, prepared.content)
            partial.replace(path)
            _sync(path.parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        return key

    def path(self, key: str) -> Path | None:
        """Where a stored file is; None for a key that is malformed or gone."""
        if not _KEY.fullmatch(key):
            return None
        path = self._place(key)
        return path if path.is_file() and not path.is_symlink() else None

    def delete(self, key: str) -> None:
        """Remove a file; it may be gone already, or its key be malformed."""
        if _KEY.fullmatch(key):
            self._place(key).unlink(missing_ok=True)

    def forget_orphans(self, known: Callable[[Collection[str]], Collection[str]], *, older_than: datetime) -> int:
        """Remove what was last written before `older_than` and is no row's; how many files that were.

        `known` gets some keys at a time and returns those that rows name. `older_than` has to leave time for the
        transactions that are under way.
        """
        count = 0
        old = self._old_files(older_than.timestamp())
        while some := list(islice(old, _ASKED_AT_ONCE)):
            named = set(known([path.name for path in some if _KEY.fullmatch(path.name)]))
            for path in some:
                if path.name not in named:
                    path.unlink(missing_ok=True)
                    count += 1
        return count

    def _old_files(self, before: float) -> Iterator[Path]:
        """Our own files, the unfinished ones of killed processes too; whatever else lies here isn't touched."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if not _KEY.fullmatch(path.name.removeprefix(".").removesuffix(_PARTIAL)):
                continue
            try:
                written = path.lstat().st_mtime
            except FileNotFoundError:
                continue
            if written < before:
                yield path

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:4] / key

    def _make_folders(self, folder: Path) -> None:
        for made in (folder.parent, folder):
            if not made.is_dir():
                made.mkdir(mode=0o700, exist_ok=True)
                _sync(made.parent)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
