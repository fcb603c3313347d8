"""The map of communes by value: a mark for each class, told apart by form and not by colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.core.charts import Figure, Gap
from portal.core.charts_heat import step_of
from portal.core.charts_scale import Steps
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.map import MapView, Pin, draw
from portal.search.folding import sort_key

_WIDTH = 640
_FONT = 13
_NOTHING = Figure(None, gap=Gap.NOT_REPORTED)


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """A commune with its figure and class; `pin` is None where nobody knows where it lies."""

    name: str
    url: str
    figure: Figure
    step: int
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class ValueMap:
    """The map and the list beside it. `groups` has the communes of each class, the highest first, and last class -1."""

    map: MapView | None
    places: tuple[PlaceValue, ...]
    groups: tuple[tuple[int, tuple[PlaceValue, ...]], ...]
    steps: Steps


def draw_values(
    places: Iterable[PlaceFact], figures: Mapping[str, Figure], steps: Steps, url_of: Callable[[str], str]
) -> ValueMap:
    """The map of all `places`, by their slugs in `figures`; whoever isn't in them has not reported."""
    known = sorted(places, key=lambda place: sort_key(place.name))
    view = draw(known, _WIDTH, font=_FONT)
    pins = {pin.place.slug: pin for pin in view.pins} if view else {}
    values = tuple(
        PlaceValue(full_name(place), url_of(place.slug), figure, step_of(figure, steps), pins.get(place.slug))
        for place in known
        for figure in [figures.get(place.slug, _NOTHING)]
    )
    numbers = [*range(len(steps.ranges) - 1, -1, -1), -1]
    groups = tuple((step, tuple(one for one in values if one.step == step)) for step in numbers)
    return ValueMap(view, values, groups, steps)
