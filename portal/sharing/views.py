"""What short links need that is the same for everybody: the page about targets that are gone, and a script."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.gate import see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render, renderer
from portal.sharing import queries
from portal.sharing.landing import CODE, EXPLANATION, landing_of
from portal.sharing.tails import read_tail
from portal.sharing.targets import GUIDES

sharing_views = Blueprint("sharing", __name__)


@sharing_views.get("/g/js")
@public
def script() -> Response:
    """What a page fetches that somebody came to by a link: an address that needs no room in every page."""
    return see_other(renderer().landed_script)


@sharing_views.get(EXPLANATION)
@public(parameters=("g",), is_costly=True)
def explanation() -> Response:
    """What became of a link whose page is gone."""
    read = read_tail(request.args.get("g", ""))
    link = queries.link_by_code(read[0]) if read else None
    if link is None:
        abort(404)
    locale, landing = current_locale(), landing_of(link)
    page = Page(title=_("Trang này không còn ở đây"), path=EXPLANATION, query=((CODE, link.code),), noindex=True)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    return render(
        "sharing/gone.html", page=page, title=link.title, is_guide=link.path.startswith(f"/{GUIDES}/"),
        made_on=formats.day(clock.local_day(link.created_at), locale.code),
        url=localised_path(landing.path, locale) if landing.is_there else "",
    )  # fmt: skip
