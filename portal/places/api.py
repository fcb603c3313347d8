"""The JSON finder for other systems; described in docs/api.md."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from portal.core.access import public
from portal.core.text import clean_line
from portal.places import queries
from portal.places.atlas import Atlas, PlaceFact
from portal.places.finder import MAX_FOUND, MAX_TEXT
from portal.places.history import former_districts
from portal.places.kinds import full_name

places_api = Blueprint("places_api", __name__, url_prefix="/api/v1")


@places_api.get("/places")
@public(parameters=("q",), is_costly=True)
def places_json() -> Response:
    atlas = queries.atlas()
    found = queries.finder().find(clean_line(request.args.get("q", ""), MAX_TEXT), limit=MAX_FOUND)
    response = jsonify(results=[_result(atlas, candidate.place) for candidate in found.candidates])
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _result(atlas: Atlas, place: PlaceFact) -> dict[str, Any]:
    after = (atlas.get(successor.slug) for successor in place.successors)
    return {
        **_named(place),
        "kind": place.kind,
        "active": place.valid_to is None,
        "valid_from": place.valid_from.isoformat() if place.valid_from else None,
        "valid_to": place.valid_to.isoformat() if place.valid_to else None,
        "former_district": ", ".join(full_name(one) for one in former_districts(atlas, place)) or None,
        "successors": [_named(one) for one in after if one is not None],
    }


def _named(place: PlaceFact) -> dict[str, str | None]:
    return {"id": place.slug, "code": place.code, "name": full_name(place)}
