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
_CASE = re.compile(
    r"(?<!\d)(\d{1,3})\s+ngày(\s+làm việc)?\s+đối với\s+([^().;,:\n]{3,120}?)(?=\s+kể từ|[().;,:\n]|$)", re.IGNORECASE
)
_OR_CASE = re.compile(
    r"^\W*(\d{1,3})\s+ngày(?:\s+làm việc)?\s*"
    r"\(hoặc\s+(\d{1,3})\s+ngày(?:\s+làm việc)?\s+đối với\s+([^().;\n]{3,120}?)\s*\)",
    re.IGNORECASE,
)
_OTHERWISE = "trường hợp khác"
_NOT_STATED = re.compile(r"^(?:không|chưa) quy định", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time as the official record prints it."""

    channel: str
    quantity: int | None
    unit: TimeUnit | None
    text: str
    condition_vi: str = ""
    condition_en: str = ""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One processing time of one channel; `quantity` None (and with it `unit`) is unknown, `text` stays.

    The conditions say for which case the time holds, where the channel has several.
    """

    channel: str
    quantity: int | None
    unit: TimeUnit | None
    text: str = ""
    condition_vi: str = ""
    condition_en: str = ""


def classify(row: TimeRow) -> tuple[TimeLine, ...]:
    """The lines of an official row. 0 is no time; a text that says "not stated" outweighs the number.

    Where the wording gives each case its own time ("10 ngày làm việc đối với công trình (hoặc 7 ngày làm việc đối với
    nhà ở riêng lẻ)"), each is a line: the printed number alone would be wrong for the others. So it is where
    one case stands in brackets after the number for all others ("10 ngày (hoặc 7 ngày đối với nhà ở riêng lẻ)").
    """
    text = nfc(row.text).strip()
    if not row.quantity or row.unit is None or _NOT_STATED.search(text):
        return (TimeLine(row.channel, None, None, text, row.condition_vi, row.condition_en),)
    unit = row.unit
    if unit is TimeUnit.DAY and _says_working_days(text, row.quantity):
        unit = TimeUnit.WORKING_DAY
    other = _OR_CASE.search(text)
    if other and int(other[1]) == row.quantity:
        return (
            TimeLine(row.channel, int(other[2]), unit, text, other[3], row.condition_en),
            TimeLine(row.channel, row.quantity, unit, text, _OTHERWISE, row.condition_en),
        )
    cases = {int(match[1]): (match[2], match[3].strip()) for match in _CASE.finditer(text)}
    if len({case for _, case in cases.values()}) < max(2, len(cases)) or row.quantity not in cases:
        return (TimeLine(row.channel, row.quantity, unit, text, row.condition_vi, row.condition_en),)
    return tuple(
        TimeLine(row.channel, quantity, TimeUnit.WORKING_DAY if working else TimeUnit.DAY, text, case)
        for quantity, (working, case) in cases.items()
    )


def _says_working_days(text: str, quantity: int) -> bool:
    """True when the wording calls this very number working days everywhere: the number's own unit is too coarse."""
    found = re.findall(rf"(?<!\d)0*{quantity}\s+(?:\([^)]*\)\s*)?ngày(\s+làm việc)?(?!\w)", text, re.IGNORECASE)
    return bool(found) and all(found)


def to_json(line: TimeLine) -> dict[str, Any]:
    """A line as the database keeps it: empty fields left out."""
    values: dict[str, Any] = {"channel": line.channel}
    if line.quantity is not None and line.unit is not None:
        values |= {"quantity": line.quantity, "unit": line.unit.value}
    for name in ("text", "condition_vi", "condition_en"):
        if getattr(line, name):
            values[name] = getattr(line, name)
    return values


def from_json(values: Mapping[str, Any]) -> TimeLine:
    """The line that `to_json` wrote."""
    unit = values.get("unit")
    return TimeLine(
        channel=values["channel"],
        quantity=values.get("quantity"),
        unit=TimeUnit(unit) if unit else None,
        text=values.get("text", ""),
        condition_vi=values.get("condition_vi", ""),
        condition_en=values.get("condition_en", ""),
    )
