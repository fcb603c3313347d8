"""A leader's page of their own team: what to share this week, what came of it, what helps, and whom to ask.

Leaders come with an account, or by a private link that opens this team alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, links
from portal.core.access import requires
from portal.core.gate import link_cookie, see_other, visit
from portal.core.i18n import current_locale, localised_path
from portal.core.links import Door
from portal.core.pages import LINKS, renderer
from portal.core.permissions import Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.guides.picks import featured_slugs
from portal.teams import queries
from portal.teams.comparison import FEWEST_TEAMS, WEEKS, compare
from portal.teams.kit import WORKSPACE, kit_url, made_link, shared_target, too_many_links, workspace_crumb
from portal.teams.kit_reach import names_of, place_name
from portal.teams.kit_words import team_page
from portal.teams.leading import GUESTS, LEAD, WHICH, chosen_of, team_named, teams_led
from portal.teams.news import news_of
from portal.teams.picks import choose
from portal.teams.queries import SCOPE_KIND, TeamRow
from portal.teams.workspace_parts import (
    FILES,
    card_id,
    cards_of,
    lessons_in,
    measures_of,
    questions_of,
    reasons_of,
)

workspace = Blueprint("workspace", __name__, url_prefix=f"/can-bo{WORKSPACE}")


def workspace_door() -> Door:
    """What the page behind a leader's link says."""
    return Door(
        _("Trang của tổ công nghệ số"),
        _("Liên kết này mở trang của tổ bạn: ba hướng dẫn của tuần, áp phích, lượt xem. Bạn giữ cho riêng mình."),
        _("Vào trang của tổ"),
        f"/can-bo{WORKSPACE}",
    )


def waiting_workspace(person: Principal) -> Sequence[Waiting]:
    """The teams that somebody leads, on their start page."""
    held = {scope.key for scope in person.scopes(LEAD) if scope.kind == SCOPE_KIND}
    number = sum(one.ended_on is None for one in queries.teams_by_slug(sorted(held)))
    return [Waiting(_("tổ bạn phụ trách: hướng dẫn của tuần, áp phích, lượt xem"), number, staff_url(WORKSPACE))]


@workspace.get("")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def own_team() -> ResponseReturnValue:
    led = teams_led()
    team = chosen_of(led)
    if team is None:
        rows = names_of([TeamRow(one.slug, one.name, one.commune) for one in led])
        found = [(name, f"{staff_url(WORKSPACE)}?{urlencode({WHICH: slug})}") for slug, name in rows]
        return render_staff("staff/teams/workspace_which.html", title=_("Tổ của tôi"), teams=found)
    today, locale = clock.today(), current_locale()
    choice = choose(team, today, featured_slugs(renderer().profile.featured_guides))
    counts, cards = compare(team, today), cards_of(team, choice.guides, today, locale)
    here = staff_url(WORKSPACE)
    return render_staff(
        "staff/teams/workspace.html", title=team.name, team=team, place=place_name(team.commune), cards=cards,
        reasons=reasons_of(choice, locale), counts=counts, measures=measures_of(counts, locale), weeks=WEEKS,
        fewest=FEWEST_TEAMS, lessons=lessons_in(locale), questions=questions_of(team, cards, locale), here=here,
        helping=f"{here}/khi-giup-ba-con", sharing=f"{staff_url('/chia-se')}?{urlencode({WHICH: team.slug})}",
        tally=f"{here}/da-giup?{urlencode({WHICH: team.slug})}", other_teams=here if len(led) > 1 else "",
        team_page=localised_path(team_page(team.slug), locale), news=news_of(team.slug, clock.now(), locale),
    )  # fmt: skip


@workspace.post("/chia-se")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def share() -> ResponseReturnValue:
    """One press: makes the link where there is none, and leads to what was wanted of it."""
    team = team_named()
    target = shared_target(request.form.get("trang", ""), team) or abort(404)
    link, wanted = made_link(team, target), request.form.get("viec", "")
    if link is None:
        return too_many_links()
    if wanted in FILES:
        return see_other(kit_url(link.code, wanted))
    return see_other(f"{staff_url(WORKSPACE)}?{urlencode({WHICH: team.slug})}#{card_id(link.code)}")


@workspace.post("/thoat")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def leave() -> ResponseReturnValue:
    """A guest is done, perhaps on somebody else's phone; who has an account signs out instead."""
    response = see_other(localised_path(LINKS["home"], current_locale()))
    if visit().is_guest:
        links.leave(link_cookie(GUESTS).read())
        link_cookie(GUESTS).remove(response)
    return response


@workspace.get("/khi-giup-ba-con")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def helping() -> ResponseReturnValue:
    return render_staff(
        "staff/teams/helping.html", title=_("Khi ngồi cạnh giúp bà con"),
        crumbs=workspace_crumb(),
    )  # fmt: skip
