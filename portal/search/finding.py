"""From what was typed to judged pages: read it, find candidates, rank them; where that fails, mend slips and retry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.search import spelling
from portal.search.knowledge import Knowledge, knowledge
from portal.search.query import Query, Reading, Word, parse, read
from portal.search.ranking import Candidate, Judgement, in_order, judge
from portal.search.retrieval import Scope, candidates
from portal.search.statistics import Statistics, words_of

# What a page is worth that answers not the words themselves, but what they are known to mean, or a slip in them.
_MEANT = 0.98
_MENDED = 0.8
_GUESSED = 0.9
# Less than this part of what was typed, and slips are looked for …
_WELL_ANSWERED = 0.8
# … or the answer is only near.
_NEAR = 0.6


class Seen(NamedTuple):
    """A candidate, and the words that the bits of its text stand for."""

    candidate: Candidate
    bits: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The pages that answer, best first, and all that led to it."""

    query: Query
    readings: Sequence[Reading]
    judgements: Sequence[Judgement]
    candidates: Mapping[int, Seen]
    statistics: Statistics
    is_capped: bool

    @property
    def coverage(self) -> float:
        """How much of what was typed the best page holds: 1 where it holds everything."""
        return self.judgements[0].coverage if self.judgements else 0

    @property
    def is_near(self) -> bool:
        """No page answers all of it; these come nearest."""
        return bool(self.judgements) and self.coverage < _NEAR

    @property
    def read_as(self) -> Reading | None:
        """The mended reading that the best page answers, where it is one."""
        reading = self.readings[self.judgements[0].reading] if self.judgements else None
        return reading if reading and reading.is_mended else None


def search(session: Session, text: str, scope: Scope) -> Outcome:
    """Find the pages that answer what was typed."""
    query = parse(text)
    known = knowledge()
    finder = _Finder(session, query, scope, Statistics(locale_tags=known.locale_tags))
    if query.words:
        finder.look(_readings(query.words, query, known))
        if not query.codes and finder.is_weak():
            words = _mended(session, query, known, finder.statistics)
            finder.look(
                [
                    *_readings(words, query, known, factor=_MENDED),
                    *_guesses(query.words, query, known),
                    *(_guesses(words, query, known, factor=_MENDED) if words != query.words else ()),
                ]
            )
    return finder.outcome()


class _Finder:
    """Looks for readings, some at a time, and keeps for every page the reading that it answers best."""

    def __init__(self, session: Session, query: Query, scope: Scope, statistics: Statistics) -> None:
        self.statistics = statistics
        self._session, self._query, self._scope = session, query, scope
        self._readings: list[Reading] = []
        self._judged: dict[int, Judgement] = {}
        self._seen: dict[int, Seen] = {}
        self._is_capped = False

    def look(self, readings: Sequence[Reading]) -> None:
        """Find and judge the pages for readings that were not looked for yet."""
        known = {reading.terms for reading in self._readings}
        readings = [reading for reading in readings if reading.terms not in known]
        if not readings:
            return
        self.statistics.learn(self._session, words_of(readings))
        found = candidates(self._session, readings, self._scope, self.statistics)
        first = len(self._readings)
        judged = judge(readings, self._query.codes, found.candidates, self.statistics, found.bits, first=first)
        self._readings += readings
        self._is_capped = self._is_capped or found.is_capped
        for one in found.candidates:
            if one.id not in self._judged or judged[one.id] < self._judged[one.id]:
                self._judged[one.id] = judged[one.id]
                self._seen[one.id] = Seen(one, found.bits)

    def is_weak(self) -> bool:
        """Whether too little was found, or a word that tells something stands nowhere."""
        best = min(self._judged.values(), default=None)
        if best is None or best.coverage < _WELL_ANSWERED:
            return True
        terms = self._readings[0].terms
        return any(term.share == 1 and not self.statistics.counts(term.word).texts for term in terms)

    def outcome(self) -> Outcome:
        """Everything that was found."""
        judgements = in_order(self._judged.values())
        return Outcome(self._query, self._readings, judgements, self._seen, self.statistics, self._is_capped)


def _readings(words: Sequence[Word], query: Query, known: Knowledge, factor: float = 1.0) -> list[Reading]:
    bare, is_mended = query.is_bare, factor < 1
    rewritings = known.lexicon.rewritings(words, bare=bare or is_mended)
    readings = [
        read(words, bare=bare, factor=factor, is_mended=is_mended),
        *(read(meant, bare=bare, factor=factor * _MEANT, is_mended=is_mended) for meant in rewritings),
    ]
    return [reading for reading in readings if reading.terms]


def _guesses(words: Sequence[Word], query: Query, known: Knowledge, factor: float = 1.0) -> list[Reading]:
    """Readings by synonyms whose words stand apart."""
    is_mended = factor < 1
    bare = query.is_bare or is_mended
    found = known.lexicon.scattered(words, bare=bare)
    return [read(meant, bare=query.is_bare, factor=factor * _GUESSED, is_mended=is_mended) for meant in found]


def _mended(session: Session, query: Query, known: Knowledge, statistics: Statistics) -> Sequence[Word]:
    """The words with slips undone, and as if no marks were typed: these may be the slip."""
    words = query.words
    neighbours = {f"{left.folded} {right.folded}" for left, right in pairwise(words)}
    statistics.learn(session, neighbours | {word.folded for word in words})
    standing = {text for text in (*neighbours, *(word.folded for word in words)) if statistics.counts(text).texts}
    standing |= neighbours & known.lexicon.pairs
    slips = spelling.slips(words, known.vocabulary, standing, bare=query.is_bare)
    pairs = slips.pairs(words)
    statistics.learn(session, pairs)
    counts = statistics.title_pairs(pairs)
    counts |= {pair: max(counts[pair], 1) for pair in pairs & known.lexicon.pairs}
    return spelling.mended(words, slips, counts) or words
