"""SELECTs of the teams as everybody may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.core.permissions import Scope, ScopeChoice
from portal.places.models import Place
from portal.teams.models import Team, TeamMember, TeamShift, TeamVillage

SCOPE_KIND = "team"


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A member who agreed to be named in public, and how they are reached."""

    name: str
    role: str
    phone: str
    zalo: str
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class ShiftFact:
    """When somebody is at the commune's counter; `name` only of who agreed to be named."""

    weekday: int
    starts: int
    ends: int
    name: str


@dataclass(frozen=True, slots=True)
class TeamFact:
    """A team as pages show it: `commune` and `villages` are slugs of places; no contact without consent is in it."""

    slug: str
    name: str
    commune: str
    villages: tuple[str, ...]
    meeting_place: str
    meeting_hours: str
    contacts: tuple[ContactFact, ...]
    shifts: tuple[ShiftFact, ...]
    confirmed_on: date | None
    ended_on: date | None
    is_demo: bool


def team(slug: str) -> Team | None:
    """A team by its slug, to be changed."""
    return db.session.scalar(select(Team).where(Team.slug == slug))


def team_fact(slug: str) -> TeamFact | None:
    """A team by its slug, also one that has been disbanded."""
    return next(iter(_facts(_TEAMS.where(Team.slug == slug))), None)


def teams_of_commune(commune: str) -> list[TeamFact]:
    """The teams of a commune that work today, by name."""
    return _facts(_TEAMS.where(Place.slug == commune, Team.ended_on.is_(None)).order_by(Team.name, Team.id))


def scope_choices() -> list[ScopeChoice]:
    """The teams that somebody can lead."""
    statement = select(Team.slug, Team.name).where(Team.ended_on.is_(None)).order_by(Team.name, Team.id)
    return [ScopeChoice(Scope(SCOPE_KIND, row.slug), row.name) for row in db.session.execute(statement)]


class TeamRow(NamedTuple):
    """A team of today in a list; `commune` is a slug."""

    slug: str
    name: str
    commune: str


def team_rows() -> list[TeamRow]:
    """All teams that work today, by name."""
    statement = select(Team.slug, Team.name, Place.slug.label("commune")).join(Place, Team.place_id == Place.id)
    statement = statement.where(Team.ended_on.is_(None)).order_by(Team.name, Team.id)
    return [TeamRow(row.slug, row.name, row.commune) for row in db.session.execute(statement)]


def no_subordinates(_slug: str) -> Sequence[str]:
    """No team stands below another."""
    return ()


_TEAMS = select(
    Team.id, Team.slug, Team.name, Place.slug.label("commune"), Team.meeting_place, Team.meeting_hours,
    Team.confirmed_on, Team.ended_on, Team.is_demo,
).join(Place, Team.place_id == Place.id)  # fmt: skip
# Who may be named in public.
_AGREED = TeamMember.consented_on.is_not(None) & TeamMember.withdrawn_on.is_(None)


def _facts(statement: Select[int, str, str, str, str, str, date | None, date | None, bool]) -> list[TeamFact]:
    """Four statements, however many teams there are."""
    rows = db.session.execute(statement).all()
    ids = [row.id for row in rows]
    villages, contacts, shifts = _villages(ids), _contacts(ids), _shifts(ids)
    return [
        TeamFact(
            row.slug, row.name, row.commune, tuple(villages[row.id]), row.meeting_place, row.meeting_hours,
            tuple(contacts[row.id]), tuple(shifts[row.id]), row.confirmed_on, row.ended_on, row.is_demo,
        )
        for row in rows
    ]  # fmt: skip


def _villages(ids: Collection[int]) -> defaultdict[int, list[str]]:
    statement = select(TeamVillage.team_id, Place.slug).join(Place, TeamVillage.place_id == Place.id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(statement.where(TeamVillage.team_id.in_(ids)).order_by(Place.name, Place.id)):
        found[row.team_id].append(row.slug)
    return found


def _contacts(ids: Collection[int]) -> defaultdict[int, list[ContactFact]]:
    statement = select(
        TeamMember.team_id, TeamMember.name, TeamMember.role, TeamMember.phone, TeamMember.zalo,
        TeamMember.confirmed_on,
    ).where(TeamMember.team_id.in_(ids), _AGREED)  # fmt: skip
    found: defaultdict[int, list[ContactFact]] = defaultdict(list)
    for row in db.session.execute(statement.order_by(TeamMember.position, TeamMember.id)):
        found[row.team_id].append(ContactFact(row.name, row.role, row.phone, row.zalo, row.confirmed_on))
    return found


def _shifts(ids: Collection[int]) -> defaultdict[int, list[ShiftFact]]:
    agreed = aliased(TeamMember, select(TeamMember).where(_AGREED).subquery())
    statement = (
        select(TeamShift.team_id, TeamShift.weekday, TeamShift.starts, TeamShift.ends, agreed.name)
        .join(agreed, TeamShift.member_id == agreed.id, isouter=True)
        .where(TeamShift.team_id.in_(ids))
        .order_by(TeamShift.weekday, TeamShift.starts, TeamShift.id)
    )
    found: defaultdict[int, list[ShiftFact]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.team_id].append(ShiftFact(row.weekday, row.starts, row.ends, row.name or ""))
    return found
