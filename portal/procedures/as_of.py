"""As-of dates with the precision that their source gives, never a false exact date."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from portal.core.clock import LOCAL_ZONE

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")


class Precision(StrEnum):
    """How exactly an as-of date is known."""

    INSTANT = "instant"
    DAY = "day"
    ON_OR_BEFORE = "on_or_before"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class AsOf:
    """`value` is ISO text as given: an instant with its zone, a day, or a month, as `precision` says."""

    value: str
    precision: Precision

    def day(self) -> date:
        """The latest day that is meant (in Asia/Ho_Chi_Minh): the last of a month. For comparing, not for showing."""
        if self.precision is Precision.INSTANT:
            return parse_instant(self.value).astimezone(LOCAL_ZONE).date()
        if self.precision is Precision.MONTH:
            year, month = int(self.value[:4]), int(self.value[5:])
            return date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(self.value)

    def __str__(self) -> str:
        """The notation of import files: "2026-07-18T09:13:46Z", "2026-06-10", "<=2026-06-10", "2025-12"."""
        return f"<={self.value}" if self.precision is Precision.ON_OR_BEFORE else self.value


def parse_as_of(text: str) -> AsOf:
    """Read the notation of import files; ValueError for anything else."""
    text = text.strip()
    if text.startswith("<="):
        value, precision = text[2:].strip(), Precision.ON_OR_BEFORE
        if not _DAY.fullmatch(value):
            raise ValueError(text)
    elif _DAY.fullmatch(text):
        value, precision = text, Precision.DAY
    elif _MONTH.fullmatch(text):
        value, precision = text, Precision.MONTH
    else:
        parse_instant(text)
        return AsOf(text, Precision.INSTANT)
    as_of = AsOf(value, precision)
    as_of.day()
    return as_of


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with its zone, in UTC; ValueError without one."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value.astimezone(UTC)
