"""What holds for every request before a view sees it: hosts, addresses, and the parts of an address."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, abort, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from portal.config import Config
from portal.core.compression import init_compression
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.pages import renderer

QUERY_STRING_LIMIT = 16_384


class SlugConverter(BaseConverter):
    """Lower-case ASCII words joined by hyphens."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class CodeConverter(BaseConverter):
    """A national procedure code such as 1.001193."""

    regex = r"\d\.\d{6}"


def init_requests(app: Flask, config: Config) -> None:
    """Register the address parts, compression, the trusted proxy and the checks before a view."""
    app.url_map.converters.update(slug=SlugConverter, code=CodeConverter)
    init_compression(app)
    if config.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=1, x_proto=1, x_host=0
        )

    @app.before_request
    def check_address() -> BaseResponse | None:
        if len(request.query_string) > QUERY_STRING_LIMIT:
            abort(414)
        return _canonical_redirect(request.path) if isinstance(request.routing_exception, NotFound) else None


def _canonical_redirect(path: str) -> BaseResponse | None:
    """Lead the spellings that people type to the one address of a page: `/vi/x`, `/en`, `/x/`."""
    parts = [part for part in path.split("/") if part]
    if len(parts) == 1 and parts[0] in renderer().profile.languages and not request.script_root:
        return redirect(LOCALES[parts[0]].prefix + "/", 308)
    stripped = parts[1:] if parts[:1] == [DEFAULT_LOCALE.code] else parts
    # Quoted, because browsers and Werkzeug drop tabs and newlines, after which `/<tab>/host` would be another site.
    target = "/" + quote("/".join(stripped), safe="/-._~")
    if target == quote(path, safe="/-._~"):
        return None
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    return redirect(request.script_root + target + query, 308)
