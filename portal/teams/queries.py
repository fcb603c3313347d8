"""SELECTs of the teams as everybody may see them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.permissions import Scope, ScopeChoice
from portal.places.models import Place
from portal.places.queries import atlas
from portal.search.folding import sort_key
from portal.teams.models import Team, TeamMember, TeamShift, TeamVillage

SCOPE_KIND = "team"
_NUMBER = re.compile(r"([0-9]+)")


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
    """A team as pages show it: `commune` and `villages` are slugs of places.

    No contact without consent is in it, and none of a team that was disbanded.
    """

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


@dataclass(frozen=True, slots=True)
class TeamBrief:
    """What a list has to know of a team; `villages` are slugs, `can_be_called` whether it has a public number."""

    slug: str
    name: str
    can_be_called: bool
    villages: frozenset[str]


@dataclass(frozen=True, slots=True)
class TeamsThere:
    """The places that teams of a commune of today were entered for, itself and units before it, how many there
    are, and how many of those are illustrative."""

    places: tuple[str, ...] = ()
    number: int = 0
    demos: int = 0


def team(slug: str) -> Team | None:
    """A team by its slug, to be changed."""
    return db.session.scalar(select(Team).where(Team.slug == slug))


def team_fact(slug: str) -> TeamFact | None:
    """A team by its slug, also one that has been disbanded."""
    return next(iter(_facts(_TEAMS.where(Team.slug == slug))), None)


def teams_of_communes(communes: Collection[str]) -> list[TeamFact]:
    """The teams of communes of today by name, each once; those of units that they were formed from too.

    Four statements.
    """
    there = teams_by_commune()
    places = {slug for commune in communes for slug in there.get(commune, TeamsThere()).places}
    facts = _facts(_TEAMS.where(Place.slug.in_(places), Team.ended_on.is_(None))) if places else []
    return sorted(facts, key=lambda one: (_name_key(one.name), one.slug))


def teams_by_slug(slugs: Sequence[str]) -> list[TeamFact]:
    """Teams in this order; those that don't exist are left out. Four statements, none for no slugs."""
    found = {fact.slug: fact for fact in _facts(_TEAMS.where(Team.slug.in_(slugs)))} if slugs else {}
    return [found[slug] for slug in slugs if slug in found]


@memoised_by_content
def teams_by_commune() -> Mapping[str, TeamsThere]:
    """Where there are teams, by the communes of today: a merger moves nobody's entries, but changes whose they are.

    Teams of a unit that was split stand in each of its parts: nobody can tell from here.
    """
    known = atlas()
    numbers = (
        select(Place.slug, func.count().label("number"), func.count(case((Team.is_demo, 1))).label("demos"))
        .select_from(Team)
        .join(Place, Team.place_id == Place.id)
        .where(Team.ended_on.is_(None))
        .group_by(Place.slug)
        .order_by(Place.slug)
    )
    found: dict[str, TeamsThere] = {}
    for row in db.session.execute(numbers):
        for commune in known.current(row.slug):
            there = found.get(commune.slug, TeamsThere())
            demos = there.demos + row.demos
            found[commune.slug] = TeamsThere((*there.places, row.slug), there.number + row.number, demos)
    return MappingProxyType(found)


@memoised_by_content
def briefs_of_commune(commune: str) -> tuple[TeamBrief, ...]:
    """All teams of a commune of today, those that can be called first: two statements, however many there are."""
    places = teams_by_commune().get(commune, TeamsThere()).places
    if not places:
        return ()
    called = select(TeamMember.id).where(
        TeamMember.team_id == Team.id, _AGREED, (TeamMember.phone != "") | (TeamMember.zalo != "")
    )
    statement = select(Team.id, Team.slug, Team.name, called.exists().label("can_be_called"))
    statement = statement.join(Place, Team.place_id == Place.id)
    rows = db.session.execute(statement.where(Place.slug.in_(places), Team.ended_on.is_(None))).all()
    villages = _villages([row.id for row in rows])
    briefs = [TeamBrief(row.slug, row.name, bool(row.can_be_called), frozenset(villages[row.id])) for row in rows]
    return tuple(sorted(briefs, key=lambda one: (not one.can_be_called, _name_key(one.name), one.slug)))


def sitemap_rows() -> list[tuple[str, datetime]]:
    """The teams that work today, with the moment of their last change."""
    statement = select(Team.slug, Team.updated_at).where(Team.ended_on.is_(None)).order_by(Team.id)
    return [(row.slug, row.updated_at) for row in db.session.execute(statement)]


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


def working(*, is_demo: bool) -> Select[str]:
    """The SELECT of the slugs of all teams that work today; illustrative ones and others are never counted together."""
    return select(Team.slug).where(Team.ended_on.is_(None), Team.is_demo == is_demo)


def working_in(commune: str, *, is_demo: bool) -> Select[str]:
    """Those of them in what a commune, also one of before, is today."""
    there = teams_by_commune()
    places = {slug for one in atlas().current(commune) for slug in there.get(one.slug, TeamsThere()).places}
    return working(is_demo=is_demo).join(Place, Team.place_id == Place.id).where(Place.slug.in_(places))


def real_teams(slugs: Collection[str]) -> list[str]:
    """Those of these teams that work today and aren't illustrative, by slug."""
    return sorted(set(db.session.scalars(working(is_demo=False))).intersection(slugs))


def count_of(teams: Select[str]) -> int:
    """How many teams a SELECT of slugs finds."""
    return db.session.scalar(select(func.count()).select_from(teams.subquery())) or 0


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
    standing = [row.id for row in rows if row.ended_on is None]
    villages, contacts, shifts = _villages(ids), _contacts(standing), _shifts(standing)
    return [
        TeamFact(
            row.slug, row.name, row.commune, tuple(villages[row.id]), row.meeting_place, row.meeting_hours,
            tuple(contacts[row.id]), tuple(shifts[row.id]), row.confirmed_on, row.ended_on, row.is_demo,
        )
        for row in rows
    ]  # fmt: skip


def _name_key(name: str) -> list[tuple[int, str]]:
    """The order of the alphabet, and "Tổ số 2" before "Tổ số 10"."""
    parts = _NUMBER.split(name)
    return [(int(part[:9]), "") if part.isdigit() else (0, str(sort_key(part))) for part in parts]


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
