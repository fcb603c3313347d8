"""Cells of CSV and XLSX files as the values that JSONL rows have: lists a line each, parts divided by |."""

from __future__ import annotations

from typing import Any

from portal.exchange.errors import RowError, shown
from portal.exchange.rows import Row

_LISTS = ("levels", "subjects", "channels", "steps", "results", "life_events", "fields", "agencies")
# Column -> the parts of one line: name, and whether it is a whole number. The last part may itself hold a |.
_PARTS: dict[str, tuple[tuple[str, bool], ...]] = {
    "fees": (("channel", False), ("amount", True), ("currency", False), ("text", False)),
    "times": (("channel", False), ("quantity", True), ("unit", False), ("text", False)),
    "documents": (("name", False), ("originals", True), ("copies", True), ("group", False)),
    "legal_basis": (("number", False), ("name", False)),
}


def from_cells(row: Row) -> Row | list[RowError]:
    """The row with its list columns taken apart, or the lines that can't be."""
    errors: list[RowError] = []
    values: dict[str, Any] = {}
    for name, cell in row.values.items():
        if name in _LISTS:
            values[name] = _lines(cell)
        elif name in _PARTS:
            values[name] = [_parts(row.line, name, line, errors) for line in _lines(cell)]
        elif isinstance(cell, int | float) and name != "code":
            values[name] = str(cell)
        else:
            values[name] = cell.strip() if isinstance(cell, str) else cell
    return errors or Row(row.line, values)


def _lines(cell: Any) -> list[str]:
    return [line.strip() for line in str(cell).splitlines() if line.strip()]


def _parts(line: int, column: str, text: str, errors: list[RowError]) -> dict[str, Any]:
    names = _PARTS[column]
    given = [part.strip() for part in text.split("|", len(names) - 1)]
    values: dict[str, Any] = {}
    for (name, is_number), part in zip(names, given, strict=False):
        if not is_number:
            values[name] = part
        elif part:
            # Amounts are often typed with dots between thousands; a sign is left for the validation to refuse.
            digits = part.replace(".", "").removeprefix("-")
            if digits.isascii() and digits.isdigit() and len(digits) < 16:
                values[name] = int(part.replace(".", ""))
            else:
                expected = " | ".join(name for name, _ in names)
                errors.append(RowError(line, column, "bad_line", {"value": shown(text), "expected": expected}))
        else:
            values[name] = None
    return values
