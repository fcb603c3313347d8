"""The process that decodes one upload: it trusts nothing of it, limits itself first, and is thrown away afterwards.

The portal starts it by `portal.media.upload_process`; it knows neither Flask nor the application. The content comes by
standard input, the kind as argument. Standard output is a line of JSON and the new content.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

from portal.media.upload_rules import KEEPING, MAX_BYTES, MAX_CONTENT_BYTES, PICTURE, UploadRefused

MEMORY_BYTES = 512 * 1024 * 1024
"""The address space of the process; the largest photo takes about 410 MB of it."""
CPU_SECONDS = 10
_NICER = 5


def convert(kind: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """The new content of a recognised upload with `width` and `height`, or `pages`; raises UploadRefused.

    Of `picture:` or `keeping:` and a kind, several pictures after one another, with their `sizes`. Whatever else a
    decoder raises means that the upload is broken.
    """
    if kind.startswith((PICTURE, KEEPING)):
        from portal.media.convert_picture import convert_picture

        purpose, _, kind = kind.partition(":")
        content, sizes = convert_picture(data, kind, keeps_own=f"{purpose}:" == KEEPING)
        return {"sizes": sizes}, content
    if kind == "pdf":
        from portal.media.convert_document import convert_document

        content, pages = convert_document(data)
        return {"pages": pages}, content
    from portal.media.convert_photo import convert_photo

    content, width, height = convert_photo(data, kind)
    return {"width": width, "height": height}, content


def limit_resources() -> None:
    """Bound memory, time and output of this process; no core dump, no further processes."""
    _limit(resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES)
    # A second between the signal that says so and the one that can't be told from others.
    _limit(resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 1)
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_NPROC, 0, 0)
    # The line of JSON besides.
    _limit(resource.RLIMIT_FSIZE, MAX_CONTENT_BYTES + 1024, MAX_CONTENT_BYTES + 1024)
    os.nice(_NICER)


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit for good; one that the operator has set lower stays."""
    _, allowed = resource.getrlimit(what)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    resource.setrlimit(what, (soft, hard))


def main() -> None:
    """Convert standard input to standard output."""
    limit_resources()
    facts: dict[str, Any] = {}
    content, code = b"", ""
    try:
        facts, content = convert(sys.argv[-1], sys.stdin.buffer.read(MAX_BYTES))
    except UploadRefused as refused:
        code = refused.code
    except MemoryError:
        code = "too_large" if sys.argv[-1] == "pdf" else "too_many_pixels"
    if len(content) > MAX_CONTENT_BYTES:
        content, code = b"", "too_large"
    sys.stdout.buffer.write(json.dumps(facts | {"code": code}).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
    # Nothing that a decoder has registered for the end is run.
    os._exit(0)


if __name__ == "__main__":
    main()
