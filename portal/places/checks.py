"""What has to hold between units: who lies in whom, what became of whom, and which code belongs to whom when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from portal.places.atlas import PlaceFact
from portal.places.kinds import LEVELS
from portal.places.rows import Fault, PlaceRow

MOST_SUCCESSIONS = 50


def check_places(rows: Sequence[PlaceRow], stored: Iterable[PlaceFact] = ()) -> list[Fault]:
    """The faults of all rows together, beside the units that are stored already and aren't in the file."""
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    for row in rows:
        first = lines.setdefault(row.fact.slug, row.line)
        if first != row.line:
            faults.append(Fault(row.line, f"slug {row.fact.slug!r} was already on line {first}"))
    places = {place.slug: place for place in stored} | {row.fact.slug: row.fact for row in rows}
    for row in rows:
        faults += [Fault(row.line, message) for message in _links(row.fact, places)]
    for what, follow in (("superiors", _superior), ("successors", _successors)):
        faults += [
            Fault(lines[slug], f"{slug!r} is part of a circle of {what}")
            for slug in _in_circles(places, follow)
            if slug in lines
        ]
    if not faults:
        faults += _too_many(places, lines)
    faults += _codes(places, lines)
    return sorted(faults, key=lambda fault: fault.line)


def _links(place: PlaceFact, places: Mapping[str, PlaceFact]) -> Iterator[str]:
    if place.superior is not None:
        superior = places.get(place.superior)
        if superior is None:
            yield f"superior {place.superior!r} is unknown"
        elif LEVELS.index(superior.level) >= LEVELS.index(place.level):
            yield f"superior {place.superior!r} is a {superior.level}, which can't hold a {place.level}"
        elif not _overlap(place, superior):
            yield f"superior {place.superior!r} did not exist at the same time"
    for successor in place.successors:
        after = places.get(successor.slug)
        if after is None:
            yield f"successor {successor.slug!r} is unknown"
        elif after.valid_from and place.valid_to and after.valid_from <= place.valid_to:
            yield f"successor {successor.slug!r} began before {place.slug!r} ended"
        elif after.valid_to and place.valid_to and after.valid_to <= place.valid_to:
            yield f"successor {successor.slug!r} did not outlast {place.slug!r}"


def _overlap(one: PlaceFact, other: PlaceFact) -> bool:
    return max(one.valid_from or date.min, other.valid_from or date.min) <= min(
        one.valid_to or date.max, other.valid_to or date.max
    )


def _superior(place: PlaceFact) -> list[str]:
    return [place.superior] if place.superior else []


def _successors(place: PlaceFact) -> list[str]:
    return [successor.slug for successor in place.successors]


def _in_circles(places: Mapping[str, PlaceFact], follow: Callable[[PlaceFact], list[str]]) -> set[str]:
    """The units from which one comes back to a unit before; those that nothing leads from are taken away in turn."""
    after = {slug: [next_ for next_ in follow(place) if next_ in places] for slug, place in places.items()}
    before: defaultdict[str, list[str]] = defaultdict(list)
    open_ends = {slug: len(following) for slug, following in after.items()}
    for slug, following in after.items():
        for next_ in following:
            before[next_].append(slug)
    done = [slug for slug, count in open_ends.items() if not count]
    for slug in done:
        for one in before[slug]:
            open_ends[one] -= 1
            if not open_ends[one]:
                done.append(one)
    return set(places) - set(done)


def _too_many(places: Mapping[str, PlaceFact], lines: Mapping[str, int]) -> Iterator[Fault]:
    """A chain of successions beyond what anybody would believe, which pages would have to follow; without circles."""
    reached = set(places)
    for _step in range(MOST_SUCCESSIONS + 1):
        reached = {after for slug in reached for after in _successors(places[slug])}
    if reached:
        first = min(reached, key=lambda slug: (lines.get(slug, 10**9), slug))
        line = lines.get(first) or min(lines.values(), default=1)
        yield Fault(line, f"more than {MOST_SUCCESSIONS} successions lead to {first!r}, one after the other")


def _codes(places: Mapping[str, PlaceFact], lines: Mapping[str, int]) -> Iterator[Fault]:
    """A code may come again for another unit, but not while the former one lasts."""
    holders: defaultdict[tuple[str, str], list[PlaceFact]] = defaultdict(list)
    for place in places.values():
        if place.code:
            holders[place.level, place.code].append(place)
    for (_level, code), found in holders.items():
        ordered = sorted(found, key=lambda place: (place.valid_from or date.min, place.valid_to or date.max))
        for one, other in pairwise(ordered):
            if _overlap(one, other):
                line = max(lines.get(one.slug, 0), lines.get(other.slug, 0))
                if line:
                    yield Fault(line, f"code {code!r} belongs to {one.slug!r} and {other.slug!r} at the same time")
