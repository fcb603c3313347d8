"""Errors that other systems read: problem details (RFC 9457), in the reader's language."""

from __future__ import annotations

import json

from flask import Response

MIMETYPE = "application/problem+json"


def problem(status: int, title: str, detail: str, **more: str) -> Response:
    """The answer to a request that can't be met; `more` says which parameter is wrong. Nobody keeps it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = Response(json.dumps(body, ensure_ascii=False) + "\n", status, mimetype=MIMETYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
