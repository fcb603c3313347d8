"""CSV with commas, semicolons (as Excel writes it in Viet Nam) or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.files import Progress, text_lines
from portal.exchange.limits import Limits
from portal.exchange.rows import Row, checked

DELIMITERS = (",", ";", "\t")


def read_csv(path: Path, columns: Columns, limits: Limits, progress: Progress | None) -> Iterator[Row | RowError]:
    """The records of a CSV file as rows of strings; the first record names the columns."""
    lines = text_lines(path, limits, progress)
    first = next(((number, text) for number, text in lines if text.strip()), None)
    if first is None:
        raise ExchangeError("empty")
    delimiter = max(DELIMITERS, key=first[1].count)
    # Chained rather than read anew: a gzip stays a stream.
    source = _Lines(chain([first], lines))
    csv.field_size_limit(limits.line)
    records = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        header = columns.check(name.strip().lower() for name in next(records))
        yield from _rows(records, header, source, columns, limits)
    except csv.Error as error:
        raise ExchangeError("broken_csv", line=source.line, reason=error) from None


class _Lines:
    """Text lines for the csv module, knowing the number of the line given out last."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self.line = 0
        self._numbered = numbered

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.line, text = next(self._numbered)
        return text


def _rows(
    records: Iterator[list[str]], header: list[str], source: _Lines, columns: Columns, limits: Limits
) -> Iterator[Row | RowError]:
    seen, begin = 0, source.line + 1
    for cells in records:
        line, begin = begin, source.line + 1
        if not any(cell.strip() for cell in cells):
            continue
        seen += 1
        if seen > limits.rows:
            raise ExchangeError("too_many_rows", limit=limits.rows)
        if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
            del cells[len(header) :]
        if len(cells) != len(header):
            yield RowError(line, None, "cell_count", {"found": len(cells), "expected": len(header)})
            continue
        values = dict(zip(header, cells, strict=True))
        for name in columns.ignored:
            values.pop(name, None)
        yield checked(line, values)
    if not seen:
        raise ExchangeError("no_rows")
