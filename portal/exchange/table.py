"""Rows of cells, from CSV or XLSX, as rows of named values; titles above and notes below the table are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from portal.core.text import fold
from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.layout import HEADER_ROWS, Cells, HeaderFinder
from portal.exchange.limits import Limits
from portal.exchange.rows import Ignored, Outcome, Row, checked

Numbered = Iterator[tuple[int, Cells]]
# How many rows after a blank one may wait to be told from the table.
_HELD = 200
_TOTALS = ("tong cong", "tong so", "cong:", "ghi chu", "nguoi lap", "total")


def table_rows(numbered: Numbered, columns: Columns, limits: Limits, find: HeaderFinder) -> Iterator[Outcome]:
    """Every row under the header. ExchangeError where there is no header, no row, or there are too many.

    After a blank row, or from a row that begins like a total, rows without a required cell wait: they are notes where
    the file ends with them, and bad rows where the table goes on.
    """
    first, filled = first_rows(numbered)
    layout = find(filled)
    begin = next(place for place, (line, _) in enumerate(filled) if line == layout.line)
    for line, cells in filled[:begin]:
        yield Ignored(line, row_in_short(cells))
    last_line = filled[begin + layout.depth - 1][0]
    body = _Body(layout.targets, columns, limits)
    for line, cells in chain((row for row in first if row[0] > last_line), numbered):
        yield from body.take(line, cells)
    yield from body.rest()


def first_rows(numbered: Numbered) -> tuple[list[tuple[int, Cells]], list[tuple[int, Cells]]]:
    """The rows among which the header is, with the blank ones and without. ExchangeError where there are none."""
    first: list[tuple[int, Cells]] = []
    filled: list[tuple[int, Cells]] = []
    for row in numbered:
        first.append(row)
        if not _is_blank(row[1]):
            filled.append(row)
            if len(filled) == HEADER_ROWS:
                break
    if not filled:
        raise ExchangeError("empty")
    return first, filled


class _Body:
    """The rows under a header, one after the other."""

    def __init__(self, targets: tuple[str | None, ...], columns: Columns, limits: Limits) -> None:
        self._targets = targets
        self._required = columns.required
        self._ignored = columns.ignored
        self._limits = limits
        self._seen = 0
        self._may_end = False
        self._held: list[tuple[int, Cells]] = []

    def take(self, line: int, cells: Cells) -> Iterator[Outcome]:
        """What becomes of one row, and of those that waited for it."""
        if _is_blank(cells):
            self._may_end = True
            return
        if self._lacks_required(cells):
            self._may_end = self._may_end or _begins_like_a_total(cells)
            if self._may_end and len(self._held) < _HELD:
                self._held.append((line, cells))
                return
        yield from self._release()
        self._may_end = False
        yield self._row(line, cells)

    def rest(self) -> Iterator[Outcome]:
        """What waited to the end: notes. ExchangeError where no row came."""
        if not self._seen:
            if not self._held:
                raise ExchangeError("no_rows")
            yield from self._release()
        for line, cells in self._held:
            found = checked(line, self._named(cells))
            yield Ignored(line, row_in_short(cells), found.values if isinstance(found, Row) else {})

    def _release(self) -> Iterator[Outcome]:
        held, self._held = self._held, []
        for line, cells in held:
            yield self._row(line, cells)

    def _lacks_required(self, cells: Cells) -> bool:
        present = {
            target for target, cell in zip(self._targets, cells, strict=False) if target and str(cell).strip() != ""
        }
        return not self._required <= present

    def _row(self, line: int, cells: Cells) -> Outcome:
        self._seen += 1
        if self._seen > self._limits.rows:
            raise ExchangeError("too_many_rows", limit=self._limits.rows)
        width = len(self._targets)
        if len(cells) < width or (len(cells) > width and not _is_blank(cells[width:])):
            return RowError(line, None, "cell_count", {"found": len(cells), "expected": width})
        return checked(line, self._named(cells))

    def _named(self, cells: Cells) -> dict[str, Any]:
        pairs = zip(self._targets, cells, strict=False)
        return {name: cell for name, cell in pairs if name is not None and name not in self._ignored}


def _is_blank(cells: Cells) -> bool:
    return not any(str(cell).strip() for cell in cells)


def _begins_like_a_total(cells: Cells) -> bool:
    first = next((str(cell) for cell in cells if str(cell).strip()), "")
    text = fold(first[:40]).strip()
    return text == "cong" or text.startswith(_TOTALS)


def row_in_short(cells: Cells) -> str:
    """A row as a person recognises it."""
    return shown(" | ".join(str(cell).strip() for cell in cells if str(cell).strip()), 120)
