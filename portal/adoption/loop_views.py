"""From sharing to filing: what was counted in each month beside the online filing of the next, without a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.adoption import choosing, loop, queries, reading
from portal.adoption.framing import framed
from portal.adoption.gathering import province_unit
from portal.adoption.loop import FILING, SHARES, LoopMonth
from portal.adoption.models import PORTAL
from portal.adoption.own_views import LOOP, OWN, chosen_month, month_choices
from portal.adoption.periods import Period
from portal.adoption.present import PATH
from portal.adoption.queries import Source, place_unit
from portal.adoption.registry import indicator
from portal.adoption.words import aim, counts_text, drawn, period_mark, period_name
from portal.core import charts, clock
from portal.core.access import public
from portal.core.charts_lines import LineChart, Series, draw_lines
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas, overview
from portal.search.folding import sort_key

loop_views = Blueprint("loop", __name__)
_SPANS = (6, 12, 24)
_USUAL = 12
_DRAWN = ("link_visits", "link_reads", "link_starts")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name, what was counted by the indicators of SHARES, the filing after it and its counts."""

    name: str
    url: str
    shares: Sequence[charts.Figure]
    filing: charts.Figure
    counts: str


@loop_views.get(PATH + LOOP)
@public(parameters=("xa", "loai", "ky", "so-thang"), is_costly=True)
def loop_page() -> Response:
    place, edges = _place(), loop.bounds(clock.today())
    page = _page(place)
    if edges is None:
        return render("adoption/own_empty.html", page=page)
    last = chosen_month(*edges) or loop.newest_complete(*edges)
    first = max(last.shifted(1 - _months()), edges[0])
    if place is None:
        months = loop.of_province(first, last, today=clock.today())
    else:
        months = loop.of_unit(place_unit(place.slug), first, last)
    communes = _communes(last) if place is None else {}
    return render(
        "adoption/loop.html", page=page, here=localised_path(page.path, current_locale()), last=_name(last),
        following=_name(last.shifted(1)), months=month_choices(last, *edges), spans=_SPANS, chosen_span=_months(),
        place=place, where=full_name(place) if place else _("Toàn tỉnh"), places=_places(),
        up_url=_url(ky=last.code), **_drawings(months, place), **_words(), **communes,
        own_url=localised_path(PATH + OWN, current_locale()),
        figures_url=localised_path(PATH + (f"/dia-ban/{place.slug}" if place else ""), current_locale()),
    )  # fmt: skip


def _drawings(months: Sequence[LoopMonth], place: PlaceFact | None) -> dict[str, Any]:
    return {
        "rows": [_row(period_mark(one.month), "", one) for one in reversed(months)],
        "has_any": any(one.shares for one in months),
        "lines": _lines(months),
        "filing_line": _filing_line(months, place),
        "sources": _sources(months),
        "has_demo": any(figure.is_demo for one in months for figure in one.figures),
    }


def _words() -> dict[str, Any]:
    known = [indicator(key) for key in (*SHARES, FILING)]
    return {
        "heads": [_(one.short_name) for one in known[:-1]],
        "formulas": [(_(one.name), _(one.formula)) for one in known],
    }


def _places() -> list[tuple[str, str]]:
    return [(one.slug, full_name(one)) for one in sorted(overview(), key=lambda one: sort_key(one.name))]


def _page(place: PlaceFact | None) -> Page:
    title = _("Từ chia sẻ đến nộp trực tuyến")
    if place:
        title = _("%(name)s: từ chia sẻ đến nộp trực tuyến", name=full_name(place))
    asked = {"xa": request.args.get("xa", ""), "so-thang": request.args.get("so-thang", "")}
    page = framed(title, LOOP, asked)
    page.description = _("Lượt mở, đọc, bắt đầu từ liên kết chia sẻ, và tỷ lệ nộp trực tuyến tháng sau, đặt cạnh nhau.")
    return page


def _place() -> PlaceFact | None:
    """Today's commune that an address names; None for the whole province."""
    slug = request.args.get("xa", "")
    if not slug:
        return None
    place = atlas().get(slug)
    if place is None or place.level != Level.COMMUNE or place.valid_to is not None:
        abort(404)
    return place


def _months() -> int:
    """Over how many months an address asks to look."""
    text = request.args.get("so-thang", "") or str(_USUAL)
    return next((one for one in _SPANS if str(one) == text), None) or abort(404)


def _locale() -> str:
    return current_locale().code


def _name(month: Period) -> str:
    return period_name(month, _locale())


def _url(**query: str) -> str:
    pairs = [(name, value) for name, value in query.items() if value]
    return localised_path(PATH + LOOP, current_locale()) + "?" + urlencode(pairs)


def _communes(month: Period) -> dict[str, Any]:
    """The communes of the chosen type that have links, by name, beside each other but not ranked; and the others."""
    kinds, chosen = choosing.place_kinds(), request.args.get("loai", "")
    if chosen and chosen not in kinds:
        abort(404)
    known = loop.of_communes(month)
    standing = [one for one in overview() if not chosen or one.kind == chosen]
    return {
        "communes": [
            _row(full_name(one), _url(xa=one.slug, ky=month.code), known[one.slug], is_compared=True)
            for one in standing
            if one.slug in known
        ],
        "without": sum(one.slug not in known for one in standing),
        "all_url": _url(ky=month.code),
        "kind": chosen,
        "kinds": [(choosing.KIND_NAMES[kind], _url(ky=month.code, loai=kind), kind == chosen) for kind in kinds],
    }


def _row(name: str, url: str, month: LoopMonth, *, is_compared: bool = False) -> Row:
    shares = [drawn(month.shares.get(key), indicator(key), _locale()) for key in SHARES]
    filing = drawn(month.filing, indicator(FILING), _locale(), is_compared=is_compared)
    return Row(name, url, shares, filing, counts_text(month.filing, _locale()) if month.filing else "")


def _lines(months: Sequence[LoopMonth]) -> LineChart:
    return draw_lines(
        [period_mark(one.month) for one in months],
        [
            Series(
                _(indicator(key).short_name),
                [drawn(one.shares.get(key), indicator(key), _locale()) for one in months],
            )
            for key in _DRAWN
        ],
        locale=_locale(),
    )  # fmt: skip


def _filing_line(months: Sequence[LoopMonth], place: PlaceFact | None) -> LineChart:
    """Over the months that followed: each stands where the month before it stands in the other drawing."""
    known, after = indicator(FILING), months[-1].month.shifted(1)
    unit = place_unit(place.slug) if place else province_unit()
    return draw_lines(
        [period_mark(one.month.shifted(1)) for one in months],
        [Series(_(known.short_name), [drawn(one.filing, known, _locale()) for one in months])],
        unit="%", locale=_locale(), most=100,
        target=aim(reading.target_of(FILING, after.end, unit=unit), known, _locale()),
    )  # fmt: skip


def _sources(months: Iterable[LoopMonth]) -> list[Source]:
    """The latest report of the portal, and the latest of the filing."""
    ids = {report for one in months for figure in one.figures for report in figure.reports}
    found: Mapping[bool, Source] = {one.batch == PORTAL: one for one in reversed(queries.sources(ids))}
    return [found[is_own] for is_own in (True, False) if is_own in found]
