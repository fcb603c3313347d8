"""Working days: counting, the list that ships, and what happens to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.config import ROOT
from portal.core import workdays
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.core.workdays import OFF, WORK, Calendar, CalendarDay, CalendarError, DayValues
from portal.settings.cli import parse_days
from tests.queries import count_queries

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SOMEBODY = Actor("user", "abc", "Nguyễn Văn An")
# Tuesday 1 and Wednesday 2 September are off, Monday 31 August is swapped for Saturday 22.
SEPTEMBER = Calendar({
    date(2026, 8, 22): WORK, date(2026, 8, 31): OFF, date(2026, 9, 1): OFF, date(2026, 9, 2): OFF,
})  # fmt: skip


def values(kind: str = OFF, name: str = "Quốc khánh", *, is_confirmed: bool = False) -> DayValues:
    return DayValues(kind=kind, name=name, source="Thông báo số 1", is_confirmed=is_confirmed)


def shipped() -> dict[date, DayValues]:
    path = ROOT / "portal" / "starter" / "calendar.csv"
    days, problems = parse_days(path.read_text(encoding="utf-8").splitlines())
    assert problems == []
    return days


@pytest.fixture
def starter(app: Flask) -> dict[date, DayValues]:
    """The list that ships, loaded."""
    days = shipped()
    with unit_of_work():
        assert workdays.load_starter(days) == len(days)
    return days


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 2), 1, date(2026, 11, 3)),  # the first day isn't counted
        (date(2026, 11, 6), 1, date(2026, 11, 9)),  # over a weekend
        (date(2026, 11, 7), 1, date(2026, 11, 9)),  # from a Saturday
        (date(2026, 8, 28), 1, date(2026, 9, 3)),  # over the holiday and its swap
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # the Saturday that is worked instead
        (date(2026, 8, 22), 0, date(2026, 8, 22)),
        (date(2026, 8, 23), 0, date(2026, 8, 24)),  # a limit never ends on a Sunday
        (date(2026, 9, 1), 0, date(2026, 9, 3)),
        (date(2026, 8, 20), 10, date(2026, 9, 7)),
    ],
)
def test_a_limit_ends(start: date, count: int, end: date) -> None:
    assert SEPTEMBER.add_working_days(start, count) == end


def test_a_limit_has_no_negative_days() -> None:
    with pytest.raises(ValueError, match="negative"):
        SEPTEMBER.add_working_days(date(2026, 9, 1), -1)


@given(st.dates(date(2026, 7, 1), date(2026, 10, 31)), st.integers(1, 60))
def test_what_is_added_is_what_lies_between(start: date, count: int) -> None:
    end = SEPTEMBER.add_working_days(start, count)
    assert SEPTEMBER.is_working_day(end)
    assert SEPTEMBER.working_days_between(start, end) == count
    assert SEPTEMBER.working_days_between(end, start) == -count
    assert SEPTEMBER.working_days_between(start, end - timedelta(days=1)) == count - 1


def test_a_day_has_nothing_after_itself() -> None:
    assert SEPTEMBER.working_days_between(date(2026, 9, 3), date(2026, 9, 3)) == 0


def test_the_shipped_list_knows_the_swaps(starter: dict[date, DayValues]) -> None:
    assert not workdays.calendar().is_working_day(date(2026, 1, 2))
    assert workdays.calendar().is_working_day(date(2026, 1, 10))
    assert not workdays.calendar().is_working_day(date(2026, 11, 24))
    assert workdays.known_years() == {2026, 2027}
    assert workdays.calendar().working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 261 - 14 + 2
    assert {day for day, value in starter.items() if value.is_confirmed} == {date(2026, 1, 2), date(2026, 1, 10)}
    assert all(value.source for value in starter.values())


@pytest.mark.usefixtures("starter")
def test_a_year_that_nobody_entered_has_its_weekends_and_is_unknown() -> None:
    assert 2028 not in workdays.known_years()
    assert workdays.calendar().add_working_days(date(2028, 9, 1), 1) == date(2028, 9, 4)
    assert not workdays.calendar().is_working_day(date(1999, 1, 2))


def test_some_days_make_no_year_known() -> None:
    weekends = [date(2028, 1, 1) + timedelta(weeks=week) for week in range(40)]
    assert Calendar(dict.fromkeys(weekends, OFF)).known_years() == frozenset()
    mondays = {date(2028, 1, 3) + timedelta(weeks=week): OFF for week in range(11)}
    assert Calendar(mondays).known_years() == {2028}
    assert Calendar({**mondays, date(2028, 1, 8): WORK}).known_years() == frozenset(), "a swap gives no day more"


@pytest.mark.usefixtures("starter")
def test_the_list_is_asked_for_once() -> None:
    db.session.remove()
    with count_queries() as queries:
        workdays.calendar().add_working_days(date(2026, 1, 1), 200)
        workdays.calendar().working_days_between(date(2026, 1, 1), date(2027, 12, 31))
        workdays.known_years()
    assert len([query for query in queries if "calendar_days" in query]) == 1


@pytest.mark.usefixtures("starter")
def test_a_change_counts_at_once() -> None:
    assert workdays.calendar().is_working_day(date(2026, 11, 25))
    with unit_of_work():
        workdays.add_day(date(2026, 11, 25), values(), actor=SOMEBODY, now=NOW)
        assert not workdays.calendar().is_working_day(date(2026, 11, 25))
    assert not workdays.calendar().is_working_day(date(2026, 11, 25))


def change(starter: Iterable[date]) -> None:
    row = workdays.find_day(next(iter(starter)))
    assert row is not None
    workdays.change_day(row, values(name="Khác"), actor=SOMEBODY, now=NOW)


def confirm(_starter: Iterable[date]) -> None:
    row = workdays.find_day(date(2026, 9, 2))
    assert row is not None
    workdays.confirm_day(row, actor=SOMEBODY, now=NOW)


def remove(_starter: Iterable[date]) -> None:
    row = workdays.find_day(date(2026, 9, 2))
    assert row is not None
    workdays.remove_day(row, actor=SOMEBODY, now=NOW)


def add(_starter: Iterable[date]) -> None:
    workdays.add_day(date(2026, 9, 4), values(), actor=SOMEBODY, now=NOW)


@pytest.mark.parametrize("act", [change, confirm, remove, add])
def test_a_year_that_staff_changed_is_never_overwritten(starter: dict[date, DayValues], act: object) -> None:
    with unit_of_work():
        assert callable(act)
        act(starter)
    before = [(row.day, workdays.values_of(row)) for row in workdays.days_of(2026)]
    newer = {day: values(name="Tên mới", is_confirmed=True) for day in starter}
    with unit_of_work():
        assert workdays.load_starter(newer) == sum(day.year == 2027 for day in starter)
    assert [(row.day, workdays.values_of(row)) for row in workdays.days_of(2026)] == before
    assert {row.name for row in workdays.days_of(2027)} == {"Tên mới"}


def test_a_year_that_nobody_changed_follows_what_ships(starter: dict[date, DayValues]) -> None:
    with unit_of_work():
        assert workdays.load_starter(starter) == 0
    fewer = {day: value for day, value in starter.items() if day != date(2027, 9, 3)}
    with unit_of_work():
        assert workdays.load_starter(fewer) == 1
    assert workdays.find_day(date(2027, 9, 3)) is None


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(
    ("day", "kind", "code"),
    [
        (date(2026, 9, 2), OFF, "taken"),
        (date(2019, 9, 2), OFF, "bad_year"),
        (date(2101, 9, 2), OFF, "bad_year"),
        (date(2026, 9, 4), WORK, "no_weekend"),
    ],
)
def test_a_day_that_cannot_be_is_refused(day: date, kind: str, code: str) -> None:
    with pytest.raises(CalendarError, match=code), unit_of_work():
        workdays.add_day(day, values(kind), actor=SOMEBODY, now=NOW)
    assert db.session.get(CalendarDay, date(2026, 9, 4)) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026-09-02;off;Quốc khánh;x", "4 cells"),
        ("2026-09-31;off;Quốc khánh;x;yes", "day"),
        ("2026-09-02;nghỉ;Quốc khánh;x;yes", "kind is off or work"),
        ("2026-09-02;off;;x;yes", "name and source"),
        ("2026-09-02;work;x;x;yes", "no_weekend"),
        ("2026-01-01;off;x;x;yes", "twice"),
    ],
)
def test_a_faulty_line_is_named(line: str, message: str) -> None:
    head = ["day;kind;name;source;confirmed", "2026-01-01;off;Tết;x;no"]
    days, ((number, text),) = parse_days([*head, line])
    assert (len(days), number) == (1, 3)
    assert message in text
    assert parse_days(["day,kind"])[1][0][0] == 1
