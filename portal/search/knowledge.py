"""What the search knows beside the pages: synonyms, and the words that titles are made of."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import select

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.search.fulltext import TAG_MARK
from portal.search.indexing import FIRST_PAIR
from portal.search.lexicon import Lexicon
from portal.search.models import SYNONYMS, WORDS

# More single words than Vietnamese has syllables, and a bound for what a process keeps.
_MAX_VOCABULARY = 30_000


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`vocabulary` are the folded words of titles, keywords and synonyms: what a slip of the finger may have meant.

    `locale_tags` are the tags of all languages that some pages are only shown in; `ordered` are the words of titles and
    keywords alone, in alphabetical order, and `before` in how many titles those before each stand, added up; `entries`
    is how many entries there are.
    """

    lexicon: Lexicon
    vocabulary: frozenset[str]
    locale_tags: tuple[str, ...]
    ordered: tuple[str, ...]
    before: Sequence[int]
    entries: int

    def completions(self, beginning: str) -> tuple[str, ...]:
        """The words that begin so, in alphabetical order."""
        start, stop = self._places(beginning)
        return self.ordered[start:stop]

    def titles_with(self, word: str) -> int:
        """In how many titles or keywords a word stands."""
        place = bisect_left(self.ordered, word)
        is_known = place < len(self.ordered) and self.ordered[place] == word
        return self.before[place + 1] - self.before[place] if is_known else 0

    def titles_begun(self, beginning: str) -> int:
        """In how many titles or keywords the words that begin so stand, each counted for itself."""
        start, stop = self._places(beginning)
        return self.before[stop] - self.before[start]

    def _places(self, beginning: str) -> tuple[int, int]:
        start = bisect_left(self.ordered, beginning)
        return start, bisect_left(self.ordered, beginning + FIRST_PAIR, start)


def stored_rules(*, is_starter: bool) -> dict[str, list[str]]:
    """The rules from one hand: those that ship, or the province's own."""
    rows = db.session.execute(select(SYNONYMS).where(SYNONYMS.c.is_starter == is_starter))
    return {row.phrase: row.meanings for row in rows}


@memoised_by_content
def knowledge() -> Knowledge:
    """The knowledge of now; read again when content changes."""
    session = db.session()
    # The province's own rules stand against the starter's.
    lexicon = Lexicon({**stored_rules(is_starter=True), **stored_rules(is_starter=False)})
    rows = session.execute(
        select(WORDS.c.word, WORDS.c.titles)
        .where(WORDS.c.titles > 0, WORDS.c.word >= "a", WORDS.c.word < FIRST_PAIR)
        .order_by(WORDS.c.titles.desc(), WORDS.c.word)
        .limit(_MAX_VOCABULARY)
    ).all()
    tags = session.execute(
        select(WORDS.c.word)
        .where(WORDS.c.word > TAG_MARK, WORDS.c.word < chr(ord(TAG_MARK) + 1))
        .order_by(WORDS.c.word)
    ).scalars()
    ordered = sorted((row.word, row.titles) for row in rows)
    words = tuple(word for word, _ in ordered)
    before = array("q", accumulate((count for _, count in ordered), initial=0))
    entries = session.scalar(select(WORDS.c.titles).where(WORDS.c.word == "")) or 0
    return Knowledge(lexicon, frozenset(lexicon.words.union(words)), tuple(tags), words, before, entries)
