"""Whom a row of a table is of: a unit by its name, or by its code on the last day of the row's period."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from portal.adoption.queries import Unit, agency_unit, place_unit
from portal.agencies.queries import agencies
from portal.core.text import fold
from portal.exchange.errors import shown
from portal.exchange.values import ValueProblem
from portal.places.atlas import Atlas, PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas

_LEVELS = (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)
_COMMITTEE = re.compile(
    r"(?:ubnd|uy ban nhan dan|trung tam phuc vu hanh chinh cong)\s+(?=xa |phuong |thi tran |dac khu )"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A unit and what it is called."""

    unit: Unit
    name: str


@dataclass(frozen=True, slots=True)
class _Era:
    """The places of a time in which none began or ended, by what a table may call them."""

    by_code: Mapping[str, tuple[PlaceFact, ...]]
    by_name: Mapping[str, tuple[PlaceFact, ...]]


class Directory:
    """Everybody whom figures can be of, as the database says at one moment."""

    def __init__(self, known: Atlas, agency_names: Mapping[str, str]) -> None:
        self._places = [place for place in known.places if place.level in _LEVELS]
        self._agencies = {name.lower(): Named(agency_unit(slug), name) for slug, name in agency_names.items()}
        self._by_slug = {place.slug: place for place in self._places}
        self._agencies_by_slug = {one.unit.key: one for one in self._agencies.values()}
        self._by_code: dict[str, list[PlaceFact]] = {}
        for place in self._places:
            if place.code:
                self._by_code.setdefault(place.code, []).append(place)
        borders = {place.valid_from for place in self._places}
        borders |= {place.valid_to + timedelta(days=1) for place in self._places if place.valid_to}
        self._borders = sorted(day for day in borders if day)
        self._era = lru_cache(maxsize=64)(self._make_era)
        self._found = lru_cache(maxsize=10_000)(self._find)

    def find(self, name: str, code: str, day: date) -> Named:
        """The unit that a row means which speaks of a time up to this day. ValueProblem where it is none, or several.

        Codes were used again in 2025: a code counts for the day only, and must be that of the unit named.
        """
        return self._found(name, code, bisect_right(self._borders, day), day if code else date.min)

    def place(self, slug: str, first: date, last: date) -> Named:
        """A place by its slug, which was there between two days. ValueProblem where it is none, or was not."""
        place = self._by_slug.get(slug)
        if place is None:
            raise ValueProblem("unknown_place", value=shown(slug))
        if not _was_there(place, first, last):
            raise ValueProblem("unit_not_then", value=shown(slug), first=first.isoformat(), last=last.isoformat())
        return _named(place)

    def agency(self, slug: str) -> Named:
        """An agency by its slug. ValueProblem where there is none."""
        if slug not in self._agencies_by_slug:
            raise ValueProblem("unknown_agency", value=shown(slug))
        return self._agencies_by_slug[slug]

    def of_code(self, code: str, first: date, last: date) -> Named:
        """The one unit that had a code between two days; ValueProblem for none and for several, which took turns."""
        there = [place for place in self._by_code.get(code, ()) if _was_there(place, first, last)]
        there = [place for place in there if place.level == Level.COMMUNE] or there
        if not there:
            raise ValueProblem("no_unit_of_code", value=shown(code), day=last.isoformat())
        if len(there) > 1:
            known = ", ".join(f"{place.slug} ({place.valid_from or '…'})" for place in there)
            raise ValueProblem("code_of_several", value=shown(code), known=known)
        return _named(there[0])

    def of_code_since(self, code: str, since: date | None, first: date, last: date) -> Named:
        """The unit that has had a code since a day, None for since before; see `place`."""
        found = [place for place in self._by_code.get(code, ()) if place.valid_from == since]
        found = [place for place in found if place.level == Level.COMMUNE] or found
        if len(found) != 1:
            raise ValueProblem("no_unit_of_code", value=shown(code), day=since.isoformat() if since else "…")
        return self.place(found[0].slug, first, last)

    def _find(self, name: str, code: str, number: int, day: date) -> Named:
        era = self._era(number)
        by_name = self._by_name(era, name) if name else []
        if not code:
            return self._one(by_name, name)
        by_code = [one for one in era.by_code.get(code, ()) if one.level == Level.COMMUNE] or list(
            era.by_code.get(code, ())
        )
        if not by_code:
            raise ValueProblem("no_unit_of_code", value=shown(code), day=day.isoformat())
        known = ", ".join(full_name(place) for place in by_code)
        both = [place for place in by_code if not name or place_unit(place.slug) in {one.unit for one in by_name}]
        if not both:
            raise ValueProblem("code_of_another", value=shown(code), known=known, day=day.isoformat())
        return self._one([_named(place) for place in both], code)

    def _by_name(self, era: _Era, name: str) -> list[Named]:
        lower, folded = name.lower(), fold(name)
        places = era.by_name.get(lower) or era.by_name.get(_COMMITTEE.sub("", folded)) or era.by_name.get(folded)
        if places:
            return [_named(place) for place in places]
        agency = self._agencies.get(lower)
        return [agency] if agency else []

    def _one(self, found: list[Named], given: str) -> Named:
        if not found:
            raise ValueProblem("unknown_place", value=shown(given))
        if len(found) > 1:
            raise ValueProblem("ambiguous_place", value=shown(given), known=", ".join(one.name for one in found))
        return found[0]

    def _make_era(self, number: int) -> _Era:
        day = self._borders[number - 1] if number else date.min
        by_code: dict[str, tuple[PlaceFact, ...]] = {}
        by_name: dict[str, tuple[PlaceFact, ...]] = {}
        for place in self._places:
            if not place.exists_on(day):
                continue
            if place.code:
                by_code[place.code] = (*by_code.get(place.code, ()), place)
            full = full_name(place)
            names = {place.slug, full.lower(), fold(full)}
            if place.level == Level.COMMUNE:
                names |= {place.name.lower(), fold(place.name)}
            for name in names:
                by_name[name] = (*by_name.get(name, ()), place)
        return _Era(by_code, by_name)


def _was_there(place: PlaceFact, first: date, last: date) -> bool:
    """Whether a unit existed on some day between two."""
    has_begun = place.valid_from is None or place.valid_from <= last
    return has_begun and (place.valid_to is None or place.valid_to >= first)


def _named(place: PlaceFact) -> Named:
    return Named(place_unit(place.slug), full_name(place))


def directory() -> Directory:
    """Everybody, as the database says now."""
    return Directory(atlas(), {one.slug: one.name for one in agencies()})
