"""Uploads of people: looked into by other processes, and stored only as content that those made anew.

Neither Pillow nor pikepdf is loaded here; see docs/adr/0014-uploads-are-rewritten-in-another-process.md.
"""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Sequence

from portal.media.upload_process import run_converter, run_scanner, slot
from portal.media.upload_rules import (
    EICAR,
    MAX_BYTES,
    MAX_PAGES,
    MAX_SIDE,
    MEDIA_TYPES,
    STARTS,
    SUFFIXES,
    UploadRefused,
    recognise,
)
from portal.media.upload_store import Prepared, UploadStore

__all__ = ["MAX_BYTES", "MAX_PAGES", "Prepared", "UploadRefused", "UploadStore", "prepare"]

logger = logging.getLogger("portal.media")


def prepare(data: bytes, *, scanner: Sequence[str] = ()) -> Prepared:
    """The content to store for an upload; raises UploadRefused.

    `scanner` is a command that gets the bytes on standard input and ends with 0 (clean) or 1 (infected); where it ends
    otherwise, or not in time, nothing is let through.
    """
    if not data:
        raise UploadRefused("empty")
    if len(data) > MAX_BYTES:
        raise UploadRefused("too_large")
    if EICAR in data:
        raise UploadRefused("infected")
    kind = recognise(data)
    with slot():
        if scanner:
            _scan(data, scanner)
        code, output = run_converter(kind, data)
    if code != 0:
        # A decoder that was too slow or crashed: the person's file, most likely, but an operator may want to know.
        logger.warning("upload not decoded", extra={"kind": kind, "exit_code": code})
        raise UploadRefused("too_slow" if code in {None, -signal.SIGXCPU} else "broken")
    return _prepared(kind, output)


def _scan(data: bytes, scanner: Sequence[str]) -> None:
    try:
        code = run_scanner(scanner, data)
    except OSError as error:
        logger.error("upload scanner can't be started", extra={"errno": error.errno})  # noqa: TRY400  no path in logs
        raise UploadRefused("scanner_away") from None
    if code == 1:
        raise UploadRefused("infected")
    if code != 0:
        logger.error("upload scanner failed", extra={"exit_code": code})
        raise UploadRefused("scanner_away")


def _prepared(kind: str, output: bytes) -> Prepared:
    """The answer of the other process, which may have been taken over by what it decoded: checked like any input."""
    line, _, content = output.partition(b"\n")
    media_type = MEDIA_TYPES[kind]
    try:
        facts = json.loads(line)
        refusal = str(facts["code"])
        width, height, pages = (_whole_number(facts, name) for name in ("width", "height", "pages"))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UploadRefused("broken") from None
    if refusal or not content.startswith(STARTS[media_type]):
        raise UploadRefused(refusal if refusal in _REFUSALS else "broken")
    return Prepared(content, media_type, SUFFIXES[media_type], width, height, pages)


_REFUSALS = {"too_large", "too_many_pixels", "too_many_pages", "encrypted", "infected"}
_MOST = {"width": MAX_SIDE, "height": MAX_SIDE, "pages": MAX_PAGES}


def _whole_number(facts: dict[str, object], name: str) -> int | None:
    value = facts.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or not 1 <= value <= _MOST[name]:
        raise ValueError(name)
    return value
