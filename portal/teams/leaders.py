"""With what somebody leads a team, an account or a private link, and how that ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from portal.accounts import people
from portal.accounts.people import PeopleError
from portal.accounts.queries import holders
from portal.core import links
from portal.core.links import Purpose
from portal.core.permissions import Actor, Grant, Role, Scope
from portal.teams.checks import refuse
from portal.teams.models import Team
from portal.teams.queries import SCOPE_KIND

# What a leader is given a private link for.
_PURPOSES = (Purpose.TEAM_CONFIRM, Purpose.TEAM_WORKSPACE)


def end_leaders_links(team: Team, now: datetime) -> None:
    """End every link that the leader was given: the team has another, or none any more."""
    for purpose in _PURPOSES:
        links.revoke(purpose, team.slug, now=now)


def forget_leaders_links(slugs: Collection[str]) -> None:
    """Remove the links of teams that were removed: the next team of such a name gets the slug."""
    for purpose in _PURPOSES:
        links.forget(purpose, slugs)


def end_leading(team: Team, field: str, *, actor: Actor, now: datetime) -> None:
    """Nobody leads this team any more, until somebody is given the role anew; the private links end.

    Who led it with an account is signed out; an account that could do nothing else is disabled. TeamError about `field`
    where somebody would end their own role.
    """
    end_leaders_links(team, now)
    ended = Grant(Role.TEAM_LEADER, Scope(SCOPE_KIND, team.slug))
    for user in holders(ended):
        try:
            people.end_role(user, ended, actor=actor, now=now)
        except PeopleError as error:
            raise refuse(field, error.code) from error
