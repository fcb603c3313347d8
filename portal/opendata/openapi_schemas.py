"""What answers of `/api/v1` look like, as JSON Schema."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.opendata.model import Dataset, Field, Type

_Node = dict[str, Any]
_TYPES: dict[Type, _Node] = {
    Type.TEXT: {"type": ["string", "null"]},
    Type.INTEGER: {"type": ["integer", "null"]},
    Type.NUMBER: {"type": ["number", "null"]},
    Type.DATE: {"type": ["string", "null"], "format": "date"},
    Type.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    Type.YES_NO: {"type": ["boolean", "null"]},
}


def name_of(dataset: Dataset) -> str:
    """What a data set's answers are called in the description."""
    return "".join(part.capitalize() for part in dataset.slug.split("-"))


def page_of(dataset: Dataset) -> _Node:
    """One page of a data set's rows."""
    row = _object({one.name: _field(one) for one in dataset.fields})
    head = {
        "dataset": {"const": dataset.slug}, "title": _STRING, "description": _STRING, "publisher": _STRING,
        "licence": {"$ref": "#/components/schemas/Licence"}, "version": _STRING, "modified": _TYPES[Type.MOMENT],
        "total": _COUNT, "is_demo": _BOOLEAN, "notes": _list(_STRING),
    }  # fmt: skip
    return _object({**head, "results": _list(row), "next": {"type": ["string", "null"], "format": "uri"}})


def _field(one: Field) -> _Node:
    unit = f" ({_(one.unit)})" if one.unit else ""
    return {**_TYPES[one.type], "description": f"{_(one.meaning)}{unit}"}


_STRING: _Node = {"type": "string"}
_BOOLEAN: _Node = {"type": "boolean"}
_COUNT: _Node = {"type": "integer", "minimum": 0}
_DATE, _TEXT = _TYPES[Type.DATE], _TYPES[Type.TEXT]


def _list(items: _Node) -> _Node:
    return {"type": "array", "items": items}


def _object(properties: dict[str, _Node]) -> _Node:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False
    }  # fmt: skip


def shared() -> dict[str, _Node]:
    """The schemas of everything else."""
    named = _object({"id": _STRING, "name": _STRING})
    coded = _object({"id": _STRING, "code": _TEXT, "name": _STRING})
    licence = {"$ref": "#/components/schemas/Licence"}
    return {
        "Problem": {
            "type": "object",
            "properties": {"type": _STRING, "title": _STRING, "status": _COUNT, "detail": _STRING,
                           "parameter": _STRING},
            "required": ["type", "title", "status", "detail"],
        },
        "Licence": _object({"name": _TEXT, "url": {"type": "string", "format": "uri"}}),
        "Datasets": _object({"publisher": _STRING, "licence": licence, "results": _list(_dataset())}),
        "SearchResults": _object(
            {"results": _list(_object({"kind": _STRING, "title": _STRING, "url": _STRING, "codes": _list(_STRING)}))}
        ),
        "Places": _object({"results": _list(_place(coded))}),
        "Teams": _object({"places": _list(named), "results": _list(_team(named))}),
    }  # fmt: skip


def _dataset() -> _Node:
    return _object(
        {
            "id": _STRING, "title": _STRING, "description": _STRING, "page": _STRING,
            "files": {"type": "object", "additionalProperties": _STRING}, "dictionary": _STRING, "version": _STRING,
            "modified": _TYPES[Type.MOMENT], "rows": _COUNT, "update": {"enum": ["MONTHLY", "HOURLY", "IRREG"]},
            "is_demo": _BOOLEAN,
        }
    )  # fmt: skip


def _place(coded: _Node) -> _Node:
    return _object(
        {
            "id": _STRING, "code": _TEXT, "name": _STRING, "kind": _STRING, "active": _BOOLEAN, "valid_from": _DATE,
            "valid_to": _DATE, "former_district": _TEXT, "successors": _list(coded),
        }
    )  # fmt: skip


def _team(named: _Node) -> _Node:
    shift = _object({"weekday": {"type": "integer", "minimum": 1, "maximum": 7}, "from": _STRING, "to": _STRING,
                     "name": _STRING})  # fmt: skip
    contact = _object({"name": _STRING, "role": {"enum": ["leader", "deputy", "member"]}, "phone": _STRING,
                       "zalo": _STRING, "confirmed_on": _DATE})  # fmt: skip
    return _object(
        {
            "id": _STRING, "name": _STRING, "url": _STRING, "place": {"anyOf": [named, {"type": "null"}]},
            "villages": _list(named), "meeting_place": _STRING, "meeting_hours": _STRING,
            "counter_hours": _list(shift), "contacts": _list(contact), "confirmed_on": _DATE, "is_demo": _BOOLEAN,
        }
    )  # fmt: skip
