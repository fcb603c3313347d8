"""Candidates for the ranking: a bounded number of pages, from as few statements and index rows as it takes.

The statements are text, made once for each shape: building and hashing the same unions from expressions for every query
took longer than running them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.search import fulltext
from portal.search.indexing import locale_tag, rarity
from portal.search.models import WORDS
from portal.search.query import MAX_WORDS, Query
from portal.search.ranking import IN_TEXT, PER_TITLE_WORD, Candidate, Rarities

# Candidates that a stage hands on: those with all words in title or keywords, and the others.
TITLE_CAP = 200
TEXT_CAP = 100
# With fewer pages than this that have all words in title or keywords, pages with some of the words are welcome too.
HANDFUL = 5
# Index rows that the search for some of the words reads at most in each index, rarest words first.
TITLE_ROWS = 2_500
TEXT_ROWS = 1_000
# Texts are not searched for words that are all more common than this, unless no title has them either: reading so many
# takes a tenth of a second, and says nothing that the titles don't.
TOO_COMMON = 10_000

# The counts of some words, and the tags of all languages.
_COUNTS = select(WORDS.c.word, WORDS.c.titles, WORDS.c.texts).where(
    or_(
        WORDS.c.word.in_(bindparam("words", expanding=True)),
        and_(WORDS.c.word > fulltext.TAG_MARK, WORDS.c.word < chr(ord(fulltext.TAG_MARK) + 1)),
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, whether there would have been more, and the weights to rank them by."""

    candidates: list[Candidate]
    is_capped: bool
    rarities: Rarities


@dataclass(frozen=True, slots=True)
class _Search:
    session: Session
    backend: fulltext.Backend
    query: Query
    filters: fulltext.Groups
    other_locales: Sequence[str]
    counts: Mapping[str, tuple[int, int]]
    rarities: Rarities


def candidates(session: Session, query: Query, locale: str, filters: fulltext.Groups) -> Found:
    """The pages worth ranking for a query with at least one word.

    First those that hold all words in title or keywords. Where these are few, also those with the rarest words
    anywhere; where they are too many to rank, those that hold the words in a row; else those with all words anywhere.
    """
    search = _search(session, query, locale, filters)
    titled = _all_words(search, fulltext.TITLES)
    if len(titled) >= TITLE_CAP:
        return Found(list((titled | _phrase(search)).values()), True, search.rarities)
    others = _some_words(search) if len(titled) < HANDFUL else _all_words(search, fulltext.TEXTS)
    return Found(list((others | titled).values()), len(others) >= TEXT_CAP, search.rarities)


def _search(session: Session, query: Query, locale: str, filters: fulltext.Groups) -> _Search:
    words = {*query.words, *query.phrases[0].split()}
    backend = fulltext.backend(session)
    backend.prepare(session)
    rows = session.execute(_COUNTS, {"words": [*words, ""]})
    counts = {word: (titles, texts) for word, titles, texts in rows}
    entries, _ = counts.pop("", (0, 0))
    others = [word for word in counts if word.startswith(fulltext.TAG_MARK) and word != locale_tag(locale)]
    for word in words:
        counts.setdefault(word, (0, 0))
    rarities = Rarities(
        titles={word: rarity(entries, counts[word][0]) for word in words},
        texts={word: rarity(entries, counts[word][1]) for word in words},
    )
    return _Search(session, backend, query, filters, sorted(others), counts, rarities)


def _all_words(search: _Search, index: str) -> dict[int, Candidate]:
    place = 0 if index == fulltext.TITLES else 1
    if not all(search.counts[word][place] for word in search.query.words):
        return {}
    if index == fulltext.TEXTS and min(search.counts[word][1] for word in search.query.words) > TOO_COMMON:
        return {}
    bits = 0 if index == fulltext.TITLES else (1 << len(search.query.words)) - 1
    return _first(search, index, [[word] for word in search.query.words], bits)


def _phrase(search: _Search) -> dict[int, Candidate]:
    """Where more titles hold all words than can be ranked, those that hold them in a row must be among the ranked."""
    phrases = [phrase for phrase in search.query.phrases if " " in phrase]
    return _first(search, fulltext.TITLES, [phrases], 0) if phrases else {}


def _first(search: _Search, index: str, groups: fulltext.Groups, bits: int) -> dict[int, Candidate]:
    match = search.backend.expression([*search.filters, *groups], search.other_locales)
    cap = TITLE_CAP if index == fulltext.TITLES else TEXT_CAP
    return _read(search, search.backend.first(index), {"match": match, "bits": bits, "cap": cap})


def _some_words(search: _Search) -> dict[int, Candidate]:
    """The pages with the greatest sum of rarities, by as many of the rarest words as may be read."""
    parts = [
        (fulltext.TITLES, word, search.rarities.titles[word] << MAX_WORDS) for word in _rarest(search, 0, TITLE_ROWS)
    ]
    for word in _rarest(search, 1, TEXT_ROWS):
        if parts and search.counts[word][1] > TOO_COMMON:
            break
        weight = round(search.rarities.texts[word] * IN_TEXT)
        parts.append((fulltext.TEXTS, word, weight << MAX_WORDS | 1 << search.query.words.index(word)))
    if not parts:
        return {}
    parameters: dict[str, Any] = {"cap": TEXT_CAP, "per_title_word": round(1000 * PER_TITLE_WORD)}
    for n, (_, word, value) in enumerate(parts):
        match = search.backend.expression([*search.filters, [word]], search.other_locales)
        parameters |= {f"match{n}": match, f"value{n}": value}
    return _read(search, search.backend.heaviest(tuple(index for index, _, _ in parts)), parameters)


def _rarest(search: _Search, place: int, budget: int) -> list[str]:
    """The words, rarest first, that together stand in no more entries than the budget; at least one."""
    known = sorted((search.counts[word][place], word) for word in search.query.words if search.counts[word][place])
    rows = accumulate(count for count, _ in known)
    return [word for n, ((_, word), total) in enumerate(zip(known, rows, strict=True)) if n == 0 or total <= budget]


def _read(search: _Search, statement: Any, parameters: dict[str, Any]) -> dict[int, Candidate]:
    rows: Sequence[Any] = search.session.execute(statement, parameters).all()
    return {row[0]: Candidate(*row) for row in rows}
