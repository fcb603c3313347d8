"""The private link to a team's workspace, as coordinators give it to the team's leader and take it back."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.mails import link_address
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal
from portal.core.i18n import current_locale
from portal.core.links import Purpose, session_lasts
from portal.core.staff import render_staff
from portal.core.stamps import was_changed
from portal.teams import service
from portal.teams.checks import Problem
from portal.teams.member_staff import act_on, team_page
from portal.teams.staff import MANAGE, crumbs, own_team, team_url

workspace_staff = Blueprint("workspace_staff", __name__, url_prefix="/can-bo/to-cong-nghe")
_PURPOSE = Purpose.TEAM_WORKSPACE


@workspace_staff.post("/<slug:slug>/trang-cua-to")
@requires(MANAGE, is_scoped=True)
def make_link(slug: str) -> ResponseReturnValue:
    """The address is shown here and nowhere else: of its token, only the hash is kept."""
    team = own_team(slug)
    if was_changed(team):
        return team_page(team, [Problem("noi-dung", "changed_meanwhile")], 409)
    if team.ended_on is not None:
        return team_page(team, [Problem("trang-cua-to", "ended")], 409)
    token = service.make_link(team, _PURPOSE, actor=principal().actor, now=clock.now())
    return render_staff(
        "staff/teams/workspace_link.html", title=_("Liên kết vào trang của tổ"), crumbs=crumbs(team), team=team,
        link=link_address(token, current_locale()), days=service.LINKS_LAST[_PURPOSE].days,
        hours=int(session_lasts(_PURPOSE).total_seconds() // 3600), here=team_url(team),
    )  # fmt: skip


@workspace_staff.post("/<slug:slug>/trang-cua-to/huy")
@requires(MANAGE, is_scoped=True)
def end_link(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: service.end_link(team, _PURPOSE, actor=actor, now=now))
