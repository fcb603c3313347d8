"""XLSX: the first sheet's rows, after the workbook was found to be harmless."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.files import Progress
from portal.exchange.limits import Limits
from portal.exchange.rows import Row, checked
from portal.exchange.workbook_guard import check_workbook


def read_xlsx(path: Path, columns: Columns, limits: Limits, progress: Progress | None) -> Iterator[Row | RowError]:
    """The rows of the first sheet; numbers stay numbers, dates become ISO text, empty cells become ''."""
    check_workbook(path, limits)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            yield from _rows(enumerate(sheet.iter_rows(), 1), columns, limits)
    except (CalamineError, OSError) as error:
        raise ExchangeError("broken_xlsx", reason=shown(str(error), 120)) from None
    if progress:
        progress(path.stat().st_size)


def _rows(numbered: Iterator[tuple[int, list[Any]]], columns: Columns, limits: Limits) -> Iterator[Row | RowError]:
    header: list[str] | None = None
    seen = 0
    for line, cells in numbered:
        values = [_cell(cell) for cell in cells]
        if all(value == "" for value in values):
            continue
        if header is None:
            header = columns.check(_names(values))
            continue
        seen += 1
        if seen > limits.rows:
            raise ExchangeError("too_many_rows", limit=limits.rows)
        if any(value != "" for value in values[len(header) :]):
            yield RowError(line, None, "cell_count", {"found": len(values), "expected": len(header)})
            continue
        row = dict(zip(header, values, strict=False))
        for name in columns.ignored:
            row.pop(name, None)
        yield checked(line, row)
    if header is None:
        raise ExchangeError("empty")
    if not seen:
        raise ExchangeError("no_rows")


def _names(cells: list[Any]) -> list[str]:
    names = [str(cell).strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    return value if isinstance(value, (int, float)) else str(value)
