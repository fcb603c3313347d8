"""Posters are drawn in a process of their own: the PDF library and what it needs would take 40 MB in every worker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore

from portal.sharing.poster import Poster, Sheet

_SECONDS = 30.0
_WAIT_SECONDS = 5.0
# One is drawn at a time and one waits: the other threads of the process stay with the readers.
_slots = BoundedSemaphore(1)
_asking = BoundedSemaphore(2)
_PORTAL = Path(__file__).resolve().parent.parent
# `python -m portal.…` would first run portal/__init__.py, which is the whole application: an empty package of that name
# stands in for it.
_START = """
import json, sys, types
package = types.ModuleType("portal")
package.__path__ = [sys.argv[1]]
sys.modules["portal"] = package
from portal.sharing.poster import Poster, Sheet
from portal.sharing.poster_drawing import draw_posters
asked = json.load(sys.stdin.buffer)
sys.stdout.buffer.write(draw_posters([Poster.of(one) for one in asked["posters"]], Sheet(asked["sheet"])))
"""


class DrawingBusyError(Exception):
    """No poster could be drawn in time."""


def poster_pdf(posters: Sequence[Poster], sheet: Sheet) -> bytes:
    """A PDF with one page for each poster; raises DrawingBusyError. Nothing of it is kept: it names people."""
    asked = json.dumps({"sheet": sheet, "posters": [poster.values() for poster in posters]}).encode()
    if not _asking.acquire(blocking=False):
        raise DrawingBusyError
    try:
        return _drawn(asked)
    finally:
        _asking.release()


def _drawn(asked: bytes) -> bytes:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise DrawingBusyError
    try:
        drawn = subprocess.run(  # noqa: S603  words of ours alone
            [sys.executable, "-I", "-c", _START, str(_PORTAL)], input=asked, stdout=subprocess.PIPE, cwd="/",
            env={"LC_ALL": "C.UTF-8"}, timeout=_SECONDS, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise DrawingBusyError from error
    finally:
        _slots.release()
    return drawn.stdout
