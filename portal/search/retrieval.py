"""Candidates for the ranking: a bounded number of pages, from as few statements and index rows as it takes.

The statements are text, made once for each shape: building and hashing the same unions from expressions for every query
took longer than running them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy.orm import Session

from portal.search import fulltext
from portal.search.entries import seen_in
from portal.search.indexing import locale_tag
from portal.search.query import Reading, Term
from portal.search.ranking import IN_TEXT, IN_TITLE, PAIR, PER_TITLE_WORD, Candidate
from portal.search.statistics import Statistics

# Candidates that a stage hands on: those with all words in title or keywords, and the others.
TITLE_CAP = 120
TEXT_CAP = 50
# With fewer pages than this that have all words in title or keywords, pages with some of the words are welcome too.
HANDFUL = 5
# Index rows that the search for some of the words reads at most in each index, rarest words first, and the words.
TITLE_ROWS = 1_000
TEXT_ROWS = 300
TITLE_TERMS = 12
TEXT_TERMS = 4
# Texts are not searched for words that are all more common than this, unless no title has them either: reading so many
# takes long, and says nothing that the titles don't.
TOO_COMMON = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, whether there would have been more, and the words that the bits of `Candidate.in_text` stand for."""

    candidates: list[Candidate]
    is_capped: bool
    bits: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may find: only what has these tags, and nothing in another language."""

    filters: fulltext.Groups
    locale: str

    def others(self, locale_tags: Sequence[str]) -> list[str]:
        """The tags of the languages to leave out, among all."""
        return [tag for tag in locale_tags if tag not in {locale_tag(locale) for locale in seen_in(self.locale)}]


@dataclass(frozen=True, slots=True)
class _Search:
    session: Session
    backend: fulltext.Backend
    readings: Sequence[Reading]
    filters: fulltext.Groups
    others: Sequence[str]
    statistics: Statistics
    bits: tuple[str, ...]


def candidates(session: Session, readings: Sequence[Reading], scope: Scope, statistics: Statistics) -> Found:
    """The pages worth ranking for readings with at least one word each, whose counts are known.

    First those that hold all words of a reading in title or keywords; where they are too many to rank, also those that
    hold the words in a row. Where they are few, those with the rarest words anywhere.
    """
    backend = fulltext.backend(session)
    words = dict.fromkeys(term.word for reading in readings for term in reading.terms)
    bits = tuple(words)[: fulltext.TEXT_BITS]
    others = scope.others(statistics.locale_tags)
    search = _Search(session, backend, readings, scope.filters, others, statistics, bits)
    titled: dict[int, Candidate] = {}
    is_capped = False
    for reading in readings:
        found = _all_words(search, reading)
        if len(found) >= TITLE_CAP:
            is_capped = True
            found |= _phrase(search, reading)
        titled |= found
    if len(titled) >= HANDFUL:
        return Found(list(titled.values()), is_capped, bits)
    some = _some_words(search)
    return Found(list((some | titled).values()), len(some) >= TEXT_CAP, bits)


def _all_words(search: _Search, reading: Reading) -> dict[int, Candidate]:
    words = [term.word for term in reading.terms if term.share == 1.0]
    if not all(search.statistics.counts(word).titles for word in words):
        return {}
    return _first(search, [[word] for word in words])


def _phrase(search: _Search, reading: Reading) -> dict[int, Candidate]:
    """Where more titles hold all words than can be ranked, those that hold them in a row must be among the ranked."""
    phrases = [phrase for phrase in reading.phrases if " " in phrase]
    return _first(search, [phrases]) if phrases else {}


def _first(search: _Search, groups: fulltext.Groups) -> dict[int, Candidate]:
    wanted = [*search.filters, *groups]
    return _by_id(search.backend.first(search.session, wanted, search.others, cap=TITLE_CAP))


def _match(search: _Search, groups: fulltext.Groups) -> str:
    return search.backend.expression([*search.filters, *groups], search.others)


def _some_words(search: _Search) -> dict[int, Candidate]:
    """The pages with the greatest sum of rarities, by as many of the rarest words as may be read."""
    parts: list[fulltext.Part] = []
    worths = _worths(search)
    for word in _rarest(search, worths, 0, TITLE_ROWS)[:TITLE_TERMS]:
        left, space, right = word.partition(" ")
        one_word = fulltext.pair(left, right) if space else word
        parts.append(fulltext.Part(fulltext.TITLES, _match(search, [[one_word]]), worths[word] << fulltext.TEXT_BITS))
    texts = dict.fromkeys(search.bits, 0)
    for reading in search.readings:
        for term in reading.terms:
            if term.word in texts and term.share == 1:
                worth = round(search.statistics.in_text(term) * IN_TEXT * reading.factor)
                texts[term.word] = max(texts[term.word], worth)
    for word in _rarest(search, texts, 1, TEXT_ROWS)[:TEXT_TERMS]:
        if parts and search.statistics.counts(word).texts > TOO_COMMON:
            break
        value = texts[word] << fulltext.TEXT_BITS | 1 << search.bits.index(word)
        parts.append(fulltext.Part(fulltext.TEXTS, _match(search, [[word]]), value))
    if not parts:
        return {}
    per_title_word = round(1000 * PER_TITLE_WORD)
    return _by_id(search.backend.heaviest(search.session, parts, cap=TEXT_CAP, per_title_word=per_title_word))


def _worths(search: _Search) -> dict[str, int]:
    """What every full word and pair is worth in a title, in the reading where it is worth most."""
    worths: dict[str, int] = {}

    def take(term: Term, factor: float) -> None:
        if term.share < 1:
            return
        worths[term.word] = max(worths.get(term.word, 0), round(search.statistics.in_title(term) * factor))

    for reading in search.readings:
        for term in reading.terms:
            take(term, reading.factor * IN_TITLE)
        for term in reading.pairs:
            take(term, reading.factor * PAIR)
    return worths


def _rarest(search: _Search, words: Mapping[str, int], place: int, budget: int) -> list[str]:
    """The words, rarest first, that together stand in no more entries than the budget; at least one."""
    counts = {word: search.statistics.counts(word)[place] for word in words}
    ordered = sorted((count, word) for word, count in counts.items() if count)
    rows = accumulate(count for count, _ in ordered)
    return [word for n, ((_, word), total) in enumerate(zip(ordered, rows, strict=True)) if n == 0 or total <= budget]


def _by_id(rows: Iterable[Any]) -> dict[int, Candidate]:
    return {row[0]: Candidate(*row) for row in rows}
