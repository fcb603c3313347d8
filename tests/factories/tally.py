"""Entries of the tally as they arrive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.core.db import db, unit_of_work
from portal.teams.models import TeamTally
from portal.teams.tally import read_entry, record
from tests.factories.teams import team_of

KEY = "0123456789abcdef"


def milliseconds(moment: datetime) -> str:
    """A moment as a telephone says it."""
    return str(round(moment.timestamp() * 1000))


def arrive(
    slug: str, *, now: datetime, key: str = KEY, guide: str = "", people: str = "2", typed_at: datetime | None = None
) -> bool:
    """An entry comes in; whether it counts anew."""
    moment = milliseconds(typed_at) if typed_at else ""
    with unit_of_work():
        entry = read_entry(key=key, guide=guide, people=people, moment=moment, now=now)
        return record(team_of(slug), entry, now=now)


def rows() -> list[TeamTally]:
    """Everything that the database has, in its order."""
    db.session.rollback()
    return list(db.session.scalars(select(TeamTally).order_by(TeamTally.id)))
