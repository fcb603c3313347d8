"""Periods as tables of people name them: `10/2026`, `Quý IV năm 2026`, `Từ ngày 01/10/2026 đến ngày 31/10/2026`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from portal.adoption.periods import YEARS, Period, PeriodKind
from portal.core.text import fold
from portal.exchange.errors import shown
from portal.exchange.values import ValueProblem, parse_day, parse_month

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"(?:quy|q)\s*(iv|i{1,3}|[1-4])\s*(?:[/.-]|,?\s*nam)\s*(\d{4})\b")
_ISO_QUARTER = re.compile(r"(\d{4})[-/]q([1-4])")
_YEAR = re.compile(r"(?:nam\s+)?(\d{4})(?:\.0)?")
_KINDS = {
    "ngay": PeriodKind.DAY, "day": PeriodKind.DAY, "thang": PeriodKind.MONTH, "month": PeriodKind.MONTH,
    "quy": PeriodKind.QUARTER, "quarter": PeriodKind.QUARTER, "nam": PeriodKind.YEAR, "year": PeriodKind.YEAR,
}  # fmt: skip
# In a title; the whole of it is searched.
_TITLE_RANGE = re.compile(
    r"tu\s+(?:ngay\s+)?(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\s+den\s+(?:het\s+)?(?:ngay\s+)?(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
)
_TITLE_MONTH = re.compile(r"thang\s+(\d{1,2})\s*(?:[/.-]|,?\s*nam)\s*(\d{4})\b")
_TITLE_YEAR = re.compile(r"\bnam\s+(\d{4})\b")
# "Quảng Ngãi, ngày 5 tháng 11 năm 2026" is the day of a signature.
_SIGNED = re.compile(r"ngay\s+(?:\d{1,2}|[.…]+)\s+thang\s+\d{1,2}\s*,?\s*nam\s+\d{4}")


@lru_cache(maxsize=1_000)
def period_of_row(value: Any, kind: Any) -> Period | None:
    """What two cells say of the period and its kind; the same cells come again and again."""
    return parse_period(value, parse_kind(kind))


def parse_period(value: Any, kind: PeriodKind | None = None) -> Period | None:
    """A cell's period; None where it is empty. ValueProblem where it is none.

    A date alone could be a day or the month that a spreadsheet shows it as: the first of a month is read as its month,
    another day is refused, unless `kind` says what it is.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = "" if isinstance(value, (date, datetime)) else " ".join(fold(str(value)[:80]).split())
    if kind is None and (found := _quarter(text) or _year(text)):
        return found
    if kind in {PeriodKind.QUARTER, PeriodKind.YEAR} and (found := _quarter(text) or _year(text)):
        return _of_kind(found, kind, value)
    try:
        found = _month_or_day(value, kind)
    except ValueProblem:
        raise _no_period(value) from None
    if found.start.year not in YEARS:
        raise _no_period(value)
    return found


def _month_or_day(value: Any, kind: PeriodKind | None) -> Period:
    if kind is None or kind is PeriodKind.MONTH:
        month = parse_month(value)
        day = _day(value)
        if month is None or (kind is None and day is not None and day.day != 1):
            raise _no_period(value)
        return Period(month, PeriodKind.MONTH)
    day = _day(value)
    if day is None:
        raise _no_period(value)
    return Period.of(kind, day)


def _day(value: Any) -> date | None:
    try:
        return parse_day(value)
    except ValueProblem:
        return None


def _of_kind(found: Period, kind: PeriodKind, value: Any) -> Period:
    if found.kind is not kind:
        raise _no_period(value)
    return found


def parse_past_day(value: Any, today: date) -> date | None:
    """A cell's day that has been; None where it is empty. ValueProblem for others.

    What says that it is of a day to come would be newer than whatever is imported until then.
    """
    day = parse_day(value)
    if day is not None and day > today:
        raise ValueProblem("in_future", value=shown(value))
    return day


def _no_period(value: Any) -> ValueProblem:
    return ValueProblem("bad_period", value=shown(value))


def _quarter(text: str) -> Period | None:
    if match := _QUARTER.fullmatch(text):
        return _period_of_quarter(match[1], match[2])
    match = _ISO_QUARTER.fullmatch(text)
    return _period_of_quarter(match[2], match[1]) if match else None


def _period_of_quarter(quarter: str, year: str) -> Period | None:
    number = _ROMAN.get(quarter) or int(quarter)
    return Period.parse(f"{year}-q{number}")


def _year(text: str) -> Period | None:
    match = _YEAR.fullmatch(text)
    return Period.parse(match[1]) if match and match[1].startswith(("19", "20")) else None


def parse_kind(value: Any) -> PeriodKind | None:
    """What a cell says that the period is; None where it is empty. ValueProblem for other words."""
    text = fold(str(value or "")).strip()
    if text and text not in _KINDS:
        raise ValueProblem("unknown_value", value=shown(value), known="ngày, tháng, quý, năm")
    return _KINDS.get(text)


def period_in_titles(titles: Iterable[str]) -> Period | None:
    """The period that the lines above a table speak of; None where they speak of none, or of several."""
    found = {period for title in titles if (period := _in_title(title))}
    return found.pop() if len(found) == 1 else None


def _in_title(title: str) -> Period | None:
    text = _SIGNED.sub(" ", " ".join(fold(title).split()))
    if match := _TITLE_RANGE.search(text):
        return _period_between(match[1], match[2])
    if match := _TITLE_MONTH.search(text):
        return Period.parse(f"{match[2]}-{int(match[1]):02}")
    if match := _QUARTER.search(text):
        return _period_of_quarter(match[1], match[2])
    match = _TITLE_YEAR.search(text)
    return Period.parse(match[1]) if match else None


def _period_between(first: str, last: str) -> Period | None:
    """The period from one day to another, where that is a whole one."""
    begin, end = _day(first), _day(last)
    if begin is None or end is None:
        return None
    kinds = (PeriodKind.DAY, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
    periods = (Period.of(kind, begin) for kind in kinds)
    return next((period for period in periods if (period.start, period.end) == (begin, end)), None)
