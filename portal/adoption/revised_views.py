"""What was said of a unit before: figures that were corrected or taken back, each with its sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.adoption import figures, queries
from portal.adoption.framing import framed
from portal.adoption.periods import Period
from portal.adoption.present import PATH
from portal.adoption.queries import Unit, agency_unit, place_unit
from portal.adoption.registry import ALL, Indicator, indicator
from portal.adoption.unit_queries import MOST_REVISED, Revised, Said, revised
from portal.adoption.words import period_name
from portal.agencies.queries import agencies
from portal.core import formats
from portal.core.access import public
from portal.core.charts_scale import decimal
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import render
from portal.places.kinds import full_name
from portal.places.queries import atlas

revised_views = Blueprint("revised_figures", __name__)
KEYS = tuple(one.key for one in ALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A correction in words; `now` is "" where the figure was taken back and nothing is said any more."""

    name: str
    period: str
    before: str
    now: str
    replaced_at: datetime
    is_withdrawn: bool
    is_demo: bool
    source_before: Said
    source_now: Said | None


@revised_views.get(f"{PATH}/dia-ban/<slug:slug>/da-sua")
@public
def of_place(slug: str) -> Response:
    place = atlas().get(slug) or abort(404)
    return _revised_page(place_unit(slug), full_name(place), f"/dia-ban/{slug}")


@revised_views.get(f"{PATH}/co-quan/<slug:slug>/da-sua")
@public
def of_agency(slug: str) -> Response:
    unit = agency_unit(slug)
    name = next((one.name for one in agencies() if one.slug == slug), queries.unit_names().get(unit, ""))
    return _revised_page(unit, name or abort(404), f"/co-quan/{slug}")


def _revised_page(unit: Unit, name: str, path: str) -> Response:
    if unit not in queries.unit_ids():
        abort(404)
    page = framed(_("%(name)s: số liệu đã sửa", name=name), f"{path}/da-sua")
    page.noindex = True
    rows = revised(unit, KEYS)
    return render(
        "adoption/revised.html", page=page, rows=[_row(one) for one in rows], most=MOST_REVISED,
        is_cut=len(rows) == MOST_REVISED, overview_url=localised_path(PATH, current_locale()),
    )  # fmt: skip


def _row(one: Revised) -> Row:
    known = indicator(one.indicator)
    return Row(
        name=_(known.short_name), period=_period(one.period), before=_value(one.before, known),
        now=_value(one.now, known) if one.now else "", replaced_at=one.replaced_at, is_withdrawn=one.is_withdrawn,
        is_demo=one.is_demo, source_before=one.before, source_now=one.now,
    )  # fmt: skip


def _period(period: Period) -> str:
    return period_name(period, current_locale().code)


def _value(said: Said, known: Indicator) -> str:
    """The counts as they were reported, and the rate that follows from them."""
    locale = current_locale().code
    number = formats.number(said.numerator, locale)
    if known.denominator is None or said.denominator is None:
        return number
    counts = f"{number}/{formats.number(said.denominator, locale)}"
    rate = figures.rate(said.numerator, said.denominator)
    return counts if rate is None else f"{decimal(float(rate), 2, locale)}% ({counts})"
