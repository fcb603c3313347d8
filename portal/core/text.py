"""Text as people type it: one folding function serves indexing and querying on both databases."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def nfc(text: str) -> str:
    """The composed form (NFC), in which all text is stored."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str, limit: int) -> str:
    """One line of typed text: NFC, control and direction characters out, spaces folded, cut at `limit` characters."""
    text = _CONTROL.sub(" ", nfc(text[: limit * 4]))
    return _SPACE.sub(" ", text).strip()[:limit].rstrip()


def fold(text: str) -> str:
    """Lower case without Vietnamese marks: NFD, combining marks stripped, đ to d.

    SQLite's `remove_diacritics` and PostgreSQL's `unaccent` both treat đ otherwise; folding here makes them agree.
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.replace("đ", "d")


def words(text: str) -> list[str]:
    """The folded words of a text, in order: ASCII letters and digits only."""
    return [word for word in _NOT_WORD.split(fold(text)) if word]


def accented_words(text: str) -> list[str]:
    """The lower-case words of a text with their marks kept, for ranking exact-accent matches first."""
    return re.findall(r"[^\W_]+", nfc(text).lower())


def slugify(text: str, limit: int = 80) -> str:
    """An address part: folded words joined by hyphens, at most `limit` characters, never ending in a hyphen."""
    return "-".join(words(text))[:limit].strip("-")
