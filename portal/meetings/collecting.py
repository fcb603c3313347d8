"""Collects what a meeting looks at, in a number of statements that doesn't depend on how much was reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from portal.adoption import queries, reading
from portal.adoption.figures import Figure, Point, Standing
from portal.adoption.models import Target
from portal.adoption.periods import Period, age
from portal.adoption.queries import Source
from portal.adoption.registry import HEADLINES, Direction, Indicator
from portal.agencies.queries import agencies
from portal.directives import queries as directives
from portal.feedback import figures as feedback_figures
from portal.feedback import queries as feedback
from portal.meetings.agenda import (
    Agenda,
    Aim,
    Behind,
    Counts,
    Headline,
    Kind,
    Known,
    Laggards,
    Late,
    Origin,
    Overdue,
    Place,
)
from portal.places.kinds import full_name
from portal.places.queries import atlas

# How many of a type are named, and how many where the last of these are level with one more.
MOST_BEHIND, _MOST_NAMED = 5, 6
# Without a target, who is behind is a matter of rank: the last third.
_SHARE_BEHIND = 3
_MONTHS_BACK = 11


def collect(period: Period, *, today: date, now: datetime, is_newest: bool, is_public: bool) -> Agenda:
    """What the screens show about a period. Publicly, that is what public pages show anyway."""
    keys = [known.key for known in HEADLINES]
    points = reading.totals_series(keys, period.shifted(-_MONTHS_BACK), period, today=today)
    rankings = reading.rankings(keys, period, today=today)
    targets = queries.targets_of(keys)
    aims = {known.key: reading.holding(targets.get(known.key, ()), period.end) for known in HEADLINES}
    sources = _sources(points, rankings)
    places = reading.communes(period)
    heard = {one.place for kinds in rankings.values() for rows in kinds.values() for one in rows if one.figure}
    return Agenda(
        made_at=now.isoformat(), today=today.isoformat(), period=period.code, expected=len(places),
        headlines=tuple(
            _headline(
                known, points[known.key], aims[known.key], sources, period=period, today=today, is_newest=is_newest
            )
            for known in HEADLINES
        ),
        laggards=tuple(_laggards(known, rankings[known.key], aims[known.key], sources) for known in HEADLINES),
        silent=tuple(Place(one.slug, full_name(one)) for one in places if one.slug not in heard),
        tasks=overdue_tasks(today, is_public=is_public),
        cases=_public_cases() if is_public else overdue_cases(today),
        is_public=is_public,
    )  # fmt: skip


def _sources(
    points: Mapping[str, Sequence[Point]], rankings: Mapping[str, Mapping[str, Sequence[Standing]]]
) -> dict[int, Source]:
    figures = [one.figure for row in points.values() for one in row if one.figure]
    figures += [one.figure for kinds in rankings.values() for rows in kinds.values() for one in rows if one.figure]
    return {source.id: source for source in queries.sources({one for figure in figures for one in figure.reports})}


def known_of(known: Indicator) -> Known:
    """An indicator as plain values."""
    return Known(
        key=known.key, slug=known.slug, name=known.name, short_name=known.short_name,
        is_share=known.denominator is not None, least=known.least,
        is_up=None if known.direction is Direction.NONE else known.direction is Direction.UP,
    )  # fmt: skip


def counts_of(figure: Figure) -> Counts:
    """A figure as plain values."""
    return Counts(
        numerator=figure.numerator, denominator=figure.denominator, reported=figure.reported, expected=figure.expected,
        days=figure.days, as_of=figure.as_of.isoformat() if figure.as_of else None,
        recorded_at=figure.recorded_at.isoformat(), is_demo=figure.is_demo, is_hidden=figure.is_hidden,
    )  # fmt: skip


def _headline(
    known: Indicator, points: Sequence[Point], target: Target | None, sources: Mapping[int, Source], *,
    period: Period, today: date, is_newest: bool,
) -> Headline:  # fmt: skip
    found = next((one for one in reversed(points) if one.figure is not None), None)
    figure = found.figure if found else None
    earlier = found.period.shifted(-1) if found else None
    before = next((one.figure for one in points if one.period == earlier), None)
    old = age(found.period, today) if found else None
    return Headline(
        known=known_of(known), period=found.period.code if found else None,
        figure=counts_of(figure) if figure else None, before=counts_of(before) if before else None,
        aim=_aim(target), origin=_origin(figure.reports, sources) if figure else None, age_days=old.days if old else 0,
        is_stale=bool(found and old and (found.period != period or (is_newest and old.is_stale))),
    )  # fmt: skip


def _aim(target: Target | None) -> Aim | None:
    return Aim(hundredths=target.hundredths, document=target.document) if target else None


def _origin(reports: Collection[int], sources: Mapping[int, Source]) -> Origin | None:
    own = [sources[one] for one in reports if one in sources]
    if not own:
        return None
    latest = max(own, key=lambda one: (one.recorded_at, one.id))
    return Origin(
        document=latest.document, url=latest.url, entered_by=latest.entered_by,
        others=len({one.document for one in own}) - 1,
    )  # fmt: skip


def _laggards(
    known: Indicator, kinds: Mapping[str, Sequence[Standing]], target: Target | None, sources: Mapping[int, Source]
) -> Laggards:
    figures = [one.figure for rows in kinds.values() for one in rows if one.figure]
    reports = {id_ for one in figures for id_ in one.reports}
    return Laggards(
        known=known_of(known), aim=_aim(target), origin=_origin(reports, sources),
        recorded_on=max((one.recorded_at.isoformat() for one in figures), default=""),
        is_demo=any(one.is_demo for one in figures),
        kinds=tuple(_kind(kind, rows, known, target) for kind, rows in kinds.items()),
    )  # fmt: skip


def _kind(kind: str, standings: Sequence[Standing], known: Indicator, target: Target | None) -> Kind:
    ranked = [one for one in standings if one.rank is not None]
    found = behind(ranked, known, target)
    named, places = _named(found), atlas()
    return Kind(
        kind=kind, ranked=len(ranked), silent=sum(one.figure is None for one in standings),
        too_few=sum(one.figure is not None and one.rank is None and not one.figure.is_hidden for one in standings),
        hidden=sum(one.figure is not None and one.figure.is_hidden for one in standings),
        behind=tuple(
            Behind(
                place=one.place, name=full_name(place) if (place := places.get(one.place)) else one.place,
                rank=one.rank or 0, counts=counts_of(one.figure),
            )
            for one in named
            if one.figure
        ),
        unnamed=len(found) - len(named),
    )  # fmt: skip


def _named(found: Sequence[Standing]) -> Sequence[Standing]:
    """The last ones, cut where nobody level with them is left out; where too many are level, the first of them."""
    for number in (MOST_BEHIND, _MOST_NAMED, *range(MOST_BEHIND - 1, 0, -1)):
        if len(found) <= number or found[number].rank != found[number - 1].rank:
            return found[:number]
    return found[:MOST_BEHIND]


def behind(ranked: Sequence[Standing], known: Indicator, target: Target | None) -> list[Standing]:
    """Those of the ranked communes of one type that are behind, the last first: below the target, and without one the
    last third. Nobody is behind where all are level, or where there is nobody to be compared with."""
    if len(ranked) < 2 or ranked[0].rank == ranked[-1].rank:
        return []
    last_first = list(reversed(ranked))
    if target is None:
        bound = last_first[: len(ranked) // _SHARE_BEHIND][-1:]
        return [one for one in last_first if bound and (one.rank or 0) >= (bound[0].rank or 0)]
    return [one for one in last_first if not _is_met(one.figure, known, target)]


def _is_met(figure: Figure | None, known: Indicator, target: Target) -> bool:
    if figure is None or figure.rate is None:
        return False
    hundredths = figure.rate * 100
    return hundredths <= target.hundredths if known.direction is Direction.DOWN else hundredths >= target.hundredths


def overdue_tasks(today: date, *, is_public: bool) -> Overdue | None:
    """The tasks of the directives that are overdue; None where the province shows none to the public."""
    if is_public and not directives.has_public():
        return None
    found = directives.overdue_by_agency(today, public_only=is_public)
    rows = tuple(Late(one.agency_name, one.count, one.oldest.isoformat()) for one in found)
    return Overdue(total=sum(one.count for one in rows), rows=rows, counted_at="", has_demo=False)


def overdue_cases(today: date) -> Overdue:
    """The feedback that is overdue, by agency: numbers alone, and for the staff alone, since they are small."""
    found, names = feedback.overdue_by_agency(today), {one.slug: one.name for one in agencies()}
    rows = tuple(Late(names.get(one.agency, one.agency), one.count, one.oldest.isoformat()) for one in found)
    return Overdue(
        total=sum(one.count for one in rows), rows=rows, counted_at="", has_demo=any(one.has_demo for one in found)
    )


def _public_cases() -> Overdue | None:
    known = feedback_figures.snapshot()
    if known is None:
        return None
    return Overdue(total=known.overdue, rows=(), counted_at=known.counted_at.isoformat(), has_demo=known.has_demo)
