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
    kind = recognised(data, MAX_BYTES)
    return _prepared(kind, converted(kind, data, scanner=scanner))


def recognised(data: bytes, most_bytes: int) -> str:
    """What an upload is, by content alone. Raises UploadRefused (empty, too_large, infected, wrong_type)."""
    if not data:
        raise UploadRefused("empty")
    if len(data) > most_bytes:
        raise UploadRefused("too_large")
    if EICAR in data:
        raise UploadRefused("infected")
    return recognise(data)


def converted(kind: str, data: bytes, *, scanner: Sequence[str]) -> bytes:
    """What the other process answers of an upload, once it is scanned; raises UploadRefused."""
    with slot():
        if scanner:
            scan(data, scanner)
        code, output = run_converter(kind, data)
    if code != 0:
        # A decoder that was too slow or crashed: the person's file, most likely, but an operator may want to know.
        logger.warning("upload not decoded", extra={"kind": kind, "exit_code": code})
        raise UploadRefused("too_slow" if code in {None, -signal.SIGXCPU} else "broken")
    return output


def scan(data: bytes, scanner: Sequence[str]) -> None:
    """Let the operator's scanner look at an upload; raises UploadRefused (infected, scanner_away)."""
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
    facts, content = told(output)
    media_type = MEDIA_TYPES[kind]
    try:
        width, height, pages = (_whole_number(facts, name) for name in ("width", "height", "pages"))
    except (ValueError, TypeError):
        raise UploadRefused("broken") from None
    if not content.startswith(STARTS[media_type]):
        raise UploadRefused("broken")
    return Prepared(content, media_type, SUFFIXES[media_type], width, height, pages)


def told(output: bytes) -> tuple[dict[str, object], bytes]:
    """What the other process says of an upload, and the content; raises UploadRefused where it refused, or is mad."""
    line, _, content = output.partition(b"\n")
    try:
        facts = dict(json.loads(line))
        refusal = str(facts["code"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UploadRefused("broken") from None
    if refusal:
        raise UploadRefused(refusal if refusal in _REFUSALS else "broken")
    return facts, content


_REFUSALS = {"too_large", "too_many_pixels", "too_many_pages", "encrypted", "infected", "too_slow"}
_MOST = {"width": MAX_SIDE, "height": MAX_SIDE, "pages": MAX_PAGES}


def _whole_number(facts: dict[str, object], name: str) -> int | None:
    value = facts.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or not 1 <= value <= _MOST[name]:
        raise ValueError(name)
    return value
