"""How people write places: the words of a name, the words of types, and what says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portal.core.text import fold, nfc

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02b9\u0060\u00b4\u2032]")
_WORD = re.compile(r"[^\W\d_]+|\d+|,")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# The same syllable, written in several ways.
_SAME = {"đắk": "đăk", "đắc": "đăk", "đăc": "đăk"}
KIND_PHRASES: Mapping[tuple[str, ...], frozenset[str]] = {
    tuple(phrase.split()): frozenset(kinds.split())
    for phrase, kinds in {
        "tinh": "tinh", "t": "tinh", "thanh pho": "thanh-pho", "tp": "thanh-pho", "thi xa": "thi-xa", "tx": "thi-xa",
        "huyen": "huyen", "h": "huyen", "quan": "quan", "q": "quan", "xa": "xa", "x": "xa", "phuong": "phuong",
        "p": "phuong", "f": "phuong", "thi tran": "thi-tran", "tt": "thi-tran", "dac khu": "dac-khu",
        "dk": "dac-khu", "commune": "xa", "ward": "phuong", "township": "thi-tran", "town": "thi-tran thi-xa",
        "district": "huyen quan", "city": "thanh-pho", "province": "tinh", "special zone": "dac-khu",
    }.items()
}  # fmt: skip
# What stands in an address behind or beside the names and tells nothing apart.
FILLERS = frozenset({
    "cu", "moi", "truoc", "day", "nay", "la", "o", "tai", "thuoc", "viet", "nam", "vn", "vietnam", "old", "new",
    "former", "in", "of", "commune", "ward", "township", "town", "district", "city", "province", "special", "zone",
})  # fmt: skip
LONGEST_KIND = 2


class Word(NamedTuple):
    """A word as it was typed in small letters, and without marks; `begins` behind a comma."""

    marked: str
    bare: str
    begins: bool = False


def words_of(text: str, limit: int) -> list[Word]:
    """The first words of a text. Apostrophes join (H'Drai), everything else parts; 05 is 5."""
    composed = _APOSTROPHES.sub("", nfc(text).lower())
    joined = "".join(char for char in nfc(composed) if not unicodedata.combining(char))
    found: list[Word] = []
    begins = False
    for part in _WORD.findall(joined):
        if part == ",":
            begins = True
            continue
        bare = fold(part)
        if not bare.isascii() or not bare.isalnum():
            continue
        number = bare.lstrip("0") or "0"
        found.append(Word(part, number if bare.isdigit() else bare, begins))
        begins = False
        if len(found) == limit:
            break
    return found


def marks(word: str) -> tuple[str, str]:
    """A word's letters and its tone apart, so that it doesn't matter on which vowel the tone was put."""
    decomposed = unicodedata.normalize("NFD", _SAME.get(word, word))
    return "".join(c for c in decomposed if c not in _TONES), "".join(c for c in decomposed if c in _TONES)


def is_marked(word: Word) -> bool:
    """Whether it was typed with marks."""
    return word.marked != word.bare and not word.bare.isdigit()


def kind_phrase(words: Sequence[str], at: int) -> tuple[int, frozenset[str]]:
    """How many words from a place on are the word for a type, and which types it may mean; 0 where none."""
    for length in range(LONGEST_KIND, 0, -1):
        kinds = KIND_PHRASES.get(tuple(words[at : at + length]))
        if kinds and at + length <= len(words):
            return length, kinds
    return 0, frozenset()
