"""A row as it was read, and the characters that no row may hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from portal.exchange.errors import RowError

_REFUSED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is where it begins in the file, counted from 1; keys of `values` are the columns' own names."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row above or below the table: a title, a note, a signature, a total. Shown, never imported.

    `values` are those of one below the table, by column: a kind may compare a total with what it read.
    """

    line: int
    text: str
    values: dict[str, Any] = field(default_factory=dict, compare=False)


Outcome = Row | RowError | Ignored


def normalised(value: Any) -> Any:
    """Every string in a value composed (NFC), as all text is stored."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, dict):
        return {normalised(key): normalised(item) for key, item in value.items()}
    return value


def refused_character(value: Any) -> str | None:
    """The name of the first NUL, half surrogate or non-character in any string of a value."""
    if isinstance(value, str):
        match = _REFUSED.search(value)
        return f"U+{ord(match.group()):04X}" if match else None
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        return next((found for item in value if (found := refused_character(item))), None)
    return None


def is_plain(text: str) -> bool:
    """True when nothing parsed from this text can need `checked`: it is composed, without escapes or refused ones."""
    return "\\u" not in text and not _REFUSED.search(text) and unicodedata.is_normalized("NFC", text)


def checked(line: int, values: dict[str, Any]) -> Row | RowError:
    """A row fit to be stored, or the column that holds a character which can't be."""
    for name, value in values.items():
        if isinstance(value, str) and value.isascii() and "\x00" not in value:
            continue  # most cells: nothing to refuse or to compose
        character = refused_character(value)
        if character:
            return RowError(line, name, "bad_character", {"character": character})
        values[name] = normalised(value)
    return Row(line, values if all(map(str.isascii, values)) else normalised(values))
