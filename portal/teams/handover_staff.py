"""The link by which a team's leader confirms its data, and handing the team over to a new leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.mails import link_address
from portal.core import clock
from portal.core.access import requires
from portal.core.db import db
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.links import Purpose
from portal.core.staff import render_staff
from portal.core.stamps import sent_stamp, stamp_of, was_changed
from portal.core.text import clean_line
from portal.teams import roster, service
from portal.teams.checks import LIMITS, MEMBER_NAME_LIMIT, Problem, TeamError
from portal.teams.handover import hand_over, leader_of
from portal.teams.labels import role_names
from portal.teams.member_staff import act_on, details_of, read_typed, team_page
from portal.teams.members import MemberDetails
from portal.teams.models import MemberRole, Team, TeamMember
from portal.teams.staff import MANAGE, crumbs, messages_of, own_team, team_url

handover_staff = Blueprint("team_handover_staff", __name__, url_prefix="/can-bo/to-cong-nghe")


@handover_staff.post("/<slug:slug>/lien-ket")
@requires(MANAGE, is_scoped=True)
def make_link(slug: str) -> ResponseReturnValue:
    """The address is shown here and nowhere else: of its token, only the hash is kept."""
    team = own_team(slug)
    if was_changed(team):
        return team_page(team, [Problem("noi-dung", "changed_meanwhile")], 409)
    if team.ended_on is not None:
        return team_page(team, [Problem("lien-ket", "ended")], 409)
    token = service.make_link(team, actor=principal().actor, now=clock.now())
    return render_staff(
        "staff/teams/link.html", title=_("Liên kết xác nhận của tổ"), crumbs=crumbs(team), team=team,
        link=link_address(token, current_locale()), days=service.LINKS_LAST[Purpose.TEAM_CONFIRM].days,
        here=team_url(team),
    )  # fmt: skip


@handover_staff.post("/<slug:slug>/lien-ket/huy")
@requires(MANAGE, is_scoped=True)
def end_link(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: service.end_link(team, actor=actor, now=now))


@handover_staff.get("/<slug:slug>/ban-giao")
@requires(MANAGE, is_confirmed=True, is_scoped=True)
def handover(slug: str) -> ResponseReturnValue:
    typed = dict.fromkeys(("name", "phone", "zalo", "consented_on", "successor"), "")
    return _page(own_team(slug), typed)


@handover_staff.post("/<slug:slug>/ban-giao")
@requires(MANAGE, is_confirmed=True, is_scoped=True)
def hand_over_now(slug: str) -> ResponseReturnValue:
    team = own_team(slug)
    typed = read_typed() | {"successor": clean_line(request.form.get("successor", ""), 20)}
    if was_changed(team):
        return _page(team, typed, [Problem("successor", "changed_meanwhile")], 409)
    try:
        with db.session.begin_nested():
            hand_over(team, _successor(team, typed), actor=principal().actor, now=clock.now())
    except TeamError as error:
        return _page(team, typed, error.problems, 422)
    return see_other(team_url(team))


def _successor(team: Team, typed: Mapping[str, str]) -> TeamMember | MemberDetails:
    """The member who was chosen, or the details of somebody new."""
    if not typed["successor"]:
        return details_of(typed, MemberRole.LEADER.value)
    member = roster.member_of(team, typed["successor"])
    if member is None:
        raise TeamError(Problem("successor", "no_member"))
    return member


def _page(team: Team, typed: Mapping[str, str], problems: Sequence[Problem] = (), status: int = 200) -> Response:
    messages, former = messages_of(problems), leader_of(team)
    others = [(row.code, f"{row.name} ({role_names().get(row.role, row.role)})", row.code == typed["successor"])
              for row in roster.members_of(team) if row is not former]  # fmt: skip
    return render_staff(
        "staff/teams/handover.html", title=_("Bàn giao tổ trưởng"), crumbs=crumbs(team), typed=typed, former=former,
        others=others, messages=messages, errors=[(message, field) for field, message in messages.items()],
        limits=LIMITS | {"name": MEMBER_NAME_LIMIT}, stamp=sent_stamp() or stamp_of(team), status=status,
    )  # fmt: skip
