"""Days, months, quarters and years, as figures are reported and shown for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from portal.core.days import EARLIEST, LATEST

YEARS = range(EARLIEST.year, LATEST.year + 1)
_CODE = re.compile(r"(\d{4})(?:-(?:q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.ASCII)
# How many days after its end the latest figure is still the one to look at: the next is due by then.
_STALE_AFTER_DAYS = {"day": 7, "month": 45, "quarter": 120, "year": 400}


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period; `start` is its first day, which `of` finds."""

    start: date
    kind: PeriodKind

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Period:
        """The period of a kind in which a day lies."""
        if kind is PeriodKind.DAY:
            return cls(day, kind)
        length = _MONTHS[kind]
        return cls(date(day.year, (day.month - 1) // length * length + 1, 1), kind)

    @classmethod
    def parse(cls, code: str) -> Period | None:
        """The period of a code such as `2026`, `2026-q4`, `2026-10` or `2026-10-05`; None where it is none.

        A year outside of `YEARS` is a slip: pages would list every month since.
        """
        match = _CODE.fullmatch(code)
        if match is None:
            return None
        year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
        if year not in YEARS:
            return None
        try:
            if quarter:
                return cls(date(year, quarter * 3 - 2, 1), PeriodKind.QUARTER)
            kind = PeriodKind.DAY if day else PeriodKind.MONTH if month else PeriodKind.YEAR
            return cls(date(year, month or 1, day or 1), kind)
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """The period in addresses and files."""
        if self.kind is PeriodKind.DAY:
            return self.start.isoformat()
        if self.kind is PeriodKind.MONTH:
            return f"{self.start:%Y-%m}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.start.year:04}-q{self.start.month // 3 + 1}"
        return f"{self.start.year:04}"

    @property
    def end(self) -> date:
        """The last day."""
        return self.start if self.kind is PeriodKind.DAY else self.shifted(1).start - timedelta(days=1)

    def shifted(self, number: int) -> Period:
        """The period so many later, or earlier for a negative number."""
        if self.kind is PeriodKind.DAY:
            return Period(self.start + timedelta(days=number), self.kind)
        months = self.start.year * 12 + self.start.month - 1 + number * _MONTHS[self.kind]
        return Period(date(months // 12, months % 12 + 1, 1), self.kind)

    @property
    def months(self) -> tuple[Period, ...]:
        """The months that make up a month, quarter or year; for a day, none."""
        return _months_of(self)

    @property
    def parts(self) -> tuple[Period, ...]:
        """The next shorter periods that it is summed up from: a year's quarters, a quarter's months."""
        return _parts_of(self)


@lru_cache(maxsize=512)
def _months_of(period: Period) -> tuple[Period, ...]:
    first = Period(period.start, PeriodKind.MONTH)
    return tuple(first.shifted(number) for number in range(_MONTHS.get(period.kind, 0)))


@lru_cache(maxsize=512)
def _parts_of(period: Period) -> tuple[Period, ...]:
    if period.kind is PeriodKind.YEAR:
        first = Period(period.start, PeriodKind.QUARTER)
        return tuple(first.shifted(number) for number in range(4))
    return period.months if period.kind is PeriodKind.QUARTER else ()


def span(first: Period, last: Period) -> Iterator[Period]:
    """All periods from one to another of the same kind, both included."""
    period = first
    while period.start <= last.start:
        yield period
        period = period.shifted(1)


@dataclass(frozen=True, slots=True)
class Age:
    """How old a figure is: days since its period ended; `is_stale` where a newer one should be there."""

    days: int
    is_stale: bool


def age(period: Period, today: date) -> Age:
    """The age of a period's figures, of which it is the latest."""
    days = max((today - period.end).days, 0)
    return Age(days, days > _STALE_AFTER_DAYS[period.kind])
