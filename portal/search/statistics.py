"""How common words are: rare ones decide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core.driver_select import DriverSelect
from portal.search.fulltext import pair
from portal.search.indexing import counted
from portal.search.models import WORDS
from portal.search.query import Reading, Term

# A word that no page knows tells that something is missing; it weighs half as much as the rarest.
_UNKNOWN = 0.5

_COUNTS = DriverSelect(
    select(WORDS.c.word, WORDS.c.titles, WORDS.c.texts).where(WORDS.c.word.in_(bindparam("words", expanding=True)))
)


class Counts(NamedTuple):
    """In how many entries a word or pair stands: in titles and keywords, and anywhere."""

    titles: int = 0
    texts: int = 0


_NONE = Counts()


class Statistics:
    """The counts that were asked for so far, and the weights that follow from them."""

    def __init__(
        self, counts: Mapping[str, Counts] | None = None, entries: int = 0, locale_tags: Sequence[str] = ()
    ) -> None:
        self.entries = entries
        self.locale_tags = locale_tags
        self._counts = dict(counts or {})

    def learn(self, session: Session, words: Iterable[str]) -> None:
        """Look up words and pairs (two words with a space) that are not known yet."""
        keys = {word: _key(word) for word in words if word not in self._counts}
        if not keys:
            return
        found = {word: Counts(titles, texts) for word, titles, texts in
                 _COUNTS.rows_within(session, words=sorted({"", *keys.values()}))}  # fmt: skip
        self.entries = found.pop("", _NONE).titles
        self._counts |= {word: found.get(key, _NONE) for word, key in keys.items()}

    def counts(self, word: str) -> Counts:
        """The counts of a word, or of a pair with a space."""
        return self._counts.get(word, _NONE)

    def is_unknown(self, term: Term) -> bool:
        """Whether a word that tells something stands on no page at all."""
        return term.share == 1 and not self.counts(term.word).texts

    def title_pairs(self, pairs: Iterable[str]) -> dict[str, int]:
        """In how many titles each pair stands."""
        return {pair_: self.counts(pair_).titles for pair_ in pairs}

    def in_title(self, term: Term) -> int:
        """What a word or pair is worth in a title or keyword: whole numbers, which every database adds alike."""
        return round(self._rarity(self.counts(term.word).titles, self.counts(term.word).texts) * term.share)

    def in_text(self, term: Term) -> int:
        """What a word is worth in the text."""
        return round(self._rarity(self.counts(term.word).texts, self.counts(term.word).texts) * term.share)

    def _rarity(self, found_in: int, anywhere: int) -> float:
        if not anywhere:
            return _UNKNOWN * 100 * math.log(1 + self.entries)
        return 100 * math.log(1 + (self.entries - found_in + 0.5) / (found_in + 0.5))


def words_of(readings: Iterable[Reading]) -> set[str]:
    """The words and pairs of readings, for `Statistics.learn`."""
    return {term.word for reading in readings for term in (*reading.terms, *reading.pairs)}


def _key(word: str) -> str:
    left, space, right = word.partition(" ")
    return counted(pair(left, right)) if space else word
