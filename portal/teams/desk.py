"""Whose teams somebody of the staff may see: of all communes, or of those for whose agencies they hold a role."""

from __future__ import annotations

from dataclasses import dataclass

from portal.agencies.queries import SCOPE_KIND, agencies
from portal.core.permissions import EVERYWHERE, Permission, Principal
from portal.places.atlas import Atlas
from portal.places.models import Level
from portal.places.queries import atlas, overview


@dataclass(frozen=True, slots=True)
class Desk:
    """The communes whose teams are somebody's to keep or to share for, by slug; None for all.

    `territories` are the places that they come from, as their agencies have them.
    """

    communes: frozenset[str] | None
    territories: frozenset[str] = frozenset()

    def keeps(self, commune: str) -> bool:
        """Whether the teams of this commune are theirs."""
        if self.communes is None or commune in self.communes:
            return True
        today = atlas().current(commune)
        return bool(today) and all(one.slug in self.communes for one in today)


def desk_of(person: Principal, permission: Permission = Permission.MANAGE_TEAMS) -> Desk:
    """Where somebody holds a permission over teams. An agency without a territory has none."""
    scopes = person.scopes(permission)
    if EVERYWHERE in scopes:
        return Desk(None)
    held = {scope.key for scope in scopes if scope.kind == SCOPE_KIND}
    places, communes = atlas(), set[str]()
    territories = frozenset(one.territory for one in agencies() if one.slug in held and one.territory)
    for territory in territories:
        communes |= _communes(places, territory)
    return Desk(frozenset(communes), territories)


def _communes(places: Atlas, territory: str) -> set[str]:
    """The commune that a place is, or that all of it has become; the communes of a province."""
    today = places.current(territory)
    standing = {territory, *(place.slug for place in today if len(today) == 1)}
    below = {place.slug for place in overview() if place.superior in standing}
    named = {slug for slug in standing if (place := places.get(slug)) and place.level == Level.COMMUNE}
    return below | named
