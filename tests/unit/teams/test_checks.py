"""What was typed about a team."""

from __future__ import annotations

from datetime import date

import pytest

from portal.teams.checks import Problem, read_minutes, read_name, read_notes, read_number, shown_minutes
from portal.teams.freshness import is_old, is_unconfirmed, long_ago


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("7:30", 450), ("07h30", 450), ("7H", 420), ("7", 420), ("7.05", 425), ("24:00", 1440), ("0:00", 0)],
)
def test_times_as_people_write_them(typed: str, minutes: int) -> None:
    assert read_minutes(f" {typed} ") == minutes
    assert read_minutes(shown_minutes(minutes)) == minutes


@pytest.mark.parametrize("typed", ["", "24:01", "25", "7:60", "7:3", "7 giờ", "-1", "７:30x", "1" * 500])
def test_what_is_no_time(typed: str) -> None:
    assert read_minutes(typed) is None


@pytest.mark.parametrize("typed", ["0255 3822 222", "+84 900 222 333", "(0255) 382-222", "19001234", ""])
def test_numbers_stay_as_they_are_written(typed: str) -> None:
    problems: list[Problem] = []
    assert (read_number(f" {typed}\u200b ", "phone", problems), problems) == (typed, [])


@pytest.mark.parametrize("typed", ["12", "0900 222 333; 0900 222 334", "tel:113", "0900 222 333 <b>", "1" * 5000])
def test_what_is_no_number(typed: str) -> None:
    problems: list[Problem] = []
    assert (read_number(typed, "zalo", problems), problems) == ("", [Problem("zalo", "phone")])


def test_texts_are_composed_bounded_and_plain() -> None:
    problems: list[Problem] = []
    assert read_name("To\u0302\u0309\x00 \u202eAn", 10, problems) == "Tổ An"
    assert read_notes("một\r\n\x07hai \n", problems) == "một\nhai"
    assert problems == []
    read_name("a" * 100_000, 10, problems)
    read_notes("a\n" * 100_000, problems)
    assert problems == [Problem("name", "too_long"), Problem("notes", "too_long")]


def test_six_months_before() -> None:
    assert [long_ago(day) for day in (date(2026, 11, 22), date(2026, 3, 31), date(2026, 8, 31))] == [
        date(2026, 5, 22), date(2025, 9, 30), date(2026, 2, 28),
    ]  # fmt: skip


def test_what_was_confirmed_is_believed_for_six_months() -> None:
    today = date(2026, 11, 22)
    assert [is_old(day, today) for day in (date(2026, 5, 21), date(2026, 5, 22), None)] == [True, False, False]
    assert [is_unconfirmed(day, today) for day in (date(2026, 5, 21), date(2026, 5, 22), None)] == [True, False, True]
