"""The operation that other systems push figures with, as a part of an OpenAPI 3.1 document.

`PATHS`, `SCHEMAS` and `SECURITY_SCHEMES` are merged into `paths`, `components.schemas` and
`components.securitySchemes` of the document that the portal publishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.adoption.push_views import MOST_BYTES
from portal.adoption.push_words import KINDS
from portal.adoption.pushing import MOST_OBSERVATIONS
from portal.adoption.registry import INDICATORS
from portal.adoption.rows import MOST

_SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
_PERIOD = r"^\d{4}(-(q[1-4]|\d{2}(-\d{2})?))?$"
_COUNT = {"type": "integer", "minimum": 0, "maximum": MOST}


def _problem(*statuses: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/PushProblem"}}}
    titles = {str(kind.status): kind.title.en for kind in KINDS.values() if kind.status in statuses}
    return {status: {"description": title, "content": content} for status, title in titles.items()}


SCHEMAS: Mapping[str, Any] = {
    "PushedObservation": {
        "type": "object",
        "description": "One figure of one indicator, of a place or an agency, for one period.",
        "required": ["indicator", "period", "numerator"],
        "additionalProperties": False,
        "oneOf": [{"required": ["place"]}, {"required": ["agency"]}, {"required": ["code"]}],
        "properties": {
            "indicator": {"type": "string", "enum": [one.key for one in INDICATORS]},
            "place": {"type": "string", "pattern": _SLUG, "description": "A place's identity."},
            "agency": {"type": "string", "pattern": _SLUG, "description": "An agency's identity."},
            "code": {
                "type": "string",
                "description": "A statistical code, of the one unit that had it in the period.",
            },
            "valid_from": {"type": ["string", "null"], "format": "date", "description": "Only beside code."},
            "period": {"type": "string", "pattern": _PERIOD, "examples": ["2026-10", "2026-q4", "2026", "2026-10-05"]},
            "numerator": _COUNT,
            "denominator": {**_COUNT, "description": "Needed of a share; not below the numerator."},
        },
    },
    "PushRequest": {
        "type": "object",
        "required": ["document", "observations"],
        "additionalProperties": False,
        "properties": {
            "document": {"type": "string", "minLength": 1, "maxLength": 500, "description": "Where they stand."},
            "url": {"type": "string", "format": "uri", "pattern": "^https://"},
            "as_of": {"type": "string", "format": "date", "description": "An earlier day never replaces a later one."},
            "observations": {
                "type": "array", "minItems": 1, "maxItems": MOST_OBSERVATIONS,
                "items": {"$ref": "#/components/schemas/PushedObservation"},
            },
        },
    },
    "PushAnswer": {
        "type": "object",
        "required": ["batch", "observations", "records"],
        "properties": {
            "batch": {"type": ["string", "null"], "description": "The import, by which it can be undone; null: none."},
            "observations": {"type": "integer"},
            "records": {
                "type": "object",
                "description": "Units and periods, by what became of them.",
                "properties": {name: {"type": "integer"} for name in ("new", "changed", "unchanged", "older")},
            },
        },
    },
    "PushProblem": {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "enum": [f"urn:gandan:problem:{name}" for name in KINDS]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array", "maxItems": 100,
                "items": {
                    "type": "object",
                    "required": ["index", "field", "code", "reason"],
                    "properties": {
                        "index": {"type": ["integer", "null"], "description": "From 0; null: of the whole request."},
                        "field": {"type": ["string", "null"]},
                        "code": {"type": "string"},
                        "reason": {"type": "string", "description": "In the language of Content-Language."},
                    },
                },
            },
            "error_count": {"type": "integer"},
        },
    },
}  # fmt: skip

SECURITY_SCHEMES: Mapping[str, Any] = {
    "figureKey": {"type": "http", "scheme": "bearer", "description": "A key that staff gave out."}
}

PATHS: Mapping[str, Any] = {
    "/observations": {
        "post": {
            "operationId": "pushObservations",
            "summary": "Push figures: all of a request or nothing, once however often it is sent",
            "description": f"At most {MOST_OBSERVATIONS:,} observations and {MOST_BYTES:,} bytes. No cookies, no CORS.",
            "security": [{"figureKey": []}],
            "parameters": [
                {"name": "Idempotency-Key", "in": "header", "required": False,
                 "schema": {"type": "string", "minLength": 1, "maxLength": 200}},
                {"name": "Accept-Language", "in": "header", "required": False, "schema": {"type": "string"},
                 "description": "The language of problems: vi (else) or en."},
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PushRequest"}}},
            },
            "responses": {
                "200": {
                    "description": "Taken in, now or before",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PushAnswer"}}},
                },
                **_problem(400, 401, 403, 413, 415, 422, 429),
            },
        }
    }
}  # fmt: skip
