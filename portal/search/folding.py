"""Folded forms of a text, built on `portal.core.text.fold`, that serve matching, marking and sorting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from portal.core.text import accented_words, fold, nfc

# A combining mark that belongs to no composed letter: it vanishes when folded, but must keep its place in `aligned`.
_JOINER = "~"
_PLAIN = re.compile(r"[0-9a-z]")
_STRAY_MARK = re.compile(r"[\u0300-\u036f]")
MAX_WORD = 40
# Latin, Greek, Cyrillic and the punctuation: what a page is made of.
_KEPT = 0x2100
# Old and new placing of the tone mark: hoà and hòa, thuỷ and thủy are one word ("quý" is not concerned).
_OLD_TONE = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)")
_NEW_TONE = {
    **dict(zip(("oà", "oá", "oả", "oã", "oạ"), ("òa", "óa", "ỏa", "õa", "ọa"), strict=True)),
    **dict(zip(("oè", "oé", "oẻ", "oẽ", "oẹ"), ("òe", "óe", "ỏe", "õe", "ọe"), strict=True)),
    **dict(zip(("uỳ", "uý", "uỷ", "uỹ", "uỵ"), ("ùy", "úy", "ủy", "ũy", "ụy"), strict=True)),
}
# Breve before circumflex before horn gives a < ă < â, o < ô < ơ; all of them sort after every plain letter.
_LETTER_MARKS = {"\u0306": "{", "\u0302": "|", "\u031b": "}", "đ": "{"}
_TONE_MARKS = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


class _CharMap(dict[int, str]):
    """A table for `str.translate` that fills itself; what lies beyond the usual scripts is not kept."""

    def __init__(self, place: Callable[[str], str]) -> None:
        super().__init__()
        self._place = place

    def __missing__(self, code: int) -> str:
        place = self._place(chr(code))
        if code < _KEPT:
            self[code] = place
        return place


def _aligned_char(char: str) -> str:
    folded = fold(char)
    return _JOINER if not folded else folded if _PLAIN.fullmatch(folded) else " "


def _letter(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    bare = fold(char)
    if not _PLAIN.fullmatch(bare):
        return "" if not bare else " "
    return bare + "".join(_LETTER_MARKS.get(part, "") for part in parts)


def _tone(char: str) -> str:
    return next((_TONE_MARKS[part] for part in unicodedata.normalize("NFD", char) if part in _TONE_MARKS), "0")


_ALIGNED, _LETTER, _TONE = _CharMap(_aligned_char), _CharMap(_letter), _CharMap(_tone)


def aligned(text: str) -> str:
    """The folded text, character for character as long as the text: letters and digits, everything else a space.

    A word found in it stands at the same place in the text, which is how snippets are cut without folding twice.
    """
    return text.translate(_ALIGNED)


def aligned_words(folded: str) -> list[str]:
    """The words of an `aligned` text, the same as `portal.core.text.words`, very long ones cut."""
    return [word[:MAX_WORD] for word in folded.replace(_JOINER, "").split()]


def folded_words(text: str) -> list[str]:
    """The folded words of a text as the index knows them."""
    return aligned_words(aligned(nfc(text)))


def marked_words(text: str) -> list[str]:
    """The lower-case words of a text with their marks, each tone mark in the place of today's spelling."""
    lower = _STRAY_MARK.sub("", nfc(text).lower())
    lower = _OLD_TONE.sub(lambda match: _NEW_TONE[match.group()], lower)
    return [word[:MAX_WORD] for word in accented_words(lower)]


def sort_key(title: str) -> str:
    """A key whose byte order is the Vietnamese alphabetical order: letters first, then tones."""
    title = nfc(title.lower())
    letters = " ".join(title.translate(_LETTER).split())
    return letters[:300] + "\x1f" + title.translate(_TONE).rstrip("0")[:300]


def initial(title: str) -> str:
    """The letter under which a title stands in an A-Z list; '#' where it begins with anything else."""
    first = next(iter(folded_words(title)), "#")[0]
    return first.upper() if first.isalpha() else "#"
