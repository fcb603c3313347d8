"""By when something has to happen to a case: pure arithmetic over working days.

Passing on takes at most five working days (Nghị định 20/2008/NĐ-CP as amended by Nghị định 92/2017/NĐ-CP). In how many
an answer comes is what the province promises, where it does: no source fixes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.workdays import Calendar

PASS_ON_DAYS = 5
# How many working days before a deadline the agency is reminded.
REMIND_BEFORE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A promise: for a category and an agency, empty for all."""

    category: str
    agency: str
    days: int
    source: str
    is_demo: bool


def promised(deadlines: Iterable[Deadline], category: str, agency: str) -> Deadline | None:
    """The promise that holds for a case: of both, of the agency, of the category, of all; None where there is none."""
    fitting = [one for one in deadlines if one.category in {"", category} and one.agency in {"", agency}]
    return max(fitting, key=lambda one: (bool(one.agency), bool(one.category)), default=None)


def pass_due(received_on: date, calendar: Calendar) -> date:
    """The last day for passing it on to who is competent."""
    return calendar.add_working_days(received_on, PASS_ON_DAYS)


def prolonged(due: date, paused_on: date, resumed_on: date, calendar: Calendar) -> date:
    """A deadline after a pause: as many working days are left as when the clock stood still.

    A deadline that had passed when the pause began stays passed.
    """
    left = calendar.working_days_between(paused_on, due)
    if left < 0:
        return due
    return calendar.add_working_days(resumed_on, left)


def remind_on(due: date, calendar: Calendar) -> date:
    """The working day on which the agency is reminded: the one before the last."""
    day, left = due, REMIND_BEFORE
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def is_overdue(due: date | None, today: date) -> bool:
    """Whether a deadline has passed: its own day is still in time."""
    return due is not None and today > due


def working_days_left(due: date, today: date, calendar: Calendar) -> int:
    """How many working days are left after today; negative once it has passed."""
    return calendar.working_days_between(today, due)
