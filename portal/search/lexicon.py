"""The synonyms, ready to rewrite queries; small, because every process keeps them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from portal.search import small_words
from portal.search.query import Word, as_words

# So many unheeded words may stand between two words of a phrase.
_MAX_FILLERS = 2
_LOST = "mất "
# The words of a phrase in another order may have so many others between them.
_MAX_BETWEEN = 4
# A rewriting with more readings than this says nothing.
_MAX_REWRITINGS = 3


class _Rule(NamedTuple):
    """A phrase in words, as it is written and folded, and what it means."""

    marked: tuple[str, ...]
    folded: tuple[str, ...]
    meanings: Sequence[str]

    def typed(self, *, bare: bool) -> tuple[str, ...]:
        return self.folded if bare else self.marked


class _Match(NamedTuple):
    """Where a phrase begins and ends in a query, its meanings, and how many words it has."""

    start: int
    end: int
    meanings: Sequence[str]
    length: int


class Rewriting(NamedTuple):
    """A query with everyday words put into official ones.

    `is_whole`: nothing but words of asking was left as typed. `longest`: how many words the longest phrase has.
    """

    words: tuple[Word, ...]
    is_whole: bool
    longest: int


class Lexicon:
    """Puts everyday words into official ones."""

    def __init__(self, rules: Mapping[str, Sequence[str]]) -> None:
        ordered = [_rule(*one) for one in sorted(_with_turns(rules).items()) if one[1]]
        self.words = {word for rule in ordered for word in rule.folded}
        self.pairs = {f"{left} {right}" for rule in ordered for left, right in pairwise(rule.folded)}
        # By the first word, and by the rarest: a query must hold it.
        self._first: dict[str, list[_Rule]] = {}
        self._rarest: dict[str, list[_Rule]] = {}
        frequency = Counter(word for rule in ordered for word in rule.folded)
        for rule in ordered:
            self._first.setdefault(rule.folded[0], []).append(rule)
            if len(rule.folded) > 1:
                key = min(rule.folded, key=lambda word: (frequency[word], word))
                self._rarest.setdefault(key, []).append(rule)

    def rewritings(self, words: Sequence[Word], *, bare: bool) -> list[Rewriting]:
        """What the words may mean, likeliest first; none where no phrase is known.

        Each has every phrase that is known put into official words; where a phrase has several meanings, one each.
        """
        found = list(self._matches(words, bare=bare))
        if not found and not bare and _many_are_bare(words):
            found = list(self._matches(words, bare=True))
        if not found:
            return []
        longest = max(match.length for match in found)
        most = min(max(len(match.meanings) for match in found), _MAX_REWRITINGS)
        is_whole = _is_whole(words, found, bare=bare)
        return [Rewriting(_put_in(words, found, choice), is_whole, longest) for choice in range(most)]

    def scattered(self, words: Sequence[Word], *, bare: bool, longer_than: int = 1) -> list[tuple[Word, ...]]:
        """What the words may mean where those of a phrase stand in another order or further apart: a guess.

        Only phrases with more words than `longer_than` count, such as the longest that stands there in order.
        """
        typed = _typed(words, bare=bare)
        best: tuple[int, int] = (-longer_than, 0)
        chosen: tuple[list[int], _Rule] | None = None
        for key in dict.fromkeys(word.folded for word in words):
            for rule in self._rarest.get(key, ()):
                places = _places(rule.typed(bare=bare), typed)
                span = places[-1] - places[0] + 1 if places else 0
                if places and span <= len(places) + _MAX_BETWEEN and (-len(places), span) < best:
                    best, chosen = (-len(places), span), (places, rule)
        if chosen is None:
            return []
        places, rule = chosen
        rest = [word for place, word in enumerate(words) if place not in places]
        at = places[0]
        return [(*rest[:at], *_meant(meaning), *rest[at:]) for meaning in rule.meanings[:_MAX_REWRITINGS]]

    def _matches(self, words: Sequence[Word], *, bare: bool) -> Iterator[_Match]:
        """The longest phrases from left to right."""
        typed = _typed(words, bare=bare)
        present = set(typed)
        place = 0
        while place < len(words):
            longest, meanings = 0, list[str]()
            for rule in self._first.get(words[place].folded, ()):
                if bare and len(words) > 1 and len(rule.folded) == 1 and rule.marked != rule.folded:
                    continue  # without its marks, one syllable may be many words: "de" is đẻ, để and dê
                phrase = rule.typed(bare=bare)
                end = _end(phrase, typed, place, bare=bare) if phrase[-1] in present else 0
                if end and len(rule.folded) > longest:
                    longest, meanings, best_end = len(rule.folded), list(rule.meanings), end
                elif end and len(rule.folded) == longest:
                    # Two phrases with the same bare form: both may be meant.
                    meanings += [meaning for meaning in rule.meanings if meaning not in meanings]
            if longest:
                yield _Match(place, best_end, meanings, longest)
            place = best_end if longest else place + 1


def _with_turns(rules: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The rules, and for what is lost its other turns: "mất sổ đỏ" is also "sổ đỏ mất" and "làm sổ đỏ mất"."""
    turned: dict[str, Sequence[str]] = {}
    for phrase, meanings in rules.items():
        if phrase.startswith(_LOST):
            thing = phrase.removeprefix(_LOST)
            turned |= {f"{thing} {_LOST.strip()}": meanings, f"làm {thing} {_LOST.strip()}": meanings}
    return {**turned, **rules}


def _rule(phrase: str, meanings: Sequence[str]) -> _Rule:
    words = as_words(phrase)
    marked, folded = (sys.intern(word.marked) for word in words), (sys.intern(word.folded) for word in words)
    return _Rule(tuple(marked), tuple(folded), meanings)


def _typed(words: Sequence[Word], *, bare: bool) -> list[str]:
    return [word.folded if bare else word.marked for word in words]


def _end(phrase: Sequence[str], typed: Sequence[str], start: int, *, bare: bool) -> int:
    """Where the phrase ends that begins at `start`; 0 where it doesn't stand there."""
    at = start
    for number, wanted in enumerate(phrase):
        fillers = 0
        while at < len(typed) and typed[at] != wanted:
            if number == 0 or fillers == _MAX_FILLERS or not small_words.is_filler(typed[at], bare=bare):
                return 0
            fillers += 1
            at += 1
        if at == len(typed):
            return 0
        at += 1
    return at


def _places(phrase: Sequence[str], typed: Sequence[str]) -> list[int]:
    """Where the words of the phrase stand, each at its first place; none where one is missing."""
    try:
        return sorted({typed.index(word) for word in phrase})
    except ValueError:
        return []


def _put_in(words: Sequence[Word], found: Sequence[_Match], choice: int) -> tuple[Word, ...]:
    result: list[Word] = []
    done = 0
    for match in found:
        result += [*words[done : match.start], *_meant(match.meanings[min(choice, len(match.meanings) - 1)])]
        done = match.end
    return (*result, *words[done:])


def _is_whole(words: Sequence[Word], found: Sequence[_Match], *, bare: bool) -> bool:
    covered = {place for match in found for place in range(match.start, match.end)}
    rest = [word.marked for place, word in enumerate(words) if place not in covered]
    return all(small_words.stopped(rest, bare=bare))


def _meant(meaning: str) -> tuple[Word, ...]:
    return as_words(meaning, is_meant=True)


def _many_are_bare(words: Sequence[Word]) -> bool:
    """Half of the marks typed is as good as none."""
    return sum(word.marked == word.folded for word in words) * 2 >= len(words)
