"""All places at once, without a database: who lies in whom, what became of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Coverage(IntEnum):
    """How much of a place lies in a territory."""

    NONE = 0
    PART = 1
    WHOLE = 2


@dataclass(frozen=True, slots=True)
class Successor:
    """A unit that took over all of another one, or a part."""

    slug: str
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFact:
    """A place as pages and rules need it; other places are named by their slugs."""

    slug: str
    level: str
    kind: str
    name: str
    code: str | None
    valid_from: date | None
    valid_to: date | None
    superior: str | None
    latitude: float | None
    longitude: float | None
    former_names: tuple[str, ...]
    successors: tuple[Successor, ...]
    predecessors: tuple[str, ...]

    def exists_on(self, day: date) -> bool:
        """Whether the unit was or is there on a day (both ends included)."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Atlas:
    """Every place by its slug. Built once per content version and shared between threads: nothing here changes."""

    def __init__(self, places: Iterable[PlaceFact]) -> None:
        self._places = {place.slug: place for place in places}

    @property
    def places(self) -> Iterable[PlaceFact]:
        """Every place, in the order given."""
        return self._places.values()

    def get(self, slug: str) -> PlaceFact | None:
        """A place by its slug."""
        return self._places.get(slug)

    def current(self, slug: str) -> tuple[PlaceFact, ...]:
        """What stands where a place was, today: itself, or the ends of its successions; several where it was split."""
        found: dict[str, PlaceFact] = {}
        seen: set[str] = set()
        ahead = [slug]
        while ahead:
            place = self._places.get(ahead.pop())
            if place is None or place.slug in seen:
                continue
            seen.add(place.slug)
            if not place.successors and place.valid_to is None:
                found[place.slug] = place
            ahead += [successor.slug for successor in reversed(place.successors)]
        return tuple(found.values())

    def coverage(self, territory: str, slug: str) -> Coverage:
        """How much of a place lies in a territory, before and after mergers.

        A commune of today lies in a province of yesterday if all units that it was formed from did. PART also where
        the territory lies inside the place.
        """
        if territory not in self._places or slug not in self._places:
            return Coverage.NONE
        inside = self._lies_in(territory, slug)
        if inside is not Coverage.NONE:
            return inside
        return min(self._lies_in(slug, territory), Coverage.PART)

    def _lies_in(self, territory: str, slug: str) -> Coverage:
        """Walks in one direction of time alone: otherwise a merger would make neighbours of all that merged."""
        return max(_Walk(self._places, territory, direction).reach(slug) for direction in ("before", "after"))


class _Walk:
    """How much of places lies in a territory, along one direction of time; each place is looked at once.

    As deep as successions follow one another, which `checks` bounds.
    """

    def __init__(self, places: Mapping[str, PlaceFact], territory: str, direction: str) -> None:
        self._places = places
        self._direction = direction
        self._known = {territory: Coverage.WHOLE} if territory in places else {}

    def reach(self, slug: str) -> Coverage:
        """How much of a place lies in the territory."""
        place = self._places.get(slug)
        if place is None:
            return Coverage.NONE
        if slug not in self._known:
            self._known[slug] = Coverage.NONE  # where one comes back to it
            self._known[slug] = self._reach(place)
        return self._known[slug]

    def _reach(self, place: PlaceFact) -> Coverage:
        above = self.reach(place.superior) if place.superior else Coverage.NONE
        linked = place.predecessors if self._direction == "before" else [after.slug for after in place.successors]
        if above is Coverage.WHOLE or not linked:
            return above
        parts = [self.reach(other) for other in linked]
        if all(part is Coverage.WHOLE for part in parts):
            return Coverage.WHOLE
        return Coverage.PART if any(parts) else Coverage.NONE
