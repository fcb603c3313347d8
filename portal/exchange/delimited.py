"""CSV with commas, semicolons (as Excel writes it in Viet Nam) or tabs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice

from portal.exchange.errors import ExchangeError
from portal.exchange.layout import HEADER_ROWS
from portal.exchange.limits import Limits
from portal.exchange.table import Numbered

DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*(?:"|$)')


def csv_records(lines: Iterator[tuple[int, str]], limits: Limits) -> Numbered:
    """The records of a CSV file, blank ones too, each with the line that it begins on."""
    first = list(islice(((number, text) for number, text in lines if text.strip()), 1))
    first += islice(lines, HEADER_ROWS)
    # Chained rather than read anew: a gzip stays a stream.
    source = _Lines(chain(first, lines))
    csv.field_size_limit(limits.line)
    records = csv.reader(source, delimiter=_delimiter([text for _, text in first]), strict=True)
    begin = first[0][0] if first else 1
    try:
        for cells in records:
            line, begin = begin, source.line + 1
            yield line, cells
    except csv.Error as error:
        raise ExchangeError("broken_csv", line=source.line, reason=error) from None


def _delimiter(lines: list[str]) -> str:
    """The delimiter that most of the first lines have; a title's commas don't decide."""
    bare = [_QUOTED.sub("", line) for line in lines]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in bare]
        return sum(count > 0 for count in counts), sum(counts)

    return max(DELIMITERS, key=weight)


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
