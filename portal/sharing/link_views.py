"""Short links: where they lead, and what the pages that they lead to tell us."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from portal.core.access import visitor_form
from portal.core.db import read_only
from portal.core.gate import see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import renderer
from portal.core.rate_limits import is_over
from portal.guides.starting import start_address
from portal.sharing.attribution import attribution
from portal.sharing.counting import READ, START
from portal.sharing.landing import CODE, Landing
from portal.sharing.tails import LONGEST_TAIL, read_tail

link_views = Blueprint("links", __name__)


def _opened(tail: str) -> tuple[Landing, str] | None:
    """The link and channel that an address names, if there is such a link."""
    read = read_tail(tail)
    landing = attribution().landings.get(read[0]) if read else None
    return (landing, read[1]) if read and landing else None


@link_views.get("/g/<path:tail>")
@link_views.get("/G/<path:tail>")
@visitor_form()
def short_link(tail: str) -> Response:
    opened = _opened(tail.rstrip("/"))
    if opened is None:
        # Links that there are lead on even for who has guessed too often: they open what everybody may read.
        abort(429 if is_over("share codes", renderer().config.codes_per_hour) else 404)
    landing, channel = opened
    path = attribution().land(request.environ, landing, channel)
    return see_other(localised_path(path, current_locale()))


@link_views.post("/g")
@visitor_form(opens_units=True)
def read() -> Response:
    """Somebody who came by a link has had the page before them for ten seconds."""
    body = request.get_data(cache=False) if (request.content_length or 0) <= LONGEST_TAIL else b""
    with read_only():
        opened = _opened(body.decode("ascii", "replace"))
    if opened is not None:
        attribution().follow(request.environ, *opened, READ)
    return Response(status=204)


@link_views.get("/bat-dau/<slug:slug>")
@visitor_form(parameters=(CODE,))
def start(slug: str) -> Response:
    """To where one files: the start button of those who came by a link."""
    address = start_address(slug)
    if address is None:
        return see_other(localised_path(f"/huong-dan/{slug}", current_locale()))
    opened = _opened(request.args.get(CODE, ""))
    if opened is not None:
        attribution().follow(request.environ, *opened, START)
    return see_other(address)
