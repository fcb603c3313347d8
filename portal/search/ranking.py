"""The order of hits: pure Python over a bounded number of candidates, so that both databases give the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from portal.search.identity import kind_order, remoteness, title_words, without_hash
from portal.search.query import Reading, Term
from portal.search.statistics import Statistics

_GUIDE = 0

# Levels, lower is better. Guides are lifted so far that one whose title or keyword holds all words stands before a
# record whose title holds them as a phrase, but not where only the record has the marks that were typed.
CODE = -100
_PHRASE = 10
_PHRASE_OTHER_MARKS = 20
_WORDS = 30
_WORDS_OTHER_MARKS = 32
PARTLY = 200
# All words scattered over a long title are no answer; worth less than this, they count as some of the words.
_TOGETHER = 0.7
_GUIDE_LIFT = 22
_GUIDE_LIFT_OTHER_MARKS = 9

# Within `PARTLY` a word that stands in the title, or in the keyword that holds most, counts so much: a syllable tells
# little, and the less the longer the title …
IN_TITLE = 0.8
_LONG_TITLE = 10
_PER_WORD_OF_LONG_TITLE = 0.03
_ELSEWHERE_IN_KEYWORDS = 0.5
_OTHER_MARKS = 0.5
IN_TEXT = 0.3
# … two that stand side by side as they were typed, which is what most Vietnamese words are, count once more together,
# and the whole gains where nothing is missing, or the page is a guide, and loses by the way to the office and where the
# page is but a name that leads away.
PAIR = 1.0
_COMPLETE = 1.25
_KIND_FACTORS = (1.1, 1.0, 0.7, 1.0)
PER_TITLE_WORD = 0.012
_PER_REMOTENESS = 0.03
# A page that is worth less than this part of the best is left out.
_FLOOR = 0.45
# A reading with a word that stands on no page may be a slip, and gives way to one that mends it.
_SUSPECT = 0.85
# Less of what was typed than this is no answer.
_NOTHING = 0.2
# A keyword with more words than so many times those that were typed is about something else.
_KEYWORD_SHARE = 2.4


def level_name(level: int) -> str:
    """A level in words, for editors."""
    if level == CODE:
        return "the procedure's code"
    return "some of the words" if level == PARTLY else "all words"


class Candidate(NamedTuple):
    """A page that may be a hit: the forms of its title and keywords, and which words its text holds.

    Bit n of `in_text` stands for the nth of the words that were looked for in texts.
    """

    id: int
    folded: str
    marked: str
    in_text: int


class Judgement(NamedTuple):
    """Why a page stands where it does: sorted, the best comes first.

    `level` is one of the levels above. Where all words were found, `remoteness` decides next: how far from the title;
    then, and elsewhere, `score`, which is negative. `coverage` is the part of what was typed that the page holds.
    """

    level: int
    kind: int
    remoteness: tuple[int, int]
    score: float
    id: int
    coverage: float
    reading: int


class _Part(NamedTuple):
    """A word or pair as it is looked for, and what it is worth where it is found."""

    text: str
    marked: str
    in_title: float
    in_text: float
    bit: int
    is_full: bool


class _Scale:
    """A reading, prepared to be held against many candidates."""

    def __init__(self, number: int, reading: Reading, statistics: Statistics, bits: Sequence[str]) -> None:
        self.number = number
        self.factor = reading.factor
        if any(statistics.is_unknown(term) for term in reading.terms):
            self.factor *= _SUSPECT
        self.behind = round((1 - reading.factor) * 100)
        self.parts = [_part(term, statistics, bits) for term in reading.terms]
        self.pairs = [
            (f" {term.word} ", f" {term.marked} " if term.marked else "", PAIR * statistics.in_title(term))
            for term in reading.pairs
            if statistics.counts(term.word).titles
        ]
        self.phrases = [f" {phrase} " for phrase in reading.phrases]
        self.full = [part for part in self.parts if part.is_full]
        self.full_texts = [part.text for part in self.full]
        self.full_marks = [part.marked for part in self.full if part.marked]
        self.full_worth = sum(part.in_title for part in self.full)
        everything = sum(part.in_title for part in self.parts) + sum(worth for _, _, worth in self.pairs)
        self.everything = everything or 1


class _Page:
    """A candidate, prepared to be held against many readings."""

    __slots__ = ("factor", "kind", "one", "phrases", "shortness")

    def __init__(self, one: Candidate) -> None:
        self.one = one
        self.kind, self.factor = _standing(without_hash(one.id))
        self.phrases = one.folded.split("_")
        longer = self.phrases[0].count(" ") - _LONG_TITLE
        self.shortness = 1 / (1 + _PER_WORD_OF_LONG_TITLE * longer) if longer > 0 else 1.0


@cache
def _standing(at: int) -> tuple[int, float]:
    """The kind of pages whose ids begin so, and what they are worth for kind, length of title and office."""
    kind = kind_order(at)
    return kind, _KIND_FACTORS[kind] * (1 - PER_TITLE_WORD * title_words(at)) * (1 - _PER_REMOTENESS * remoteness(at))


def judge(
    readings: Sequence[Reading],
    codes: Sequence[str],
    candidates: Iterable[Candidate],
    statistics: Statistics,
    bits: Sequence[str] = (),
    *,
    first: int = 0,
) -> dict[int, Judgement]:
    """What each candidate is worth, by the reading it answers best.

    `bits` are the words that `Candidate.in_text` speaks of; `first` is the number of the first reading.
    """
    scales = [_Scale(number, reading, statistics, bits) for number, reading in enumerate(readings, start=first)]
    coded = [f" {code} " for code in codes]
    judged = {}
    for one in candidates:
        page = _Page(one)
        best = _judge(page, scales[0], coded)
        for scale in scales[1:]:
            best = min(best, _judge(page, scale, coded))
        judged[one.id] = best
    return judged


def in_order(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Those that answer, best first; equal ones in the order of their ids."""
    judged = sorted(judgements)
    if not judged:
        return []
    # Beside pages that answer the whole question, or a good part of it, those with a word or two are in the way.
    best = -1.0 if judged[0].level < PARTLY else judged[0].score
    return [one for one in judged if one.level < PARTLY or (one.score <= best * _FLOOR and one.score < -_NOTHING)]


def _part(term: Term, statistics: Statistics, bits: Sequence[str]) -> _Part:
    return _Part(
        f" {term.word} ",
        f" {term.marked} " if term.marked else "",
        statistics.in_title(term) * IN_TITLE,
        statistics.in_text(term) * IN_TEXT,
        1 << bits.index(term.word) if term.word in bits else 0,
        term.share == 1.0,
    )


def _judge(page: _Page, scale: _Scale, codes: Sequence[str]) -> Judgement:
    one = page.one
    for code in codes:
        if code in one.folded:
            return Judgement(CODE, page.kind, (0, 0), 0, one.id, 1, scale.number)
    coverage, worth, has_all = _score(page, scale)
    phrase = _whole_phrase(page, scale.full_texts) if has_all else None
    if phrase is not None:
        is_phrase = any(run in one.folded for run in scale.phrases)
        if is_phrase or coverage >= _TOGETHER:
            same_marks = all(marked in one.marked for marked in scale.full_marks)
            level = _level(page, is_phrase=is_phrase, same_marks=same_marks) + scale.behind
            share = _marked_share(one, scale, same_marks=same_marks)
            return Judgement(level, page.kind, _place(page, scale, phrase), -worth, one.id, share, scale.number)
    return Judgement(PARTLY, 0, (0, 0), -worth, one.id, coverage, scale.number)


def _marked_share(one: Candidate, scale: _Scale, *, same_marks: bool) -> float:
    """The part of the full words that stand with the marks that were typed; other marks count half."""
    found = scale.full_worth
    if not same_marks:
        found = sum(part.in_title * (1 if part.marked in one.marked else _OTHER_MARKS) for part in scale.full)
    return found / (scale.full_worth or 1)


def _whole_phrase(page: _Page, full: Sequence[str]) -> int | None:
    """The first phrase, title or keyword, that holds all full words: 0 is the title. Keywords don't add up."""
    for place, phrase in enumerate(page.phrases):
        # A long keyword speaks of something else that the words are a part of: "tái hôn sau ly hôn".
        is_about = place == 0 or phrase.count(" ") - 1 <= _KEYWORD_SHARE * len(full)
        if is_about and all(text in phrase for text in full):
            return place
    return None


def _level(page: _Page, *, is_phrase: bool, same_marks: bool) -> int:
    level = _PHRASE if is_phrase else _WORDS
    if not same_marks:
        level = _PHRASE_OTHER_MARKS if level == _PHRASE else _WORDS_OTHER_MARKS
    if page.kind == _GUIDE:
        level -= _GUIDE_LIFT if same_marks else _GUIDE_LIFT_OTHER_MARKS
    return level


def _place(page: _Page, scale: _Scale, phrase: int) -> tuple[int, int]:
    """Among pages of a level: how far from the title the words stand, and whether only a part of what was typed."""
    for place, run in enumerate(scale.phrases):
        if run in page.phrases[0]:
            return (0 if run == page.phrases[0] else 1), place
        if run in page.one.folded:
            return (2 if run in page.phrases else 3), place
    return (1 if phrase == 0 else 2), 0


def _score(page: _Page, scale: _Scale) -> tuple[float, float, bool]:
    """The part of what was typed that the page holds, what it is worth, and whether titles hold all full words."""
    title, folded, marked_text, in_text = page.phrases[0], page.one.folded, page.one.marked, page.one.in_text
    shortness = page.shortness
    found, worth, in_titles = 0, 0.0, 0.0
    has_all, all_in_title = True, True
    for text, marked, value, value_in_text, bit, is_full in scale.parts:
        if text in folded:
            found += 1
            value *= shortness  # noqa: PLW2901
            in_titles += value if marked in marked_text else value * _OTHER_MARKS
            if text not in title:
                all_in_title = False
            continue
        if is_full:
            has_all = False
        if in_text & bit:
            found += 1
            worth += value_in_text
    for text, marked, value in scale.pairs:
        if text in folded:
            in_titles += value if marked in marked_text else value * _OTHER_MARKS
            if text not in title:
                all_in_title = False
    if not all_in_title:
        in_titles = _best_phrase(page, scale)
    coverage = (worth + in_titles) / scale.everything
    score = coverage * scale.factor * page.factor
    return coverage, score * _COMPLETE if found == len(scale.parts) else score, has_all


def _best_phrase(page: _Page, scale: _Scale) -> float:
    """What the title, or the keyword that holds most, is worth, and the rest at a part of its worth.

    Words of many keywords taken together would make a guide an answer to everything.
    """
    marked_text = page.one.marked
    looked_for = [(part.text, part.marked, part.in_title * page.shortness) for part in scale.parts] + scale.pairs
    found = [
        (text, worth if marked in marked_text else worth * _OTHER_MARKS)
        for text, marked, worth in looked_for
        if text in page.one.folded
    ]
    everything = sum([worth for _, worth in found])
    best = everything - sum([worth for text, worth in found if text not in page.phrases[0]])
    for phrase in page.phrases[1:]:
        best = max(best, sum([worth for text, worth in found if text in phrase]))
    return best + (everything - best) * _ELSEWHERE_IN_KEYWORDS
