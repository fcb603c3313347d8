"""Every SELECT of the sets that were frozen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.core.db import db
from portal.meetings.models import MeetingSet

# Years of weekly meetings; a list of more would be of no use.
_MOST_LISTED = 240


def by_code(code: str) -> MeetingSet | None:
    """A set by its public name."""
    return db.session.scalar(select(MeetingSet).where(MeetingSet.code == code))


def by_nonce(nonce: str) -> MeetingSet | None:
    """The set that a form has already made."""
    return db.session.scalar(select(MeetingSet).where(MeetingSet.nonce == nonce))


def frozen_sets() -> Sequence[MeetingSet]:
    """The sets, those of the latest period first, in it the last one first."""
    statement = select(MeetingSet).order_by(MeetingSet.period_start.desc(), MeetingSet.id.desc())
    return db.session.scalars(statement.limit(_MOST_LISTED)).all()
