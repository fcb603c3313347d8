"""Runs what reads hostile bytes, in a process of its own, for a limited time, a few at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from portal.media.upload_rules import UploadRefused

SLOTS = 2
"""How many uploads one process of the portal has decoded at a time: memory is bounded by this many times the limit."""
SLOT_SECONDS = 15.0
CONVERTER_SECONDS = 25.0
SCANNER_SECONDS = 20.0

_PORTAL = Path(__file__).resolve().parent.parent
# `python -m portal.media.convert` would first run portal/__init__.py, which is the whole application: an empty package
# of that name stands in for it.
_START = """
import runpy, sys, types
package = types.ModuleType("portal")
package.__path__ = [sys.argv[1]]
sys.modules["portal"] = package
runpy.run_module("portal.media.convert", run_name="__main__")
"""
_slots = BoundedSemaphore(SLOTS)


@contextmanager
def slot() -> Iterator[None]:
    """One of the few places; UploadRefused ("too_slow") where none becomes free in time."""
    if not _slots.acquire(timeout=SLOT_SECONDS):
        raise UploadRefused("too_slow")
    try:
        yield
    finally:
        _slots.release()


def run_converter(kind: str, data: bytes) -> tuple[int | None, bytes]:
    """Exit code of the process that decodes (None where it had to be ended) and what it wrote."""
    words = [sys.executable, "-I", "-B", "-c", _START, str(_PORTAL), kind]
    with _in_memory(b"") as output:
        # Nothing of our environment, which holds secrets.
        code = _run(words, data, output, {"LC_ALL": "C.UTF-8"}, CONVERTER_SECONDS)
        output.seek(0)
        return code, output.read()


def run_scanner(words: Sequence[str], data: bytes) -> int | None:
    """Exit code of a virus scanner that gets the data on standard input; None where it had to be ended.

    Raises OSError where it can't be started.
    """
    # clamdscan reads its configuration by itself; the rest of our environment is none of its business.
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return _run(words, data, subprocess.DEVNULL, environ, SCANNER_SECONDS)


def _run(
    words: Sequence[str], data: bytes, output: BinaryIO | int, environ: Mapping[str, str], seconds: float
) -> int | None:
    with (
        _in_memory(data) as source,
        subprocess.Popen(  # noqa: S603  words of ours or of the operator
            words,
            stdin=source,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=environ,
            start_new_session=True,
        ) as process,
    ):
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _in_memory(data: bytes) -> Iterator[BinaryIO]:
    """A nameless file: what came, with the places in its metadata, is never on a disk, even if we are killed."""
    with os.fdopen(os.memfd_create("upload"), "w+b") as file:
        file.write(data)
        file.flush()
        file.seek(0)
        yield file
