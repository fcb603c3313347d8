"""The place that feedback is about: as somebody typed it, settled by them where it may mean several."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.text import clean_line
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import chosen
from portal.places.finder import Finder
from portal.places.history import former_districts, is_same_unit
from portal.places.kinds import full_name, lower_name
from portal.places.models import Level

NOT_LISTED = "-"
"""What the form sends where none of the offered places is the one."""
LONGEST = 120
_MOST_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A place that may be meant: its districts of before, and what it is today where that has another name."""

    slug: str
    name: str
    districts: str = ""
    today: str = ""
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Placing:
    """What the form knows of the place.

    `typed` stands in its box. `given` is settled: a slug, also of a unit of before, or the typed words where no place
    is known by them; "" while it is open or none was named. `options` are offered where it has to be settled;
    `is_unknown` where nothing is known by that name.
    """

    typed: str = ""
    given: str = ""
    today: str = ""
    options: tuple[Option, ...] = ()
    is_unknown: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the person has to say which place they mean."""
        return bool(self.typed) and not self.given


NOWHERE = Placing()


def placed(atlas: Atlas, slug: str) -> Placing:
    """The place that an address names, to be settled where it was split."""
    choice = chosen(atlas, slug)
    named = choice.former or choice.place
    if named is None:
        return NOWHERE
    if choice.place is not None:
        return _settled(atlas, named)
    return Placing(full_name(named), options=_options(atlas, [named]))


def placing(atlas: Atlas, finder: Finder, *, typed: str, asked: str, picked: str) -> Placing:
    """What was typed and picked; `asked` are the words that the options were offered for.

    A pick counts for those words alone: who types others is asked anew.
    """
    typed = clean_line(typed, LONGEST)
    if not typed:
        return NOWHERE
    if picked and typed == asked:
        if picked == NOT_LISTED:
            return Placing(typed, given=typed)
        named = atlas.get(picked)
        if named is not None:
            return _settled(atlas, named)
    found = finder.find(typed).candidates
    near = {one.place.slug for one in found if one.is_near}
    places = _communes([one.place for one in found])
    if len(places) == 1 and places[0].slug not in near and chosen(atlas, places[0].slug).place is not None:
        return _settled(atlas, places[0])
    options = _options(atlas, places)
    return Placing(typed, options=options, is_unknown=not options)


def _settled(atlas: Atlas, named: PlaceFact) -> Placing:
    choice = chosen(atlas, named.slug)
    today = full_name(choice.place) if choice.place is not None and choice.place is not named else ""
    return Placing(full_name(named), given=named.slug, today=today)


def _communes(found: list[PlaceFact]) -> list[PlaceFact]:
    """The communes among what was found; one that lives on under its own name is that one of today."""
    here = {place.slug: place for place in found if place.level == Level.COMMUNE}
    return [
        place
        for place in here.values()
        if not any((after := here.get(one.slug)) and is_same_unit(after, place) for one in place.successors)
    ]


def _options(atlas: Atlas, places: list[PlaceFact]) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for place in places:
        choice = chosen(atlas, place.slug)
        districts = ", ".join(lower_name(one) for one in former_districts(atlas, place))
        for part in choice.candidates:
            options.setdefault(part.slug, Option(part.slug, full_name(part)))
        today = lower_name(choice.place) if choice.place is not None and choice.place is not place else ""
        is_unsure = bool(choice.candidates)
        options.setdefault(place.slug, Option(place.slug, full_name(place), districts, today, is_unsure))
    return tuple(options.values())[:_MOST_OPTIONS]
