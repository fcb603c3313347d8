"""Numbers, percentages and dates as Vietnamese tables write them.

The rules, also for what could be read in two ways:
- A dot or space before groups of three digits divides thousands: `1.902.270`, `1 902 270` and `1.234` are whole.
- A comma divides the fraction: `77,62` and `1.234,5`. `1,234` alone is refused: English tables mean a thousand by it.
- Where both stand, the last one divides the fraction, so `1,234.5` is understood; `1,902,270` has no other reading.
- A day comes before its month: `05/06/2026` is 5 June. Years have four digits.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from portal.exchange.errors import RowError, shown

_SPACES = re.compile(r"\s+")
_SIGN = re.compile(r"([+-]?)(.*)", re.DOTALL)
# Other minus signs, and the full-width characters of some keyboards.
_ASCII = {ord(char): "-" for char in "\N{MINUS SIGN}\N{EN DASH}\N{NON-BREAKING HYPHEN}"} | {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)
}
_PLAIN = re.compile(r"\d+")
_WHOLE = re.compile(r"\d{1,15}|[1-9]\d{0,2}(?:\.\d{3}){1,4}", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([ .,'])\d{3})(?:\1\d{3})*")
_FRACTION = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:[ .']\d{3})+),(\d+)|(?:\d+|[1-9]\d{0,2}(?:[ ,']\d{3})+)\.(\d+)")
_LONGEST = 40

_DAY = re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})")
_ISO_DAY = re.compile(r"(?P<year>\d{4})([/-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?:[t ]\d{2}:\d{2}.*)?")
_WRITTEN_DAY = re.compile(r"(?:ngay )?(?P<day>\d{1,2}) thang (?P<month>\d{1,2}),? nam (?P<year>\d{4})")
_MONTH = re.compile(r"(?:thang |t)?(\d{1,2}) ?[/.-] ?(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})[/-](\d{1,2})")
_WRITTEN_MONTH = re.compile(r"thang (\d{1,2}),? nam (\d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
# Excel counts days from here (its 29 February 1900 included); these are the days from 1954 to 2119.
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)

DAY_NOTATIONS = "31/12/2026"
MONTH_NOTATIONS = "12/2026"


class ValueProblem(ValueError):
    """A cell that can't be read; `code` and `params` are those of a row message."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def at(self, line: int, column: str) -> RowError:
        """The problem as that of a row's cell."""
        return RowError(line, column, self.code, self.params)


def parse_number(value: Any) -> Decimal | None:
    """A cell's number; None where it is empty. ValueProblem where it is none, or could be two."""
    if isinstance(value, bool):
        raise ValueProblem("not_a_number", value=shown(value))
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueProblem("not_a_number", value=shown(value))
        return number
    given = "" if value is None else str(value)
    if given.isdecimal() and given.isascii() and len(given) <= _LONGEST:
        return Decimal(given)  # most cells of most tables
    text = _SPACES.sub(" ", given[: _LONGEST * 4].translate(_ASCII)).strip()
    if not text:
        return None
    if len(text) > _LONGEST or not text.isascii():
        raise ValueProblem("not_a_number", value=shown(given))
    match = _SIGN.fullmatch(text)
    sign, digits = (match[1], match[2].strip()) if match else ("", text)
    return Decimal(sign + _plain_digits(digits, given))


def _plain_digits(digits: str, given: str) -> str:
    if _PLAIN.fullmatch(digits):
        return digits
    thousands = _THOUSANDS.fullmatch(digits)
    if thousands:
        if thousands[1] == "," and digits.count(",") == 1:
            raise ValueProblem("ambiguous_number", value=shown(given))
        return re.sub(r"\D", "", digits)
    fraction = _FRACTION.fullmatch(digits)
    if fraction:
        decimals = fraction[1] or fraction[2]
        return re.sub(r"\D", "", digits[: -len(decimals)]) + "." + decimals
    raise ValueProblem("not_a_number", value=shown(given))


def parse_whole(value: Any) -> int | None:
    """A cell's whole number; None where it is empty."""
    if type(value) is int:
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value.replace(".", ""))  # most cells of most tables
    number = parse_number(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueProblem("not_whole", value=shown(value))
    return int(number)


def parse_percent(value: Any) -> Decimal | None:
    """Percentage points: `77,62%` and `77,62` are 77.62.

    A cell that Excel shows as 77,62% holds the number 0.7762, and nobody can tell it from 0,7762 %: a kind whose
    column has such cells multiplies by itself.
    """
    return parse_number(value.strip().removesuffix("%") if isinstance(value, str) else value)


def parse_day(value: Any) -> dt.date | None:
    """A cell's day, written as a date, ISO, `31/12/2026`, `ngày 31 tháng 12 năm 2026`, or as Excel's number of it."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    given, text = _words(value)
    if not text:
        return None
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return _EXCEL_DAY_ZERO + dt.timedelta(days=int(float(text)))
    for pattern in (_DAY, _WRITTEN_DAY, _ISO_DAY):
        if match := pattern.fullmatch(text):
            return _date(match["year"], match["month"], match["day"], given, DAY_NOTATIONS)
    raise ValueProblem("bad_date", value=shown(given), expected=DAY_NOTATIONS)


def parse_month(value: Any) -> dt.date | None:
    """A cell's month as its first day: `12/2026`, `2026-12`, `tháng 12 năm 2026`, or any day of it."""
    given, text = _words(value)
    if match := _MONTH.fullmatch(text) or _WRITTEN_MONTH.fullmatch(text):
        return _date(match[2], match[1], "1", given, MONTH_NOTATIONS)
    if match := _ISO_MONTH.fullmatch(text):
        return _date(match[1], match[2], "1", given, MONTH_NOTATIONS)
    try:
        day = parse_day(value)
    except ValueProblem:
        raise ValueProblem("bad_date", value=shown(given), expected=MONTH_NOTATIONS) from None
    return day.replace(day=1) if day else None


def _words(value: Any) -> tuple[str, str]:
    """The text as it was given, and folded for the patterns."""
    given = "" if value is None else str(value)
    decomposed = unicodedata.normalize("NFKD", given[: _LONGEST * 4].lower())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return given, _SPACES.sub(" ", bare).strip()


def _date(year: str, month: str, day: str, given: str, expected: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueProblem("bad_date", value=shown(given), expected=expected) from None
