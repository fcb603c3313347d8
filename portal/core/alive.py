"""`/healthz`: whether this process answers, told without the database, the page cache and Flask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers

from portal.core import security

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/healthz"


class Alive:
    """Answers `/healthz` and hands everything else to the application."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        headers = Headers({"Content-Type": "text/plain; charset=utf-8", "Content-Length": "3"})
        headers["Cache-Control"] = "no-store"
        security.add_headers(headers, https=False)
        start_response("200 OK", headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (b"ok\n",)
