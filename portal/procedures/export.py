"""Facts-only rows of records, for the starter file: numbers, names and dates, none of the official sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.procedures import fee_lines, time_lines
from portal.procedures.fee_lines import FeeLine
from portal.procedures.queries import RecordFacts


@dataclass(frozen=True, slots=True)
class WrittenCondition:
    """What a content writer says about one fee, in plain words of our own."""

    code: str
    channel: str
    amount: int | None
    unit: str
    condition_vi: str
    condition_en: str

    def fits(self, line: FeeLine) -> bool:
        """By channel and amount, as the record prints it; 0 and nothing both mean that it prints none."""
        if line.is_derived or self.channel != line.channel:
            return False
        return (self.amount or None) == (line.amount or line.printed_amount)


def read_conditions(value: Any, name: str) -> tuple[list[WrittenCondition], list[str]]:
    """The conditions of a parsed YAML file, and what is wrong with it."""
    if not isinstance(value, list):
        return [], [f"{name}: a list of conditions was expected"]
    found, problems = [], []
    for index, item in enumerate(value, 1):
        texts = ("code", "channel", "unit", "condition_vi", "condition_en")
        if not isinstance(item, Mapping) or not item.get("code") or not item.get("channel"):
            problems.append(f"{name}: item {index}: code and channel are needed")
            continue
        unknown = sorted(set(item) - {*texts, "amount"})
        wrong = [key for key in texts if not isinstance(item.get(key) or "", str)]
        amount = item.get("amount")
        if unknown or wrong or not (amount is None or (isinstance(amount, int) and amount >= 0)):
            problems.append(f"{name}: item {index} ({item['code']}): unknown or wrong {unknown or wrong or ['amount']}")
            continue
        code, channel, unit, vi, en = (item.get(key) or "" for key in texts)
        found.append(WrittenCondition(code, channel, amount, unit, vi, en))
    return found, problems


def facts_row(facts: RecordFacts, conditions: Sequence[WrittenCondition]) -> tuple[dict[str, Any], set[int]]:
    """A record's facts-only row, and the positions of the conditions that found their fee."""
    used: set[int] = set()
    lines = [_with_condition(line, facts.code, conditions, used) for line in facts.fees]
    row: dict[str, Any] = {
        "code": facts.code,
        "name": facts.name,
        "field": facts.field,
        "agency": facts.agency if facts.agencies else None,
        "agency_note": facts.agency_note,
        "promulgating_agency": facts.promulgating_agency,
        "decision_no": facts.decision_no,
        "levels": list(facts.levels),
        "subjects": list(facts.subjects),
        "channels": list(facts.channels),
        "fees": [fee_lines.to_json(replace(line, text="")) for line in lines],
        "times": [time_lines.to_json(replace(line, text="")) for line in facts.times],
        "legal_basis": sorted({ref.number for ref in facts.legal}),
        "source_url": facts.source_url,
        "as_of": str(facts.as_of),
        "portal_updated_at": _instant(facts),
        "is_full": False,
    }
    return {name: value for name, value in row.items() if value not in (None, "", [])}, used


def whole_row(code: str, payload: Mapping[str, Any], as_of: str, portal_updated_at: str | None) -> dict[str, Any]:
    """The row of a full record: all that it says, in the columns that imports read."""
    row = {"code": code, **payload, "as_of": as_of, "portal_updated_at": portal_updated_at}
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _instant(facts: RecordFacts) -> str | None:
    moment = facts.portal_updated_at
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _with_condition(line: FeeLine, code: str, conditions: Iterable[WrittenCondition], used: set[int]) -> FeeLine:
    for position, condition in enumerate(conditions):
        if condition.code == code and condition.fits(line):
            used.add(position)
            return fee_lines.with_condition(line, condition)
    return line
