"""Which figures of how many people thought what are hidden, because they are of few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from portal.adoption.export_queries import people_of_year
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Unit, kind_of_span, unit_ids
from portal.adoption.registry import Indicator
from portal.adoption.small_counts import TOTAL, Cell, hidden_cells, with_sums
from portal.core.content import memoised_by_content

_Hidden = frozenset[Cell]


def is_hidden(known: Indicator, span: str, starts_on: date, unit_id: int) -> bool:
    """Whether nobody is told more of an observation than that there is one."""
    if not known.counts_people:
        return False
    period = Period(starts_on, kind_of_span(span))
    return _is_in_table(period, str(unit_id), known)


def is_figure_hidden(known: Indicator, unit: Unit | None, period: Period) -> bool:
    """The same of a unit's figure, or that of all communes (None), which may be a sum."""
    if not known.counts_people:
        return False
    return _is_in_table(period, TOTAL if unit is None else str(unit_ids().get(unit, "")), known)


def _is_in_table(period: Period, unit: str, known: Indicator) -> bool:
    # Days are of hardly anybody, and who knows all of them but one knows that one from the month.
    if period.kind is PeriodKind.DAY:
        return True
    return (unit, period.code) in _hidden_of_year(known.key, period.start.year)


@memoised_by_content
def _hidden_of_year(key: str, year: int) -> _Hidden:
    """What is hidden of a year, by the unit's number and the period's code: no published sum goes beyond one."""
    together: dict[Cell, int] = {}
    alone: defaultdict[int, dict[Cell, int]] = defaultdict(dict)
    for row in people_of_year(key, year):
        cell = (str(row.unit_id), Period(row.starts_on, kind_of_span(row.span)).code)
        (together if row.is_in_total else alone[row.unit_id])[cell] = row.denominator or 0
    parents = _parents(year)
    hidden = set(hidden_cells(with_sums(together, parents), parents))
    for counts in alone.values():
        own = {cell: count for cell, count in with_sums(counts, parents).items() if cell[0] != TOTAL}
        hidden |= hidden_cells(own, parents)
    return frozenset(hidden)


def _parents(year: int) -> Mapping[str, str]:
    """Of which period each month and quarter of a year is a part."""
    whole = Period(date(year, 1, 1), PeriodKind.YEAR)
    return {part.code: one.code for one in (whole, *whole.parts) for part in one.parts}
