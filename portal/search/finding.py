"""From what was typed to judged pages: read it, find candidates, rank them; where that fails, mend slips and retry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, zip_longest
from typing import NamedTuple

from portal.core.db import db
from portal.search import spelling
from portal.search.knowledge import Knowledge, knowledge
from portal.search.query import Query, Reading, Word, parse, read
from portal.search.ranking import CODE, Candidate, Judgement, in_order, judge
from portal.search.retrieval import Scope, candidates
from portal.search.small_words import compared
from portal.search.statistics import Statistics, words_of

# What a page is worth that answers not the words themselves, but what they are known to mean, or a slip in them.
_MEANT = 0.98
_PER_MEANING = 0.02
_LEFTOVER = 0.5
_LITERAL = 0.9
_MENDED = 0.9
_GUESSED = 0.9
# Beyond so many words, slips are not looked for: what was typed is long enough to be found by the others.
_MENDABLE = 14
_VIETNAMESE = "vi"
_SHORTEST_ELSEWHERE = 5
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
    is_vietnamese: bool

    @property
    def coverage(self) -> float:
        """How much of what was typed the best page holds: 1 where it holds everything."""
        return self.judgements[0].coverage if self.judgements else 0

    @property
    def is_near(self) -> bool:
        """No page answers what was typed; these come nearest.

        The best holds too little of it, or not with the marks that were typed; or a word that tells something stands on
        no page at all; or the best holds syllables, but no two side by side as in a word.
        """
        if not self.judgements or self.judgements[0].level == CODE:
            return False
        reading = self.readings[self.judgements[0].reading]
        if self.coverage < _NEAR or any(self.statistics.is_unknown(term) for term in reading.terms):
            return True
        folded = self.candidates[self.judgements[0].id].candidate.folded
        return (
            self.is_vietnamese and bool(reading.pairs) and not any(f" {one.word} " in folded for one in reading.pairs)
        )

    @property
    def read_as(self) -> str:
        """What was searched for instead where the best page answers a mended reading, with marks if some were typed."""
        reading = self.readings[self.judgements[0].reading] if self.judgements else None
        if reading is None or not reading.mended:
            return ""
        if self.query.is_bare:
            return " ".join(word.folded for word in reading.mended)
        best = self.candidates[self.judgements[0].id].candidate
        marks = dict(zip(best.folded.split(), best.marked.split(), strict=False))
        typed = {word.folded for word in self.query.words}
        return " ".join(
            word.marked if word.folded in typed else marks.get(word.folded, word.marked) for word in reading.mended
        )


def search(text: str, scope: Scope, known: Knowledge | None = None) -> Outcome:
    """Find the pages that answer what was typed, by what is known now or by what somebody thinks of."""
    query = parse(text)
    known = known or knowledge()
    statistics = Statistics(locale_tags=known.locale_tags)
    sides = compared([word.marked for word in query.words], bare=query.is_bare)
    if sides:
        outcomes = [_search(Query(query.words[side]), known, scope, statistics) for side in sides]
        if all(outcome.judgements and not outcome.is_near for outcome in outcomes):
            return _in_turn(query, *outcomes)
    return _search(query, known, scope, statistics)


def _in_turn(query: Query, left: Outcome, right: Outcome) -> Outcome:
    """A page about the one thing, a page about the other, and so on, where somebody asks how they differ."""
    first = len(left.readings)
    later = [one._replace(reading=one.reading + first) for one in right.judgements]
    turns: dict[int, Judgement] = {}
    for one in chain.from_iterable(zip_longest(left.judgements, later)):
        if one is not None:
            turns.setdefault(one.id, one)
    return replace(
        left,
        query=query,
        readings=(*left.readings, *right.readings),
        judgements=list(turns.values()),
        candidates={id_: (left if one.reading < first else right).candidates[id_] for id_, one in turns.items()},
        is_capped=left.is_capped or right.is_capped,
    )


def _search(query: Query, known: Knowledge, scope: Scope, statistics: Statistics) -> Outcome:
    finder = _Finder(query, scope, statistics)
    if query.words:
        finder.look(_readings(query.words, query, known))
        if finder.is_weak():
            words = _mended(query, known, finder.statistics, scope)
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

    def __init__(self, query: Query, scope: Scope, statistics: Statistics) -> None:
        self.statistics = statistics
        self._session, self._query, self._scope = db.session(), query, scope
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
        return any(self.statistics.is_unknown(term) for term in terms)

    def outcome(self) -> Outcome:
        """Everything that was found."""
        judgements = in_order(self._judged.values())
        # Where weaker pages were left out, those beyond the cap would have been as well.
        is_capped = self._is_capped and len(judgements) == len(self._judged)
        is_vietnamese = self._scope.locale == _VIETNAMESE
        return Outcome(self._query, self._readings, judgements, self._seen, self.statistics, is_capped, is_vietnamese)


def _readings(words: Sequence[Word], query: Query, known: Knowledge, factor: float = 1.0) -> list[Reading]:
    """The words themselves, and what they are known to mean: that comes first where it is known of all of them."""
    is_mended = factor < 1
    mended = tuple(words) if words != query.words else ()
    bare = query.is_bare or is_mended
    rewritings = known.lexicon.rewritings(words, bare=bare)
    is_whole = bool(rewritings) and rewritings[0].is_whole
    literal, likeliest = (_LITERAL, 1.0) if is_whole else (1.0, _MEANT)
    # Without marks, words that stand apart are too often those of other phrases.
    asks_for_more = rewritings and not bare
    guesses = known.lexicon.scattered(words, bare=bare, longer_than=rewritings[0].longest) if asks_for_more else []
    meant = [(one.words, likeliest - number * _PER_MEANING) for number, one in enumerate(rewritings)]
    wordings = [(words, literal), *meant, *((guess, _MEANT) for guess in guesses)]
    readings = [read(each, bare=query.is_bare, factor=factor * worth, mended=mended) for each, worth in wordings]
    if is_whole and len(readings[0].terms) == 1:
        # "làm nhà" is known, and a page that has "nhà" is no answer to it.
        readings[0] = replace(readings[0], factor=readings[0].factor * _LEFTOVER)
    return [reading for reading in readings if reading.terms]


def _guesses(words: Sequence[Word], query: Query, known: Knowledge, factor: float = 1.0) -> list[Reading]:
    """Readings by synonyms whose words stand apart."""
    is_mended = factor < 1
    mended = tuple(words) if words != query.words else ()
    found = known.lexicon.scattered(words, bare=query.is_bare or is_mended)
    return [read(meant, bare=query.is_bare, factor=factor * _GUESSED, mended=mended) for meant in found]


def _mended(query: Query, known: Knowledge, statistics: Statistics, scope: Scope) -> tuple[Word, ...]:
    """The words with slips undone, and as if no marks were typed: these may be the slip."""
    session = db.session()
    words = query.words[:_MENDABLE]
    neighbours = {f"{left.folded} {right.folded}" for left, right in pairwise(words)}
    statistics.learn(session, neighbours | {word.folded for word in words})
    standing = {text for text in (*neighbours, *(word.folded for word in words)) if statistics.counts(text).texts}
    standing |= neighbours & known.lexicon.pairs
    # Most titles are Vietnamese in every language, and short words of another are near to some syllable.
    shortest = spelling.SHORTEST if scope.locale == _VIETNAMESE else _SHORTEST_ELSEWHERE
    slips = spelling.slips(words, known.vocabulary, standing, bare=query.is_bare, shortest=shortest)
    pairs = slips.pairs(words)
    statistics.learn(session, pairs)
    counts = statistics.title_pairs(pairs)
    counts |= {pair: max(counts[pair], 1) for pair in pairs & known.lexicon.pairs}
    return (*(spelling.mended(words, slips, counts) or words), *query.words[_MENDABLE:])
