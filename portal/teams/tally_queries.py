"""SELECTs of the tally of people helped. Days are those of Asia/Ho_Chi_Minh; what was taken back never counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from portal.core.db import db
from portal.teams.models import Team, TeamTally

_MOST_SHOWN = 30
_PEOPLE = func.sum(TeamTally.people)


def tally_entry(team: Team, key: str) -> TeamTally | None:
    """What a team entered under a key, also where it was taken back; nobody changes it until the end."""
    statement = select(TeamTally).where(TeamTally.team_id == team.id, TeamTally.key == key)
    return db.session.scalar(statement.with_for_update())


def entries_of_day(team: Team, day: date) -> int:
    """How often a team has entered something for a day, what was taken back included."""
    own = TeamTally.team_id == team.id, TeamTally.day == day
    return db.session.scalar(select(func.count()).select_from(TeamTally).where(*own)) or 0


def entries_since(team: Team, moment: datetime) -> list[TeamTally]:
    """What a team has entered since a moment, the last first; thirty at most."""
    statement = select(TeamTally).where(
        TeamTally.team_id == team.id, TeamTally.recorded_at >= moment, TeamTally.undone_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(TeamTally.id.desc()).limit(_MOST_SHOWN)))


def people_by_day(teams: Collection[str] | None, since: date, until: date) -> dict[date, int]:
    """How many people these teams helped on each day from `since` to `until`, both included; days without are left out.

    `teams` are slugs; None stands for all teams.
    """
    statement = select(TeamTally.day, _PEOPLE.label("people")).where(*_counted(teams, since, until))
    rows = db.session.execute(statement.group_by(TeamTally.day).order_by(TeamTally.day))
    return {row.day: int(row.people) for row in rows}


def people_by_guide(teams: Collection[str] | None, since: date, until: date) -> dict[str, int]:
    """The same by guide, the most first; "" is work of which there is no guide."""
    statement = select(TeamTally.guide, _PEOPLE.label("people")).where(*_counted(teams, since, until))
    rows = db.session.execute(statement.group_by(TeamTally.guide).order_by(_PEOPLE.desc(), TeamTally.guide))
    return {row.guide: int(row.people) for row in rows}


def _counted(teams: Collection[str] | None, since: date, until: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [TeamTally.day.between(since, until), TeamTally.undone_at.is_(None)]
    if teams is not None:
        conditions.append(TeamTally.team_id.in_(select(Team.id).where(Team.slug.in_(teams))))
    return conditions
