"""What a file's own rows of totals say beside what its rows add up to: a slip of the file shows before it counts.

A total may be of all rows, of those above it, or of those since the total before it; it agrees where one of these does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.adoption.rows import FigureItem, totals_of
from portal.exchange.registry import Total
from portal.exchange.rows import Ignored, Row

_MOST_TOTALS = 50


@dataclass(slots=True)
class _Printed:
    line: int
    numbers: Mapping[str, int]
    above: Counter[str]
    since: Counter[str]


@dataclass(slots=True)
class Totals:
    """Adds up a file's rows as they pass by."""

    _all: Counter[str] = field(default_factory=Counter)
    _since: Counter[str] = field(default_factory=Counter)
    _printed: list[_Printed] = field(default_factory=list)

    def add(self, item: FigureItem) -> None:
        """Count a row, or remember what a row of totals says."""
        if item.totals:
            self._remember(item.line, item.totals)
        else:
            self._all.update(item.sums)
            self._since.update(item.sums)

    def _remember(self, line: int, numbers: Mapping[str, int]) -> None:
        if len(self._printed) < _MOST_TOTALS:
            self._printed.append(_Printed(line, numbers, Counter(self._all), self._since))
            self._since = Counter()

    def compared(self, ignored: Sequence[Ignored]) -> Iterator[Total]:
        """Every column of every total that rows add up to as well; `ignored` may hold the last ones of the file."""
        for note in ignored:
            if numbers := totals_of(Row(note.line, note.values), note.text):
                self._remember(note.line, numbers)
        for one in self._printed:
            for column, given in one.numbers.items():
                if column in self._all:
                    sums = (self._all[column], one.above[column], one.since[column])
                    yield Total(one.line, column, given, min(sums, key=lambda own: abs(own - given)))
