"""The public pages of the adoption statistics; every one is an address that can be shared."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from markupsafe import Markup

from portal.adoption import choosing, present, queries, reading
from portal.adoption.agency_words import about_agency, reporting_agencies
from portal.adoption.figures import Point
from portal.adoption.framing import framed
from portal.adoption.models import UnitKind
from portal.adoption.own_views import LOOP, OWN, gathered_page
from portal.adoption.present import PATH, View
from portal.adoption.published import PublishedGroup, grouped
from portal.adoption.queries import Unit, agency_unit, place_unit
from portal.adoption.registry import HEADLINES, INDICATORS, Indicator, indicator_by_slug
from portal.adoption.revised_views import KEYS
from portal.adoption.unit_queries import count_revised, reporting_units
from portal.adoption.words import aim
from portal.core import clock
from portal.core.access import public
from portal.core.charts import BarChart
from portal.core.i18n import LOCALES, current_locale, localised_path
from portal.core.pages import Page, render, renderer
from portal.core.registry import PlaceSection
from portal.directives.queries import has_public as has_public_tasks
from portal.directives.views import PATH as TASKS
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas, overview
from portal.search.folding import sort_key

adoption_views = Blueprint("adoption", __name__)
_REPORTED = tuple(one.key for one in INDICATORS)
_COLUMNS = 12
_COMPARED = ("noi-1", "noi-2", "noi-3", "noi-4", "noi-5")
# A longer ranking is cut to both of its ends on the overview.
_MOST_RANKED, _AT_EACH_END = 24, 10


@adoption_views.get(PATH)
@public(parameters=("ky", "loai"), is_costly=True)
def overview_page() -> Response:
    page, view = framed(_("Số liệu dịch vụ công"), ""), _view()
    page.description = _("Bao nhiêu hồ sơ nộp và thanh toán trực tuyến, đúng hạn, người dân có hài lòng không.")
    if view is None:
        return render("adoption/empty.html", page=page, published=_published())
    keys, chief = [known.key for known in HEADLINES], HEADLINES[0]
    # The tiles need the period and the one before; only one line is drawn.
    recent = reading.totals_series(keys, view.period.shifted(-1), view.period, today=view.today)
    points = reading.totals_series([chief.key], choosing.first_shown(view.period), view.period, today=view.today)
    silent = reading.not_reported(keys, view.period)
    return _shown(
        "overview", page, view, **_ranking(view, chief, "", is_short=True), known=chief,
        tiles=present.tiles(view, {known: recent[known.key] for known in HEADLINES}, _("toàn tỉnh")),
        line=present.line(view, chief, {_("Toàn tỉnh"): points[chief.key]}), published=_published(),
        silent=[(full_name(one), present.place_url(view, one.slug)) for one in silent],
        indicators=[(_(one.name), present.indicator_url(view, one)) for one in INDICATORS],
        agencies=[(name, present.agency_url(view, unit.key)) for unit, name in reporting_agencies(_REPORTED).items()],
        tasks_url=localised_path(TASKS, current_locale()) if has_public_tasks() else "",
        compare_url=view.to("/so-sanh"), own_url=localised_path(PATH + OWN, current_locale()),
        loop_url=localised_path(PATH + LOOP, current_locale()),
    )  # fmt: skip


@adoption_views.get(f"{PATH}/chi-tieu/<slug:slug>")
@public(parameters=("ky", "loai"), is_costly=True)
def indicator_page(slug: str) -> Response:
    known = indicator_by_slug(slug) or abort(404)
    if known.is_gathered:
        return gathered_page(known)
    page, view = framed(_(known.name), f"/chi-tieu/{slug}"), _view()
    page.description = _(known.formula)
    if view is None:
        return render("adoption/empty.html", page=page)
    points = reading.totals_series([known.key], choosing.first_shown(view.period), view.period, today=view.today)
    first = max(view.period.shifted(1 - _COLUMNS), choosing.bounds()[view.period.kind][0])
    rows = reading.table(known.key, "", first, view.period, today=view.today)
    steps, ranking = present.steps_of(known, rows), _ranking(view, known, f"/chi-tieu/{slug}")
    target = reading.target_of(known.key, view.period.end)
    return _shown(
        "indicator", page, view, **ranking, known=known,
        tiles=present.tiles(view, {known: points[known.key]}, _("toàn tỉnh")),
        line=present.line(view, known, {_("Toàn tỉnh"): points[known.key]}),
        map=present.value_map(view, known, rows, steps),
        heat=present.heat(view, known, _of_kind(rows, ranking["kind"]), steps),
        agencies=_agencies(view, known), formula=_(known.formula), origin=_(known.source),
        target=target, aim=aim(target, known, view.locale), sources=queries.sources_of_period(known.key, view.period),
    )  # fmt: skip


@adoption_views.get(f"{PATH}/dia-ban/<slug:slug>")
@public(parameters=("ky",), is_costly=True)
def place_page(slug: str) -> Response:
    place = atlas().get(slug) or abort(404)
    if not _is_shown(place):
        abort(404)
    view, relatives = _view(), reading.relatives(slug)
    own = _standings(view, place) if view and _is_commune(place) else []
    linked = [one for one in (*relatives.predecessors, *relatives.successors) if _is_shown(one)]
    return _unit_page(
        place_unit(slug), full_name(place), f"/dia-ban/{slug}", view, standings=own, place=place,
        about_url=localised_path(f"/dia-ban/{slug}", current_locale()), published=_published(slug),
        loop_url=localised_path(f"{PATH}{LOOP}?xa={slug}", current_locale()) if _is_commune(place) else "",
        relatives=[(full_name(one), present.place_url(view, one.slug)) for one in linked] if view else [],
    )  # fmt: skip


@adoption_views.get(f"{PATH}/co-quan/<slug:slug>")
@public(parameters=("ky",), is_costly=True)
def agency_page(slug: str) -> Response:
    unit = agency_unit(slug)
    name = reporting_agencies(_REPORTED).get(unit) or abort(404)
    return _unit_page(
        unit, name, f"/co-quan/{slug}", _view(), standings=[], place=None, published=[], relatives=[],
        about_url=about_agency(slug), loop_url="",
    )  # fmt: skip


@adoption_views.get(f"{PATH}/so-sanh")
@public(parameters=("ky", "chi-tieu", "noi-1", "noi-2", "noi-3", "noi-4", "noi-5"), is_costly=True)
def comparison_page() -> Response:
    known = indicator_by_slug(request.args.get("chi-tieu", "") or HEADLINES[0].slug) or abort(404)
    if known.is_gathered:
        abort(404)
    places = [atlas().get(slug) or abort(404) for slug in _compared()]
    asked = {"chi-tieu": request.args.get("chi-tieu", ""), **_asked()}
    page, view = framed(_("So sánh các xã, phường"), "/so-sanh", asked), _view()
    page.description = _("Đặt hai đến năm xã, phường cạnh nhau, từng kỳ một.")
    if view is None:
        return render("adoption/empty.html", page=page)
    first, found = choosing.first_shown(view.period), {}
    if len(places) >= reading.FEWEST_COMPARED:
        units = {place_unit(place.slug): place for place in places}
        series = reading.comparison(known.key, list(units), first, view.period, today=view.today)
        found = {units[unit]: points for unit, points in series.items()}
    return _shown(
        "comparison", page, view, known=known, name=_(known.name), chosen=_compared(), fields=_COMPARED,
        options=[(one.slug, full_name(one)) for one in sorted(overview(), key=lambda one: sort_key(one.name))],
        indicators=[(one.slug, _(one.name)) for one in INDICATORS],
        is_mixed=len({place.kind for place in found}) > 1,
        line=present.line(view, known, {full_name(one): own for one, own in found.items()}) if found else None,
        bars=present.beside(view, known, _beside(view, found)) if found else None,
    )  # fmt: skip


def section_of_place(slug: str, locale: str) -> PlaceSection | None:
    """A commune's latest figures for its own page; nothing before its first report."""
    period = choosing.newest()
    if period is None or not _reports(place_unit(slug)):
        return None
    view = View(period, clock.today(), locale, is_newest=True)
    keys = [known.key for known in HEADLINES]
    figures = reading.figures_of_unit(place_unit(slug), keys, period, today=view.today)
    found = [figure for figure in figures.values() if figure]
    html = renderer().text(
        "adoption/_of_place.html", LOCALES[locale], period=view.title, url=localised_path(
            f"{PATH}/dia-ban/{slug}", current_locale()
        ), facts=present.facts(view, figures), is_demo=any(figure.is_demo for figure in found),
        sources=queries.sources({report for figure in found for report in figure.reports}),
    )  # fmt: skip
    return PlaceSection("so-lieu", _("Số liệu dịch vụ công"), Markup(html))


def _unit_page(unit: Unit, name: str, path: str, view: View | None, **context: Any) -> Response:
    page = framed(_("%(name)s: số liệu dịch vụ công", name=name), path)
    page.description = _("Nộp và thanh toán trực tuyến, đúng hạn, hài lòng ở %(name)s.", name=name)
    if view is None:
        return render("adoption/empty.html", page=page, published=context["published"])
    first = choosing.first_shown(view.period)
    points = {known: reading.series(known.key, unit, first, view.period, today=view.today) for known in INDICATORS}
    lines = [(known, present.line(view, known, {name: own}, unit=unit)) for known, own in points.items()]
    return _shown(
        "unit", page, view, tiles=present.tiles(view, points, name, unit=unit), name=name,
        compare_url=view.to("/so-sanh", **({"noi-1": unit.key} if unit.kind == UnitKind.PLACE else {})),
        revised=count_revised(unit, KEYS), revised_url=localised_path(f"{PATH}{path}/da-sua", current_locale()),
        lines=[(known.slug, _(known.name), one) for known, one in lines], **context,
    )  # fmt: skip


def _shown(template: str, page: Page, view: View, **context: Any) -> Response:
    return render(
        f"adoption/{template}.html", page=page, view=view, here=localised_path(page.path, current_locale()),
        groups=choosing.offered(view.period, view.locale), has_demo=queries.has_demo(),
        overview_url=view.to(""), **context,
    )  # fmt: skip


def _asked() -> dict[str, str]:
    """What an address names for comparison, by parameter."""
    named = (
        request.args.get("noi-1"), request.args.get("noi-2"), request.args.get("noi-3"), request.args.get("noi-4"),
        request.args.get("noi-5"),
    )  # fmt: skip
    return {field: slug or "" for field, slug in zip(_COMPARED, named, strict=True)}


def _compared() -> list[str]:
    """The communes that an address names, each once."""
    slugs = list(dict.fromkeys(slug for slug in _asked().values() if slug))
    if any((place := atlas().get(slug)) is None or not _is_commune(place) for slug in slugs):
        abort(404)
    return slugs


def _view() -> View | None:
    """What the address asks for; None where nothing was ever reported, 404 for a period without figures."""
    code = request.args.get("ky", "")
    if (period := choosing.newest()) is None:
        return None
    if code:
        period = choosing.chosen(code) or abort(404)
    return View(period, clock.today(), current_locale().code, choosing.is_newest(period))


def _ranking(view: View, known: Indicator, path: str, *, is_short: bool = False) -> dict[str, Any]:
    """The ranked communes of the chosen type, with the ways to the other types; `is_short` for both ends alone."""
    kinds = choosing.place_kinds()
    kind = request.args.get("loai", "") or next(iter(kinds), "")
    if kinds and kind not in kinds:
        abort(404)
    standings = reading.ranking(known.key, view.period, kind, today=view.today)
    ranked = [one for one in standings if one.rank is not None]
    parts = [("", standings)]
    if is_short and len(standings) > _MOST_RANKED:
        parts = [(_("Cao nhất"), ranked[:_AT_EACH_END]), (_("Thấp nhất"), ranked[-_AT_EACH_END:])]
    return {
        "kind": kind, "kind_name": choosing.KIND_NAMES.get(kind, ""), "least": known.least,
        "kinds": [(choosing.KIND_NAMES[one], view.to(path, loai=one), one == kind) for one in kinds],
        "ranks": [(name, present.ranks(view, known, rows)) for name, rows in parts if rows],
        "full_url": view.to(f"/chi-tieu/{known.slug}", loai=kind) + "#xep-hang",
    }  # fmt: skip


def _beside(view: View, found: dict[PlaceFact, tuple[Point, ...]]) -> list[tuple[str, str, tuple[Point, ...]]]:
    return [(full_name(one), present.place_url(view, one.slug), points) for one, points in found.items()]


def _agencies(view: View, known: Indicator) -> BarChart | None:
    """The agencies that ever reported an indicator, by name and without ranks: they are not of one kind."""
    names = reporting_agencies((known.key,))
    if not names:
        return None
    found = reading.comparison_of(known.key, names, view.period, view.period, today=view.today)
    rows = [(name, present.agency_url(view, unit.key), found[unit]) for unit, name in names.items()]
    return present.beside(view, known, rows)


def _of_kind(rows: present.Table, kind: str) -> present.Table:
    places = atlas()
    return [row for row in rows if (place := places.get(row[0])) is not None and place.kind == kind]


def _published(place: str = "") -> list[PublishedGroup]:
    return grouped(queries.published(places=[place] if place else None), current_locale().code)


def _is_commune(place: PlaceFact) -> bool:
    return place.level == Level.COMMUNE and place.valid_to is None


def _is_shown(place: PlaceFact) -> bool:
    """Today's communes always, so that a missing report can be seen; others where they have figures."""
    return _is_commune(place) or _reports(place_unit(place.slug))


def _reports(unit: Unit) -> bool:
    """Whether a unit ever reported anything: what this portal counts of it is no report."""
    return unit in reporting_units(_REPORTED)


def _standings(view: View, place: PlaceFact) -> list[tuple[str, int, int]]:
    found = [(known, present.standing(view, known, place)) for known in HEADLINES]
    return [(_(known.short_name), *own) for known, own in found if own]
