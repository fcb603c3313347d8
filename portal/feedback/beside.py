"""SELECTs of what stands beside a case for the officer who works on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal.core import workdays
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.stamps import stamp
from portal.core.text import words
from portal.core.workdays import CalendarDay
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.states import EventKind

# Whoever looks, and the clock, change nothing that an officer has to know of before acting.
_QUIET = tuple(
    kind.value
    for kind in (
        EventKind.UNMASKED, EventKind.REMINDED, EventKind.OVERDUE, EventKind.ESCALATED, EventKind.CODE_RENEWED,
    )
)  # fmt: skip
_LOOKED_AT = 100
_RECENT = timedelta(days=90)
_MOST_SIMILAR = 5
# Of the words of the shorter of two messages, so many stand in the other too.
_ENOUGH_ALIKE = 0.6
_FEWEST_WORDS = 4


def stamp_of_case(case: FeedbackCase) -> str:
    """Tells whether anything has happened to a case that somebody who works on it should have read."""
    last = select(func.max(FeedbackEvent.id)).where(FeedbackEvent.case_id == case.id, FeedbackEvent.kind.not_in(_QUIET))
    return stamp([case.reference, case.state, case.agency, case.assignee, db.session.scalar(last)])


@dataclass(frozen=True, slots=True)
class Similar:
    """A case of the same agency that may be about the same; `is_same_page` where its subject is the same."""

    reference: str
    message: str
    state: str
    received_at: datetime
    is_same_page: bool


def similar(case: FeedbackCase, now: datetime) -> list[Similar]:
    """Cases of the last months at the same agency, about the same page or in much the same words; the likest first."""
    statement = (
        select(
            FeedbackCase.reference, FeedbackCase.message, FeedbackCase.state, FeedbackCase.received_at,
            FeedbackCase.subject_kind, FeedbackCase.subject_key,
        )
        .where(FeedbackCase.agency == case.agency, FeedbackCase.received_at > now - _RECENT, FeedbackCase.id != case.id)
        .order_by(FeedbackCase.received_at.desc())
        .limit(_LOOKED_AT)
    )  # fmt: skip
    mine = frozenset(words(case.message))
    found = []
    for one in db.session.execute(statement):
        is_same_page = bool(case.subject_key) and (one.subject_kind, one.subject_key) == (
            case.subject_kind, case.subject_key,
        )  # fmt: skip
        alike = _alike(mine, frozenset(words(one.message)))
        if is_same_page or alike >= _ENOUGH_ALIKE:
            found.append((alike, Similar(one.reference, one.message, one.state, one.received_at, is_same_page)))
    found.sort(key=lambda pair: -pair[0])
    return [one for _alike_by, one in found[:_MOST_SIMILAR]]


def _alike(mine: frozenset[str], other: frozenset[str]) -> float:
    shorter = min(len(mine), len(other))
    return len(mine & other) / shorter if shorter >= _FEWEST_WORDS else 0.0


@memoised_by_content
def _unconfirmed_days() -> tuple[date, ...]:
    """The days of the calendar that nobody has checked against an announcement."""
    return tuple(db.session.scalars(select(CalendarDay.day).where(CalendarDay.is_confirmed.is_(False))))


def provisional_years(first: date, last: date) -> list[int]:
    """The years, of those that a limit touches, in which it is counted by a list that isn't complete or confirmed."""
    years = {day.year for day in _unconfirmed_days() if first <= day <= last}
    return sorted(years | (set(range(first.year, last.year + 1)) - workdays.known_years()))
