"""What became of a unit, and what a unit was formed from."""

from __future__ import annotations

from enum import StrEnum

from portal.places.atlas import Atlas, PlaceFact
from portal.places.models import Level
from portal.search.folding import sort_key


class Became(StrEnum):
    """What happened to a unit."""

    STANDS = "stands"
    UNCHANGED = "unchanged"  # only what it lies in has changed
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    ENDED = "ended"  # its parts went on without it, as with districts


def became(atlas: Atlas, place: PlaceFact) -> Became:
    """What happened to a unit when it ended."""
    if not place.successors:
        return Became.STANDS if place.valid_to is None else Became.ENDED
    first = place.successors[0]
    after = atlas.get(first.slug)
    if len(place.successors) > 1 or not first.is_whole or after is None:
        return Became.SPLIT
    if after.predecessors != (place.slug,):
        return Became.MERGED
    return Became.UNCHANGED if (after.kind, after.name) == (place.kind, place.name) else Became.RENAMED


def formed_from(atlas: Atlas, place: PlaceFact) -> list[PlaceFact]:
    """The units that a unit was formed from."""
    return [before for slug in place.predecessors if (before := atlas.get(slug)) is not None]


def former_districts(atlas: Atlas, place: PlaceFact) -> list[PlaceFact]:
    """The districts that a commune lies in or that the units before it lay in; each once."""
    found: dict[str, PlaceFact] = {}
    for one in [place, *formed_from(atlas, place)]:
        if one.level == Level.DISTRICT and one is not place:
            found[one.slug] = one
        superior = atlas.get(one.superior) if one.superior else None
        if superior is not None and superior.level == Level.DISTRICT:
            found[superior.slug] = superior
    return list(found.values())


def taken_over_whole(place: PlaceFact, before: PlaceFact) -> bool:
    """Whether all of a former unit went into a place."""
    return any(after.slug == place.slug and after.is_whole for after in before.successors)


def is_same_unit(place: PlaceFact, before: PlaceFact) -> bool:
    """Whether a former unit lives on under its own name, alone or with others: nobody confuses the two."""
    return taken_over_whole(place, before) and (place.kind, place.name) == (before.kind, before.name)


def inside(atlas: Atlas, place: PlaceFact, level: str) -> list[PlaceFact]:
    """The units of a level that lie directly in a place, by name."""
    found = (one for one in atlas.places if one.superior == place.slug and one.level == level)
    return sorted(found, key=lambda one: (sort_key(one.name), one.kind))


def today_in(atlas: Atlas, place: PlaceFact) -> list[PlaceFact]:
    """Today's communes that a former district or province became, wholly or in part, by name."""
    below = {place.slug}
    found: dict[str, PlaceFact] = {}
    for level in (Level.DISTRICT, Level.COMMUNE):
        for one in atlas.places:
            if one.level == level and one.superior in below:
                below.add(one.slug)
    for slug in sorted(below):
        found |= {after.slug: after for after in atlas.current(slug) if after.level == Level.COMMUNE}
    return sorted(found.values(), key=lambda one: (sort_key(one.name), one.kind))
