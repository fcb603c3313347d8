"""Maps that we draw ourselves: points where the communes are, with as many names as there is room for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.search.folding import sort_key

# Of the letters of a system font, in parts of its size.
_LETTER_WIDTH = 0.62
_LINE = 1.25
_MARGIN = 44
_GAP = 9
_KM_PER_DEGREE = 111.2
_NEIGHBOURS = 14


@dataclass(frozen=True, slots=True)
class Pin:
    """A point of a map; `label` is "" where there is no room for it, and `number` stands in the point then, else 0.

    `anchor` is start, middle or end.
    """

    place: PlaceFact
    title: str
    x: int
    y: int
    label: str
    label_x: int
    label_y: int
    anchor: str
    is_here: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class MapView:
    """A map as the template shows it: sizes in units of the viewBox; `land` is a path of dots, drawn very thick."""

    width: int
    height: int
    pins: tuple[Pin, ...]
    land: str
    land_width: int

    @property
    def key(self) -> list[Pin]:
        """The other places, by name: what the numbers mean, and the links for whoever can't point."""
        return sorted((pin for pin in self.pins if not pin.is_here), key=lambda pin: sort_key(pin.place.name))


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def draw(places: Iterable[PlaceFact], width: int, *, font: int = 14, here: str = "") -> MapView | None:
    """A map of the places that have a point, `width` units wide; None for fewer than two."""
    located = sorted(
        (place for place in places if place.latitude is not None and place.longitude is not None),
        key=lambda place: (place.slug != here, place.kind == "xa", place.slug),
    )
    if len(located) < 2:
        return None
    spots, height, scale = _project(located, width)
    taken = [_Box(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    pins = []
    for place, (x, y) in zip(located, spots, strict=True):
        label, label_x, label_y, anchor, box = _label(place.name, (x, y), font, (width, height), taken)
        if box is not None:
            taken.append(box)
        pins.append(Pin(place, full_name(place), x, y, label, label_x, label_y, anchor, place.slug == here))
    land = "".join(f"M{x} {y}h0" for x, y in spots)
    # About eleven kilometres around each point: the middles of neighbours are rarely farther apart.
    return MapView(width, height, _numbered(pins), land, max(24, round(22 * scale / _KM_PER_DEGREE)))


def _numbered(pins: Sequence[Pin]) -> tuple[Pin, ...]:
    """The points without a name, numbered in the order of their names."""
    nameless = sorted((pin for pin in pins if not pin.label), key=lambda pin: sort_key(pin.place.name))
    numbers = {pin.place.slug: number for number, pin in enumerate(nameless, 1)}
    return tuple(replace(pin, number=numbers.get(pin.place.slug, 0)) for pin in pins)


def around(places: Sequence[PlaceFact], here: PlaceFact, width: int) -> MapView | None:
    """A map of a place and those nearest to it."""
    latitude, longitude = here.latitude, here.longitude
    if latitude is None or longitude is None:
        return None
    across = math.cos(math.radians(latitude))

    def distance(place: PlaceFact) -> float:
        if place.latitude is None or place.longitude is None:
            return math.inf
        return math.hypot(place.latitude - latitude, (place.longitude - longitude) * across)

    nearest = sorted(places, key=lambda place: (place.slug != here.slug, distance(place)))
    return draw(nearest[: _NEIGHBOURS + 1], width, here=here.slug)


def _project(located: Sequence[PlaceFact], width: int) -> tuple[list[tuple[int, int]], int, float]:
    """Points of the picture, its height, and units per degree of latitude. Flat is true enough for a province."""
    points = [(place.longitude or 0.0, place.latitude or 0.0) for place in located]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    across = math.cos(math.radians((south + north) / 2))
    inner = width - 2 * _MARGIN
    degrees = max((east - west) * across, (north - south) * 0.6, 0.01)
    scale = inner / degrees
    left = _MARGIN + (inner - (east - west) * across * scale) / 2
    spots = [(round(left + (x - west) * across * scale), round(_MARGIN + (north - y) * scale)) for x, y in points]
    return spots, round((north - south) * scale) + 2 * _MARGIN, scale


def _label(
    name: str, spot: tuple[int, int], font: int, size: tuple[int, int], taken: Sequence[_Box]
) -> tuple[str, int, int, str, _Box | None]:
    """The name on the first side of its point where nothing else is."""
    x, y = spot
    long, half, below = len(name) * font * _LETTER_WIDTH, font * _LINE / 2, round(font * 0.36)
    sides = (
        (x + _GAP, y + below, "start", _Box(x + _GAP, y - half, x + _GAP + long, y + half)),
        (x - _GAP, y + below, "end", _Box(x - _GAP - long, y - half, x - _GAP, y + half)),
        (x, y - _GAP, "middle", _Box(x - long / 2, y - _GAP - 2 * half, x + long / 2, y - _GAP + 2)),
        (x, y + _GAP + font, "middle", _Box(x - long / 2, y + _GAP, x + long / 2, y + _GAP + 2 * half)),
    )
    for label_x, label_y, anchor, box in sides:
        fits = box.left > 2 and box.right < size[0] - 2 and box.top > 2 and box.bottom < size[1] - 2
        if fits and not any(box.touches(other) for other in taken):
            return name, label_x, label_y, anchor, box
    return "", x, y, "middle", None
