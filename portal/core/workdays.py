"""Working days: the list of days off and of Saturdays worked instead, which staff keep, and counting by it.

Monday to Friday are worked unless the list says otherwise. A year that nobody has entered is counted by its weekends
alone; whoever shows a date in it says so (`Calendar.known_years`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import CheckConstraint, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import audit
from portal.core.content import memoised_by_content
from portal.core.db import Base, db
from portal.core.permissions import Actor

OFF, WORK = "off", "work"
FIRST_YEAR, LAST_YEAR = 2020, 2100
# Bộ luật Lao động 2019, điều 112 gives eleven days a year; a list with fewer weekdays off can't be complete.
FEWEST_DAYS_OFF = 11
_SATURDAY = 5
_DAY = timedelta(days=1)


class CalendarDay(Base):
    """A day off (kind `off`) or a weekend's day that is worked (`work`), with where that is written.

    `is_starter` is true for days that shipped, of a year in which nobody has changed anything yet.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (CheckConstraint("kind IN ('off', 'work')", name="kind"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    is_confirmed: Mapped[bool]
    is_starter: Mapped[bool]


# Counting.


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """The list at one moment: days that differ from their weekday, and their kind."""

    kinds: Mapping[date, str]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on a day."""
        kind = self.kinds.get(day)
        return kind == WORK if kind else _is_weekday(day)

    def add_working_days(self, start: date, count: int) -> date:
        """The last day of a limit of `count` working days from `start`; ValueError where count is negative.

        The first day isn't counted (Bộ luật Dân sự 2015, điều 147), and a limit never ends on a day off but on the next
        working day (điều 148): which matters for `count` 0 alone.
        """
        if count < 0:
            raise ValueError("a limit has no negative days")
        day = start
        while count or not self.is_working_day(day):
            day += _DAY
            if count and self.is_working_day(day):
                count -= 1
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`; negative where `last` is the earlier.

        So a limit that ends on `last` has this many working days left on `first`.
        """
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + _DAY * passed for passed in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))

    def known_years(self) -> frozenset[int]:
        """The years whose list may be complete: as many weekdays off, less those made up for, as the law gives."""
        found: Counter[int] = Counter()
        for day, kind in self.kinds.items():
            if _is_weekday(day) == (kind == OFF):
                found[day.year] += 1 if kind == OFF else -1
        return frozenset(year for year, count in found.items() if count >= FEWEST_DAYS_OFF)


@memoised_by_content
def calendar() -> Calendar:
    """The list as it is; one query until it changes. For many questions in a row ask this once."""
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind))
    return Calendar(MappingProxyType({row.day: row.kind for row in rows}))


def known_years() -> frozenset[int]:
    """The years whose list may be complete; see `Calendar.known_years`."""
    return calendar().known_years()


# The list itself.


@dataclass(frozen=True, slots=True, kw_only=True)
class DayValues:
    """What the list says of a day."""

    kind: str
    name: str
    source: str
    is_confirmed: bool


class CalendarError(Exception):
    """Why a day is refused: taken, bad_year or no_weekend (only a weekend's day is worked instead of another)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def days_of(year: int) -> list[CalendarDay]:
    """The list of a year, by day."""
    in_year = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(db.session.scalars(select(CalendarDay).where(in_year).order_by(CalendarDay.day)))


def find_day(day: date) -> CalendarDay | None:
    """What the list says of a day, or None."""
    return db.session.get(CalendarDay, day)


def values_of(row: CalendarDay) -> DayValues:
    """What a row says."""
    return DayValues(kind=row.kind, name=row.name, source=row.source, is_confirmed=row.is_confirmed)


def check_day(day: date, kind: str) -> None:
    """Raises CalendarError where the list can't hold such a day."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarError("bad_year")
    if kind == WORK and _is_weekday(day):
        raise CalendarError("no_weekend")


def add_day(day: date, values: DayValues, *, actor: Actor, now: datetime) -> CalendarDay:
    """Put a day on the list; raises CalendarError."""
    check_day(day, values.kind)
    if find_day(day) is not None:
        raise CalendarError("taken")
    _take_over(day.year)
    row = CalendarDay(day=day, is_starter=False, **asdict(values))
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "calendar_day_added", _subject_of(row), at=now, after=asdict(values))
    return row


def change_day(row: CalendarDay, values: DayValues, *, actor: Actor, now: datetime) -> None:
    """Change what the list says of a day; raises CalendarError."""
    check_day(row.day, values.kind)
    before, after = asdict(values_of(row)), asdict(values)
    if before == after:
        return
    _take_over(row.day.year)
    for name, value in after.items():
        setattr(row, name, value)
    db.session.flush()
    changed = [name for name in after if before[name] != after[name]]
    audit.record(
        actor, "calendar_day_changed", _subject_of(row), at=now, before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )  # fmt: skip


def confirm_day(row: CalendarDay, *, actor: Actor, now: datetime) -> None:
    """Say that a day is as its source says."""
    change_day(row, replace(values_of(row), is_confirmed=True), actor=actor, now=now)


def remove_day(row: CalendarDay, *, actor: Actor, now: datetime) -> None:
    """Take a day off the list; it is then what its weekday says."""
    _take_over(row.day.year)
    audit.record(actor, "calendar_day_removed", _subject_of(row), at=now, before=asdict(values_of(row)))
    db.session.delete(row)
    db.session.flush()


def load_starter(days: Mapping[date, DayValues]) -> int:
    """Bring the years that nobody has changed to the list that ships; how many days differ now.

    A year is left alone as a whole: half of one hand and half of another, a list would be wrong.
    """
    changes = 0
    for year in sorted({day.year for day in days}):
        present = {row.day: row for row in days_of(year)}
        if all(row.is_starter for row in present.values()):
            changes += _replace(present, {day: values for day, values in days.items() if day.year == year})
    db.session.flush()
    return changes


def store_days(days: Mapping[date, DayValues]) -> int:
    """Bring the years of a content file to its list, as the province's own; how many days differ now."""
    changes = 0
    for year in sorted({day.year for day in days}):
        present = {row.day: row for row in days_of(year)}
        changed = _replace(present, {day: values for day, values in days.items() if day.year == year})
        db.session.flush()
        if changed:
            _take_over(year)
        changes += changed
    return changes


def _replace(present: Mapping[date, CalendarDay], wanted: Mapping[date, DayValues]) -> int:
    changed = [day for day, row in present.items() if wanted.get(day) != values_of(row)]
    _delete(present[day] for day in changed)
    new = [day for day in wanted if day not in present or day in changed]
    db.session.add_all(CalendarDay(day=day, is_starter=True, **asdict(wanted[day])) for day in new)
    return len({*changed, *new})


def _delete(rows: Iterable[CalendarDay]) -> None:
    for row in rows:
        db.session.delete(row)
    db.session.flush()


def _take_over(year: int) -> None:
    """From now on a year is the province's own."""
    in_year = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    db.session.execute(update(CalendarDay).where(in_year, CalendarDay.is_starter).values(is_starter=False))


def _subject_of(row: CalendarDay) -> audit.Subject:
    return audit.Subject("calendar_day", row.day.isoformat(), f"{row.day:%d/%m/%Y} {row.name}".strip())
