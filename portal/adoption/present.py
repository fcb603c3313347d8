"""The adoption statistics as pages show them: tiles, lines, ranks, maps, each figure with its source and age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _

from portal.adoption import queries, reading
from portal.adoption.figures import Figure, Point, Standing
from portal.adoption.periods import Period, age
from portal.adoption.queries import Source, Unit
from portal.adoption.registry import Indicator, indicator
from portal.adoption.words import (
    age_text,
    aim,
    counts_text,
    drawn,
    is_too_few,
    missing_text,
    period_mark,
    period_name,
    source_text,
    trend,
)
from portal.core import clock
from portal.core.charts import Bar, BarChart, Tile, draw_bars
from portal.core.charts import Figure as ChartFigure
from portal.core.charts_heat import HeatRow, HeatTable, draw_heat
from portal.core.charts_lines import LineChart, Series, draw_lines
from portal.core.charts_scale import Steps, steps_between, steps_for
from portal.core.i18n import current_locale, localised_path
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.queries import atlas, overview
from portal.places.value_map import ValueMap, draw_values

PATH = "/so-lieu"
_WIDE, _HIGH = (20.0, 40.0, 60.0, 80.0), (80.0, 90.0, 95.0, 98.0)
_HIGH_FROM = 70


@dataclass(frozen=True, slots=True)
class View:
    """What a page is about: the period, and the day and language in which somebody reads."""

    period: Period
    today: date
    locale: str
    is_newest: bool

    @property
    def title(self) -> str:
        """The period's name."""
        return period_name(self.period, self.locale)

    def to(self, path: str, **query: str) -> str:
        """An address in the reader's language, about the same period."""
        pairs = [("ky", self.period.code), *query.items()]
        return localised_path(PATH + path, current_locale()) + "?" + urlencode([pair for pair in pairs if pair[1]])


def indicator_url(view: View, known: Indicator) -> str:
    """The page of an indicator."""
    return view.to(f"/chi-tieu/{known.slug}")


def place_url(view: View, slug: str) -> str:
    """The page of a place's figures."""
    return view.to(f"/dia-ban/{slug}")


def agency_url(view: View, slug: str) -> str:
    """The page of an agency's figures."""
    return view.to(f"/co-quan/{slug}")


def tiles(
    view: View, points: Mapping[Indicator, Sequence[Point]], scope: str, *, unit: Unit | None = None
) -> list[Tile]:
    """A tile for each indicator, of its last point; where that is empty, of the last that there is, as an old one."""
    shown = {known: _last(series) for known, series in points.items()}
    reports = {one for point in shown.values() if point and point.figure for one in point.figure.reports}
    sources = {source.id: source for source in queries.sources(reports)}
    return [
        replace(
            _tile(view, known, points[known], sources),
            label=str(_(known.short_name)),
            period=f"{period_name(point.period if point else view.period, view.locale)}, {scope}",
            target=aim(reading.target_of(known.key, view.period.end, unit=unit), known, view.locale),
            url=indicator_url(view, known),
        )
        for known, point in shown.items()
    ]


def _last(points: Sequence[Point]) -> Point | None:
    return next((point for point in reversed(points) if point.figure is not None), None)


def _tile(view: View, known: Indicator, points: Sequence[Point], sources: Mapping[int, Source]) -> Tile:
    shown = _last(points)
    if shown is None or shown.figure is None:
        return Tile(label="", figure=drawn(None, known, view.locale), period="")
    figure, period = shown.figure, shown.period
    before = next((point.figure for point in points if point.period == period.shifted(-1)), None)
    own = [sources[one] for one in figure.reports if one in sources]
    source = max(own, key=lambda one: one.recorded_at, default=None)
    old = age(period, view.today)
    return Tile(
        label="",
        figure=drawn(figure, known, view.locale),
        period="",
        parts=counts_text(figure, view.locale),
        missing=missing_text(figure, view.locale),
        source=source_text(source.document, len(own) - 1) if source else "",
        source_url=source.url if source else "",
        importer=source.entered_by if source else "",
        age=age_text(old, clock.local_day(figure.recorded_at), view.locale),
        is_stale=period != view.period or (view.is_newest and old.is_stale),
        is_demo=figure.is_demo,
        trend=trend(figure, before, period.shifted(-1), known, view.locale),
    )


def line(
    view: View, known: Indicator, series: Mapping[str, Sequence[Point]], *, unit: Unit | None = None
) -> LineChart:  # fmt: skip
    """The lines of an indicator by name; all have the same periods."""
    points = next(iter(series.values()))
    return draw_lines(
        [period_mark(point.period) for point in points],
        [
            Series(name, [drawn(point.figure, known, view.locale, is_compared=len(series) > 1) for point in own])
            for name, own in series.items()
        ],
        unit=_unit(known), locale=view.locale, most=_most(known),
        target=aim(reading.target_of(known.key, view.period.end, unit=unit), known, view.locale),
    )  # fmt: skip


def ranks(view: View, known: Indicator, standings: Sequence[Standing]) -> BarChart:
    """Communes by their rank, then those of too few, then those that didn't report."""
    counted = Counter(one.rank for one in standings)
    bars = []
    for one in standings:
        place = atlas().get(one.place)
        is_tied = one.rank is not None and counted[one.rank] > 1
        bars.append(
            Bar(
                name=full_name(place) if place else one.place,
                figure=drawn(one.figure, known, view.locale, is_compared=True),
                url=place_url(view, one.place),
                rank="" if one.rank is None else str(one.rank),
                note=_rank_note(one.figure, known, view.locale, is_tied=is_tied),
            )
        )
    target = aim(reading.target_of(known.key, view.period.end), known, view.locale)
    return draw_bars(bars, unit=_unit(known), locale=view.locale, target=target, most=_most(known))


def beside(view: View, known: Indicator, rows: Sequence[tuple[str, str, Sequence[Point]]]) -> BarChart:
    """Units beside each other in the order given, without ranks: name, address and points of each."""
    bars = [
        Bar(
            name,
            drawn(points[-1].figure, known, view.locale, is_compared=True),
            url,
            note=_rank_note(points[-1].figure, known, view.locale, is_tied=False),
        )
        for name, url, points in rows
    ]
    target = aim(reading.target_of(known.key, view.period.end), known, view.locale)
    return draw_bars(bars, unit=_unit(known), locale=view.locale, target=target, most=_most(known))


def _rank_note(figure: Figure | None, known: Indicator, locale: str, *, is_tied: bool) -> str:
    if figure is None:
        return ""
    if figure.is_hidden:
        return str(_("ẩn"))
    counts = counts_text(figure, locale)
    if is_too_few(figure, known):
        return str(_("%(counts)s, dưới %(least)s nên không xếp hạng", counts=counts, least=known.least))
    return str(_("%(counts)s, đồng hạng", counts=counts)) if is_tied else counts


def facts(view: View, figures: Mapping[str, Figure | None]) -> list[tuple[str, ChartFigure]]:
    """Short answers: an indicator's short name and its figure."""
    known = [(indicator(key), figure) for key, figure in figures.items()]
    return [(str(_(one.short_name)), drawn(figure, one, view.locale)) for one, figure in known]


Table = Sequence[tuple[str, Sequence[Point]]]


def steps_of(known: Indicator, rows: Table) -> Steps:
    """The classes in which a table's values are told apart."""
    values = [
        float(point.figure.rate)
        for _slug, points in rows
        for point in points
        if point.figure is not None and point.figure.rate is not None and not is_too_few(point.figure, known)
    ]
    locale = current_locale().code
    if known.denominator is None:
        counts = [float(point.figure.numerator) for _slug, points in rows for point in points if point.figure]
        return steps_for(counts, locale=locale)
    return steps_between(_HIGH if values and min(values) >= _HIGH_FROM else _WIDE, unit="%", locale=locale)


def heat(view: View, known: Indicator, rows: Table, steps: Steps) -> HeatTable:
    """Communes by name, a column for each period."""
    periods = [period_mark(point.period) for point in rows[0][1]] if rows else []
    known_places = atlas()
    drawn_rows = [
        HeatRow(
            full_name(place),
            [drawn(point.figure, known, view.locale, digits=1, is_compared=True) for point in points],
            place_url(view, slug),
        )
        for slug, points in rows
        if (place := known_places.get(slug)) is not None
    ]
    return draw_heat(periods, drawn_rows, steps)


def value_map(view: View, known: Indicator, rows: Table, steps: Steps) -> ValueMap:
    """The map of the last period of a table."""
    figures = {slug: drawn(points[-1].figure, known, view.locale, is_compared=True) for slug, points in rows}
    return draw_values(overview(), figures, steps, lambda slug: place_url(view, slug))


def standing(view: View, known: Indicator, place: PlaceFact) -> tuple[int, int] | None:
    """A commune's rank among those of its type, and how many are ranked; None where it isn't."""
    standings = reading.ranking(known.key, view.period, place.kind, today=view.today)
    ranked = [one for one in standings if one.rank is not None]
    own = next((one.rank for one in ranked if one.place == place.slug), None)
    return None if own is None else (own, len(ranked))


def _unit(known: Indicator) -> str:
    return known.unit if known.denominator else ""


def _most(known: Indicator) -> float | None:
    return 100 if known.denominator else None
