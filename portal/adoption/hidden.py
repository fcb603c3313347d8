"""Which reports of how many people thought what are hidden in open data, because they are of few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from portal.adoption.export_queries import people_of_year
from portal.adoption.models import Span
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import kind_of_span
from portal.adoption.registry import Indicator, indicator
from portal.adoption.small_counts import TOTAL, Cell, hidden_cells, with_sums
from portal.core.content import memoised_by_content

_Hidden = frozenset[tuple[str, date, int]]
_NOTHING: _Hidden = frozenset()


def is_hidden(known: Indicator, span: str, starts_on: date, unit_id: int) -> bool:
    """Whether open data says of an observation no more than that there is one."""
    if not known.counts_people:
        return False
    if span == Span.DAY.value:  # of hardly anybody, and who knows all days but one knows that one from the month
        return True
    return (span, starts_on, unit_id) in _hidden_of_year(known.key, starts_on.year)


@memoised_by_content
def _hidden_of_year(key: str, year: int) -> _Hidden:
    """The hidden observations of a year: no sum that is published goes beyond one."""
    if indicator(key).denominator is None:
        return _NOTHING
    together: dict[Cell, int] = {}
    alone: defaultdict[int, dict[Cell, int]] = defaultdict(dict)
    spans: dict[Cell, tuple[str, date, int]] = {}
    for row in people_of_year(key, year):
        period = Period(row.starts_on, kind_of_span(row.span))
        cell = (str(row.unit_id), period.code)
        spans[cell] = (row.span, row.starts_on, row.unit_id)
        (together if row.is_in_total else alone[row.unit_id])[cell] = row.denominator or 0
    parents = _parents(year)
    hidden = set(hidden_cells(with_sums(together, parents), parents))
    for counts in alone.values():
        own = {cell: count for cell, count in with_sums(counts, parents).items() if cell[0] != TOTAL}
        hidden |= hidden_cells(own, parents)
    return frozenset(spans[cell] for cell in hidden if cell in spans)


def _parents(year: int) -> Mapping[str, str]:
    """Of which period each month and quarter of a year is a part."""
    whole = Period(date(year, 1, 1), PeriodKind.YEAR)
    return {part.code: one.code for one in (whole, *whole.parts) for part in one.parts}
