"""The one entrance: a path becomes rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.exchange.columns import Columns
from portal.exchange.delimited import read_csv
from portal.exchange.errors import RowError
from portal.exchange.files import Progress, check_file, file_format
from portal.exchange.jsonl import read_jsonl
from portal.exchange.limits import Limits
from portal.exchange.rows import Row
from portal.exchange.workbook import read_xlsx

_READERS = {"jsonl": read_jsonl, "csv": read_csv, "xlsx": read_xlsx}
FORMAT_NAMES = tuple(_READERS)


def read_rows(
    path: Path,
    columns: Columns,
    *,
    given_format: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Iterator[Row | RowError]:
    """Each row of a JSONL (also gzip), CSV or XLSX file, or the reason why a row can't be read.

    Raises ExchangeError, possibly while iterating, when the file as a whole is unusable. All text is composed (NFC).
    """
    limits = limits or Limits()
    check_file(path, limits)
    return _READERS[file_format(path, given_format)](path, columns, limits, progress)
