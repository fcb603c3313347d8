"""What pages ask of the adoption statistics. Nothing here averages a rate, and nothing adds up provinces.

A period's first and last are of one kind; `today` decides which months should be there. Places are named by their
slugs, units by `queries.place_unit` and `queries.agency_unit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.adoption import queries
from portal.adoption.figures import Figure, Point, Standing, due_months, figure_of, is_summable, ranked, summed
from portal.adoption.hidden import is_figure_hidden
from portal.adoption.models import Target, UnitKind
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.queries import Unit, place_unit
from portal.adoption.registry import Direction, indicator
from portal.places.atlas import PlaceFact
from portal.places.queries import atlas, overview

FEWEST_COMPARED, MOST_COMPARED = 2, 5
_NEEDED = {
    PeriodKind.DAY: (PeriodKind.DAY,),
    PeriodKind.MONTH: (PeriodKind.MONTH,),
    PeriodKind.QUARTER: (PeriodKind.MONTH, PeriodKind.QUARTER),
    PeriodKind.YEAR: (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR),
}
_OfUnit = dict[Period, Figure]


def latest_period(indicator_key: str, kind: PeriodKind, *, unit: Unit | None = None) -> Period | None:
    """The latest period of a kind with any figure, of a unit or of anybody; None where there is none.

    A quarter or a year has one as soon as one of its months has.
    """
    starts = (queries.latest_start(indicator_key, needed, unit=unit) for needed in _NEEDED[kind])
    return max((Period.of(kind, start) for start in starts if start), default=None)


def earliest_period(indicator_key: str, kind: PeriodKind, *, unit: Unit | None = None) -> Period | None:
    """The earliest such period."""
    starts = (queries.earliest_start(indicator_key, needed, unit=unit) for needed in _NEEDED[kind])
    return min((Period.of(kind, start) for start in starts if start), default=None)


def series(indicator_key: str, unit: Unit, first: Period, last: Period, *, today: date) -> tuple[Point, ...]:
    """A unit's figures of every period from first to last: its own, not those of what it was formed from."""
    return comparison_of(indicator_key, [unit], first, last, today=today)[unit]


def comparison(
    indicator_key: str, units: Sequence[Unit], first: Period, last: Period, *, today: date
) -> Mapping[Unit, tuple[Point, ...]]:
    """The series of two to five units, in the order given; ValueError for fewer, more, or one twice."""
    if not FEWEST_COMPARED <= len(units) <= MOST_COMPARED or len(set(units)) != len(units):
        raise ValueError(f"{FEWEST_COMPARED} to {MOST_COMPARED} different units can be compared")
    return comparison_of(indicator_key, units, first, last, today=today)


def comparison_of(
    indicator_key: str, units: Iterable[Unit], first: Period, last: Period, *, today: date
) -> dict[Unit, tuple[Point, ...]]:
    """The series of any number of units: one statement."""
    wanted = list(units)
    found: defaultdict[Unit, _OfUnit] = defaultdict(dict)
    rows = queries.reported([indicator_key], _NEEDED[first.kind], first.start, last.end, units=frozenset(wanted))
    for row in rows:
        found[row.unit][row.period] = row.figure
    return {unit: _points(indicator_key, unit, found[unit], first, last, today=today) for unit in wanted}


def _points(
    key: str, unit: Unit, reported: _OfUnit, first: Period, last: Period, *, today: date
) -> tuple[Point, ...]:  # fmt: skip
    place = atlas().get(unit.key) if unit.kind == UnitKind.PLACE else None
    return tuple(
        Point(period, _shown(key, unit, period, _figure(period, reported, place, today)))
        for period in span(first, last)
    )  # fmt: skip


def _shown(key: str, unit: Unit | None, period: Period, figure: Figure | None) -> Figure | None:
    """The figure, marked where it is of so few people that nobody may be told."""
    if figure is None or not is_figure_hidden(indicator(key), unit, period):
        return figure
    return replace(figure, is_hidden=True)


def _figure(period: Period, reported: _OfUnit, place: PlaceFact | None, today: date) -> Figure | None:
    since, until = (place.valid_from, place.valid_to) if place else (None, None)
    due = due_months(period, today, since=since, until=until) if is_summable(period.kind) else ()
    return figure_of(period, reported, due)


def figures_of_unit(
    unit: Unit, indicator_keys: Collection[str], period: Period, *, today: date
) -> Mapping[str, Figure | None]:
    """A unit's figures of one period, by indicator: one statement."""
    found: defaultdict[str, _OfUnit] = defaultdict(dict)
    for row in queries.reported(indicator_keys, _NEEDED[period.kind], period.start, period.end, units=[unit]):
        found[row.indicator][row.period] = row.figure
    place = atlas().get(unit.key) if unit.kind == UnitKind.PLACE else None
    return {
        key: _shown(key, unit, period, _figure(period, found[key], place, today)) for key in indicator_keys
    }  # fmt: skip


def totals(indicator_keys: Collection[str], period: Period, *, today: date) -> Mapping[str, Figure | None]:
    """The sums over today's communes of one period, by indicator: one statement.

    `reported` and `expected` count reports: communes of a month, communes × months of a quarter or year.
    """
    series = totals_series(indicator_keys, period, period, today=today)
    return {key: points[0].figure for key, points in series.items()}


def totals_series(
    indicator_keys: Collection[str], first: Period, last: Period, *, today: date
) -> Mapping[str, tuple[Point, ...]]:
    """The same for every period from first to last: one statement."""
    sums = _summed_totals if is_summable(first.kind) else _reported_totals
    found = sums(indicator_keys, first, last, today)
    return {
        key: tuple(Point(period, _shown(key, None, period, found.get((key, period)))) for period in span(first, last))
        for key in indicator_keys
    }


_Totals = dict[tuple[str, Period], Figure]


def _reported_totals(keys: Collection[str], first: Period, last: Period, today: date) -> _Totals:
    found: _Totals = {}
    for total in queries.totals_of_communes(keys, first.kind, first.start, last.start):
        expected = len(communes(total.period)) if total.period.end < today else 0
        found[total.indicator, total.period] = summed([total.figure], expected=max(expected, total.figure.reported))
    return found


def _summed_totals(keys: Collection[str], first: Period, last: Period, today: date) -> _Totals:
    found: defaultdict[tuple[str, str], _OfUnit] = defaultdict(dict)
    for row in queries.reported_by_communes(keys, _NEEDED[first.kind], first.start, last.end):
        found[row.indicator, row.unit.key][row.period] = row.figure
    heard = frozenset(slug for _, slug in found)
    totals: _Totals = {}
    for period in span(first, last):
        standing = communes(period, heard=heard)
        expected = sum(len(due_months(period, today, since=place.valid_from)) for place in standing)
        for key in keys:
            figures = [
                figure
                for place in standing
                if (figure := _figure(period, found[key, place.slug], place, today)) is not None
            ]
            if figures:
                total = summed(figures, expected=expected)
                totals[key, period] = summed([total], expected=max(expected, total.reported))
    return totals


def communes(period: Period, *, place_kind: str = "", heard: Collection[str] = ()) -> list[PlaceFact]:
    """Today's communes that were there in a period, by name; of one type (`xa`, `phuong`, `dac-khu`), or all.

    Those of `heard` belong to them in any case: figures may be converted to today's boundaries.
    """
    return [
        place
        for place in overview()
        if (not place_kind or place.kind == place_kind)
        and (place.valid_from is None or place.valid_from <= period.end or place.slug in heard)
    ]


def ranking(indicator_key: str, period: Period, place_kind: str, *, today: date) -> list[Standing]:
    """Today's communes of one type by their rates of a period; see `figures.ranked`. One statement."""
    known = indicator(indicator_key)
    figures = {slug: points[0].figure for slug, points in table(indicator_key, place_kind, period, period, today=today)}
    return ranked(figures, least=known.least, is_more_better=known.direction is not Direction.DOWN)


def table(
    indicator_key: str, place_kind: str, first: Period, last: Period, *, today: date
) -> list[tuple[str, tuple[Point, ...]]]:
    """Today's communes of a type ("" for all), by name, each with every period's figure: one statement."""
    found: defaultdict[str, _OfUnit] = defaultdict(dict)
    rows = queries.reported_by_communes([indicator_key], _NEEDED[first.kind], first.start, last.end)
    for row in rows:
        found[row.unit.key][row.period] = row.figure
    return [
        (place.slug, _points(indicator_key, place_unit(place.slug), found[place.slug], first, last, today=today))
        for place in communes(last, place_kind=place_kind, heard=found)
    ]


def not_reported(indicator_keys: Collection[str], period: Period) -> list[PlaceFact]:
    """Today's communes without any report of any of the indicators for a period, by name."""
    kinds = _NEEDED[period.kind]
    rows = queries.reported_by_communes(indicator_keys, kinds, period.start, period.end)
    heard = {row.unit.key for row in rows}
    return [place for place in communes(period) if place.slug not in heard]


def target_of(indicator_key: str, day: date, *, unit: Unit | None = None) -> Target | None:
    """The target that holds on a day: the unit's own, else that of its type of place, else that of all."""
    wanted = [""]
    if unit is not None:
        place = atlas().get(unit.key) if unit.kind == UnitKind.PLACE else None
        wanted = [f"{unit.kind}:{unit.key}", *([place.kind] if place else []), ""]
    holding = {
        target.applies_to: target
        for target in reversed(queries.targets(indicator_key))
        if target.starts_on <= day and (target.ends_on is None or target.ends_on >= day)
    }
    return next((holding[one] for one in wanted if one in holding), None)


@dataclass(frozen=True, slots=True)
class Relatives:
    """What a place was formed from, and what took its place. Their figures are theirs: they are never added to its."""

    predecessors: tuple[PlaceFact, ...]
    successors: tuple[PlaceFact, ...]


def relatives(slug: str) -> Relatives:
    """The places beside whose figures a place's own are to be read, those with figures or not."""
    known = atlas()
    place = known.get(slug)
    before = [found for one in place.predecessors if (found := known.get(one))] if place else []
    after = [one for one in known.current(slug) if one.slug != slug]
    return Relatives(tuple(before), tuple(after))
