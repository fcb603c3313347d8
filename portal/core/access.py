"""Who may use a route. Every view carries exactly one of these declarations, or the application refuses to start.

The declaration is also the wrapper of the view: it opens the unit of work for methods that change something, and gives
the response the caching rules of its kind.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, overload
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from portal.core.db import db, read_only, unit_of_work
from portal.core.gate import SAFE_METHODS, Entry, View, private, refuse_other_sites
from portal.core.links import Purpose
from portal.core.page_cache import conditional, page_cache
from portal.core.page_store import Query
from portal.core.permissions import Permission
from portal.core.rate_limits import count_client

_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Access:
    """One way in that asks nobody who they are.

    `kind` is `public` (cacheable by anyone), `visitor_form` (never cached), `by_key` (another system) or `development`
    (404 unless DEBUG).
    `parameters` are those of the query string that the view sees, in alphabetical order. How often one client gets a
    costly page that isn't kept is limited. `most_bytes` and `opens_units` are as of a private `Entry`. Search engines
    may show a form that `is_findable`, as it is before anything is chosen in its address.
    """

    kind: str
    parameters: tuple[str, ...] = ()
    is_costly: bool = False
    most_bytes: int = 0
    opens_units: bool = False
    is_findable: bool = False


@overload
def public(view: View, /) -> View: ...
@overload
def public(*, parameters: Sequence[str], is_costly: bool = ...) -> Callable[[View], View]: ...
def public(
    view: View | None = None, /, *, parameters: Sequence[str] = (), is_costly: bool = False
) -> View | Callable[[View], View]:
    """Anyone may use it; sets no cookie, reads none, and is cacheable by anyone after asking again.

    The view sees the query parameters that are named here, the first value of each, and no others: what is no part of
    the page cache's key must not change the page. For the same reason it reads no headers; `render` alone asks for
    HTMX's.
    """
    access = Access("public", tuple(sorted(parameters)), is_costly)
    if view is None:
        return lambda declared: _declare(declared, access)
    return _declare(view, access)


def visitor_form(
    *, parameters: Sequence[str] = (), most_bytes: int = 0, opens_units: bool = False, is_findable: bool = False
) -> Callable[[View], View]:
    """Anyone may fill it in; sets no cookie and reads none, and no cache keeps what is shown.

    What it carries is the view's own to check; forms that other sites send are refused here.
    """
    access = Access(
        "visitor_form", tuple(sorted(parameters)), most_bytes=most_bytes, opens_units=opens_units,
        is_findable=is_findable,
    )  # fmt: skip
    return lambda view: _declare_form(view, access)


def by_key(*, most_bytes: int) -> Callable[[View], View]:
    """Another system, which shows a key of its own with every request; the view checks it.

    There is nothing to forge here, so no token of a form and no look at where the request comes from: a browser sends
    cookies by itself, which makes such forgeries (CSRF) work, but never this header, and no cookie is read or set. The
    body is read first, `most_bytes` at most; the view opens its units of work itself.
    """
    access = Access("by_key", most_bytes=most_bytes, opens_units=True)
    return lambda view: _declare_by_key(view, access)


def development(view: View) -> View:
    """Only where DEBUG is on; elsewhere the address does not exist."""
    return _declare(view, Access("development"))


def requires(
    permission: Permission, *, is_confirmed: bool = False, is_scoped: bool = False, or_link: Purpose | None = None,
    opens_units: bool = False, only_reads: bool = False, most_bytes: int = 0,
) -> Callable[[View], View]:  # fmt: skip
    """Staff who hold the permission for the whole portal.

    With `is_confirmed`, only who has proved within the last minutes who they are: for acts that can't be taken back.
    With `is_scoped` also who holds it for an agency or a team; the view then narrows what they see to their scopes.
    With `or_link` also who came by a private link for that purpose; the view then narrows what they see to its subject.
    `opens_units`, `only_reads` and `most_bytes` are as of `Entry`.
    """
    entry = Entry(
        "requires", permission=permission, purpose=or_link, is_confirmed=is_confirmed, is_scoped=is_scoped,
        opens_units=opens_units, only_reads=only_reads, most_bytes=most_bytes,
    )  # fmt: skip
    return lambda view: _declare_private(view, entry)


@overload
def signed_in(view: View, /) -> View: ...
@overload
def signed_in(
    *, is_confirmed: bool = ..., opens_units: bool = ..., most_bytes: int = ...
) -> Callable[[View], View]: ...
def signed_in(
    view: View | None = None, /, *, is_confirmed: bool = False, opens_units: bool = False, most_bytes: int = 0
) -> View | Callable[[View], View]:
    """Any of the staff, for what is their own, or what the view itself lets only some do."""
    entry = Entry("signed_in", is_confirmed=is_confirmed, opens_units=opens_units, most_bytes=most_bytes)
    if view is None:
        return lambda declared: _declare_private(declared, entry)
    return _declare_private(view, entry)


def entrance(view: View) -> View:
    """A door of the staff, such as the sign-in page: anyone, never cached, forms tied to the browser.

    Such a view opens its units of work itself.
    """
    return _declare_private(view, Entry("entrance", opens_units=True))


def by_link(purpose: Purpose, *, opens_units: bool = False) -> Callable[[View], View]:
    """Whoever came by a private link for this purpose, for as long as that visit lasts.

    Where visits are side by side (`links.SIDE_BY_SIDE`), the route names the subject as `code`.
    """
    return lambda view: _declare_private(view, Entry("by_link", purpose=purpose, opens_units=opens_units))


def access_of(view: Callable[..., Any]) -> Access | Entry | None:
    """The declaration of a view, or None."""
    return getattr(view, "access", None)


def require_declarations(app: Flask) -> None:
    """Raises RuntimeError naming every route whose view declares no access."""
    missing = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if access_of(app.view_functions[rule.endpoint]) is None
    )
    if missing:
        raise RuntimeError("routes without declared access: " + ", ".join(missing))


def _declare_private(view: View, entry: Entry) -> View:
    wrapper = private(view, entry)
    wrapper.access = entry  # type: ignore[attr-defined]
    return wrapper


def _declare(view: View, access: Access) -> View:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if access.kind == "development" and not current_app.debug:
            abort(404)
        query = _declared_query(access.parameters)
        if request.method not in SAFE_METHODS:
            _narrow(query)
            with unit_of_work():
                return make_response(view(*args, **kwargs))

        def make() -> Response:
            _narrow(query)
            if access.is_costly:
                count_client()
            with read_only():
                return _cacheable(make_response(view(*args, **kwargs)))

        cache = page_cache() if access.kind == "public" else None
        return cache.answer(query, make) if cache else conditional(make())

    wrapper.access = access  # type: ignore[attr-defined]
    return wrapper


def _declare_form(view: View, access: Access) -> View:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        _narrow(_declared_query(access.parameters))
        changes = request.method not in SAFE_METHODS
        if changes:
            refuse_other_sites()
            # Only files need the room: as many bytes of nothing but names would be a million fields.
            if access.most_bytes and request.mimetype == "multipart/form-data":
                request.max_content_length = access.most_bytes
            # Read before the unit of work: however slowly it arrives, nobody waits for the database because of it.
            _ = request.form
        with _form_unit(access, changes=changes):
            response = make_response(view(*args, **kwargs))
            if changes and not access.opens_units and response.status_code >= _REFUSED:
                db.session.rollback()
        response.headers["Cache-Control"] = "no-store"
        if not access.is_findable or request.query_string:
            response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    wrapper.access = access  # type: ignore[attr-defined]
    return wrapper


def _declare_by_key(view: View, access: Access) -> View:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        _narrow(())
        request.max_content_length = access.most_bytes
        with read_only(opens_units=True):
            response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    wrapper.access = access  # type: ignore[attr-defined]
    return wrapper


def _form_unit(access: Access, *, changes: bool) -> AbstractContextManager[object]:
    if not changes:
        return read_only()
    return read_only(opens_units=True) if access.opens_units else unit_of_work()


def _declared_query(parameters: tuple[str, ...]) -> Query:
    """What the view may see of the query string, in one order."""
    if not parameters or not request.query_string:
        return ()
    args = request.args
    return tuple((name, args[name]) for name in parameters if name in args)


def _narrow(query: Query) -> None:
    """Leave nothing else of the query string for the view to see."""
    if request.query_string:
        request.args = ImmutableMultiDict(query)
        request.query_string = urlencode(query).encode()


def _cacheable(response: Response) -> Response:
    """A page that anyone may keep but must ask about again.

    The tag is weak because the same page travels in several encodings (RFC 9110, section 8.8.3).
    """
    control = response.headers.get("Cache-Control")
    if response.status_code == 200 and not response.is_streamed and "no-store" not in (control or ""):
        if control is None:
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        digest = hashlib.sha1(response.get_data(), usedforsecurity=False).hexdigest()
        response.set_etag(digest, weak=True)
    return response
