"""Whose team this request is for: that of the leader who is signed in, or the one that a private link is for.

Only for routes that declare `requires(LEAD, is_scoped=True, or_link=GUESTS)`, or another permission of a leader's.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, request

from portal.core.gate import principal, visit
from portal.core.links import Purpose
from portal.core.permissions import Actor, Permission
from portal.core.text import clean_line
from portal.teams import queries
from portal.teams.desk import Desk
from portal.teams.kit_reach import Reach, reach_of
from portal.teams.models import Team
from portal.teams.queries import SCOPE_KIND, TeamFact

LEAD = Permission.LEAD_TEAM
GUESTS = Purpose.TEAM_WORKSPACE
# The parameter and field that names one of several teams.
WHICH = "to"


def teams_led() -> list[TeamFact]:
    """The teams that work today and that this person leads, by name; a guest's is the one of their link."""
    found = queries.teams_by_slug(sorted(slugs_led()))
    standing = sorted((one for one in found if one.ended_on is None), key=lambda one: (one.name, one.slug))
    if visit().is_guest and not standing:
        abort(410)
    return standing


def team_here() -> TeamFact | None:
    """The team of this request: the one that it names, or the only one; None where there are several, or none.

    404 where it names a team that isn't theirs.
    """
    return chosen_of(teams_led())


def chosen_of(led: Sequence[TeamFact]) -> TeamFact | None:
    """The same of teams that were asked for already."""
    wanted = clean_line(request.values.get(WHICH, ""), 120)
    if wanted:
        return next((one for one in led if one.slug == wanted), None) or abort(404)
    return led[0] if len(led) == 1 else None


def team_named() -> TeamFact:
    """The same where a form must say it: 404 where no team is meant."""
    return team_here() or abort(404)


def actor_for(team: TeamFact | Team | None) -> Actor:
    """Who does something for a team, as the audit log names them: a guest is known by the team alone."""
    return Actor("link", team.slug, team.name) if team and visit().is_guest else principal().actor


def reach_here() -> Reach:
    """For which teams somebody may share here; a guest for that of their link."""
    return Reach(slugs_led(), Desk(frozenset())) if visit().is_guest else reach_of(principal())


def leads() -> bool:
    """Whether somebody has a workspace: a guest, or a leader with an account."""
    return visit().is_guest or principal().may_somewhere(LEAD)


def slugs_led() -> frozenset[str]:
    """The teams that this person leads, those that were disbanded too; a guest's is the one of their link."""
    came = visit()
    if came.link is not None:
        return frozenset({came.link.subject})
    return frozenset(scope.key for scope in principal().scopes(LEAD) if scope.kind == SCOPE_KIND)
