"""By a private link, without an account: a team's leader confirms or corrects the team's own data.

Only this team's members are asked for in what was sent; whatever else stands in it is never read. Saving uses the link
up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, links
from portal.core.access import by_link
from portal.core.clock import local_day
from portal.core.db import unit_of_work
from portal.core.gate import link_cookie, visit
from portal.core.links import Door, Purpose
from portal.core.permissions import Actor
from portal.core.staff import render_staff
from portal.core.stamps import sent_stamp, stamp_of, was_changed
from portal.core.text import clean_line
from portal.teams import members, queries, roster, service
from portal.teams.checks import LIMITS, Problem, TeamError
from portal.teams.labels import role_names
from portal.teams.members import MemberDetails, is_public
from portal.teams.models import Team, TeamMember
from portal.teams.staff import messages_of, place_name

leader_views = Blueprint("team_leader", __name__, url_prefix="/can-bo")
_FORM = "/can-bo/xac-nhan-to"
_PURPOSE = Purpose.TEAM_CONFIRM
_LONGEST_TYPED = 500
_CHANGED = Problem("noi-dung", "changed_meanwhile")


def confirmation_door() -> Door:
    """What the page behind such a link says."""
    return Door(
        _("Xác nhận thông tin tổ công nghệ số"),
        _("Bước sau bạn xem lại nơi sinh hoạt, giờ và số liên hệ của tổ, sửa chỗ chưa đúng rồi xác nhận."),
        _("Xem thông tin của tổ"),
        _FORM,
    )


def _arrived() -> Team:
    link = visit().link
    team = queries.team(link.subject) if link else None
    if team is None or team.ended_on is not None:
        abort(410)
    return team


@leader_views.get("/xac-nhan-to")
@by_link(_PURPOSE)
def own_data() -> ResponseReturnValue:
    team = _arrived()
    return _page(team, _stored(team))


@leader_views.post("/xac-nhan-to")
@by_link(_PURPOSE, opens_units=True)
def confirm_own_data() -> ResponseReturnValue:
    typed = {name: clean_line(text, _LONGEST_TYPED) for name, text in request.form.items()}
    try:
        with unit_of_work():
            team = _arrived()
            _save(team, typed)
            if not links.spend(link_cookie(_PURPOSE).read(), _PURPOSE, now=clock.now()):
                abort(410)
            name, public = team.name, _public_names(team)
    except TeamError as error:
        return _page(_arrived(), typed, error.problems, 409 if _CHANGED in error.problems else 422)
    response = render_staff("staff/teams/confirmed.html", title=_("Đã xác nhận, cảm ơn bạn"), name=name, public=public)
    link_cookie(_PURPOSE).remove(response)
    return response


def _save(team: Team, typed: Mapping[str, str]) -> None:
    """Store what was sent about this team; TeamError names fields with the code of their member."""
    if was_changed(team):
        raise TeamError(_CHANGED)
    actor, now = Actor("link", team.slug, team.name), clock.now()
    problems: list[Problem] = []
    try:
        service.change_meeting(
            team, typed.get("meeting_place", ""), typed.get("meeting_hours", ""), actor=actor, now=now
        )
    except TeamError as error:
        problems += error.problems
    for member in roster.members_of(team):
        try:
            _save_member(team, member, typed, actor)
        except TeamError as error:
            problems += [Problem(f"{problem.field}-{member.code}", problem.code) for problem in error.problems]
    if problems:
        raise TeamError(*problems)
    service.confirm_all(team, actor=actor, now=now)


def _save_member(team: Team, member: TeamMember, typed: Mapping[str, str], actor: Actor) -> None:
    if f"phone-{member.code}" not in typed:
        return  # somebody who wasn't in the form
    now, agrees, agreed = clock.now(), f"consented_on-{member.code}" in typed, is_public(member)
    details = MemberDetails(
        name=member.name, role=member.role, phone=typed[f"phone-{member.code}"],
        zalo=typed.get(f"zalo-{member.code}", ""),
        consented_on=member.consented_on if agreed else local_day(now) if agrees else None,
    )  # fmt: skip
    members.change_member(team, member, details, actor=actor, now=now)
    if agreed and not agrees:
        members.withdraw(team, member, actor=actor, now=now)


def _public_names(team: Team) -> list[str]:
    return [member.name for member in roster.members_of(team) if is_public(member)]


def _stored(team: Team) -> dict[str, str]:
    typed = {"meeting_place": team.meeting_place, "meeting_hours": team.meeting_hours}
    for member in roster.members_of(team):
        typed |= {f"phone-{member.code}": member.phone, f"zalo-{member.code}": member.zalo}
        typed |= {f"consented_on-{member.code}": "1"} if is_public(member) else {}
    return typed


def _page(team: Team, typed: Mapping[str, str], problems: Sequence[Problem] = (), status: int = 200) -> Response:
    messages, rows = messages_of(problems), roster.members_of(team)
    return render_staff(
        "staff/teams/leader.html", title=_("Xác nhận thông tin của tổ"), team=team,
        commune=place_name(roster.place_of(team).slug), limits=LIMITS, messages=messages,
        errors=[(message, field) for field, message in messages.items()],
        meeting={name: typed.get(name, "") for name in ("meeting_place", "meeting_hours")},
        members=[
            (row.code, row.name, role_names().get(row.role, row.role), typed.get(f"phone-{row.code}", ""),
             typed.get(f"zalo-{row.code}", ""), f"consented_on-{row.code}" in typed)
            for row in rows
        ],
        stamp=sent_stamp() or stamp_of(team), status=status,
    )  # fmt: skip
