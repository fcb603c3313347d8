"""The pages of what this portal counts itself: all of it, and one indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.adoption import loop, present, queries, reading
from portal.adoption.agency_words import about_agency
from portal.adoption.figures import Point
from portal.adoption.framing import framed
from portal.adoption.gathering import province_unit
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.present import PATH, View, indicator_url
from portal.adoption.queries import Unit, agency_unit
from portal.adoption.registry import GATHERED, Indicator, Reach
from portal.adoption.unit_queries import count_revised
from portal.adoption.words import drawn, period_mark, period_name
from portal.agencies.queries import agencies
from portal.core import clock
from portal.core.access import public
from portal.core.charts_heat import HeatRow, HeatTable, draw_heat
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import render

own_figures_views = Blueprint("own_figures", __name__)
OWN = "/cong-nay"
LOOP = "/tu-chia-se-den-nop"
_MONTHS, _COLUMNS, _DAYS, _OFFERED = 24, 12, 31, 36
_KEYS = tuple(one.key for one in GATHERED)


@own_figures_views.get(PATH + OWN)
@public(parameters=("ky",), is_costly=True)
def own_page() -> Response:
    page = framed(_("Số liệu của cổng này"), OWN)
    page.description = _("Bao nhiêu lượt mở, đọc và bắt đầu từ liên kết chia sẻ, hướng dẫn có hữu ích không.")
    view, province = _view(_KEYS), province_unit()
    if view is None or province is None:
        return render("adoption/own_empty.html", page=page)
    points = _province_points(province, view.period.shifted(-1), view.period)
    return render(
        "adoption/own.html", page=page, view=view, here=localised_path(page.path, current_locale()),
        months=month_choices(view.period, *_bounds(_KEYS)),
        tiles=present.tiles(view, points, _("toàn tỉnh"), unit=province),
        kept=[(reach, [(_(one.name), indicator_url(view, one)) for one in GATHERED if one.reach is reach])
              for reach in Reach],
        has_demo=_is_demo(points), loop_url=localised_path(PATH + LOOP, current_locale()),
        revised=count_revised(province, _KEYS),
        revised_url=localised_path(f"{PATH}/dia-ban/{province.key}/da-sua", current_locale()),
    )  # fmt: skip


def gathered_page(known: Indicator) -> Response:
    """One indicator that this portal counts: the province by month and day, communes or agencies by month."""
    page = framed(_(known.name), f"/chi-tieu/{known.slug}")
    page.description = _(known.formula)
    view, province = _view((known.key,)), province_unit()
    if view is None or province is None:
        return render("adoption/own_empty.html", page=page)
    edges = _bounds((known.key,))
    first = max(view.period.shifted(1 - _MONTHS), edges[0])
    points = reading.series(known.key, province, first, view.period, today=view.today)
    last_day = Period(view.period.end, PeriodKind.DAY)
    days = reading.series(known.key, province, last_day.shifted(1 - _DAYS), last_day, today=view.today)
    heat = _heat(known, view, max(view.period.shifted(1 - _COLUMNS), edges[0]))
    return render(
        "adoption/own_indicator.html", page=page, view=view, known=known,
        here=localised_path(page.path, current_locale()), months=month_choices(view.period, *edges),
        tiles=present.tiles(view, {known: points[-2:]}, _("toàn tỉnh"), unit=province),
        line=present.line(view, known, {_("Toàn tỉnh"): points}, unit=province),
        days=present.line(view, known, {_("Toàn tỉnh"): days}) if any(one.figure for one in days) else None,
        heat=heat, names=_("Cơ quan") if known.reach is Reach.AGENCIES else _("Nơi"), formula=_(known.formula),
        origin=_(known.source),
        unit=_(known.unit), has_demo=_is_demo({known: points}),
        sources=_latest(points), own_url=view.to(OWN),
        loop_url=localised_path(PATH + LOOP, current_locale()) if known.key in loop.SHARES else "",
    )  # fmt: skip


def _view(keys: tuple[str, ...]) -> View | None:
    """The month that an address asks for; None where nothing was ever counted."""
    if loop.bounds(clock.today(), keys) is None:
        return None
    first, last = _bounds(keys)
    month = chosen_month(first, last) or last
    return View(month, clock.today(), current_locale().code, month == last)


def _bounds(keys: tuple[str, ...]) -> tuple[Period, Period]:
    return loop.bounds(clock.today(), keys) or abort(404)


def chosen_month(first: Period, last: Period) -> Period | None:
    """The month that an address names; None where it names none, 404 for one outside of what was counted."""
    code = request.args.get("ky", "")
    if not code:
        return None
    month = Period.parse(code)
    if month is None or month.kind is not PeriodKind.MONTH or not first <= month <= last:
        abort(404)
    return month


def month_choices(chosen: Period, first: Period, last: Period) -> list[tuple[str, str, bool]]:
    """The months that there are, the newest first: code, name, and whether it is the chosen one."""
    months = list(span(first, last))[::-1]
    locale = current_locale().code
    return [(one.code, period_name(one, locale), one == chosen) for one in months[:_OFFERED]]


def _province_points(province: Unit, first: Period, last: Period) -> dict[Indicator, Sequence[Point]]:
    keys = [one.key for one in GATHERED]
    rows = queries.reported(keys, (PeriodKind.MONTH,), first.start, last.start, units=[province])
    found = {(row.indicator, row.period): row.figure for row in rows}
    return {one: [Point(month, found.get((one.key, month))) for month in span(first, last)] for one in GATHERED}


def _is_demo(points: Mapping[Indicator, Sequence[Point]]) -> bool:
    return any(point.figure.is_demo for series in points.values() for point in series if point.figure)


def _latest(points: Sequence[Point]) -> list[queries.Source]:
    """Where the last figure comes from."""
    figure = next((point.figure for point in reversed(points) if point.figure), None)
    return queries.sources(figure.reports) if figure else []


def _heat(known: Indicator, view: View, first: Period) -> HeatTable | None:
    """Communes or agencies of which anything was counted, by name, and a column for each month."""
    if known.reach is Reach.COMMUNES:
        rows = reading.table(known.key, "", first, view.period, today=view.today)
        rows = [(slug, points) for slug, points in rows if any(one.figure for one in points)]
        return present.heat(view, known, rows, present.steps_of(known, rows)) if rows else None
    if known.reach is Reach.AGENCIES:
        return _heat_of_agencies(known, view, first)
    return None


def _heat_of_agencies(known: Indicator, view: View, first: Period) -> HeatTable | None:
    names = {agency_unit(one.slug): one.name for one in agencies()}
    found = reading.comparison_of(known.key, names, first, view.period, today=view.today)
    rows = [(unit.key, points) for unit, points in found.items() if any(one.figure for one in points)]
    if not rows:
        return None
    drawn_rows = [
        HeatRow(
            names[agency_unit(slug)],
            [drawn(one.figure, known, view.locale, digits=1, is_compared=True) for one in points],
            about_agency(slug),
        )
        for slug, points in rows
    ]
    return draw_heat([period_mark(one.period) for one in rows[0][1]], drawn_rows, present.steps_of(known, rows))
