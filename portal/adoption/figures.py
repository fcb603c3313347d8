"""What may be said of reported counts: rates made anew from them, sums with what is missing, and fair ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from portal.adoption.periods import Period, PeriodKind

_HUNDREDTH = Decimal("0.01")
_MOST_REPORTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Counts of one or more reports. Of a share the denominator is there, and `rate` is what people read.

    `reported` of `expected` reports are in it: months of a quarter, communes of a province, or both multiplied.
    `days` is of how many daily reports months were summed, 0 where none was. `as_of` and `recorded_at` are the latest;
    `reports` are the ids of the sources, at most twenty. A figure that `is_hidden` is of few people: it has no rate.
    """

    numerator: int
    denominator: int | None
    reported: int = 1
    expected: int = 1
    days: int = 0
    as_of: date | None
    recorded_at: datetime
    reports: tuple[int, ...]
    is_demo: bool = False
    is_hidden: bool = False

    @property
    def rate(self) -> Decimal | None:
        """The share in percent, to two places; None where nothing was counted, or where it is no share."""
        return None if self.is_hidden else rate(self.numerator, self.denominator)

    @property
    def missing(self) -> int:
        """How many reports are missing."""
        return max(self.expected - self.reported, 0)


@dataclass(frozen=True, slots=True)
class Point:
    """A period and its figure; None where nothing was reported."""

    period: Period
    figure: Figure | None


def rate(numerator: int, denominator: int | None) -> Decimal | None:
    """A share in percent, half a hundredth rounded up; None without a denominator."""
    if not denominator:
        return None
    return (Decimal(numerator) * 100 / Decimal(denominator)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def summed(figures: Sequence[Figure], *, expected: int) -> Figure:
    """The sum of at least one figure, of which `expected` reports should be there."""
    return Figure(
        numerator=sum(one.numerator for one in figures),
        denominator=None if figures[0].denominator is None else sum(one.denominator or 0 for one in figures),
        reported=sum(one.reported for one in figures),
        expected=expected,
        days=sum(one.days for one in figures),
        as_of=max((one.as_of for one in figures if one.as_of), default=None),
        recorded_at=max(one.recorded_at for one in figures),
        reports=tuple(dict.fromkeys(report for one in figures for report in one.reports))[:_MOST_REPORTS],
        is_demo=any(one.is_demo for one in figures),
    )


Reported = Mapping[Period, Figure]


def figure_of(period: Period, reported: Reported, due: Iterable[Period]) -> Figure | None:
    """A unit's figure of a period, from what it reported for this and shorter periods; None where that is nothing.

    The sum of its parts where all are there; else what was reported of the period itself; else the sum of the parts
    that are there. `due` are the months that should be there by now; nobody expects others.
    """
    if not period.parts:
        return reported.get(period)
    months = frozenset(due)
    return _of_parts(period, reported, months)


def _of_parts(period: Period, reported: Reported, due: frozenset[Period]) -> Figure | None:
    own = reported.get(period)
    if not period.parts:
        return own
    parts = [figure for part in period.parts if (figure := _of_parts(part, reported, due))]
    wanted = sum(month in due for month in period.months)
    expected = max(wanted, sum(part.reported for part in parts))
    total = summed(parts, expected=expected) if parts else None
    if own is None or (total is not None and total.reported == len(period.months)):
        return total
    return replace(own, reported=len(period.months), expected=len(period.months))


@lru_cache(maxsize=512)
def due_months(
    period: Period, today: date, *, since: date | None = None, until: date | None = None
) -> frozenset[Period]:
    """The months of a period that have ended by today, of a unit that was there from `since` to `until`."""
    return frozenset(
        month
        for month in period.months
        if month.end < today and (since is None or month.start >= since) and (until is None or month.end <= until)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit's place among its like. `rank` is None where it is not ranked: `figure` is None where it did not report,
    else its denominator is under the least."""

    place: str
    figure: Figure | None
    rank: int | None


def ranked(figures: Mapping[str, Figure | None], *, least: int, is_more_better: bool) -> list[Standing]:
    """Units by their rates as people read them, the best first; the same rate is the same rank.

    After them those under the least, then those that did not report, each by slug.
    """
    rated: list[tuple[Decimal, str, Figure]] = []
    small: list[tuple[str, Figure]] = []
    silent: list[str] = []
    for place, figure in sorted(figures.items()):
        if figure is None:
            silent.append(place)
        elif figure.rate is None or (figure.denominator or 0) < least:
            small.append((place, figure))
        else:
            rated.append((figure.rate, place, figure))
    rated.sort(key=lambda one: (-one[0] if is_more_better else one[0], one[1]))
    found: list[Standing] = []
    for number, (value, place, figure) in enumerate(rated, 1):
        is_tied = number > 1 and rated[number - 2][0] == value
        rank = found[-1].rank if is_tied else number
        found.append(Standing(place=place, figure=figure, rank=rank))
    found += [Standing(place=place, figure=figure, rank=None) for place, figure in small]
    return found + [Standing(place=place, figure=None, rank=None) for place in silent]


def is_summable(kind: PeriodKind) -> bool:
    """Whether figures of such periods are made of shorter ones."""
    return kind in {PeriodKind.QUARTER, PeriodKind.YEAR}
