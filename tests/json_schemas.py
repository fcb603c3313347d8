"""As much of JSON Schema as our own API's description uses; what is unknown fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list,
    "object": dict,
}  # fmt: skip
_SAYING = {"description", "default", "maxLength", "pattern"}
_KNOWN = {
    "$ref", "type", "enum", "const", "anyOf", "properties", "required", "additionalProperties", "items", "minimum",
    "maximum", "format", *_SAYING,
}  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], path: str = "$") -> list[str]:
    """Where a value isn't what the schema says."""
    assert set(schema) <= _KNOWN, f"{path}: {set(schema) - _KNOWN}"
    if "$ref" in schema:
        return faults(value, resolved(schema["$ref"], document), document, path)
    if "anyOf" in schema:
        return [] if any(not faults(value, one, document, path) for one in schema["anyOf"]) else [f"{path}: none fits"]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{path}: {value!r}"]
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(_is(value, name) for name in names):
        return [f"{path}: {value!r} is no {' or '.join(names)}"]
    found = _of_format(value, schema.get("format"), path)
    if _is(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{path}: {value} is out of bounds")
    if isinstance(value, dict):
        found += _of_object(value, schema, document, path)
    if isinstance(value, list):
        for number, one in enumerate(value):
            found += faults(one, schema["items"], document, f"{path}[{number}]")
    return found


def resolved(reference: str, document: Mapping[str, Any]) -> Any:
    """What a reference inside of a document points to."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _of_object(value: dict[str, Any], schema: Mapping[str, Any], document: Mapping[str, Any], path: str) -> list[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{path}: {name} is missing" for name in schema.get("required", []) if name not in value]
    for name, one in value.items():
        if name in properties:
            found += faults(one, properties[name], document, f"{path}.{name}")
        elif others is False:
            found.append(f"{path}: {name} is unknown")
        elif others is not True:
            found += faults(one, others, document, f"{path}.{name}")
    return found


def _of_format(value: Any, name: str | None, path: str) -> list[str]:
    if name is None or value is None:
        return []
    try:
        if name == "date":
            date.fromisoformat(value)
        elif name == "date-time":
            assert datetime.fromisoformat(value).tzinfo is not None
        else:
            assert name == "uri" and value.startswith(("http://", "https://"))
    except (ValueError, AssertionError):
        return [f"{path}: {value!r} is no {name}"]
    return []
