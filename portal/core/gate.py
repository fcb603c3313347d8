"""The way into what is not public: who comes, the token of their forms, and the headers of what they get.

Who somebody is, a domain says (`register_identity`); this package only asks. Nobody outside learns what exists: without
a session every address of the staff leads to the sign-in page.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from urllib.parse import SplitResult, quote, urlsplit

from flask import Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from portal.core import clock, links
from portal.core.db import db, read_only, unit_of_work
from portal.core.i18n import current_locale, localised_path
from portal.core.links import LinkVisit, Purpose
from portal.core.pages import renderer
from portal.core.permissions import Permission, Principal
from portal.core.tokens import form_token, new_token, same

View = Callable[..., ResponseReturnValue]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STAFF = "/can-bo"
SIGN_IN = f"{STAFF}/dang-nhap"
CONFIRM = f"{STAFF}/xac-nhan"
NEXT = "tiep"
FORM_FIELD = "csrf_token"
# How long after somebody proved who they are a dangerous act is still believed to be theirs.
CONFIRMED_FOR = timedelta(minutes=15)
_FILLING_IN = timedelta(minutes=45)
# How exactly a session knows when it was last used.
_REFUSED = 400
_SEEN_EVERY = timedelta(minutes=5)
# What belongs to one request stands in its environ.
_VISIT = "gandan.visit"
# Marks a door to which somebody was led back who sent its form without our cookie.
_CAME_BARE = "cookie"
_NEW_FORM_COOKIE = "gandan.new_form_cookie"
_HOST, _LINK = "__Host-", "gandan-link-"
_LINK_COOKIE = re.compile(
    rf"(?:{_HOST})?{_LINK}(?:{'|'.join(Purpose)}|(?:{'|'.join(sorted(links.SIDE_BY_SIDE))})-[a-z0-9]{{1,40}})"
)
# More would make the headers of every request longer than servers take.
MOST_SIDE_BY_SIDE = 20


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of ours; over https its name binds it to this host (RFC 6265bis, section 4.1.3.2)."""

    name: str

    @property
    def _own_name(self) -> str:
        return f"{_HOST}{self.name}" if _is_https() else self.name

    def read(self) -> str:
        """Its value, or ""."""
        return request.cookies.get(self._own_name, "")

    def write(self, response: BaseResponse, value: str, *, lasts: timedelta | None = None) -> None:
        """Set it; without `lasts` it ends with the browser."""
        response.set_cookie(
            self._own_name, value, max_age=lasts, path="/", secure=_is_https(), httponly=True, samesite="Lax"
        )

    def remove(self, response: BaseResponse) -> None:
        """Take it from the browser."""
        response.delete_cookie(self._own_name, path="/", secure=_is_https(), httponly=True, samesite="Lax")


SESSION_COOKIE = Cookie("gandan-staff")
# Before there is a session: what ties the sign-in form to the browser that asked for it.
FORM_COOKIE = Cookie("gandan-form")


def link_cookie(purpose: Purpose, subject: str = "") -> Cookie:
    """That of a visit by a private link: one for each purpose, so that none ends another.

    Of visits side by side one for each subject, and for all paths: only so its name can bind it to this host.
    """
    return Cookie(f"{_LINK}{purpose}-{subject}" if purpose in links.SIDE_BY_SIDE else f"{_LINK}{purpose}")


def _link_cookies() -> list[Cookie]:
    """Those that this browser holds, the oldest first: so browsers send them (RFC 6265, section 5.4)."""
    held = (Cookie(name.removeprefix(_HOST)) for name in request.cookies if _LINK_COOKIE.fullmatch(name))
    return [cookie for cookie in dict.fromkeys(held) if cookie.read()]


def giving_way(purpose: Purpose, subject: str) -> list[Cookie]:
    """The visits that end when one begins: the former to the same, and the oldest where too many are side by side."""
    new = link_cookie(purpose, subject)
    beside = [one for one in _link_cookies() if one != new and one.name.startswith(f"{_LINK}{purpose}-")]
    return [*([new] if new.read() else []), *beside[: max(0, len(beside) + 1 - MOST_SIDE_BY_SIDE)]]


def link_tokens() -> list[str]:
    """The tokens of the visits by private links that this browser holds."""
    return [cookie.read() for cookie in _link_cookies()]


def remove_link_cookies(response: BaseResponse) -> None:
    """Take those visits from the browser: whoever uses it next, or signs in, doesn't go on with them."""
    for cookie in _link_cookies():
        cookie.remove(response)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a private route asks for. `kind` is requires, signed_in, entrance or by_link.

    One that requires a permission and has a `purpose` also lets in who came by a private link for it.

    A view that `opens_units` of work itself does so because of something slow, which must not hold the database's write
    lock. One that `only_reads` changes nothing, though its form is posted because it is long or nobody's business: it
    neither waits for that lock nor holds it. `most_bytes` is how long its form may be, where it is longer than others.
    """

    kind: str
    permission: Permission | None = None
    purpose: Purpose | None = None
    is_confirmed: bool = False
    is_scoped: bool = False
    opens_units: bool = False
    only_reads: bool = False
    most_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """Who came. `form_token` goes into every form of the page; nobody gets on who `refuses_cookies`.

    An `is_guest` came by a link to a page of the staff's, without an account.
    """

    form_token: str
    principal: Principal | None = None
    link: LinkVisit | None = None
    refuses_cookies: bool = False
    is_guest: bool = False


class Identity(Protocol):
    """The domain that knows the staff."""

    def principal(self, token: str, now: datetime) -> tuple[Principal, datetime] | None:
        """Whose session a token is, and when it was last seen; None where it is nobody's, or over."""

    def saw(self, principal: Principal, now: datetime) -> None:
        """Remember that the session was used."""


_identities: list[Identity] = []


def register_identity(identity: Identity) -> None:
    """Say who knows the staff; `wiring` calls it."""
    _identities[:] = [identity]


def visit() -> Visit:
    """Who is asking for the current page; only inside a private view."""
    return cast(Visit, request.environ[_VISIT])


def principal() -> Principal:
    """The person of the staff who is asking."""
    found = visit().principal
    if found is None:
        raise RuntimeError("this route lets in people who are not signed in")
    return found


def private(view: View, entry: Entry) -> View:
    """The wrapper of every private view: entry, form token, unit of work, headers."""

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        came = _enter(entry)
        if not isinstance(came, Visit):
            return _private(came, entry)
        request.environ[_VISIT] = came
        changes = request.method not in SAFE_METHODS
        if changes:
            # Before the unit of work: however slowly the form arrives, nobody waits for the database because of it.
            if entry.most_bytes:
                request.max_content_length = entry.most_bytes
            if not _is_own_form(came):
                # At a door, the page may simply be older than the browser's cookie: a new one is shown.
                return _private(see_other(_anew()) if entry.kind == "entrance" else abort(403), entry)
        with _unit(entry) if changes and not entry.only_reads else read_only():
            if changes and (came.principal or came.is_guest) and not (entry.opens_units or entry.only_reads):
                # The form took its time, and so did the lock: rights may have ended meanwhile.
                still = _enter(entry)
                if not isinstance(still, Visit):
                    return _private(still, entry)
            response = make_response(view(*args, **kwargs))
            if changes and entry.kind == "requires" and response.status_code >= _REFUSED:
                # A view that says no may have begun to say yes.
                db.session.rollback()
            return _private(response, entry)

    return wrapper


def _unit(entry: Entry) -> AbstractContextManager[object]:
    return nullcontext() if entry.opens_units else unit_of_work()


def _enter(entry: Entry) -> Visit | Response:
    if entry.kind == "entrance":
        given = FORM_COOKIE.read()
        token = form_token(given or request.environ.setdefault(_NEW_FORM_COOKIE, new_token()))
        return Visit(token, refuses_cookies=not given and _CAME_BARE in request.args)
    if entry.kind == "by_link":
        return _came_by_link(entry) or abort(410)
    return _enter_as_staff(entry)


def _came_by_link(entry: Entry) -> Visit | None:
    """The visit of somebody with a private link for what the route is for; None without."""
    subject = (request.view_args or {}).get("code", "")
    token = link_cookie(entry.purpose, subject).read() if entry.purpose else ""
    link = links.visit(token, entry.purpose, now=clock.now()) if token and entry.purpose else None
    if link and link.purpose in links.SIDE_BY_SIDE and link.subject != subject:
        return None
    return Visit(form_token(token), link=link, is_guest=entry.kind != "by_link") if link else None


def _enter_as_staff(entry: Entry) -> Visit | Response:
    token, now = SESSION_COOKIE.read(), clock.now()
    found = _identities[0].principal(token, now) if token else None
    if found is None or (found[0].is_demo and not renderer().config.demo):
        return _came_by_link(entry) or _refuse_guest(entry)
    person, seen_at = found
    if now - seen_at >= _SEEN_EVERY:
        with unit_of_work():
            _identities[0].saw(person, now)
    if entry.permission is not None:
        may = person.may_somewhere if entry.is_scoped else person.may
        if not may(entry.permission):
            return _came_by_link(entry) or abort(403)
    if entry.is_confirmed and now - person.confirmed_at >= _confirmed_for():
        return _lead_to(CONFIRM)
    return Visit(form_token(token), principal=person)


def _refuse_guest(entry: Entry) -> Response:
    """To the sign-in page; but whose link has ended is told so, having no account to sign in with."""
    return abort(410) if entry.purpose and link_cookie(entry.purpose).read() else _lead_to(SIGN_IN)


def _confirmed_for() -> timedelta:
    """Who opened a form in time has time to fill it in."""
    return CONFIRMED_FOR if request.method in SAFE_METHODS else CONFIRMED_FOR + _FILLING_IN


def _lead_to(path: str) -> Response:
    """To a door, which leads back; an HTMX request is told to go there with the whole page."""
    if request.method in SAFE_METHODS:
        came_for = request.full_path.rstrip("?")
    else:  # what was sent can't be sent again from there; the page with its form can be opened
        came_for = _parts(request.referrer or "").path.removeprefix(current_locale().prefix) or STAFF
    target = localised_path(f"{path}?{NEXT}={quote(came_for, safe='/')}", current_locale())
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return see_other(target)


def _here() -> str:
    return localised_path(request.full_path.rstrip("?"), current_locale())


def _anew() -> str:
    """The door again; it says so where the browser keeps no cookie on the way there."""
    if FORM_COOKIE.read() or _CAME_BARE in request.args:
        return _here()
    here = _here()
    return f"{here}{'&' if '?' in here else '?'}{_CAME_BARE}=0"


def see_other(url: str) -> Response:
    """Send the browser on, to fetch the next page with GET (303: RFC 9110, section 15.4.4)."""
    return cast(Response, redirect(url, 303, Response))


def next_address(given: str, otherwise: str = STAFF) -> str:
    """Where to go after a door, in the reader's language: an address of the staff's, never another site's."""
    parts = _parts(given)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(STAFF) and "\\" not in given
    is_plain = given.isprintable() and "//" not in given
    return localised_path(given if is_ours and is_plain else otherwise, current_locale())


def _parts(address: str) -> SplitResult:
    """An address in its parts; one that is none has a host that is nobody's."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "\0", "", "", "")


def _is_own_form(came: Visit) -> bool:
    """Whether a page of this very session has sent the form (OWASP: synchronizer token); another site's is refused."""
    refuse_other_sites()
    return same(request.form.get(FORM_FIELD, ""), came.form_token)


def refuse_other_sites() -> None:
    """403 where the browser says that another site's page has sent the form."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)
    # A page that sends no referrer sends "null"; then the form's own token alone decides.
    origin = request.headers.get("Origin", "null")
    if origin != "null" and _parts(origin).netloc != request.host:
        abort(403)


def _private(response: Response, entry: Entry) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Referrer-Policy", "no-referrer" if entry.kind == "by_link" else "same-origin")
    if _NEW_FORM_COOKIE in request.environ:
        FORM_COOKIE.write(response, request.environ[_NEW_FORM_COOKIE])
    return response


def _is_https() -> bool:
    return renderer().config.site_url.startswith("https://")
