"""The tally of people helped, for those who lead a team, with an account or by its link; with or without a network."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.staff import staff_url
from portal.teams import queries, tally_acts
from portal.teams.leading import GUESTS, LEAD, actor_for, slugs_led
from portal.teams.models import Team
from portal.teams.tally_page import Addresses, none_to_lead, tally_page, tally_shell, team_names

tally_staff = Blueprint("tally", __name__, url_prefix="/can-bo/to-cua-toi/da-giup")
_HERE = "/to-cua-toi/da-giup"


def _own_names() -> list[tuple[str, str]]:
    return team_names(slugs_led())


def _own_team(slug: str) -> Team:
    """A team that this person leads; any other looks like one that isn't there."""
    team = queries.team(slug) if slug in slugs_led() else None
    return team or abort(404)


def _named_team() -> Team:
    return _own_team(request.form.get("to", ""))


def _addresses(team: Team) -> Addresses:
    here = staff_url(_HERE)
    return Addresses(here, f"{here}?to={team.slug}", f"{here}/bo", f"{here}/gui", f"{here}/khong-mang?to={team.slug}")


@tally_staff.get("")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def tally() -> ResponseReturnValue:
    own, wanted = _own_names(), request.args.get("to", "")
    if not own and not wanted:
        return none_to_lead()
    team = _own_team(wanted or own[0][0])
    return tally_page(team, _addresses(team), own)


@tally_staff.post("")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def enter() -> ResponseReturnValue:
    team = _named_team()
    return tally_acts.enter_form(team, _addresses(team), _own_names())


@tally_staff.post("/bo")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def take_back() -> ResponseReturnValue:
    team = _named_team()
    return tally_acts.take_back(team, _addresses(team), _own_names(), actor_for(team))


@tally_staff.get("/gui")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def door() -> ResponseReturnValue:
    return tally_acts.door(slugs_led())


@tally_staff.post("/gui")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def receive() -> ResponseReturnValue:
    return tally_acts.receive(_named_team())


@tally_staff.get("/khong-mang")
@requires(LEAD, is_scoped=True, or_link=GUESTS)
def shell() -> ResponseReturnValue:
    team = _own_team(request.args.get("to", ""))
    return tally_shell(team, _addresses(team), _own_names())
