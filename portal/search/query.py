"""What somebody typed, in words; and the readings of it, each a set of words to look for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from portal.core.text import clean_line
from portal.search import small_words
from portal.search.folding import folded_words, marked_words

MAX_TEXT = 200
MAX_WORDS = 12
_MAX_TYPED = 40
# How much of a full word a small one counts.
SMALL_SHARE = 0.3

# 1.001193, also with the tail of an office (1.001193.000.00.00.H48), or typed without its dot.
_CODE = re.compile(r"(?<![\w.])([0-9])(?:\.([0-9]{6,9})|([0-9]{6}))(?:(?:\.[0-9]{2,3})*\.[A-Za-z][0-9]+)?(?!\w)")


class Word(NamedTuple):
    """A word as it was typed. `is_meant`: not typed, but put in for what was; then it is never a word of asking."""

    folded: str
    marked: str
    is_meant: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The words that were typed, in order, and procedure codes among them, in the form of `indexing.code_word`."""

    words: tuple[Word, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Nothing was typed with marks, so all marks are welcome."""
        return all(word.marked == word.folded for word in self.words)


class Term(NamedTuple):
    """A word to look for. `marked` is empty where any marks will do; `share` is what it counts, at most 1."""

    word: str
    marked: str
    share: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query.

    `pairs` are words that stood side by side. `phrases` are folded runs, longest first. `factor` is how much a page
    that answers this reading is worth beside one that answers what was typed literally. `mended` are the words that
    were read instead of those typed, where a slip was mended.
    """

    terms: tuple[Term, ...]
    pairs: tuple[Term, ...]
    phrases: tuple[str, ...]
    factor: float = 1.0
    mended: tuple[Word, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words, each once."""
        return tuple(term.word for term in self.terms)


def parse(text: str) -> Query:
    """Understand what was typed; an empty query where there is no word in it. Anything goes in, nothing raises."""
    text = clean_line(text, MAX_TEXT)
    codes = tuple(dict.fromkeys(_code(match) for match in _CODE.finditer(text)))
    return Query(as_words(_CODE.sub(lambda match: f" {_code(match)} ", text)), codes)


def as_words(text: str, *, is_meant: bool = False) -> tuple[Word, ...]:
    """The words of a text."""
    words: list[Word] = []
    for marked in marked_words(text):
        # A word with a letter beyond ASCII that folding does not know falls apart, as it did in the index.
        folded = folded_words(marked)
        words += [Word(part, marked if len(folded) == 1 else part, is_meant) for part in folded]
    return tuple(words[:_MAX_TYPED])


def read(words: Sequence[Word], *, bare: bool, factor: float = 1.0, mended: tuple[Word, ...] = ()) -> Reading:
    """The reading of words: without those of asking where others remain, small ones at a part of their weight."""
    stops = small_words.stopped(["" if word.is_meant else word.marked for word in words], bare=bare)
    kept = [word for word, stop in zip(words, stops, strict=True) if not stop] or list(words)
    smalls = small_words.small(["" if word.is_meant else word.marked for word in kept], bare=bare)
    shares = {word.folded: SMALL_SHARE for word in kept}
    shares |= {word.folded: 1.0 for word, is_small in zip(kept, smalls, strict=True) if not is_small}
    if 1.0 not in shares.values():
        shares = dict.fromkeys(shares, 1.0)
    terms: dict[str, Term] = {}
    for word in kept:
        terms.setdefault(word.folded, Term(word.folded, _marks(word), shares[word.folded]))
    chosen = _most_telling(list(terms.values()))
    pairs = {
        f"{left.folded} {right.folded}": Term(
            f"{left.folded} {right.folded}",
            f"{left.marked} {right.marked}" if _marks(left) or _marks(right) else "",
            max(shares[left.folded], shares[right.folded]),
        )
        for left, right in pairwise(kept)
        if left.folded != right.folded
    }
    whole, trimmed = _phrase(words), _phrase(_trimmed(words, stops) or words)
    phrases = tuple(dict.fromkeys((whole, trimmed))) if chosen else ()
    return Reading(tuple(chosen), tuple(pairs.values())[:MAX_WORDS], phrases, factor, mended)


def _most_telling(terms: list[Term]) -> list[Term]:
    """Where there are too many words, small ones go first, then the last ones."""
    if len(terms) <= MAX_WORDS:
        return terms
    full = [term for term in terms if term.share == 1.0][:MAX_WORDS]
    room = MAX_WORDS - len(full)
    small = set([term for term in terms if term.share < 1.0][:room])
    return [term for term in terms if term in small or term in full]


def _code(match: re.Match[str]) -> str:
    return "".join(match.groups(""))


def _marks(word: Word) -> str:
    return word.marked if word.marked != word.folded else ""


def _trimmed(words: Sequence[Word], stopped: list[bool]) -> Sequence[Word]:
    kept = [place for place, stop in enumerate(stopped) if not stop]
    return words[kept[0] : kept[-1] + 1] if kept else []


def _phrase(words: Sequence[Word]) -> str:
    return " ".join(word.folded for word in words)
