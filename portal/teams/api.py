"""The teams for other systems; described in docs/api.md."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import renderer
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import chosen
from portal.places.kinds import full_name
from portal.places.queries import atlas
from portal.teams import queries
from portal.teams.present import PATH, clock_time
from portal.teams.queries import TeamFact

teams_api = Blueprint("teams_api", __name__, url_prefix="/api/v1")


@teams_api.get("/teams")
@public(parameters=("place",), is_costly=True)
def teams_json() -> Response:
    known = atlas()
    choice = chosen(known, request.args.get("place", ""))
    communes = (choice.place,) if choice.place else choice.candidates
    if not communes:
        abort(404)
    facts = queries.teams_of_communes([one.slug for one in communes])
    response = jsonify(places=[_named(one) for one in communes], results=[_result(known, fact) for fact in facts])
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _result(known: Atlas, fact: TeamFact) -> dict[str, Any]:
    commune = known.get(fact.commune)
    villages = (known.get(slug) for slug in fact.villages)
    return {
        "id": fact.slug,
        "name": fact.name,
        "url": renderer().config.site_url + localised_path(f"{PATH}/{fact.slug}", current_locale()),
        "place": _named(commune) if commune else None,
        "villages": [_named(one) for one in villages if one is not None],
        "meeting_place": fact.meeting_place,
        "meeting_hours": fact.meeting_hours,
        "counter_hours": [
            {"weekday": one.weekday, "from": clock_time(one.starts), "to": clock_time(one.ends), "name": one.name}
            for one in fact.shifts
        ],
        "contacts": [
            {
                "name": one.name, "role": one.role, "phone": one.phone, "zalo": one.zalo,
                "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else None,
            }
            for one in fact.contacts
        ],
        "confirmed_on": fact.confirmed_on.isoformat() if fact.confirmed_on else None,
        "is_demo": fact.is_demo,
    }  # fmt: skip


def _named(place: PlaceFact) -> dict[str, str]:
    return {"id": place.slug, "name": full_name(place)}
