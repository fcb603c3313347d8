"""SELECTs of the teams as those see them who keep them: with members who are not named in public."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func, select

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.places.models import Place
from portal.sharing.models import ShareCount, ShareLink
from portal.teams.models import MemberRole, Team, TeamMember, TeamShift, TeamTally, TeamVillage


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in a list: `commune` is a slug, `public` counts the members who are named in public, `landings` how often
    somebody came by one of its links."""

    slug: str
    name: str
    commune: str
    members: int
    public: int
    has_leader: bool
    links: int
    landings: int
    confirmed_on: date | None
    ended_on: date | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list over teams; `villages` are slugs."""

    team: str
    team_name: str
    commune: str
    villages: tuple[str, ...]
    meeting_place: str
    meeting_hours: str
    member: TeamMember


_AGREED = TeamMember.consented_on.is_not(None) & TeamMember.withdrawn_on.is_(None)


def team_rows() -> list[TeamRow]:
    """Every team, those that ended too: three statements."""
    links, landings = _links_by_team(), _landings_by_team()
    counted = (
        select(
            TeamMember.team_id,
            func.count().label("members"),
            func.sum(case((_AGREED, 1), else_=0)).cast(Integer).label("public"),
            func.sum(case((TeamMember.role == MemberRole.LEADER, 1), else_=0)).cast(Integer).label("leaders"),
        )
        .group_by(TeamMember.team_id)
        .subquery()
    )
    statement = (
        select(
            Team.slug, Team.name, Place.slug.label("commune"), counted.c.members, counted.c.public, counted.c.leaders,
            Team.confirmed_on, Team.ended_on, Team.is_demo,
        )
        .join(Place, Team.place_id == Place.id)
        .join(counted, counted.c.team_id == Team.id, isouter=True)
        .order_by(Team.id)
    )  # fmt: skip
    return [
        TeamRow(
            row.slug, row.name, row.commune, row.members or 0, row.public or 0, bool(row.leaders),
            links.get(row.slug, 0), landings.get(row.slug, 0), row.confirmed_on, row.ended_on, row.is_demo,
        )
        for row in db.session.execute(statement)
    ]  # fmt: skip


def _links_by_team() -> dict[str, int]:
    counted = select(ShareLink.team, func.count().label("number")).group_by(ShareLink.team)
    return {row.team: row.number for row in db.session.execute(counted)}


def _landings_by_team() -> dict[str, int]:
    counted = (
        select(ShareLink.team, func.sum(ShareCount.number).cast(Integer).label("number"))
        .join(ShareCount, ShareCount.link_id == ShareLink.id)
        .where(ShareCount.event == "landing")
        .group_by(ShareLink.team)
    )
    return {row.team: row.number for row in db.session.execute(counted)}


def lock_all() -> None:
    """Nobody changes a team from now on until the end of the transaction."""
    db.session.execute(select(Team.id).order_by(Team.id).with_for_update()).all()


def member_rows() -> list[MemberRow]:
    """Members of the teams that work, but who took their consent back, by team and position: two statements."""
    statement = (
        select(Team.id, Team.slug, Team.name, Place.slug.label("commune"), Team.meeting_place, Team.meeting_hours,
               TeamMember)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .join(Place, Team.place_id == Place.id)
        .where(Team.ended_on.is_(None), TeamMember.withdrawn_on.is_(None))
        .order_by(Team.name, Team.id, TeamMember.position, TeamMember.id)
    )  # fmt: skip
    villages = village_slugs()
    return [
        MemberRow(slug, name, commune, tuple(villages[team_id]), place, hours, member)
        for team_id, slug, name, commune, place, hours, member in db.session.execute(statement)
    ]


def teams_by_slug(slugs: Collection[str]) -> dict[str, Team]:
    """Those of the teams that exist."""
    return {row.slug: row for row in db.session.scalars(select(Team).where(Team.slug.in_(slugs)))}


def slugs_like(beginning: str) -> set[str]:
    """The slugs of teams that begin so."""
    return set(db.session.scalars(select(Team.slug).where(Team.slug.startswith(beginning, autoescape=True))))


def named_alike(place_id: int, name: str) -> Team | None:
    """The team of a commune with this name, however its letters are written; also one that ended."""
    rows = db.session.scalars(select(Team).where(Team.place_id == place_id).order_by(Team.id))
    return next((row for row in rows if row.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class KnownTeam:
    """A team as the rows of a file may name it."""

    slug: str
    has_ended: bool


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member as the rows of a file may name them."""

    code: str
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """All teams by commune and name, all members by the slug of their team and their name; names in small letters.

    Of several members with one name the first in order. `sizes` are the numbers of members by the team's slug.
    """

    teams: Mapping[tuple[str, str], KnownTeam]
    members: Mapping[tuple[str, str], KnownMember]
    sizes: Mapping[str, int]


@memoised_by_content
def known() -> Known:
    """All of them: two statements, read again when content changes."""
    teams = select(Place.slug.label("commune"), Team.name, Team.slug, Team.ended_on).join(
        Place, Team.place_id == Place.id
    )
    members = select(Team.slug, TeamMember.name, TeamMember.code, TeamMember.withdrawn_on).join(
        TeamMember, TeamMember.team_id == Team.id
    )
    rows = db.session.execute(members.order_by(TeamMember.position.desc(), TeamMember.id.desc())).all()
    return Known(
        {
            (row.commune, row.name.casefold()): KnownTeam(row.slug, row.ended_on is not None)
            for row in db.session.execute(teams.order_by(Team.id.desc()))
        },
        {(row.slug, row.name.casefold()): KnownMember(row.code, row.withdrawn_on) for row in rows},
        Counter(row.slug for row in rows),
    )


def last_positions(ids: Collection[int]) -> defaultdict[int, int]:
    """The position of the last member of each team by its id; -1 where there is none."""
    statement = select(TeamMember.team_id, func.max(TeamMember.position).label("last")).group_by(TeamMember.team_id)
    found: defaultdict[int, int] = defaultdict(lambda: -1)
    for row in db.session.execute(statement.where(TeamMember.team_id.in_(ids))):
        found[row.team_id] = row.last
    return found


def teams_with_others(slugs: Collection[str], members: Collection[str]) -> set[str]:
    """Those of the teams that have a member who is none of these (slug/code)."""
    statement = select(Team.slug, TeamMember.code).join(TeamMember, TeamMember.team_id == Team.id)
    rows = db.session.execute(statement.where(Team.slug.in_(slugs)))
    return {row.slug for row in rows if f"{row.slug}/{row.code}" not in members}


def leaders() -> dict[str, str]:
    """The code of the leader of each team that has one, by the team's slug."""
    statement = select(Team.slug, TeamMember.code).join(TeamMember, TeamMember.team_id == Team.id)
    rows = db.session.execute(statement.where(TeamMember.role == MemberRole.LEADER))
    return {row.slug: row.code for row in rows}


def place_of(team: Team) -> Place:
    """The commune of a team."""
    return db.session.get_one(Place, team.place_id)


def place_slugs(ids: Collection[int]) -> dict[int, str]:
    """The slugs of places by their ids."""
    return {row.id: row.slug for row in db.session.execute(select(Place.id, Place.slug).where(Place.id.in_(ids)))}


def villages_of(team: Team) -> list[str]:
    """The slugs of the villages that a team serves, by name."""
    return village_slugs([team.id])[team.id]


def village_slugs(ids: Collection[int] | None = None) -> defaultdict[int, list[str]]:
    """The same for some teams by their ids, or for all."""
    statement = select(TeamVillage.team_id, Place.slug).join(Place, TeamVillage.place_id == Place.id)
    if ids is not None:
        statement = statement.where(TeamVillage.team_id.in_(ids))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(statement.order_by(Place.name, Place.id)):
        found[row.team_id].append(row.slug)
    return found


def members_of(team: Team) -> Sequence[TeamMember]:
    """The members of a team in their order."""
    statement = select(TeamMember).where(TeamMember.team_id == team.id)
    return db.session.scalars(statement.order_by(TeamMember.position, TeamMember.id)).all()


def member_of(team: Team, code: str) -> TeamMember | None:
    """A member of this team by their code; None where it is another team's."""
    return db.session.scalar(select(TeamMember).where(TeamMember.team_id == team.id, TeamMember.code == code))


def members_by_code(codes: Collection[str]) -> dict[str, TeamMember]:
    """Those of the members that exist."""
    return {row.code: row for row in db.session.scalars(select(TeamMember).where(TeamMember.code.in_(codes)))}


def shifts_of(team: Team) -> Sequence[TeamShift]:
    """When somebody of the team is at the counter, by weekday."""
    statement = select(TeamShift).where(TeamShift.team_id == team.id)
    return db.session.scalars(statement.order_by(TeamShift.weekday, TeamShift.starts, TeamShift.id)).all()


def shift_of(team: Team, shift_id: int) -> TeamShift | None:
    """A shift of this team; None where it is another team's."""
    return db.session.scalar(select(TeamShift).where(TeamShift.team_id == team.id, TeamShift.id == shift_id))


def used(slugs: Collection[str]) -> set[str]:
    """Those of the teams that have share links or have counted people."""
    shared = select(ShareLink.team).where(ShareLink.team.in_(slugs))
    counted = select(Team.slug).join(TeamTally, TeamTally.team_id == Team.id).where(Team.slug.in_(slugs))
    return set(db.session.scalars(shared)) | set(db.session.scalars(counted))


def demo_slugs() -> Sequence[str]:
    """The slugs of the illustrative teams."""
    return db.session.scalars(select(Team.slug).where(Team.is_demo).order_by(Team.slug)).all()
