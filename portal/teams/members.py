"""Every change of who is in a team, and of when somebody is at the counter. What the audit log keeps: see `service`.

Whoever takes their consent back, or leaves, is erased at once: also from what imports remember.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from portal.core import audit
from portal.core.clock import local_day
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.exchange.forgetting import forget_subjects
from portal.teams import roster
from portal.teams.bulk_service import ask_to_clean
from portal.teams.checks import (
    MEMBER_NAME_LIMIT,
    MOST_MEMBERS,
    MOST_SHIFTS,
    Problem,
    TeamError,
    check_day,
    read_minutes,
    read_name,
    read_number,
    refuse,
)
from portal.teams.leaders import end_leaders_links, end_leading
from portal.teams.models import MemberRole, Team, TeamMember, TeamShift
from portal.teams.service import subject, touch

IMPORT_KIND = "teams"
_CONTACT = ("name", "phone", "zalo")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDetails:
    """What is typed of a member; `consented_on` is the day on which they agreed to be named in public."""

    name: str
    role: str = MemberRole.MEMBER.value
    phone: str = ""
    zalo: str = ""
    consented_on: date | None = None


def is_public(member: TeamMember) -> bool:
    """Whether they agreed to be named, and still do."""
    return member.consented_on is not None and member.withdrawn_on is None


def add_member(team: Team, details: MemberDetails, *, actor: Actor, now: datetime) -> TeamMember:
    """A new member, the last in order, confirmed on the day of `now`; raises TeamError."""
    others = roster.members_of(team)
    checked = _checked(details, others, None, local_day(now))
    if len(others) >= MOST_MEMBERS:
        raise refuse("name", "too_many")
    member = TeamMember(
        code=new_code(), team_id=team.id, position=max((one.position for one in others), default=-1) + 1,
        name=checked.name, role=checked.role, phone=checked.phone, zalo=checked.zalo,
        consented_on=checked.consented_on, confirmed_on=local_day(now),
    )  # fmt: skip
    db.session.add(member)
    touch(team, now)
    after = {"member": member.code, "role": member.role} | _consent(member)
    audit.record(actor, "team_member_added", subject(team), at=now, after=after)
    return member


def change_member(team: Team, member: TeamMember, details: MemberDetails, *, actor: Actor, now: datetime) -> None:
    """Other details. A name or number that differs counts as confirmed today. Raises TeamError.

    Consent doesn't end here, by a day that somebody left out: `withdraw` does that. Who leads no more, leads with no
    account either.
    """
    today = local_day(now)
    checked = _checked(details, roster.members_of(team), member, today)
    agrees_anew = checked.consented_on is not None and not (
        is_public(member) and member.consented_on == checked.consented_on
    )
    fields = [name for name in _CONTACT if getattr(member, name) != getattr(checked, name)]
    role = member.role
    if not fields and not agrees_anew and role == checked.role:
        return
    before: dict[str, Any] = {"role": role} if role != checked.role else {}
    before |= _consent(member) if agrees_anew else {}
    member.name, member.role, member.phone, member.zalo = checked.name, checked.role, checked.phone, checked.zalo
    if agrees_anew:
        member.consented_on, member.withdrawn_on = checked.consented_on, None
    if fields:
        member.confirmed_on = today
    if role == MemberRole.LEADER and role != checked.role:
        end_leading(team, "role", actor=actor, now=now)
    elif role == MemberRole.LEADER and "name" in fields:
        end_leaders_links(team, now)
    touch(team, now)
    after: dict[str, Any] = {"member": member.code}
    after |= {"fields": ", ".join(fields)} if fields else {}
    after |= {"role": checked.role} if role != checked.role else {}
    after |= _consent(member) if agrees_anew else {}
    audit.record(actor, "team_member_changed", subject(team), at=now, before=before, after=after)


def withdraw(team: Team, member: TeamMember, *, actor: Actor, now: datetime) -> None:
    """End somebody's consent today and erase their numbers; TeamError where they are not named in public."""
    if not is_public(member):
        raise refuse("consented_on", "no_consent")
    before = _consent(member)
    member.withdrawn_on = max(local_day(now), member.consented_on or local_day(now))
    member.phone = member.zalo = ""
    member.confirmed_on = None
    touch(team, now)
    _forget(team, member, now)
    after = {"member": member.code, "withdrawn_on": member.withdrawn_on.isoformat()}
    audit.record(actor, "team_consent_ended", subject(team), at=now, before=before, after=after)


def remove_member(team: Team, member: TeamMember, *, actor: Actor, now: datetime) -> None:
    """Erase a member with their hours at the counter; with the leader, their way to lead it. Raises TeamError."""
    if member.role == MemberRole.LEADER:
        end_leading(team, "noi-dung", actor=actor, now=now)
    erase(team, member, now=now)
    touch(team, now)
    audit.record(actor, "team_member_removed", subject(team), at=now, before={"member": member.code})


def erase(team: Team, member: TeamMember, *, now: datetime) -> None:
    """Take somebody out of the tables and of what imports remember, without a word in the audit log."""
    _forget(team, member, now)
    db.session.execute(delete(TeamShift).where(TeamShift.member_id == member.id))
    db.session.delete(member)
    db.session.flush()


def move_member(team: Team, member: TeamMember, step: int, *, actor: Actor, now: datetime) -> None:
    """Change places with the member before (-1) or behind (1); nothing at either end."""
    order = list(roster.members_of(team))
    here = order.index(member)
    there = here + step
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order):
        one.position = position
    touch(team, now)
    after = {"member": member.code, "position": there + 1}
    audit.record(actor, "team_member_moved", subject(team), at=now, before={"position": here + 1}, after=after)


def add_shift(team: Team, weekday: str, starts: str, ends: str, code: str, *, actor: Actor, now: datetime) -> TeamShift:
    """Say when somebody is at the counter: `weekday` 1 is Monday, `code` a member's or ""; raises TeamError."""
    problems: list[Problem] = []
    first, last = read_minutes(starts), read_minutes(ends)
    if weekday not in {str(day) for day in range(1, 8)}:
        problems.append(Problem("weekday", "weekday"))
    for field, minutes in (("starts", first), ("ends", last)):
        if minutes is None:
            problems.append(Problem(field, "time"))
    member = roster.member_of(team, code) if code else None
    if code and member is None:
        problems.append(Problem("member", "no_member"))
    if first is not None and last is not None and first >= last:
        problems.append(Problem("ends", "reversed"))
    if len(roster.shifts_of(team)) >= MOST_SHIFTS:
        problems.append(Problem("weekday", "too_many"))
    if problems or first is None or last is None:
        raise TeamError(*problems)
    shift = TeamShift(
        team_id=team.id, member_id=member.id if member else None, weekday=int(weekday), starts=first, ends=last
    )
    db.session.add(shift)
    touch(team, now)
    audit.record(actor, "team_shift_added", subject(team), at=now, after=_hours(shift))
    return shift


def remove_shift(team: Team, shift: TeamShift, *, actor: Actor, now: datetime) -> None:
    """Nobody is at the counter then any more."""
    before = _hours(shift)
    db.session.delete(shift)
    touch(team, now)
    audit.record(actor, "team_shift_removed", subject(team), at=now, before=before)


def _hours(shift: TeamShift) -> dict[str, int]:
    return {"weekday": shift.weekday, "starts": shift.starts, "ends": shift.ends}


def _consent(member: TeamMember) -> dict[str, str]:
    days = {"consented_on": member.consented_on, "withdrawn_on": member.withdrawn_on}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _forget(team: Team, member: TeamMember, now: datetime) -> None:
    """Out of what imports remember, and out of files that the worker made for printing."""
    forget_subjects(IMPORT_KIND, [f"{team.slug}/{member.code}"])
    ask_to_clean(now, why=f"{member.code} ")


def _checked(
    details: MemberDetails, others: Sequence[TeamMember], member: TeamMember | None, today: date
) -> MemberDetails:
    problems: list[Problem] = []
    name = read_name(details.name, MEMBER_NAME_LIMIT, problems)
    phone, zalo = read_number(details.phone, "phone", problems), read_number(details.zalo, "zalo", problems)
    check_day(details.consented_on, today, problems, "consented_on")
    if details.role not in set(MemberRole):
        problems.append(Problem("role", "role"))
    if details.role == MemberRole.LEADER and any(one.role == MemberRole.LEADER and one is not member for one in others):
        problems.append(Problem("role", "has_leader"))
    if member is not None and details.consented_on is None and is_public(member):
        problems.append(Problem("consented_on", "withdraw_instead"))
    ended = member.withdrawn_on if member is not None else None
    if ended is not None and details.consented_on is not None and details.consented_on < ended:
        problems.append(Problem("consented_on", "before_withdrawal"))
    if problems:
        raise TeamError(*problems)
    return MemberDetails(name=name, role=details.role, phone=phone, zalo=zalo, consented_on=details.consented_on)
