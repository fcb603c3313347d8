"""XLSX: the first sheet's rows, after the workbook was found to be harmless."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from portal.core.text import nfc
from portal.exchange.errors import ExchangeError, shown
from portal.exchange.limits import Limits
from portal.exchange.table import Numbered
from portal.exchange.workbook_guard import check_workbook


def sheet_rows(path: Path, limits: Limits) -> Numbered:
    """The rows of the first sheet; numbers stay numbers, dates become ISO text, empty cells become ''."""
    from python_calamine import CalamineError, CalamineWorkbook  # here: it is large, and pages never need it

    check_workbook(path, limits)
    try:
        with CalamineWorkbook.from_path(path) as book:
            for line, cells in enumerate(book.get_sheet_by_index(0).iter_rows(), 1):
                yield line, [_cell(cell) for cell in cells]
    except (CalamineError, OSError) as error:
        raise ExchangeError("broken_xlsx", reason=shown(str(error), 120)) from None


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
        return nfc(value.strip())
    return value if isinstance(value, (int, float)) else str(value)
