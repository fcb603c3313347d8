"""Posters are drawn in a process of their own: the PDF library and what it needs would take 40 MB in every worker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Timer
from types import TracebackType
from typing import IO, BinaryIO, Self

from portal.sharing.poster import ANSWER_LENGTH, Poster, Sheet

_SECONDS = 30.0
_WAIT_SECONDS = 5.0
# A file of hundreds of pages is put together at its end.
_FINISH_SECONDS = 600.0
_CHUNK = 1 << 20
# One is drawn at a time and one waits: the other threads of the process stay with the readers.
_slots = BoundedSemaphore(1)
_asking = BoundedSemaphore(2)
_PORTAL = Path(__file__).resolve().parent.parent
# `python -m portal.…` would first run portal/__init__.py, which is the whole application: an empty package of that name
# stands in for it.
_PACKAGE = """
import json, sys, types
package = types.ModuleType("portal")
package.__path__ = [sys.argv[1]]
sys.modules["portal"] = package
"""
_DRAWING = """
from portal.sharing.poster import Poster, Sheet
from portal.sharing.poster_drawing import draw_as_asked, draw_posters
"""
_START = f"""{_DRAWING}
asked = json.load(sys.stdin.buffer)
sys.stdout.buffer.write(draw_posters([Poster.of(one) for one in asked["posters"]], Sheet(asked["sheet"])))
"""
_START_PRESS = f"""{_PACKAGE}{_DRAWING}
draw_as_asked(sys.stdin.buffer, sys.stdout.buffer, Sheet(sys.argv[2]), together=sys.argv[3] == "together")
"""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


class DrawingBusyError(Exception):
    """No poster could be drawn in time."""


def poster_pdf(posters: Sequence[Poster], sheet: Sheet) -> bytes:
    """A PDF with one page for each poster; raises DrawingBusyError. Nothing of it is kept: it names people."""
    asked = json.dumps({"sheet": sheet, "posters": [poster.values() for poster in posters]}).encode()
    return drawn_apart(_START, asked)


def drawn_apart(program: str, asked: bytes) -> bytes:
    """What a program of ours writes about what it is asked; raises DrawingBusyError.

    It runs without the application: of our packages it has what it imports from `portal`.
    """
    if not _asking.acquire(blocking=False):
        raise DrawingBusyError
    try:
        return _drawn(program, asked)
    finally:
        _asking.release()


def _drawn(program: str, asked: bytes) -> bytes:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise DrawingBusyError
    try:
        drawn = subprocess.run(  # noqa: S603  a program and words of ours alone
            [sys.executable, "-I", "-c", _PACKAGE + program, str(_PORTAL)], input=asked, stdout=subprocess.PIPE,
            cwd="/", env=_ENVIRONMENT, timeout=_SECONDS, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise DrawingBusyError from error
    finally:
        _slots.release()
    return drawn.stdout


class PosterPress:
    """Draws many posters in one process, which ends with it: for the worker, which waits for none of its own.

    Each is a file, or `together` they are the pages of one. The methods raise DrawingBusyError.
    """

    def __init__(self, sheet: Sheet, *, together: bool = False) -> None:
        how = "together" if together else "apart"
        self._process = subprocess.Popen(  # noqa: S603  words of ours alone
            [sys.executable, "-I", "-c", _START_PRESS, str(_PORTAL), sheet.value, how], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, cwd="/", env=_ENVIRONMENT,
        )  # fmt: skip
        assert self._process.stdin is not None  # noqa: S101 for the type checker
        assert self._process.stdout is not None  # noqa: S101 for the type checker
        self._asked: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._asked.close()
        self._answers.close()

    def draw(self, poster: Poster) -> bytes:
        """The poster's PDF; nothing where it is a page of one."""
        line = json.dumps(poster.values()).encode() + b"\n"
        watchdog = self._watch(_SECONDS)
        try:
            self._asked.write(line)
            self._asked.flush()
            return self._exactly(self._length())
        except OSError as error:
            raise DrawingBusyError from error
        finally:
            watchdog.cancel()

    def finish(self, file: BinaryIO) -> None:
        """Write the PDF of all of them into a file."""
        watchdog = self._watch(_FINISH_SECONDS)
        try:
            self._asked.close()
            left = self._length()
            while left:
                left -= file.write(self._exactly(min(left, _CHUNK)))
        except OSError as error:
            raise DrawingBusyError from error
        finally:
            watchdog.cancel()

    def _watch(self, seconds: float) -> Timer:
        watchdog = Timer(seconds, self._process.kill)
        watchdog.daemon = True
        watchdog.start()
        return watchdog

    def _length(self) -> int:
        length: int = ANSWER_LENGTH.unpack(self._exactly(ANSWER_LENGTH.size))[0]
        return length

    def _exactly(self, size: int) -> bytes:
        content = self._answers.read(size)
        if len(content) < size:
            raise DrawingBusyError
        return content
