"""The staff's start page, the page behind a private link, and every other address below /can-bo."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, links
from portal.core.access import entrance, signed_in
from portal.core.db import unit_of_work
from portal.core.gate import giving_way, link_cookie, principal, see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.staff import render_staff, waiting_for

office_views = Blueprint("office", __name__)


@office_views.get("/can-bo")
@signed_in
def start() -> ResponseReturnValue:
    person = principal()
    return render_staff("staff/start.html", title=_("Việc của tôi"), person=person, waiting=waiting_for(person))


@office_views.route("/can-bo/<path:_rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@signed_in
def nothing_there(_rest: str) -> ResponseReturnValue:
    abort(404)


@office_views.get("/lien-ket/<token>")
@entrance
def link_door(token: str) -> ResponseReturnValue:
    """What a private link is for, and one button; looking at it spends nothing."""
    purpose = links.purpose_of(token, now=clock.now()) or abort(410)
    door = links.door_of(purpose)
    return _unreferred(render_staff("staff/doors/link.html", title=door.title, door=door))


@office_views.post("/lien-ket/<token>")
@entrance
def enter_by_link(token: str) -> ResponseReturnValue:
    with unit_of_work():
        right, session_token = links.exchange(token, now=clock.now()) or abort(410)
        former = giving_way(right.purpose, right.subject)
        for cookie in former:
            links.leave(cookie.read())
    path = links.door_of(right.purpose).path
    if right.purpose in links.SIDE_BY_SIDE:
        path = f"{path}/{right.subject}"
    response, own = see_other(localised_path(path, current_locale())), link_cookie(right.purpose, right.subject)
    for cookie in former:
        if cookie != own:
            cookie.remove(response)
    own.write(response, session_token, lasts=links.session_lasts(right.purpose))
    return _unreferred(response)


def _unreferred(response: Response) -> Response:
    """The address holds a secret: it goes to no other page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
