"""Brotli and gzip for text that is made on the fly; static files are compressed at start (`assets`)."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

# In the order of our preference, where the reader has none.
ENCODINGS = ("br", "gzip")
# With a window no larger than a page is, a step up takes no longer, and saves 3% of each first answer.
FAST_QUALITY = 7
_WINDOW = 16
BEST_QUALITY = 11
_GZIP_LEVEL = 6
# Below this, the headers that describe the compression weigh more than it saves.
_LEAST_BYTES = 500
_MIMETYPES = frozenset({"text/html", "text/plain", "application/json", "application/xml"})
# Longer headers come from no browser; they are read, but not remembered.
_USUAL_HEADER = 120


def choose_encoding(accepted: str) -> str:
    """The best encoding that an Accept-Encoding header allows; "" is none (RFC 9110, section 12.5.3)."""
    return _choose_usual(accepted) if len(accepted) <= _USUAL_HEADER else _choose(accepted)


def _choose(accepted: str) -> str:
    qualities: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        qualities[name] = _quality(parameters)
    others = qualities.get("*", 0.0)
    best = max(ENCODINGS, key=lambda name: qualities.get(name, others))
    wanted = qualities.get(best, others)
    return best if wanted > 0 and wanted >= qualities.get("identity", 0.0) else ""


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


_choose_usual = lru_cache(maxsize=256)(_choose)


def is_worth_compressing(body: bytes, mimetype: str | None) -> bool:
    """Whether a body is text, and long enough to gain by it."""
    return len(body) >= _LEAST_BYTES and mimetype in _MIMETYPES


def compress(body: bytes, encoding: str, quality: int = FAST_QUALITY) -> bytes:
    """The body in `br` (at a quality up to 11) or `gzip`."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=quality, lgwin=_WINDOW))
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def decompress_brotli(body: bytes) -> bytes:
    """What `compress` has made `br` of."""
    return bytes(brotli.decompress(body))


def init_compression(app: Flask) -> None:
    """Compress what leaves the application and isn't compressed yet."""

    @app.after_request
    def compress_response(response: Response) -> Response:
        if getattr(response, "is_ready", False):
            return response
        vary = response.headers.get("Vary")
        if not vary:
            response.headers["Vary"] = "Accept-Encoding"
        elif "accept-encoding" not in vary.lower():
            response.headers["Vary"] = f"{vary}, Accept-Encoding"
        if response.status_code != 200 or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        encoding = choose_encoding(request.headers.get("Accept-Encoding", ""))
        if encoding and is_worth_compressing(response.get_data(), response.mimetype):
            response.set_data(compress(response.get_data(), encoding))
            response.headers["Content-Encoding"] = encoding
        return response
