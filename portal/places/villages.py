"""Which village a row of a list means: a list says type and name, staff may have renamed or ended it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from portal.core.text import slugify
from portal.places.atlas import PlaceFact
from portal.places.kinds import WORDS
from portal.places.models import Level


def village_slug(commune: str, kind: str, name: str) -> str:
    """The address part of a village in the commune with this slug, before it is known whether it is free."""
    return f"{slugify(f'{WORDS[kind]} {name}', 50)}-{commune}"[:115].rstrip("-")


class Villages:
    """All villages, of today and of before, by their communes."""

    def __init__(self, places: Iterable[PlaceFact]) -> None:
        self._of: defaultdict[str, list[PlaceFact]] = defaultdict(list)
        for place in places:
            if place.level == Level.VILLAGE and place.superior:
                self._of[place.superior].append(place)

    def meant(self, commune: str, kind: str, name: str, last_day: date | None) -> PlaceFact | None:
        """The village that a row means; None for a new one.

        Names that are held now come before former ones. Then the one that ended on the row's last day, the one that is
        there, the one that ended last.
        """
        found = [one for one in self._of.get(commune, ()) if _is_called(one, kind, name)]
        return max(found, key=lambda one: _rank(one, kind, name, last_day), default=None)


def _is_called(village: PlaceFact, kind: str, name: str) -> bool:
    names = {one.casefold() for one in (village.name, *village.former_names)}
    return name.casefold() in names and (village.kind == kind or _began_as(village, kind, name))


def _began_as(village: PlaceFact, kind: str, name: str) -> bool:
    """Whether its address, which stays, was made of this type and name."""
    beginning = village_slug(village.superior or "", kind, name)
    return village.slug.removeprefix(beginning).lstrip("-0123456789") == "" and village.slug.startswith(beginning)


def _rank(village: PlaceFact, kind: str, name: str, last_day: date | None) -> tuple[object, ...]:
    holds_name = village.kind == kind and village.name.casefold() == name.casefold()
    ended_then = last_day is not None and village.valid_to == last_day
    return holds_name, ended_then, village.valid_to or date.max, village.name == name, village.slug
