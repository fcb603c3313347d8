"""For which teams somebody of the staff may share: those that they lead, those of their agency's territory, or all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.permissions import Permission, Principal
from portal.core.text import fold
from portal.places.kinds import lower_name
from portal.places.queries import atlas
from portal.teams import queries
from portal.teams.desk import Desk, desk_of
from portal.teams.queries import TeamFact, TeamRow

# The portal's own links belong to no team.
NO_TEAM = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose links somebody may make and see: those of the teams that they lead, and of those of their communes."""

    teams: frozenset[str]
    desk: Desk

    @property
    def is_everywhere(self) -> bool:
        """Whether every team is among them, and the portal's own links."""
        return self.desk.communes is None

    @property
    def territories(self) -> frozenset[str]:
        """The places of which every team is among them."""
        return self.desk.territories

    def holds(self, slug: str, commune: str) -> bool:
        """Whether a team is among them."""
        return slug in self.teams or self.desk.keeps(commune)


def reach_of(person: Principal) -> Reach:
    """The reach of somebody who holds the permission somewhere."""
    led = (scope.key for scope in person.scopes(Permission.SHARE_LINKS) if scope.kind == queries.SCOPE_KIND)
    return Reach(frozenset(led), desk_of(person, Permission.SHARE_LINKS))


def teams_within(reach: Reach, words: str = "") -> list[TeamRow]:
    """The teams of today for which somebody may share, by name; only those that a few words fit, where given."""
    wanted = fold(words)
    return [row for row in queries.team_rows() if reach.holds(row.slug, row.commune) and wanted in _searched(row)]


def _searched(row: TeamRow) -> str:
    return fold(f"{row.name} {place_name(row.commune)}")


def team_within(reach: Reach, slug: str) -> TeamFact | None:
    """One of those teams, one that was disbanded too; None for any other."""
    found = queries.team_fact(slug) if slug else None
    return found if found and reach.holds(found.slug, found.commune) else None


def place_name(slug: str) -> str:
    """A place inside a sentence; the slug of one that is not known any more."""
    place = atlas().get(slug)
    return lower_name(place) if place else slug


def names_of(rows: Iterable[TeamRow]) -> list[tuple[str, str]]:
    """Slug and name of teams, with the commune that tells those of one name apart."""
    return [(row.slug, f"{row.name} ({place_name(row.commune)})") for row in rows]
