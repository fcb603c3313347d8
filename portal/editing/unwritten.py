"""What a draft was given from an official record and nobody has put into plain words yet: it can't be sent on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.editing.values import Values
from portal.guides.written import ContentError

# Signs that no keyboard types by chance and no record has; either of them is enough, so that half a mark is one too.
_OPEN, _CLOSE = "⟪", "⟫"
MARK = f"{_OPEN}viết lại{_CLOSE}"
CODE = "unwritten"


def proposed(text: str) -> str:
    """Official wording as it is put before the editor."""
    return f"{MARK} {text.replace(_OPEN, '').replace(_CLOSE, '').strip()}"


def unwritten(values: Values) -> list[ContentError]:
    """Every text that still is a proposal, by its place in the draft."""
    return [ContentError(0, path, "official wording that is to be rewritten", CODE, "") for path in _marked(values, "")]


def _marked(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if _OPEN in value or _CLOSE in value:
            yield path
        return
    if isinstance(value, dict):
        children: Any = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        return
    for key, child in children:
        yield from _marked(child, f"{path}.{key}" if path else str(key))
