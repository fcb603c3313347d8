"""The process that decodes one upload: it trusts nothing of it, limits itself first, and is thrown away afterwards.

The portal starts it by `portal.media.upload_process`; it knows neither Flask nor the application. The content comes by
standard input, the kind as argument. Standard output is a line of JSON and the new content.
"""

from __future__ import annotations

import json
import os
import resource
import sys

from portal.media.upload_rules import MAX_BYTES, MAX_CONTENT_BYTES, UploadRefused

MEMORY_BYTES = 512 * 1024 * 1024
"""The address space of the process; the largest photo takes about 410 MB of it."""
CPU_SECONDS = 12
_NICER = 5


def convert(kind: str, data: bytes) -> tuple[dict[str, int], bytes]:
    """The new content of a recognised upload with `width` and `height`, or `pages`; raises UploadRefused.

    Whatever else a decoder raises means that the upload is broken.
    """
    if kind == "pdf":
        from portal.media.convert_document import convert_document

        content, pages = convert_document(data)
        return {"pages": pages}, content
    from portal.media.convert_photo import convert_photo

    content, width, height = convert_photo(data, kind)
    return {"width": width, "height": height}, content


def limit_resources() -> None:
    """Bound memory, time and output of this process; no core dump, no further processes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    # The line of JSON besides.
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_CONTENT_BYTES + 1024, MAX_CONTENT_BYTES + 1024))
    os.nice(_NICER)


def main() -> None:
    """Convert standard input to standard output."""
    limit_resources()
    facts: dict[str, int] = {}
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
