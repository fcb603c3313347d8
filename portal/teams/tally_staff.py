"""The tally of people helped, for those who lead a team: a guide and a number, with or without a network."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other, visit
from portal.core.i18n import current_locale, localised_path
from portal.core.permissions import Permission
from portal.core.staff import STAFF_LINKS, staff_url
from portal.core.text import clean_line
from portal.teams import queries
from portal.teams.checks import TeamError, refuse
from portal.teams.models import Team
from portal.teams.queries import SCOPE_KIND
from portal.teams.tally import Entry, read_entry, record, undo
from portal.teams.tally_page import (
    FROM_LIST,
    OTHER_WORK,
    Addresses,
    Filled,
    messages_by_field,
    none_to_lead,
    tally_page,
    tally_shell,
    team_names,
)

tally_staff = Blueprint("tally", __name__, url_prefix="/can-bo/to-cua-toi/da-giup")
_LEAD = Permission.LEAD_TEAM
_HERE = "/to-cua-toi/da-giup"
_LONGEST = 500


def _own_slugs() -> frozenset[str]:
    return frozenset(scope.key for scope in principal().scopes(_LEAD) if scope.kind == SCOPE_KIND)


def _own_team(slug: str) -> Team:
    """A team that this person leads; any other looks like one that isn't there."""
    team = queries.team(slug) if slug in _own_slugs() else None
    return team or abort(404)


def _addresses(team: Team) -> Addresses:
    here = staff_url(_HERE)
    return Addresses(here, f"{here}?to={team.slug}", f"{here}/bo", f"{here}/gui", f"{here}/khong-mang?to={team.slug}")


def _entry(guide: str, people: str) -> Entry:
    key, moment = (clean_line(request.form.get(name, ""), _LONGEST) for name in ("key", "moment"))
    return read_entry(key=key, guide=guide, people=people, moment=moment, now=clock.now())


def _chosen(guide: str, other: str) -> str:
    """The slug of what was chosen, "" for other work; raises TeamError where nothing was."""
    if guide == OTHER_WORK:
        return ""
    slug = other if guide in {FROM_LIST, ""} else guide
    if not slug:
        raise refuse("guide", "no_guide")
    return slug


@tally_staff.get("")
@requires(_LEAD, is_scoped=True)
def tally() -> ResponseReturnValue:
    own, wanted = team_names(_own_slugs()), request.args.get("to", "")
    if not own and not wanted:
        return none_to_lead()
    team = _own_team(wanted or own[0][0])
    return tally_page(team, _addresses(team), own)


@tally_staff.post("")
@requires(_LEAD, is_scoped=True)
def enter() -> ResponseReturnValue:
    """The form of the page, without a script."""
    team, form = _own_team(request.form.get("to", "")), request.form
    guide, other, typed = (clean_line(form.get(name, ""), _LONGEST) for name in ("guide", "other", "typed"))
    # Enter in the field of the number presses the first of the buttons too: what was typed is meant.
    people = typed or clean_line(form.get("people", ""), _LONGEST)
    try:
        record(team, _entry(_chosen(guide, other), people), now=clock.now())
    except TeamError as error:
        filled = Filled(guide, other, typed, messages_by_field(error.problems))
        return tally_page(team, _addresses(team), team_names(_own_slugs()), filled, _status(error))
    return see_other(_addresses(team).page)


@tally_staff.post("/bo")
@requires(_LEAD, is_scoped=True)
def take_back() -> ResponseReturnValue:
    team = _own_team(request.form.get("to", ""))
    try:
        undo(team, clean_line(request.form.get("key", ""), _LONGEST), actor=principal().actor, now=clock.now())
    except TeamError as error:
        filled = Filled(messages=messages_by_field(error.problems))
        return tally_page(team, _addresses(team), team_names(_own_slugs()), filled, _status(error))
    return see_other(_addresses(team).page)


@tally_staff.get("/gui")
@requires(_LEAD, is_scoped=True)
def token() -> ResponseReturnValue:
    """For the script, before it sends: the token of this session's forms, and for which teams it may."""
    return jsonify({"token": visit().form_token, "teams": sorted(_own_slugs())})


@tally_staff.post("/gui")
@requires(_LEAD, is_scoped=True)
def receive() -> ResponseReturnValue:
    """One entry from the script; one that arrives again is answered as the first time."""
    team, form = _own_team(request.form.get("to", "")), request.form
    guide, people = (clean_line(form.get(name, ""), _LONGEST) for name in ("guide", "people"))
    try:
        record(team, _entry(guide, people), now=clock.now())
    except TeamError as error:
        message = " ".join(messages_by_field(error.problems).values())
        return jsonify({"message": message}), _status(error)
    return jsonify({"saved": True})


@tally_staff.get("/khong-mang")
@requires(_LEAD, is_scoped=True)
def shell() -> ResponseReturnValue:
    """The page that the telephone keeps."""
    team, locale = _own_team(request.args.get("to", "")), current_locale()
    return tally_shell(
        team, _addresses(team), {name: localised_path(path, locale) for name, path in STAFF_LINKS.items()}
    )


def _status(error: TeamError) -> int:
    return 409 if any(problem.code == "key_taken" for problem in error.problems) else 422
