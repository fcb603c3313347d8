"""Shares, reads, starts, and the online filing of the next month, beside each other: whether they go together.

Nothing here says that one brings about the other, and nothing is filled in: what isn't there is None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.adoption import queries, reading
from portal.adoption.figures import Figure
from portal.adoption.gathering import province_unit
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.queries import Unit
from portal.core.content import memoised_by_content

SHARES = ("links_made", "link_visits", "link_reads", "link_starts")
FILING = "online_filing"
_MONTH = (PeriodKind.MONTH,)


@dataclass(frozen=True, slots=True)
class LoopMonth:
    """A month: what was counted in it, by the indicators of SHARES, and the online filing of the month after it."""

    month: Period
    shares: Mapping[str, Figure]
    filing: Figure | None

    @property
    def figures(self) -> list[Figure]:
        """All that is known of it."""
        return [*self.shares.values(), *([self.filing] if self.filing else [])]


@memoised_by_content
def _edges(indicators: tuple[str, ...]) -> tuple[date, date] | None:
    unit = province_unit()
    first = [one for key in indicators if (one := queries.earliest_start(key, PeriodKind.MONTH, unit=unit))]
    last = [one for key in indicators if (one := queries.latest_start(key, PeriodKind.MONTH, unit=unit))]
    return (min(first), max(last)) if first and last else None


def bounds(today: date, indicators: tuple[str, ...] = ("link_visits",)) -> tuple[Period, Period] | None:
    """The first and the last month that has ended and of which anything was counted; None where there is none."""
    edges = _edges(indicators)
    if edges is None:
        return None
    ended = Period.of(PeriodKind.MONTH, today).shifted(-1)
    first, last = Period(edges[0], PeriodKind.MONTH), min(Period(edges[1], PeriodKind.MONTH), ended)
    return (first, last) if first <= last else None


def newest_complete(first: Period, last: Period) -> Period:
    """The last of the months after which anybody has reported the online filing; else the last."""
    reported = queries.latest_start(FILING, PeriodKind.MONTH)
    known = Period(reported, PeriodKind.MONTH).shifted(-1) if reported else last
    return min(max(known, first), last)


def of_unit(unit: Unit, first: Period, last: Period) -> list[LoopMonth]:
    """A commune's months, the oldest first: one statement."""
    rows = queries.reported((*SHARES, FILING), _MONTH, first.start, last.shifted(1).start, units=[unit])
    found = {(row.indicator, row.period): row.figure for row in rows}
    return [_month(found, month) for month in span(first, last)]


def of_province(first: Period, last: Period, *, today: date) -> list[LoopMonth]:
    """The province's months: its own counts, and the filing of today's communes together. Two statements."""
    unit = province_unit()
    counted = queries.reported(SHARES, _MONTH, first.start, last.start, units=[unit] if unit else [])
    found = {(row.indicator, row.period): row.figure for row in counted}
    filing = reading.totals_series([FILING], first.shifted(1), last.shifted(1), today=today)[FILING]
    found |= {(FILING, point.period): point.figure for point in filing if point.figure is not None}
    return [_month(found, month) for month in span(first, last)]


def of_communes(month: Period) -> dict[str, LoopMonth]:
    """A month of all of today's communes that have links, by slug: one statement."""
    rows = queries.reported_by_communes((*SHARES, FILING), _MONTH, month.start, month.shifted(1).start)
    found: defaultdict[str, dict[tuple[str, Period], Figure]] = defaultdict(dict)
    for row in rows:
        found[row.unit.key][row.indicator, row.period] = row.figure
    made = {slug: _month(figures, month) for slug, figures in found.items()}
    return {slug: one for slug, one in made.items() if one.shares}


def _month(found: Mapping[tuple[str, Period], Figure], month: Period) -> LoopMonth:
    shares = {key: found[key, month] for key in SHARES if (key, month) in found}
    return LoopMonth(month, shares, found.get((FILING, month.shifted(1))))
