"""The page cache: whole answers of public pages, under the content version, and between moments at which they change.

One store with two doors. Below Flask, `PageCache.below` answers addresses without a query string, which is what most
readers ask for, with hardly more work than the server's own. Inside Flask, the wrapper of a public view asks
`PageCache.answer`, which knows the parameters that the view declares and the exact content version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Headers
from werkzeug.sansio.utils import host_is_trusted

from portal.config import Config
from portal.core import clock, security
from portal.core.compression import choose_encoding
from portal.core.content import ContentWatch
from portal.core.i18n import locale_code
from portal.core.page_store import CachedPage, HeaderList, PageKey, PageStore, Query
from portal.core.pages import HTMX_HEADERS, wants_fragment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EXTENSION = "gandan.page_cache"
_DONT_CACHE = "gandan_dont_cache"
_OK = "200 OK"
_NOT_MODIFIED = "304 NOT MODIFIED"
_STATUS_CODES = {_OK: 200, _NOT_MODIFIED: 304}
_READING = frozenset({"GET", "HEAD"})
# What a request may make its answer depend on. Kept pages have an entity tag and no other validator; files have a date.
_CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"})
_LONGEST_HOST = 260
# What the key of a page knows of a request's headers; an answer that depends on others is not kept.
_VARY = frozenset({"accept-encoding", *(name.lower() for name in HTMX_HEADERS)})
# Nobody types as much; the keys of kept pages would be as long.
_LONGEST_VALUE = 250


class _Generation(NamedTuple):
    """Under what pages are kept: a content version, and a time in which none of them changes by itself.

    That is a day in Việt Nam, or the part of one between two moments at which notices come or go. Seconds since the
    epoch: comparing these costs less than asking for a date.
    """

    version: int
    begins: float
    ends: float


# At which moments pages change although nothing is published, under a version; None: nobody can say, keep nothing.
Moments = Callable[[int], "Sequence[float] | None"]


def _no_moments(_version: int) -> Sequence[float]:
    return ()


def dont_cache_page(response: Response) -> Response:
    """Let every request for this page reach its view: for one that has to notice each of them."""
    setattr(response, _DONT_CACHE, True)
    return response


def conditional(response: Response) -> Response:
    """The response, or 304 where the reader has it already."""
    if not _CONDITIONS.isdisjoint(request.environ):
        response.make_conditional(request)
    return response


def page_cache() -> PageCache | None:
    """The cache of the current application; None where it is turned off."""
    found: PageCache | None = current_app.extensions.get(_EXTENSION)
    return found


def init_page_cache(app: Flask, config: Config, watch: ContentWatch, moments: Moments, *, https: bool) -> None:
    """Give the application its cache; none while debugging, so that a changed template shows at once."""
    if config.debug or not config.page_cache_mb:
        return
    cache = PageCache(watch, config.page_cache_mb * 1_000_000, https=https, moments=moments)
    app.extensions[_EXTENSION] = cache
    app.wsgi_app = BelowFlask(app.wsgi_app, cache, config.trusted_hosts)  # type: ignore[method-assign]


class PageCache:
    """The store, and who may use it."""

    def __init__(self, watch: ContentWatch, budget: int, *, https: bool, moments: Moments = _no_moments) -> None:
        self.watch = watch
        self.store = PageStore(budget)
        self._https = https
        self._moments = moments
        self._generation = _Generation(-1, 0.0, 0.0)

    def answer(self, query: Query, make: Callable[[], Response]) -> Response:
        """The answer to a request whose view looks at no more than `query`: kept, or made now and kept.

        A page is kept under the version that was read before it was made, and only if nothing was published meanwhile.
        """
        if request.method not in _READING or any(len(value) > _LONGEST_VALUE for _, value in query):
            return conditional(make())
        environ = request.environ
        key = (locale_code(environ), environ["PATH_INFO"], query, wants_fragment())
        generation = self.generation(self.watch.exact())
        if generation is None:
            return conditional(make())
        page = self.store.find(generation, key)
        if page is None:
            response = make()
            if not _may_be_kept(response):
                return conditional(response)
            page = self._keep(generation, key, response)
        return ReadyResponse(*self.choose(page, environ))

    def _keep(self, generation: _Generation, key: PageKey, response: Response) -> CachedPage:
        headers = Headers(response.headers)
        security.add_headers(headers, https=self._https)
        vary = headers.get("Vary")
        headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
        page = CachedPage(response.get_data(), headers.to_wsgi_list(), response.mimetype)
        if self.generation(self.watch.exact()) == generation:
            self.store.keep(generation, key, page)
        return page

    def choose(self, page: CachedPage, environ: WSGIEnvironment) -> tuple[str, HeaderList, bytes]:
        """Status, headers and body for a reader, who may have the page already, or want it compressed."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None and page.matches(tags):
            return _NOT_MODIFIED, page.unchanged_headers.copy(), b""
        headers, body = self.store.encoded(page, choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
        return _OK, headers.copy(), body

    def generation(self, version: int | None) -> _Generation | None:
        """Under what pages are kept now; None where nobody may rely on a version, or can say when pages change."""
        known = self._generation
        now = time.time()
        if known.version == version and known.begins <= now < known.ends:
            return known
        moments = None if version is None else self._moments(version)
        if version is None or moments is None:
            return None
        begins, ends = _day_of(datetime.fromtimestamp(now, clock.LOCAL_ZONE))
        begins = max([begins, *(moment for moment in moments if moment <= now)])
        ends = min([ends, *(moment for moment in moments if moment > now)])
        found = self._generation = _Generation(version, begins, ends)
        return found


class BelowFlask:
    """Answers what is kept, and hands everything else to the application.

    Stands inside of the locale middleware, which tells the language, and outside of Flask.
    """

    def __init__(self, application: WSGIApplication, cache: PageCache, trusted_hosts: Iterable[str]) -> None:
        self.application = application
        self._cache = cache
        hosts = list(trusted_hosts)
        # The check that Flask makes, remembered for the few names that a site has.
        self._is_trusted = lru_cache(maxsize=64)(lambda host: host_is_trusted(host, hosts))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = self._find(environ)
        if page is None:
            return self.application(environ, start_response)
        status, headers, body = self._cache.choose(page, environ)
        start_response(status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _find(self, environ: WSGIEnvironment) -> CachedPage | None:
        if environ.get("QUERY_STRING") or environ["REQUEST_METHOD"] not in _READING:
            return None
        # Whether HTMX wants a fragment is decided inside Flask; it hardly ever asks without a query string.
        if "HTTP_HX_REQUEST" in environ:
            return None
        # A foreign host gets its 400 from Flask, a database that is away its 503.
        host = environ.get("HTTP_HOST", "")
        if len(host) > _LONGEST_HOST or not self._is_trusted(host):
            return None
        generation = self._cache.generation(self._cache.watch.current())
        if generation is None:
            return None
        key = (locale_code(environ), environ["PATH_INFO"], (), False)
        return self._cache.store.find(generation, key)


class ReadyResponse(Response):
    """An answer of the cache, complete: it goes out as it is, with what somebody adds to its own, empty headers."""

    default_mimetype = None
    # Asked by what adds headers to every response.
    is_ready = True

    def __init__(self, page_status: str, page_headers: HeaderList, body: bytes) -> None:
        super().__init__(status=_STATUS_CODES[page_status])
        self.response = [body]
        self._page = page_status, page_headers, body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._page
        start_response(status, headers + self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def _day_of(moment: datetime) -> tuple[float, float]:
    begins = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    following = moment.date().toordinal() + 1
    ends = datetime.fromordinal(following).replace(tzinfo=moment.tzinfo)
    return begins.timestamp(), ends.timestamp()


def _may_be_kept(response: Response) -> bool:
    control = response.cache_control
    return (
        response.status_code == 200
        and not response.is_streamed
        and not getattr(response, _DONT_CACHE, False)
        and bool(control.public)
        and not control.no_store
        and not control.private
        and "Set-Cookie" not in response.headers
        and "Content-Encoding" not in response.headers
        and {name.lower() for name in response.vary} <= _VARY
    )
