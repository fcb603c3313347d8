"""The order of hits: pure Python over a bounded number of candidates, so that both databases give the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from portal.core.text import fold
from portal.search.identity import kind_order, title_words
from portal.search.query import Query

_GUIDE = 0

# Levels, lower is better. Guides are lifted so far that one whose title and keywords hold all words stands before a
# record whose title holds them as a phrase, but not where only the record has the marks that were typed.
_CODE = -100
_PHRASE = 10
_PHRASE_OTHER_MARKS = 20
_WORDS = 30
_WORDS_OTHER_MARKS = 32
_PARTLY = 50
_GUIDE_LIFT = 22
_GUIDE_LIFT_OTHER_MARKS = 9

# Within `_PARTLY` a word that stands in the title, or in the keyword that holds most, counts 1 …
_ELSEWHERE_IN_KEYWORDS = 0.5
_OTHER_MARKS = 0.5
IN_TEXT = 0.4
# … two words that stand side by side as they were typed count half of both once more, and the whole gains where nothing
# is missing, or the page is a guide, and loses by what else the title speaks of.
_PAIR = 0.5
_COMPLETE = 1.15
_GUIDE_FACTOR = 1.15
PER_TITLE_WORD = 0.015
# A page that is worth less than this part of the best is left out.
_FLOOR = 0.35


class Candidate(NamedTuple):
    """A page that may be a hit: the forms of its title and keywords, and which words of the query its text holds.

    Bit n of `in_text` stands for the nth word of the query. A missing bit says nothing: not every word was looked up.
    """

    id: int
    folded: str
    marked: str
    in_text: int


@dataclass(frozen=True, slots=True)
class Rarities:
    """The weight of every word of a query: in titles and keywords, and in any text."""

    titles: Mapping[str, int]
    texts: Mapping[str, int]


class _Term(NamedTuple):
    """A word of the query as it is looked for, and what it is worth where it is found."""

    word: str
    marked: str
    in_title: float
    in_text: float
    bit: int


def rank(query: Query, candidates: Iterable[Candidate], rarities: Rarities) -> list[int]:
    """The ids of the candidates, best first; equal ones in the order of their ids."""
    marks = {fold(word): f" {word} " for word in query.marked}
    terms = [
        _Term(f" {word} ", marks.get(word, ""), rarities.titles[word], rarities.texts[word] * IN_TEXT, 1 << place)
        for place, word in enumerate(query.words)
    ]
    pairs = [
        (f" {left} {right} ", (rarities.titles[left] + rarities.titles[right]) * _PAIR)
        for left, right in pairwise(query.phrases[0].split() if query.phrases else ())
    ]
    phrases = [f" {phrase} " for phrase in query.phrases]
    codes = [f" {code} " for code in query.codes]
    whole: list[tuple[int, int, tuple[int, int], int]] = []
    partly: list[tuple[float, int]] = []
    for one in candidates:
        level = _level(one, terms, phrases, codes)
        if level < _PARTLY:
            whole.append((level, kind_order(one.id), _remoteness(one, terms, phrases), one.id))
        else:
            partly.append((-_score(one, terms, pairs), one.id))
    partly.sort()
    # Beside pages that answer the whole question, or a good part of it, those with a word or two are in the way.
    best = -sum(term.in_title for term in terms) if whole else partly[0][0] if partly else 0
    return [key[-1] for key in sorted(whole)] + [id_ for score, id_ in partly if score <= best * _FLOOR]


def _level(one: Candidate, terms: list[_Term], phrases: list[str], codes: list[str]) -> int:
    for code in codes:
        if code in one.folded:
            return _CODE
    same_marks = True
    for term in terms:
        if term.word not in one.folded:
            return _PARTLY
        same_marks = same_marks and term.marked in one.marked
    level = _PHRASE if any(phrase in one.folded for phrase in phrases) else _WORDS
    if not same_marks:
        level = _PHRASE_OTHER_MARKS if level == _PHRASE else _WORDS_OTHER_MARKS
    if kind_order(one.id) == _GUIDE:
        level -= _GUIDE_LIFT if same_marks else _GUIDE_LIFT_OTHER_MARKS
    return level


def _remoteness(one: Candidate, terms: list[_Term], phrases: list[str]) -> tuple[int, int]:
    """Among pages of a level: how far from the title it stands, and whether only a part of what was typed."""
    title = one.folded.partition("_")[0]
    for place, phrase in enumerate(phrases):
        if phrase in title:
            return (0 if phrase == title else 1), place
        if phrase in one.folded:
            return (2 if f"_{phrase}_" in f"{one.folded}_" else 3), place
    return (1 if all(term.word in title for term in terms) else 2), 0


def _score(one: Candidate, terms: list[_Term], pairs: list[tuple[str, float]]) -> float:
    found, score = 0, 0.0
    in_title: list[tuple[str, float]] = []
    for term in terms:
        if term.word in one.folded:
            found += 1
            worth = term.in_title if term.marked in one.marked else term.in_title * _OTHER_MARKS
            in_title.append((term.word, worth))
        elif one.in_text & term.bit:
            found += 1
            score += term.in_text
    in_title += [pair for pair in pairs if pair[0] in one.folded]
    score += _best_phrase(one.folded, in_title)
    if found == len(terms):
        score *= _COMPLETE
    if kind_order(one.id) == _GUIDE:
        score *= _GUIDE_FACTOR
    return score * (1 - PER_TITLE_WORD * title_words(one.id))


def _best_phrase(folded: str, found: list[tuple[str, float]]) -> float:
    """What the title, or the keyword that holds most, is worth, and the rest at a part of its worth.

    Words of many keywords taken together would make a guide an answer to everything.
    """
    everything = sum([worth for _, worth in found])
    parts = [f" {part} " for part in folded[1:-1].split(" _ ")]
    best = max(sum([worth for word, worth in found if word in part]) for part in parts)
    return best + (everything - best) * _ELSEWHERE_IN_KEYWORDS
