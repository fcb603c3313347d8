"""A stored upload as an answer: shown or handed over, never run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask import Response, abort, request

from portal.core.page_cache import dont_cache_page
from portal.core.text import clean_line, slugify
from portal.media.upload_rules import SUFFIXES

_LONGEST_NAME = 80
_NO_FILE_NAME = str.maketrans(dict.fromkeys('/\\:*?"<>|;%', " "))
_MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def stored_file(path: Path | None, name: str) -> Response:
    """The file that `UploadStore.path` found: a photo inline, a PDF as attachment; 404 where it found none.

    `name` is what the file is called where it is saved; its ending is replaced by the true one. Whether the person may
    see the file is for the caller to know.
    """
    if path is None:
        abort(404)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        abort(404)
    media_type = _MEDIA_TYPES[path.suffix]
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = _disposition(media_type, name, path.suffix)
    response.headers.update(_HEADERS)
    return response


def _disposition(media_type: str, name: str, suffix: str) -> str:
    """The header, with the name in ASCII for old programs and in full for all others (RFC 6266, section 4.3)."""
    stem = clean_line(name.translate(_NO_FILE_NAME), _LONGEST_NAME)
    for ending in (suffix, ".jpeg"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
    stem = stem.strip(". ") or "tep"
    way = "inline" if media_type == "image/jpeg" else "attachment"
    plain, full = slugify(stem) or "tep", quote(stem + suffix, safe="")
    return f"{way}; filename=\"{plain}{suffix}\"; filename*=UTF-8''{full}"


_LONGEST_PART = 1024 * 1024
"""How much of a file goes out at once to who asks for a range: a slow reader holds a thread no longer than that."""
_CHUNK = 64 * 1024
# What a browser shows a video in when its address is opened alone.
_VIDEO_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"


def kept_for_ever(path: Path | None, media_type: str) -> Response:
    """A file whose address changes with its content, for any cache to keep; in ranges where they are asked for.

    404 where it is gone. A range may be answered with a part of it (RFC 9110, section 15.3.7): players ask on.
    """
    if path is None:
        abort(404)
    asked = request.range
    # Several ranges at once, or other units, are answered with the whole.
    is_asked = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    try:
        size = path.stat().st_size
        wanted = asked.range_for_length(size) if asked is not None and is_asked else None
        if asked is not None and is_asked and wanted is None and asked.ranges[0][0] < -size < 0:
            wanted = (0, size)  # more of its end than there is: all of it (RFC 9110, section 14.1.2)
        if wanted is not None:
            response = _part(path, wanted, size)
        elif is_asked:
            response = Response(b"", 416, headers={"Content-Range": f"bytes */{size}"})
        else:
            response = _whole(path, size)
    except FileNotFoundError:
        abort(404)
    response.content_type = media_type
    response.headers.update(_HEADERS)
    if media_type.startswith("video/"):
        response.headers["Content-Security-Policy"] = _VIDEO_POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Accept-Ranges"] = "bytes"
    # In the page cache it would push out a dozen pages.
    return dont_cache_page(response)


def _whole(path: Path, size: int) -> Response:
    if size <= _LONGEST_PART:
        return Response(path.read_bytes())
    return Response(_chunks(path), headers={"Content-Length": str(size)})


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, _CHUNK), b"")


def _part(path: Path, wanted: tuple[int, int], size: int) -> Response:
    start, stop = wanted[0], min(wanted[1], wanted[0] + _LONGEST_PART)
    with path.open("rb") as file:
        file.seek(start)
        response = Response(file.read(stop - start), 206)
    response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    # A browser keeps parts only of what it can tell apart for certain; the file's key never has other content.
    response.set_etag(path.stem)
    return response
