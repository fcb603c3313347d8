"""A stored upload as an answer: shown or handed over, never run."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Response, abort

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
