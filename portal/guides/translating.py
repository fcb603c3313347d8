"""A guide beside its translation: what is translated, part by part, and of which Vietnamese.

A translation is remembered as a pair of digests, of itself and of the Vietnamese that it was made of. So it doesn't
matter where in a list the two stand: a row moved in both languages is still translated, and one whose Vietnamese was
changed is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

TEXTS = ("who", "result")
MAPPINGS = ("channels", "procedure_labels")
FILM = ("url", "file", "duration", "megabytes")
"""Which film a video is. A translation may have its own; that it has none is nothing that is missing."""
# What every row of a list must say, and what it may say beside.
ROWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "prepare": (("item",), ("note",)), "looked_up": ((), ()), "steps": (("title",), ("text", "picture_alt")),
    "videos": (("title", "transcript"), FILM),
    "tips": ((), ()), "mistakes": ((), ()), "questions": (("question", "answer"), ()),
}  # fmt: skip
# Lists of which readers need every row; of the others a translation may have fewer.
_WHOLE = ("prepare", "looked_up", "steps", "videos")
PARTS = (*TEXTS, *ROWS, *MAPPINGS)
_DIGEST = 16


def own_parts(default: Mapping[str, Any], body: Mapping[str, Any]) -> list[str]:
    """The parts of which `body` has all that the Vietnamese `default` has; those that neither has are left out."""
    return [name for name in PARTS if body.get(name) and _is_whole(name, default.get(name), body[name])]


def is_complete(default: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a reader of the other language finds every part in it."""
    own = own_parts(default, body)
    return all(name in own for name in PARTS if default.get(name))


def _is_whole(name: str, default: Any, own: Any) -> bool:
    if name in TEXTS:
        return True
    if name in MAPPINGS:
        return all(own.get(key) for key in default or {})
    begun = [row for row in own if says_something(name, row)]
    if not begun or not all(_says_all(name, row) for row in begun):
        return False
    return name not in _WHOLE or len(begun) == len(own) >= len(default or ())


def says_something(name: str, row: Any) -> bool:
    """Whether a row of a list has any words."""
    required, beside = ROWS[name]
    return any(row.get(key) for key in (*required, *beside)) if required else bool(row)


def _says_all(name: str, row: Any) -> bool:
    required, _beside = ROWS[name]
    return all(row.get(key) for key in required)


def fields(values: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a language that can be translated, by its path such as `steps.2.title`; empty ones left out."""
    found = {name: str(values.get(name) or "") for name in ("title", "summary", *TEXTS)}
    for name in MAPPINGS:
        found |= {f"{name}.{key}": str(text or "") for key, text in (values.get(name) or {}).items()}
    for name, (required, beside) in ROWS.items():
        for number, row in enumerate(values.get(name) or ()):
            if isinstance(row, str):
                found[f"{name}.{number}"] = row
            else:
                found |= {f"{name}.{number}.{key}": str(row.get(key) or "") for key in (*required, *beside)}
    return {path: text.strip() for path, text in found.items() if text.strip()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def pairs(source: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The translation as it stands, as one of today's Vietnamese."""
    return known_after([], source, values)


def known_after(
    known: Sequence[str], source: Mapping[str, Any], values: Mapping[str, Any], confirmed: Collection[str] = ()
) -> list[str]:
    """What is known of a translation after it was saved.

    Texts that are new in it are translations of today's Vietnamese; those that were there stay what they were, but for
    the paths that somebody has `confirmed` to be still right.
    """
    vietnamese, translated = fields(source), fields(values)
    now = {_digest(text) for text in translated.values()}
    kept = [pair for pair in known if pair[:_DIGEST] in now]
    before = {pair[:_DIGEST] for pair in known}
    added = [
        digest + _digest(vietnamese.get(path, ""))
        for path, text in translated.items()
        if (digest := _digest(text)) not in before or path in confirmed
    ]
    return list(dict.fromkeys([*kept, *added]))


def stale_fields(known: Sequence[str] | None, source: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The paths of a translation that is of a former Vietnamese; none where nothing is known."""
    if known is None:
        return []
    vietnamese, translated, of = fields(source), fields(values), set(known)
    return [
        path
        for path, text in translated.items()
        if path in vietnamese and _digest(text) + _digest(vietnamese[path]) not in of
    ]


def missing_fields(source: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The paths of the Vietnamese that have no translation."""
    translated = fields(values)
    return [path for path in fields(source) if path not in translated and path.rpartition(".")[2] not in FILM]
