"""Drawn pictures on disk: made once, shared by all workers, never more than so many."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)


class KeptPictures:
    """Files of one folder by name, at most `limit` of them; the oldest leave first."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The bytes kept under a name, or those of `make`, kept from now on.

        A file is complete or absent, whoever else writes. A full disk costs the time to draw again, no answer.
        """
        path = self._folder / name
        with suppress(OSError):
            return path.read_bytes()
        content = make()
        try:
            self._write(path, content)
        except OSError as error:
            _log.warning("a preview picture can't be kept: %s", error.strerror)
        return content

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._sweep()

    def _sweep(self) -> None:
        """Half of what a process that was killed left unfinished counts too, so it leaves in its turn."""
        ages = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another worker sweeps too
                ages.append((entry.stat().st_mtime_ns, entry.path))
        for _, path in sorted(ages)[: max(0, len(ages) - self._limit)]:
            Path(path).unlink(missing_ok=True)
