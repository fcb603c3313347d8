"""What differs between two versions of a guide, part by part, so that people can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from portal.core.i18n import LOCALES
from portal.editing.values import CHANNELS, COMMON_LISTS, COMMON_TEXTS, ROWS, TEXTS, Values

# With the space behind: spaces on their own would be everywhere, and each a possible match for every other.
_WORDS = re.compile(r"\S+\s*|^\s+")
_SENTENCES = re.compile(r".+?(?:[.!?…:;]\s+|\n+|$)", re.DOTALL)
# Comparing takes a time that grows with the product of the numbers: beyond this many, sentences are compared.
_MOST_WORDS = 600
KEPT, GONE, NEW = "", "del", "ins"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: the same in both, only in the former (`del`) or only in the later version (`ins`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is not the same; `locale` is empty for what all languages share, `part` as in guide files."""

    locale: str
    part: str
    number: int
    pieces: tuple[Piece, ...]


def differences(before: Values, after: Values) -> list[Difference]:
    """Everything that differs, in the order of a guide file."""
    found = [
        Difference("", name, 0, words(_text(before.get(name)), _text(after.get(name))))
        for name in (*COMMON_TEXTS, *COMMON_LISTS)
        if _text(before.get(name)) != _text(after.get(name))
    ]
    found += _of_rows("", "sources", before.get("sources", []), after.get("sources", []))
    for locale in LOCALES:
        found += _of_language(locale, before.get(locale, {}), after.get(locale, {}))
    return found


def _of_language(locale: str, before: Values, after: Values) -> Iterator[Difference]:
    for name in (*TEXTS, "keywords"):
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new:
            yield Difference(locale, name, 0, words(old, new))
    for name in ("procedure_labels", "channels"):
        one, other = before.get(name, {}), after.get(name, {})
        keys = CHANNELS if name == "channels" else sorted({*one, *other})
        for key in keys:
            if one.get(key, "") != other.get(key, ""):
                yield Difference(locale, f"{name}.{key}", 0, words(one.get(key, ""), other.get(key, "")))
    for name in ROWS:
        yield from _of_rows(locale, name, before.get(name, []), after.get(name, []))


def _of_rows(locale: str, name: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    """Rows that stayed are matched first, so that one put in between doesn't make all the others look changed."""
    old, new = [_text(row) for row in before], [_text(row) for row in after]
    for kind, from_, to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(to - from_, new_to - new_from)):
            former = old[from_ + offset] if from_ + offset < to else ""
            later = new[new_from + offset] if new_from + offset < new_to else ""
            number = (new_from if later else from_) + offset + 1
            yield Difference(locale, name, number, words(former, later))


def pieces_of_rows(before: Sequence[str], after: Sequence[str]) -> list[tuple[Piece, ...]]:
    """What isn't the same in two lists of lines; lines with little in common stand apart."""
    return [pieces for one in _of_rows("", "", before, after) for pieces in _apart(one.pieces)]


def _apart(pieces: tuple[Piece, ...]) -> list[tuple[Piece, ...]]:
    kept, gone, new = ("".join(one.text for one in pieces if one.kind == kind) for kind in (KEPT, GONE, NEW))
    if not gone or not new or len(kept) > max(len(gone), len(new)):
        return [pieces]
    before = "".join(one.text for one in pieces if one.kind != NEW)
    after = "".join(one.text for one in pieces if one.kind != GONE)
    return [(Piece(GONE, before),), (Piece(NEW, after),)]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(str(text) for text in value.values() if text)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value or "")


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts word by word; long ones sentence by sentence."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = _SENTENCES.findall(before), _SENTENCES.findall(after)
    found: list[Piece] = []
    for kind, from_, to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(KEPT, "".join(old[from_:to])))
            continue
        if to > from_:
            found.append(Piece(GONE, "".join(old[from_:to])))
        if new_to > new_from:
            found.append(Piece(NEW, "".join(new[new_from:new_to])))
    return tuple(found)
