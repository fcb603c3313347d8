"""Short links that were opened before are answered here, below Flask: most visits, and every flood.

The same two doors as the page cache has (docs/adr/0008): what isn't kept goes to the view, which keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.sansio.utils import host_is_trusted

from portal.core import security
from portal.core.db import db
from portal.core.pages import Renderer, renderer
from portal.sharing.attribution import Attribution, init_attribution
from portal.sharing.tails import LONGEST_TAIL, PREFIX, read_tail

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_STARTS = (PREFIX, PREFIX.upper())
_LONGEST = len(PREFIX) + LONGEST_TAIL
_LONGEST_HOST = 260


def init_door(app: Flask) -> None:
    """Give the application its counts, and stand before it."""
    maker = renderer(app)
    config = maker.config
    with app.app_context():
        counts = Attribution(db.engine, is_behind_proxy=bool(config.proxy_hops))
    init_attribution(app, counts)
    door = ShareDoor(app.wsgi_app, maker, counts)
    app.wsgi_app = door  # type: ignore[method-assign]


class ShareDoor:
    """Sends on who opens a link that is kept, and counts them; hands everything else to the application."""

    def __init__(self, application: WSGIApplication, maker: Renderer, counts: Attribution) -> None:
        self.application = application
        self._renderer, self._counts = maker, counts
        headers = Headers({"Content-Length": "0", **HEADERS})
        security.add_headers(headers, https=maker.config.site_url.startswith("https://"))
        self._headers = headers.to_wsgi_list()
        hosts = list(maker.config.trusted_hosts)
        self._is_trusted = lru_cache(maxsize=64)(lambda host: host_is_trusted(host, hosts))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        location = self._location(environ, path) if path.startswith(_STARTS) and len(path) <= _LONGEST else None
        if location is None:
            return self.application(environ, start_response)
        start_response("303 SEE OTHER", [("Location", location), *self._headers])
        return ()

    def _location(self, environ: WSGIEnvironment, path: str) -> str | None:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        host = environ.get("HTTP_HOST", "")
        tail = read_tail(path[len(PREFIX) :])
        if tail is None or len(host) > _LONGEST_HOST or not self._is_trusted(host):
            return None
        code, channel = tail
        landing = self._counts.landings.find(code, self._renderer.version())
        if landing is None:
            return None
        return str(environ.get("SCRIPT_NAME", "")) + self._counts.land(environ, landing, channel)
