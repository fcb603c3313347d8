"""What pages ask of the adoption statistics. Nothing here averages a rate, and nothing adds up provinces.

A period's first and last are of one kind; `today` decides which months should be there. Places are named by their
slugs, units by `queries.place_unit` and `queries.agency_unit`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.adoption import queries, sums
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
    """The figure, without its counts where it is of so few people that nobody may be told."""
    if figure is None or not is_figure_hidden(indicator(key), unit, period):
        return figure
    return replace(figure, numerator=0, denominator=None if figure.denominator is None else 0, is_hidden=True)


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
    add_up = _summed_totals if is_summable(first.kind) else _reported_totals
    found = add_up(indicator_keys, first, last, today)
    return {
        key: tuple(Point(period, _shown(key, None, period, found.get((key, period)))) for period in span(first, last))
        for key in indicator_keys
    }


_Totals = dict[tuple[str, Period], Figure]


def _reported_totals(keys: Collection[str], first: Period, last: Period, today: date) -> _Totals:
    found: _Totals = {}
    for total in sums.totals_of_communes(keys, first.kind, first.start, last.start):
        expected = len(communes(total.period)) if total.period.end < today else 0
        found[total.indicator, total.period] = summed([total.figure], expected=max(expected, total.figure.reported))
    return found


def _summed_totals(keys: Collection[str], first: Period, last: Period, today: date) -> _Totals:
    """The database adds up the months; only where a longer period was reported, each unit is looked at."""
    longer = [kind for kind in _NEEDED[first.kind] if is_summable(kind)]
    mixed = sums.indicators_reported(keys, longer, first.start, last.end)
    parts: defaultdict[tuple[str, Period], list[Figure]] = defaultdict(list)
    plain = [key for key in keys if key not in mixed]
    for total in sums.totals_of_communes(plain, PeriodKind.MONTH, first.start, last.end):
        parts[total.indicator, Period.of(first.kind, total.period.start)].append(total.figure)
    for key, period, figure in _of_each_commune(mixed, first, last, today):
        parts[key, period].append(figure)
    totals: _Totals = {}
    for (key, period), figures in parts.items():
        reported = sum(one.reported for one in figures)
        totals[key, period] = summed(figures, expected=max(_due_reports(period, today), reported))
    return totals


def _of_each_commune(
    keys: Collection[str], first: Period, last: Period, today: date
) -> Iterator[tuple[str, Period, Figure]]:
    found: defaultdict[tuple[str, str], _OfUnit] = defaultdict(dict)
    if keys:
        for row in queries.reported_by_communes(keys, _NEEDED[first.kind], first.start, last.end):
            found[row.indicator, row.unit.key][row.period] = row.figure
    known = atlas()
    for (key, slug), reported in found.items():
        for period in span(first, last):
            if figure := _figure(period, reported, known.get(slug), today):
                yield key, period, figure


def _due_reports(period: Period, today: date) -> int:
    """How many monthly reports of today's communes should be there."""
    since = Counter(place.valid_from for place in overview())
    return sum(number * len(due_months(period, today, since=day)) for day, number in since.items())


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


def rankings(
    indicator_keys: Collection[str], period: Period, *, today: date
) -> Mapping[str, Mapping[str, list[Standing]]]:
    """The same of several indicators and every type of place: by indicator, then by type. One statement."""
    found: defaultdict[tuple[str, str], _OfUnit] = defaultdict(dict)
    for row in queries.reported_by_communes(indicator_keys, _NEEDED[period.kind], period.start, period.end):
        found[row.indicator, row.unit.key][row.period] = row.figure
    by_kind: defaultdict[str, list[PlaceFact]] = defaultdict(list)
    for place in communes(period, heard={slug for _, slug in found}):
        by_kind[place.kind].append(place)
    ordered = sorted(by_kind.items(), key=lambda one: -len(one[1]))

    def shown(key: str, place: PlaceFact) -> Figure | None:
        figure = _figure(period, found.get((key, place.slug), {}), place, today)
        return _shown(key, place_unit(place.slug), period, figure)

    return {
        key: {
            kind: ranked(
                {place.slug: shown(key, place) for place in places},
                least=indicator(key).least, is_more_better=indicator(key).direction is not Direction.DOWN,
            )
            for kind, places in ordered
        }
        for key in indicator_keys
    }  # fmt: skip


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
    heard = sums.heard_communes(indicator_keys, _NEEDED[period.kind], period.start, period.end)
    return [place for place in communes(period) if place.slug not in heard]


def target_of(indicator_key: str, day: date, *, unit: Unit | None = None) -> Target | None:
    """The target that holds on a day: the unit's own, else that of its type of place, else that of all."""
    wanted = [""]
    if unit is not None:
        place = atlas().get(unit.key) if unit.kind == UnitKind.PLACE else None
        wanted = [f"{unit.kind}:{unit.key}", *([place.kind] if place else []), ""]
    return holding(queries.targets(indicator_key), day, wanted)


def holding(targets: Sequence[Target], day: date, wanted: Sequence[str] = ("",)) -> Target | None:
    """The one of an indicator's targets that holds on a day for the first of `wanted` that has one."""
    found = {
        target.applies_to: target
        for target in reversed(targets)
        if target.starts_on <= day and (target.ends_on is None or target.ends_on >= day)
    }
    return next((found[one] for one in wanted if one in found), None)


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
