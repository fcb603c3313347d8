"""Tables to take away: CSV and XLSX that no spreadsheet program runs as a formula.

A cell that begins with `=`, `+`, `-` or `@` is run by Excel, and a link in it can send away what stands beside it
(CWE-1236). Text cells are text in both formats; numbers and dates keep their type.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from portal.core.clock import LOCAL_ZONE
from portal.exchange.errors import RowError

Cell = str | int | float | Decimal | dt.date | dt.datetime | bool | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 1_048_576
_XLSX_TEXT = 32_767
_EXACT_DIGITS = 10**15
_RISKY = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\t\r\n|]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class TooManyRowsError(ValueError):
    """A sheet can't hold this many rows; CSV can."""


def write_csv(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> int:
    """Write rows as CSV in UTF-8 with a byte order mark, which Excel needs for Vietnamese; the number of rows.

    Text that a spreadsheet would run gets an apostrophe before it. The file stays open.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow([_safe_text(header) for header in headers])
        count = 0
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            count += 1
        return count
    finally:
        text.detach()


def csv_chunks(headers: Sequence[str], chunks: Iterable[Iterable[Sequence[Cell]]]) -> Iterator[bytes]:
    """The same file as pieces, one for each chunk of rows: nothing but the present piece is kept."""
    yield "".join(("\ufeff", _csv_text([[_safe_text(header) for header in headers]]))).encode()
    for chunk in chunks:
        if text := _csv_text([_csv_cell(cell) for cell in row] for row in chunk):
            yield text.encode()


def _csv_text(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def write_row_errors(file: BinaryIO, errors: Iterable[RowError], locale: str) -> int:
    """Write what is wrong with the rows of a file as CSV, in "vi" or in English; the number of errors."""
    headers = ("Dòng", "Cột", "Lý do") if locale == "vi" else ("Line", "Column", "Reason")
    return write_csv(file, headers, ((error.line, error.column, error.reason(locale)) for error in errors))


def _csv_cell(cell: Cell) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return _local(cell).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return _safe_text(cell) if isinstance(cell, str) else cell


def _safe_text(text: str) -> str:
    clean = _CONTROL.sub("", text)
    # Looked for in both: a control character may hide the sign, or be the tab that leads to it.
    return f"'{clean}" if _RISKY.match(clean) or text[:1] in {"\t", "\r"} else clean


def write_sheet(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """An XLSX workbook of one sheet; the number of rows."""
    return write_xlsx(file, "1", headers, rows)


def write_xlsx(file: BinaryIO, sheet_name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows as a workbook of one sheet; the number of rows. TooManyRowsError beyond what a sheet holds."""
    return write_book(file, [(sheet_name, headers, rows)])


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


def write_book(file: BinaryIO, sheets: Iterable[Sheet]) -> int:
    """Write a workbook of sheets, each with name, headers and rows; the number of rows in all. TooManyRowsError.

    Rows pass through without being kept; what was written is put into `file` at the end.
    """
    import xlsxwriter  # here: pages that write no workbook don't pay for it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        formats: dict[type, Any] = {
            dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
            dt.datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        return sum(_write_sheet(book.add_worksheet(clean_sheet_name(one[0])), one, bold, formats) for one in sheets)


def _write_sheet(sheet: Any, content: Sheet, bold: Any, formats: dict[type, Any]) -> int:
    _name, headers, rows = content
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, _sheet_text(header), bold)
    count = 0
    for count, row in enumerate(rows, 1):
        if count >= XLSX_ROWS:
            raise TooManyRowsError(f"a sheet holds at most {XLSX_ROWS - 1} rows")
        for column, cell in enumerate(row):
            _write_cell(sheet, (count, column), cell, formats)
    return count


def _write_cell(sheet: Any, place: tuple[int, int], cell: Cell, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(*place, cell)
    elif isinstance(cell, dt.datetime):
        sheet.write_datetime(*place, _local(cell), formats[dt.datetime])
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*place, cell, formats[dt.date])
    elif isinstance(cell, str):
        sheet.write_string(*place, _sheet_text(cell))
    elif -_EXACT_DIGITS < cell < _EXACT_DIGITS:
        sheet.write_number(*place, cell)
    else:
        # A spreadsheet would round it, or knows no such number.
        sheet.write_string(*place, str(cell))


def _sheet_text(text: str) -> str:
    return _CONTROL.sub("", text)[:_XLSX_TEXT]


def _local(moment: dt.datetime) -> dt.datetime:
    """The moment as it is told in Việt Nam; neither format knows zones."""
    return moment.astimezone(LOCAL_ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def clean_sheet_name(name: str) -> str:
    """A name that a workbook accepts: at most 31 characters, none of them special, never empty."""
    text = _SHEET_NAME.sub(" ", _CONTROL.sub("", name)).strip().strip("'")[:31].strip().strip("'")
    return text if text and text.lower() != "history" else "Sheet1"
