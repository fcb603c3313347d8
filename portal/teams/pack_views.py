"""The village pack as staff make it: choose guides for a team, get one file."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.gate import see_other
from portal.core.i18n import DEFAULT_LOCALE, current_locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line
from portal.guides import queries as guides
from portal.search.folding import sort_key
from portal.sharing.service import share_link
from portal.teams.bulk_files import plain
from portal.teams.kit import workspace_crumb
from portal.teams.kit_reach import Reach, names_of, team_within, teams_within
from portal.teams.kit_words import team_page
from portal.teams.leading import GUESTS, actor_for, reach_here
from portal.teams.pack import MOST_GUIDES, PackTooLargeError, pack_html
from portal.teams.queries import SCOPE_KIND, TeamFact

pack_staff = Blueprint("pack_staff", __name__, url_prefix="/can-bo/chia-se/goi-thon")
_SHARE = Permission.SHARE_LINKS
_PATH = "/chia-se/goi-thon"
_MOST_LISTED = 40


@pack_staff.get("")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def choose() -> ResponseReturnValue:
    return _form(reach_here())


def _form(reach: Reach, problem: str = "", status: int = 200, slug: str = "") -> Response:
    words = clean_line(request.args.get("tim", ""), 100)
    rows = teams_within(reach, words)
    wanted = slug or request.values.get("to", rows[0].slug if len(rows) == 1 else "")
    team, chosen = team_within(reach, wanted), request.values.getlist("hd")
    cards = sorted(guides.cards(current_locale().code), key=_order)
    options = [(card.slug, card.title, card.slug in chosen) for card in cards]
    return render_staff(
        "staff/teams/pack.html", title=_("Gói cho thôn, đọc không cần mạng"), status=status,
        crumbs=[*workspace_crumb(), (_("Chia sẻ"), staff_url("/chia-se"))],
        words=words, is_long=len(rows) > _MOST_LISTED or bool(words),
        teams=[(one, name, one == wanted) for one, name in names_of(rows[:_MOST_LISTED])], count=len(rows),
        team=team if team and team.ended_on is None else None, options=options, problem=problem,
        errors=[(problem, "hd")] if problem else [], most=MOST_GUIDES, here=staff_url(_PATH),
    )  # fmt: skip


def _order(card: guides.GuideCard) -> tuple[bool, str]:
    """What happens in a life first, then by the alphabet."""
    return card.kind != "life_event", str(sort_key(card.title))


def _team(reach: Reach, slug: str) -> TeamFact:
    """A team within reach that works today."""
    found = team_within(reach, slug)
    return found if found and found.ended_on is None else abort(404)


@pack_staff.post("")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def make() -> ResponseReturnValue:
    """Make the links that the file shows, and lead to it."""
    reach, now = reach_here(), clock.now()
    team, chosen = _team(reach, request.form.get("to", "")), list(dict.fromkeys(request.form.getlist("hd")))
    if not 0 < len(chosen) <= MOST_GUIDES:
        return _form(reach, str(_("Bạn chọn từ 1 đến %(count)s hướng dẫn.", count=MOST_GUIDES)), 422)
    titles = {card.slug: card.title for card in guides.cards(DEFAULT_LOCALE.code, slugs=chosen)}
    if len(titles) < len(chosen):
        return _form(reach, str(_("Có hướng dẫn không còn nữa. Bạn chọn lại.")), 422)
    for slug in chosen:
        share_link(team.slug, guides.URL_PREFIX + slug, titles[slug], now=now)
    share_link(team.slug, team_page(team.slug), team.name, now=now)
    about = audit.Subject(SCOPE_KIND, team.slug, team.name)
    audit.record(actor_for(team), "village_pack_made", about, at=now, after={"guides": "; ".join(chosen)})
    return see_other(staff_url(f"{_PATH}/{team.slug}.html?{urlencode([('hd', slug) for slug in chosen])}"))


@pack_staff.get("/<slug:slug>.html")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def file(slug: str) -> ResponseReturnValue:
    reach = reach_here()
    team, chosen = _team(reach, slug), list(dict.fromkeys(request.args.getlist("hd")))
    if not 0 < len(chosen) <= MOST_GUIDES:
        abort(404)
    try:
        html = pack_html(team, chosen, clock.today(), current_locale())
    except PackTooLargeError:
        return _form(reach, str(_("Tệp sẽ lớn hơn 1 MB. Bạn chọn ít hướng dẫn hơn.")), 422, slug)
    if html is None:
        abort(404)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="goi-thon-{plain(team.slug)}.html"'
    return response
