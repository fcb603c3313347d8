"""The facts column: what guide pages show of a record, derived once at import so that a page only reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.procedures import fee_lines
from portal.procedures.agency_names import split_agencies
from portal.procedures.audiences import audiences
from portal.procedures.data import conditions_from, fee_row, time_lines_json
from portal.procedures.fee_lines import FeeLine

_NOT_LETTERS = re.compile(r"[\W_]+")


def facts_of(payload: Mapping[str, Any], conditions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Fee lines, time lines, legal documents, agencies and audiences of a payload, as JSON."""
    lines = with_conditions(lines_of(payload["fees"]), conditions)
    return {
        "fees": [fee_lines.to_json(line) for line in lines],
        "times": [line for value in payload["times"] for line in time_lines_json(value)],
        "legal": payload["legal_basis"],
        "life_events": payload["life_events"],
        "agencies": [name.label for name in split_agencies(payload["agency"])],
        "audiences": [audience.value for audience in audiences(payload["subjects"])],
    }


def lines_of(fees: Sequence[Mapping[str, Any]]) -> list[FeeLine]:
    """The fee lines of a payload: given ones as they are, official rows classified; the same line twice counts once."""
    lines: dict[FeeLine, FeeLine] = {}
    for value in fees:
        given = "status" in value
        for line in (fee_lines.from_json(value),) if given else fee_lines.classify(fee_row(value)):
            lines.setdefault(replace(line, text=_letters(line.text)), line)
    return list(lines.values())


def _letters(text: str) -> str:
    """The text without the brackets, dots and dashes in which the copies of one row differ."""
    return _NOT_LETTERS.sub("", text.lower())


def with_conditions(lines: Sequence[FeeLine], conditions: Sequence[Mapping[str, Any]]) -> list[FeeLine]:
    """The lines, those without a condition of their own given the one that was written for them."""
    written = conditions_from(conditions)
    return [_with_condition(line, written) if not line.condition_vi else line for line in lines]


def _with_condition(line: FeeLine, written: Sequence[Any]) -> FeeLine:
    for condition in written:
        if condition.fits(line):
            return fee_lines.with_condition(line, condition)
    return line
