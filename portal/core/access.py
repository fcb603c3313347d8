"""Who may use a route. Every view carries exactly one of these declarations, or the application refuses to start.

The declaration is also the wrapper of the view: it opens the unit of work for methods that change something, and gives
the response the caching rules of its kind.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue

from portal.core.db import read_only, unit_of_work

View = Callable[..., ResponseReturnValue]
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Access:
    """One way in. `kind` is `public` (anyone, cacheable by anyone) or `development` (404 unless DEBUG)."""

    kind: str


def public(view: View) -> View:
    """Anyone may use it; sets no cookie, reads none, and is cacheable by anyone after asking again."""
    return _declare(view, Access("public"))


def development(view: View) -> View:
    """Only where DEBUG is on; elsewhere the address does not exist."""
    return _declare(view, Access("development"))


def access_of(view: Callable[..., Any]) -> Access | None:
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


def _declare(view: View, access: Access) -> View:
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if access.kind == "development" and not current_app.debug:
            abort(404)
        if request.method not in _SAFE_METHODS:
            with unit_of_work():
                return make_response(view(*args, **kwargs))
        with read_only():
            response = make_response(view(*args, **kwargs))
        return _cacheable(response)

    wrapper.access = access  # type: ignore[attr-defined]
    return wrapper


def _cacheable(response: Response) -> Response:
    """A page that anyone may keep but must ask about again; 304 where it did not change.

    The tag is weak because the same page travels in several encodings (RFC 9110, section 8.8.3).
    """
    if response.status_code == 200 and not response.is_streamed and not response.cache_control.no_store:
        response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        digest = hashlib.blake2b(response.get_data(), digest_size=12).hexdigest()
        response.set_etag(digest, weak=True)
        response.make_conditional(request)
    return response
