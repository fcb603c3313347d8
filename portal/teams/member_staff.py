"""A team's page for those who keep it, and who is in the team."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, links
from portal.core.access import requires
from portal.core.forms import parse_day
from portal.core.gate import principal, see_other
from portal.core.links import Purpose
from portal.core.staff import render_staff
from portal.core.stamps import sent_stamp, stamp_of, was_changed
from portal.core.text import clean_line
from portal.teams import members, roster, service
from portal.teams.checks import LIMITS, MEMBER_NAME_LIMIT, Problem, TeamError, shown_minutes
from portal.teams.freshness import is_old, is_unconfirmed
from portal.teams.labels import role_names, weekday_names
from portal.teams.members import MemberDetails, is_public
from portal.teams.models import MemberRole, Team, TeamMember
from portal.teams.staff import MANAGE, crumbs, messages_of, own_team, place_name, team_url

team_staff = Blueprint("team_staff", __name__, url_prefix="/can-bo/to-cong-nghe")
_TYPED = ("name", "role", "phone", "zalo", "consented_on")
_SHIFT = ("weekday", "starts", "ends", "member")
_LONGEST_TYPED = 500


@team_staff.get("/<slug:slug>")
@requires(MANAGE, is_scoped=True)
def team(slug: str) -> ResponseReturnValue:
    return team_page(own_team(slug))


def team_page(team: Team, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    """Everything about a team, and what can be done with it."""
    messages, here = messages_of(problems), team_url(team)
    rows, typed = roster.members_of(team), {name: clean_line(request.form.get(name, ""), 20) for name in _SHIFT}
    names = {row.id: row.name for row in rows}
    shifts = [
        (row.id, weekday_names()[row.weekday - 1], shown_minutes(row.starts), shown_minutes(row.ends),
         names.get(row.member_id or 0, ""))
        for row in roster.shifts_of(team)
    ]  # fmt: skip
    return render_staff(
        "staff/teams/team.html", title=team.name, crumbs=crumbs(), team=team, here=here, stamp=stamp_of(team),
        commune=place_name(roster.place_of(team).slug), villages=[place_name(one) for one in roster.villages_of(team)],
        members=[
            (row, role_names().get(row.role, row.role), is_public(row), f"{here}/thanh-vien/{row.code}",
             is_old(row.confirmed_on, clock.today()))
            for row in rows
        ],
        shifts=shifts, weekdays=[(str(day), name) for day, name in enumerate(weekday_names(), 1)], typed=typed,
        is_unconfirmed=is_unconfirmed(team.confirmed_on, clock.today()),
        has_leader=any(row.role == MemberRole.LEADER for row in rows),
        link_until=links.open_until(Purpose.TEAM_CONFIRM, team.slug, now=clock.now()), today=clock.today(),
        workspace_until=links.open_until(Purpose.TEAM_WORKSPACE, team.slug, now=clock.now()),
        messages=messages, errors=[(message, field) for field, message in messages.items()], status=status,
    )  # fmt: skip


def act_on(slug: str, act: Callable[[Team], object]) -> ResponseReturnValue:
    """Do something with a team that this person keeps, or show its page with why not."""
    team = own_team(slug)
    if was_changed(team):
        return team_page(team, [Problem("noi-dung", "changed_meanwhile")], 409)
    try:
        act(team)
    except TeamError as error:
        return team_page(team, error.problems, 422)
    return see_other(team_url(team))


@team_staff.post("/<slug:slug>/xac-nhan")
@requires(MANAGE, is_scoped=True)
def confirm(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: service.confirm_all(team, actor=actor, now=now))


@team_staff.post("/<slug:slug>/giai-the")
@requires(MANAGE, is_scoped=True)
def disband(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    day = parse_day(clean_line(request.form.get("ended_on", ""), 20))
    return act_on(slug, lambda team: service.disband(team, day, actor=actor, now=now))


@team_staff.post("/<slug:slug>/lay-lai")
@requires(MANAGE, is_scoped=True)
def take_back(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: service.take_back(team, actor=actor, now=now))


@team_staff.post("/<slug:slug>/truc")
@requires(MANAGE, is_scoped=True)
def add_shift(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    weekday, starts, ends, code = (request.form.get(name, "") for name in _SHIFT)
    return act_on(slug, lambda team: members.add_shift(team, weekday, starts, ends, code, actor=actor, now=now))


@team_staff.post("/<slug:slug>/truc/bo")
@requires(MANAGE, is_scoped=True)
def remove_shift(slug: str) -> ResponseReturnValue:
    actor, now, given = principal().actor, clock.now(), clean_line(request.form.get("shift", ""), 12)

    def remove(team: Team) -> None:
        shift = roster.shift_of(team, int(given)) if given.isdecimal() and int(given) < 2**31 else None
        members.remove_shift(team, shift or abort(404), actor=actor, now=now)

    return act_on(slug, remove)


@team_staff.get("/<slug:slug>/thanh-vien/them")
@requires(MANAGE, is_scoped=True)
def new_member(slug: str) -> ResponseReturnValue:
    return _member_page(own_team(slug), None, dict.fromkeys(_TYPED, "") | {"role": MemberRole.MEMBER.value})


@team_staff.post("/<slug:slug>/thanh-vien/them")
@requires(MANAGE, is_scoped=True)
def add_member(slug: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    team = own_team(slug)
    return _save(team, None, lambda details: members.add_member(team, details, actor=actor, now=now))


@team_staff.get("/<slug:slug>/thanh-vien/<slug:code>")
@requires(MANAGE, is_scoped=True)
def member(slug: str, code: str) -> ResponseReturnValue:
    team = own_team(slug)
    row = _own_member(team, code)
    return _member_page(team, row, _stored(row))


@team_staff.post("/<slug:slug>/thanh-vien/<slug:code>")
@requires(MANAGE, is_scoped=True)
def change_member(slug: str, code: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    team = own_team(slug)
    row = _own_member(team, code)
    return _save(team, row, lambda details: members.change_member(team, row, details, actor=actor, now=now))


@team_staff.post("/<slug:slug>/thanh-vien/<slug:code>/dung-cong-khai")
@requires(MANAGE, is_scoped=True)
def withdraw(slug: str, code: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: members.withdraw(team, _own_member(team, code), actor=actor, now=now))


@team_staff.post("/<slug:slug>/thanh-vien/<slug:code>/xoa")
@requires(MANAGE, is_scoped=True)
def remove_member(slug: str, code: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: members.remove_member(team, _own_member(team, code), actor=actor, now=now))


@team_staff.post("/<slug:slug>/thanh-vien/<slug:code>/len")
@requires(MANAGE, is_scoped=True)
def move_up(slug: str, code: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: members.move_member(team, _own_member(team, code), -1, actor=actor, now=now))


@team_staff.post("/<slug:slug>/thanh-vien/<slug:code>/xuong")
@requires(MANAGE, is_scoped=True)
def move_down(slug: str, code: str) -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return act_on(slug, lambda team: members.move_member(team, _own_member(team, code), 1, actor=actor, now=now))


def _own_member(team: Team, code: str) -> TeamMember:
    return roster.member_of(team, code) or abort(404)


def _stored(row: TeamMember) -> dict[str, str]:
    day = row.consented_on if is_public(row) else None
    return {
        "name": row.name, "role": row.role, "phone": row.phone, "zalo": row.zalo,
        "consented_on": day.isoformat() if day else "",
    }  # fmt: skip


def read_typed() -> dict[str, str]:
    """What a form says of a member, each on one line."""
    return {name: clean_line(request.form.get(name, ""), _LONGEST_TYPED) for name in _TYPED}


def details_of(typed: Mapping[str, str], role: str | None = None) -> MemberDetails:
    """The same as the service takes it; raises TeamError where the day is none."""
    day = parse_day(typed["consented_on"])
    if typed["consented_on"] and day is None:
        raise TeamError(Problem("consented_on", "day"))
    return MemberDetails(
        name=typed["name"], role=role or typed["role"], phone=typed["phone"], zalo=typed["zalo"], consented_on=day
    )


def _save(team: Team, row: TeamMember | None, save: Callable[[MemberDetails], object]) -> ResponseReturnValue:
    typed = read_typed()
    if was_changed(team):
        return _member_page(team, row, typed, [Problem("name", "changed_meanwhile")], 409)
    try:
        save(details_of(typed))
    except TeamError as error:
        return _member_page(team, row, typed, error.problems, 422)
    return see_other(team_url(team))


def _member_page(
    team: Team, row: TeamMember | None, typed: Mapping[str, str], problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    messages = messages_of(problems)
    return render_staff(
        "staff/teams/member.html", title=row.name if row else _("Thêm thành viên"), crumbs=crumbs(team), typed=typed,
        member=row, is_public=row is not None and is_public(row), messages=messages,
        errors=[(message, field) for field, message in messages.items()], roles=list(role_names().items()),
        limits=LIMITS | {"name": MEMBER_NAME_LIMIT}, stamp=sent_stamp() or stamp_of(team),
        here=f"{team_url(team)}/thanh-vien/{row.code}" if row else "", status=status,
    )  # fmt: skip
