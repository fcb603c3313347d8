"""Official processing times as lines that can be shown; what is not stated stays unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.text import nfc


class TimeUnit(StrEnum):
    """The unit of a processing time."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"


UNITS = {
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "ngày": TimeUnit.DAY,
    "giờ": TimeUnit.HOUR,
    "tháng": TimeUnit.MONTH,
    **{unit.value: unit for unit in TimeUnit},
}
_NOT_STATED = re.compile(r"^(?:không|chưa) quy định", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time as the official record prints it."""

    channel: str
    quantity: int | None
    unit: TimeUnit | None
    text: str


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One processing time of one channel; `quantity` None (and with it `unit`) is unknown, `text` stays."""

    channel: str
    quantity: int | None
    unit: TimeUnit | None
    text: str = ""


def classify(row: TimeRow) -> TimeLine:
    """The line of an official row. 0 is no time; a text that says "not stated" outweighs the number."""
    text = nfc(row.text).strip()
    if not row.quantity or row.unit is None or _NOT_STATED.search(text):
        return TimeLine(row.channel, None, None, text)
    unit = row.unit
    if unit is TimeUnit.DAY and _says_working_days(text, row.quantity):
        unit = TimeUnit.WORKING_DAY
    return TimeLine(row.channel, row.quantity, unit, text)


def _says_working_days(text: str, quantity: int) -> bool:
    """True when the wording calls this very number working days everywhere: the number's own unit is too coarse."""
    found = re.findall(rf"(?<!\d)0*{quantity}\s+(?:\([^)]*\)\s*)?ngày(\s+làm việc)?(?!\w)", text, re.IGNORECASE)
    return bool(found) and all(found)


def to_json(line: TimeLine) -> dict[str, Any]:
    """A line as the database keeps it: empty fields left out."""
    values: dict[str, Any] = {"channel": line.channel}
    if line.quantity is not None and line.unit is not None:
        values |= {"quantity": line.quantity, "unit": line.unit.value}
    if line.text:
        values["text"] = line.text
    return values


def from_json(values: Mapping[str, Any]) -> TimeLine:
    """The line that `to_json` wrote."""
    unit = values.get("unit")
    return TimeLine(values["channel"], values.get("quantity"), TimeUnit(unit) if unit else None, values.get("text", ""))
