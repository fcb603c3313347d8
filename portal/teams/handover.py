"""Handing a team over to a new leader: the former one is erased, what they could do ends, the team's links go on.

The links and QR codes that the team shares name the team, not its leader: nothing changes for who holds them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from portal.core import audit
from portal.core.db import db
from portal.core.permissions import Actor
from portal.teams import roster
from portal.teams.checks import refuse
from portal.teams.leaders import end_leading
from portal.teams.members import MemberDetails, add_member, change_member, erase
from portal.teams.models import MemberRole, Team, TeamMember, TeamShift
from portal.teams.service import subject, touch


def leader_of(team: Team) -> TeamMember | None:
    """Who leads the team now."""
    return next((one for one in roster.members_of(team) if one.role == MemberRole.LEADER), None)


def hand_over(team: Team, successor: TeamMember | MemberDetails, *, actor: Actor, now: datetime) -> TeamMember:
    """Make a member, or somebody new, the leader; raises TeamError.

    The former leader is erased with their numbers, in the tables and in what imports remember; the log has never had
    them. Their hours at the counter become the new leader's. Who leads the team with an account loses that role and is
    signed out; an account that could do nothing else is disabled. The leader's private links end.
    """
    former = leader_of(team)
    if former is None:
        raise refuse("name", "no_leader")
    if successor is former:
        raise refuse("name", "same")
    former.role = MemberRole.MEMBER.value
    db.session.flush()
    if isinstance(successor, TeamMember):
        chosen = successor
        details = MemberDetails(
            name=chosen.name, role=MemberRole.LEADER.value, phone=chosen.phone, zalo=chosen.zalo,
            consented_on=chosen.consented_on if chosen.withdrawn_on is None else None,
        )  # fmt: skip
        change_member(team, chosen, details, actor=actor, now=now)
    else:
        chosen = add_member(team, successor, actor=actor, now=now)
    chosen.position = former.position
    db.session.execute(update(TeamShift).where(TeamShift.member_id == former.id).values(member_id=chosen.id))
    before, after = {"member": former.code}, {"member": chosen.code}
    erase(team, former, now=now)
    end_leading(team, "name", actor=actor, now=now)
    touch(team, now)
    audit.record(actor, "team_handed_over", subject(team), at=now, before=before, after=after)
    return chosen
