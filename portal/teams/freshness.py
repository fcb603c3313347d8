"""How long what somebody confirmed of a team is believed: one rule for the public, the staff and files."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

# After so long without a confirmation, nobody knows any more whether it is right.
UNCONFIRMED_MONTHS = 6


def long_ago(today: date) -> date:
    """The day six months before; who was confirmed before it is not confirmed any more."""
    months = today.year * 12 + today.month - 1 - UNCONFIRMED_MONTHS
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def is_old(confirmed_on: date | None, today: date) -> bool:
    """Whether a day of confirmation is too far back to be believed; False where there is none."""
    return confirmed_on is not None and confirmed_on < long_ago(today)


def is_unconfirmed(confirmed_on: date | None, today: date) -> bool:
    """Whether somebody should ask again: never confirmed, or too long ago."""
    return confirmed_on is None or is_old(confirmed_on, today)
