"""Numbers and dates read as CLDR says; only that way of asking it is too large for a worker."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal

from portal.core import formats
from portal.core.i18n import LOCALES

DAY_PATTERNS = {"vi": ("dd/MM/yyyy", "MM/yyyy"), "en": ("d MMMM yyyy", "MMMM yyyy")}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_writes_numbers_as_cldr_does(locale: str) -> None:
    for value in (0, 7, 999, 1_000, 50_000, 1_902_270, -12_345):
        assert formats.number(value, locale) == format_decimal(value, locale=locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_writes_dates_as_cldr_does(locale: str) -> None:
    day_pattern, month_pattern = DAY_PATTERNS[locale]
    for number in range(1, 13):
        value = date(2026, number, number + 1)
        assert formats.day(value, locale) == format_date(value, day_pattern, locale=locale)
        assert formats.weekday(value, locale) == format_date(value, "EEEE", locale=locale)
        assert formats.month(value, locale) == format_date(value, month_pattern, locale=locale)


def test_short_forms() -> None:
    assert (formats.decimal(1234.56, "vi"), formats.decimal(1234.56, "en")) == ("1.234,6", "1,234.6")
    assert (formats.decimal(0, "vi"), formats.decimal(0.96, "en")) == ("0,0", "1.0")
    assert (formats.short_day(date(2026, 3, 9), "vi"), formats.short_day(date(2026, 3, 9), "en")) == ("09/03", "9 Mar")


def test_money_never_breaks() -> None:
    assert formats.money(50_000, "VND", "vi") == "50.000\u00a0đ"
    assert formats.money(10, "USD", "en") == "10\u00a0USD"
