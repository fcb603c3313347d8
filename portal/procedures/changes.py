"""What differs between two versions of a record, field by field, short enough for a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.exchange.errors import shown
from portal.procedures.data import PAYLOAD_FIELDS

_LENGTH = 80


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's change; `before` and `after` are shortened. Of a list they show the first item that went or came."""

    field: str
    before: str
    after: str
    removed: int = 0
    added: int = 0

    def __str__(self) -> str:
        counts = f" (-{self.removed} +{self.added})" if self.removed or self.added else ""
        return f"{self.field}{counts}: {self.before} → {self.after}"


def field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields whose values differ between two payloads, in the payload's order."""
    return [
        _change(name, before.get(name), after.get(name))
        for name in PAYLOAD_FIELDS
        if before.get(name) != after.get(name)
    ]


def _change(name: str, before: Any, after: Any) -> FieldChange:
    if not isinstance(before, list) or not isinstance(after, list):
        return FieldChange(name, *_around(_text(before), _text(after)))
    old, new = [_text(item) for item in before], [_text(item) for item in after]
    removed = [item for item in old if item not in new]
    added = [item for item in new if item not in old]
    if not removed and not added:
        return FieldChange(name, f"{len(old)} items", f"{len(new)} items in another order or number")
    first_removed, first_added = (removed or [""])[0], (added or [""])[0]
    return FieldChange(name, *_around(first_removed, first_added), removed=len(removed), added=len(added))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts shortened so that the place where they begin to differ is in sight."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    start = max(0, same - 20) if max(len(before), len(after)) > _LENGTH else 0
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    if not text:
        return "(nothing)"
    cut = shown(text[start:].replace("\n", " "), _LENGTH)
    return f"…{cut}" if start else cut
