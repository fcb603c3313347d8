"""Numbers, money and dates as people read them; each result is a plain text in one language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from portal.core.clock import LOCAL_ZONE


@lru_cache(maxsize=4096)
def number(value: int, locale: str) -> str:
    """A whole number with the language's separators: 1.902.270."""
    return str(format_decimal(value, locale=locale))


def money(amount: int, currency: str, locale: str) -> str:
    """An amount in whole units of its currency: 50.000 đ, 10 USD; the space never breaks."""
    sign = "đ" if currency == "VND" else currency
    return f"{number(amount, locale)}\u00a0{sign}"


@lru_cache(maxsize=4096)
def day(value: date, locale: str) -> str:
    """A day: 22/11/2026, in English 22 November 2026."""
    return str(format_date(value, "dd/MM/yyyy" if locale == "vi" else "d MMMM yyyy", locale=locale))


@lru_cache(maxsize=4096)
def weekday(value: date, locale: str) -> str:
    """The weekday of a day: Thứ Hai, in English Monday."""
    return str(format_date(value, "EEEE", locale=locale))


@lru_cache(maxsize=1024)
def month(value: date, locale: str) -> str:
    """A month: 12/2025, in English December 2025."""
    return str(format_date(value, "MM/yyyy" if locale == "vi" else "MMMM yyyy", locale=locale))


def instant(value: datetime, locale: str) -> str:
    """An instant by the clock in Việt Nam: 16:05 22/11/2026."""
    local = value.astimezone(LOCAL_ZONE)
    return f"{local:%H:%M} {day(local.date(), locale)}"


def moment(value: datetime, locale: str) -> str:
    """The day of an instant, as it was in Việt Nam."""
    return day(value.astimezone(LOCAL_ZONE).date(), locale)
