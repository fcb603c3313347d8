"""Weeks of the workspace, also where a year ends."""

from __future__ import annotations

from datetime import date

import pytest

from portal.teams.week import last_mondays, monday_of, sunday_of


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
        (date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
        (date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),
        (date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
        (date(2024, 2, 29), date(2024, 2, 26), date(2024, 3, 3)),
    ],
)
def test_a_week_is_monday_to_sunday(day: date, monday: date, sunday: date) -> None:
    assert (monday_of(day), sunday_of(day)) == (monday, sunday)


def test_the_last_weeks_go_back_over_the_new_year() -> None:
    assert last_mondays(date(2026, 1, 7), 3) == [date(2026, 1, 5), date(2025, 12, 29), date(2025, 12, 22)]
