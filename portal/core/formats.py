"""Numbers, money and dates as people read them; each result is a plain text in one language.

Written out here for our few formats: what Babel loads to do the same takes five megabytes in every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from portal.core.clock import LOCAL_ZONE
from portal.core.i18n import DEFAULT_LOCALE

T = TypeVar("T")

# What stands between thousands, by language; the others write as Vietnamese does.
_GROUP_SIGNS = {"vi": ".", "en": ","}
# The months of the languages that spell them out; the others write figures.
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def _of(table: Mapping[str, T], locale: str) -> T:
    return table.get(locale, table[DEFAULT_LOCALE.code])


def number(value: int, locale: str) -> str:
    """A whole number with the language's separators: 1.902.270."""
    return f"{value:,}".replace(",", _of(_GROUP_SIGNS, locale))


def decimal(value: float, locale: str) -> str:
    """A number with one digit behind the sign: 3,5, in English 3.5."""
    whole, _point, tenth = f"{value:.1f}".partition(".")
    return f"{number(int(whole), locale)}{'.' if _of(_GROUP_SIGNS, locale) == ',' else ','}{tenth}"


def money(amount: int, currency: str, locale: str) -> str:
    """An amount in whole units of its currency: 50.000 đ, 10 USD; the space never breaks."""
    sign = "đ" if currency == "VND" else currency
    return f"{number(amount, locale)}\u00a0{sign}"


def day(value: date, locale: str) -> str:
    """A day: 22/11/2026, in English 22 November 2026."""
    if names := _MONTHS.get(locale):
        return f"{value.day} {names[value.month - 1]} {value.year}"
    return f"{value.day:02}/{value.month:02}/{value.year}"


def short_day(value: date, locale: str) -> str:
    """A day of about this time: 22/11, in English 22 Nov."""
    if names := _MONTHS.get(locale):
        return f"{value.day} {names[value.month - 1][:3]}"
    return f"{value.day:02}/{value.month:02}"


def weekday(value: date, locale: str) -> str:
    """The weekday of a day: Thứ Hai, in English Monday."""
    return _of(_WEEKDAYS, locale)[value.weekday()]


def month(value: date, locale: str) -> str:
    """A month: 12/2025, in English December 2025."""
    if names := _MONTHS.get(locale):
        return f"{names[value.month - 1]} {value.year}"
    return f"{value.month:02}/{value.year}"


def instant(value: datetime, locale: str) -> str:
    """An instant by the clock in Việt Nam: 16:05 22/11/2026."""
    local = value.astimezone(LOCAL_ZONE)
    return f"{local:%H:%M} {day(local.date(), locale)}"


def moment(value: datetime, locale: str) -> str:
    """The day of an instant, as it was in Việt Nam."""
    return day(value.astimezone(LOCAL_ZONE).date(), locale)
