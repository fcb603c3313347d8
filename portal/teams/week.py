"""Weeks as the workspace counts them: from Monday to Sunday, by the calendar in Việt Nam."""

from __future__ import annotations

from datetime import date, timedelta

WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The first day of a day's week, also where that lies in the year before."""
    return day - timedelta(days=day.weekday())


def sunday_of(day: date) -> date:
    """The last day of a day's week."""
    return monday_of(day) + timedelta(days=6)


def last_mondays(today: date, number: int) -> list[date]:
    """The Mondays of so many weeks, today's first."""
    return [monday_of(today) - count * WEEK for count in range(number)]
