"""What the tally's pages do for a team, by whatever right somebody came: the caller has made sure of that right."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import Response, jsonify, request

from portal.core import clock
from portal.core.gate import see_other, visit
from portal.core.permissions import Actor
from portal.core.text import clean_line
from portal.teams.checks import TeamError, refuse
from portal.teams.models import Team
from portal.teams.tally import Entry, read_entry, record, undo
from portal.teams.tally_page import FROM_LIST, OTHER_WORK, Addresses, Filled, messages_by_field, tally_page

_LONGEST = 500


def _sent(name: str) -> str:
    return clean_line(request.form.get(name, ""), _LONGEST)


def _entry(guide: str, people: str) -> Entry:
    return read_entry(key=_sent("key"), guide=guide, people=people, moment=_sent("moment"), now=clock.now())


def _chosen(guide: str, other: str) -> str:
    """The slug of what was chosen, "" for other work; raises TeamError where nothing was."""
    if guide == OTHER_WORK:
        return ""
    slug = other if guide in {FROM_LIST, ""} else guide
    if not slug:
        raise refuse("guide", "no_guide")
    return slug


def _status(error: TeamError) -> int:
    return 409 if any(problem.code == "key_taken" for problem in error.problems) else 422


def enter_form(team: Team, at: Addresses, own: Sequence[tuple[str, str]]) -> Response:
    """Count what the form of the page says, which was sent without a script."""
    guide, other, typed = _sent("guide"), _sent("other"), _sent("typed")
    try:
        # Enter in the field of the number presses the first of the buttons too: what was typed is meant.
        record(team, _entry(_chosen(guide, other), typed or _sent("people")), now=clock.now())
    except TeamError as error:
        filled = Filled(guide, other, typed, messages_by_field(error.problems))
        return tally_page(team, at, own, filled, _status(error))
    return see_other(at.page)


def take_back(team: Team, at: Addresses, own: Sequence[tuple[str, str]], actor: Actor) -> Response:
    """Take back the entry that the form names."""
    try:
        undo(team, _sent("key"), actor=actor, now=clock.now())
    except TeamError as error:
        return tally_page(team, at, own, Filled(messages=messages_by_field(error.problems)), _status(error))
    return see_other(at.page)


def door(slugs: Collection[str]) -> Response:
    """For the script, before it sends: the token of this visit's forms, and for which teams it may."""
    return jsonify({"token": visit().form_token, "teams": sorted(slugs)})


def receive(team: Team) -> Response:
    """Count an entry that the script sends; one that arrives again is answered as the first time."""
    try:
        record(team, _entry(_sent("guide"), _sent("people")), now=clock.now())
    except TeamError as error:
        response = jsonify({"message": " ".join(messages_by_field(error.problems).values())})
        response.status_code = _status(error)
        return response
    return jsonify({"saved": True})
