"""Text as people type it: one folding function serves indexing and querying on both databases."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ud800-\udfff]")
# All but line ends and tabs; PostgreSQL takes no NUL.
_CONTROL_BESIDE_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_NO_BREAK = "\u00a0"
# Marks behind one letter: no language has as many (the bound is that of Unicode's UAX 15, section 12).
_MOST_MARKS = 30
_MANY_BESIDE_ASCII = re.compile(r"[^\x00-\x7f]{64,}")
_BESIDE_ASCII = re.compile(r"[^\x00-\x7f]+")
# Those of Vietnamese letters and tones: in most texts there are no others.
_USUAL_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
# "Trương Quang Trọng".
_LONGEST_NAME = 18


def nfc(text: str) -> str:
    """The composed form (NFC), in which all text is stored; of a letter with more than thirty marks, so many."""
    return unicodedata.normalize("NFC", _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    """Marks are sorted in a time that grows with the square of how many there are: of a megabyte, in a quarter hour."""
    return _MANY_BESIDE_ASCII.sub(_few_marks, text)


def _few_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in found[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def clean_line(text: str, limit: int) -> str:
    """One line of typed text: NFC, control and direction characters out, spaces folded, cut at `limit` characters."""
    text = _CONTROL.sub(" ", nfc(text[: limit * 4]))
    return _SPACE.sub(" ", text).strip()[:limit].rstrip()


def clean_paragraphs(text: str, limit: int | None = None) -> str:
    """Several lines of typed text: NFC, plain line ends, control characters out, cut at `limit` characters."""
    return _CONTROL_BESIDE_LINES.sub("", nfc(text)[:limit].replace("\r\n", "\n")).strip()


def fold(text: str) -> str:
    """Lower case without Vietnamese marks: NFD, combining marks stripped, đ to d.

    SQLite's `remove_diacritics` and PostgreSQL's `unaccent` both treat đ otherwise; folding here makes them agree.
    """
    decomposed = unicodedata.normalize("NFD", _with_few_marks(text.lower()))
    for mark in _USUAL_MARKS:
        decomposed = decomposed.replace(mark, "")
    return _BESIDE_ASCII.sub(_without_marks, decomposed.replace("đ", "d"))


def _without_marks(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The folded words of a text, in order: ASCII letters and digits only."""
    return [word for word in _NOT_WORD.split(fold(text)) if word]


def accented_words(text: str) -> list[str]:
    """The lower-case words of a text with their marks kept, for ranking exact-accent matches first."""
    return re.findall(r"[^\W_]+", nfc(text).lower())


def slugify(text: str, limit: int = 80) -> str:
    """An address part: folded words joined by hyphens, at most `limit` characters, never ending in a hyphen."""
    return "-".join(words(text))[:limit].strip("-")


def unbroken(text: str) -> str:
    """The text, in which names of several words stay on one line: each space between capitalised words is a no-break
    one, as long as what it holds together fits on a narrow phone in a heading."""
    *before, kept = text.split(" ")
    length, is_name = len(kept), kept[:1].isupper()
    for word in reversed(before):
        is_joined = is_name and word[:1].isupper() and len(word) + 1 + length <= _LONGEST_NAME
        kept = f"{word}{_NO_BREAK if is_joined else ' '}{kept}"
        length = len(word) + 1 + length if is_joined else len(word)
        is_name = word[:1].isupper()
    return kept
