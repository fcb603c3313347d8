"""Rows of the adoption statistics: observations, indicators, published figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from portal.adoption import export_queries, queries
from portal.adoption.export_queries import Wanted
from portal.adoption.figures import rate
from portal.adoption.hidden import is_hidden
from portal.adoption.models import UnitKind
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import ALL, GROUP_NAMES, Indicator
from portal.agencies.queries import agencies
from portal.core.content import memoised_by_content
from portal.opendata.model import Asked, Part, Row
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas

_CURSOR = re.compile(r"([a-z_]{1,40})~(day|month|days|quarter|year)~(\d{4}-\d{2}-\d{2})~(\d{1,18})", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def observations(asked: Asked) -> Part:
    """The next observations in the order of their key; ValueError for a cursor that no answer gave."""
    found = export_queries.observations_after(_wanted(asked), _after(asked.position), asked.limit + 1)
    units, names = _units(), {one.key: str(_(one.name)) for one in ALL}
    people = {one.key: one for one in ALL if one.counts_people}
    rows = [_observation(row, units[row.unit_id], names, people) for row in found[: asked.limit]]
    if len(found) <= asked.limit:
        return Part(rows)
    last = found[asked.limit - 1]
    return Part(rows, f"{last.indicator}~{last.span}~{last.starts_on.isoformat()}~{last.unit_id}")


def count_observations(asked: Asked, most: int | None) -> int:
    """How many observations are asked for."""
    return export_queries.count_observations(_wanted(asked), most)


def _wanted(asked: Asked) -> Wanted:
    return Wanted(
        indicator=asked.indicator, unit=Unit(*asked.unit) if asked.unit else None, kind=asked.kind, first=asked.first,
        last=asked.last, since=asked.since,
    )  # fmt: skip


def _after(cursor: str) -> Key | None:
    if not cursor:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise ValueError(cursor)
    key, span, starts_on, unit_id = match.groups()
    return Key(key, span, date.fromisoformat(starts_on), int(unit_id))


# The words of a unit in every row: kind, slug, name, code, whether it counts in the province's total.
_Words = tuple[str, str, str, str | None, bool]


@memoised_by_content
def _units() -> Mapping[int, _Words]:
    known, offices = atlas(), {one.slug: one.name for one in agencies()}
    found: dict[int, _Words] = {}
    for unit, unit_id in queries.unit_ids().items():
        place = known.get(unit.key) if unit.kind == UnitKind.PLACE else None
        name = full_name(place) if place else offices.get(unit.key) or queries.unit_names()[unit]
        is_counted = place is not None and place.level == Level.COMMUNE and place.valid_to is None
        found[unit_id] = (unit.kind, unit.key, name, place.code if place else None, is_counted)
    return found


# The words of a period: kind, code, first and last day.
_When = tuple[str, str, date, date]


@lru_cache(maxsize=4096)
def _when(span: str, starts_on: date) -> _When:
    period = Period(starts_on, queries.kind_of_span(span))
    return period.kind.value, period.code, period.start, period.end


def _observation(row: Any, unit: _Words, names: Mapping[str, str], people: Mapping[str, Indicator]) -> Row:
    known = people.get(row.indicator)
    hides = known is not None and is_hidden(known, row.span, row.starts_on, row.unit_id)
    counts = (None, None, None) if hides else (row.numerator, row.denominator, rate(row.numerator, row.denominator))
    return (
        row.indicator, names.get(row.indicator, row.indicator), *unit, *_when(row.span, row.starts_on), *counts, hides,
        row.days, row.as_of, row.recorded_at, row.document, row.url, row.is_demo,
    )  # fmt: skip


def withdrawn(asked: Asked) -> Part:
    """The next figures that are gone, by name alone: what they said is no figure any more."""
    if asked.position and not _NUMBER.fullmatch(asked.position):
        raise ValueError(asked.position)
    found = export_queries.withdrawn_after(_wanted(asked), int(asked.position or 0), asked.limit + 1)
    units, names = _units(), {one.key: str(_(one.name)) for one in ALL}
    rows = [
        (
            row.indicator, names.get(row.indicator, row.indicator), *units[row.unit_id][:4],
            *_when(row.span, row.starts_on), row.replaced_at, row.document, row.is_demo,
        )
        for row in found[: asked.limit]
    ]  # fmt: skip
    return Part(rows, str(found[asked.limit - 1].id) if len(found) > asked.limit else "")


def count_withdrawn(asked: Asked, most: int | None) -> int:
    """How many figures are gone."""
    return export_queries.count_withdrawn(_wanted(asked), most)


def indicators(asked: Asked) -> Sequence[Row]:
    """Every indicator with its formula; one that is asked for alone."""
    return [
        (
            one.key, _(one.name), _(one.short_name), _(GROUP_NAMES[one.group]), one.unit, one.numerator.key,
            _(one.numerator.name), one.denominator.key if one.denominator else None,
            _(one.denominator.name) if one.denominator else None, _(one.formula), _(one.source),
            one.has_source_formula, one.direction.value, one.least, one.counts_people, f"/so-lieu/chi-tieu/{one.slug}",
        )
        for one in ALL
        if not asked.indicator or one.key == asked.indicator
    ]  # fmt: skip


def published(asked: Asked) -> Sequence[Row]:
    """Figures as sources print them: texts, of which nobody reckons anything."""
    is_english = asked.locale == "en"
    return [
        (
            one.slug, one.indicator or None, one.form, (is_english and one.name_en) or one.name_vi, one.printed,
            (is_english and one.scope_en) or one.scope_vi, one.place or None,
            (is_english and one.period_en) or one.period_vi, one.starts_on, one.ends_on, one.document, one.url,
            one.published_on, (is_english and one.note_en) or one.note_vi,
        )
        for one in queries.published(places=[asked.place] if asked.place else None, indicator=asked.indicator)
        if (asked.first is None or one.ends_on >= asked.first) and (asked.last is None or one.starts_on <= asked.last)
    ]  # fmt: skip
