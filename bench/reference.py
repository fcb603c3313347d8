"""The reference applications: the same bytes from bare WSGI and from a bare Flask view."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
REDIRECT = [("Location", os.environ.get("BENCH_LOCATION", "/")), ("Content-Length", "0")]
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def bare_wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the page's bytes."""
    start_response("200 OK", HEADERS)
    return [BODY]


bare_flask = Flask("bare", static_folder=None)


@bare_flask.get("/<path:path>")
def page(path: str) -> Response:
    """Answer any address with the page's bytes."""
    return Response(BODY, mimetype="text/html")


def bare_redirect(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Send on to the address that the bench names."""
    start_response("303 SEE OTHER", REDIRECT)
    return ()


bare_flask_redirect = Flask("bare_redirect", static_folder=None)


@bare_flask_redirect.get("/g/<code>/<letter>")
def redirect(code: str, letter: str) -> Response:
    """The same from Flask."""
    return Response(status=303, headers=dict(REDIRECT))
