"""Typing errors: one slip in a word, Telex keys left over, spaces left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from portal.search import small_words
from portal.search.query import Word

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, _LONGEST = 3, 15
_MAX_CHOICES = 8
_SHORTEST_JOINED, _MAX_JOINED = 5, 30
_LONGEST_SYLLABLE = 7
_TELEX_TONE = re.compile(r"[sfrxj]$")
_TELEX_LETTERS = re.compile(r"([aeod])\1")

_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Slips:
    """For words at some places of a query: what may have been meant, likeliest kinds of slip first.

    `split`: words that were written as one. `unknown`: the places of words that stand nowhere.
    """

    choices: Mapping[int, Sequence[str]]
    split: Mapping[int, Sequence[str]]
    unknown: frozenset[int]

    def pairs(self, words: Sequence[Word]) -> set[str]:
        """All pairs of neighbours that a choice may make; their counts tell which choice is likely."""
        options = [[word.folded, *self.choices.get(place, ())] for place, word in enumerate(words)]
        return {
            f"{left} {right}"
            for place in range(len(words) - 1)
            if place in self.choices or place + 1 in self.choices
            for left, right in product(options[place], options[place + 1])
        }


def slips(
    words: Sequence[Word], vocabulary: Collection[str], known: Collection[str], *, bare: bool, shortest: int = SHORTEST
) -> Slips:
    """Where a slip is suspected: words that stand nowhere, and those that no title has beside their neighbours.

    `known` are those of the words that stand somewhere, and of the pairs of neighbours (with a space). Words shorter
    than `shortest` are near to too many others.
    """
    choices: dict[int, list[str]] = {}
    split: dict[int, Sequence[str]] = {}
    unknown: set[int] = set()
    stops = small_words.stopped([word.marked for word in words], bare=bare)
    for place, word in enumerate(words):
        if not word.folded.isalpha() or not shortest <= len(word.folded) <= _MAX_JOINED or stops[place]:
            continue
        is_known = word.folded in vocabulary or word.folded in known
        if is_known and _fits(words, place, known):
            continue
        if not is_known:
            unknown.add(place)
        near = dict.fromkeys(_near(word.folded)) if len(word.folded) <= _LONGEST else {}
        if found := [other for other in near if _may_be_meant(other, word.folded, vocabulary)][:_MAX_CHOICES]:
            choices[place] = found
        elif not is_known and (parts := _divided(word.folded, vocabulary)):
            split[place] = parts
    return Slips(choices, split, frozenset(unknown))


def _may_be_meant(other: str, typed: str, vocabulary: Collection[str]) -> bool:
    """Whether a word may be what was typed with a slip; an abbreviation has no vowel, and is near to anything."""
    return other != typed and other in vocabulary and not _VOWELS.isdisjoint(other)


def mended(words: Sequence[Word], found: Slips, pair_counts: Mapping[str, int]) -> tuple[Word, ...] | None:
    """The words with the likeliest slips undone; None where nothing speaks for any."""
    chosen = {place: best for place in found.choices if (best := _best(words, place, found, pair_counts))}
    if not chosen and not found.split:
        return None
    result: list[Word] = []
    for place, word in enumerate(words):
        parts = found.split.get(place) or ([chosen[place]] if place in chosen else [])
        result += [Word(part, part) for part in parts] or [word]
    return tuple(result)


def _best(words: Sequence[Word], place: int, found: Slips, counts: Mapping[str, int]) -> str | None:
    """The choice that stands beside its neighbours, or what these may have been, in some title.

    Where several do, the likelier slip decides, then the number of titles.
    """
    before, after = _beside(words, place - 1, found), _beside(words, place + 1, found)

    def support(choice: str) -> tuple[int, int]:
        left = max((counts.get(f"{other} {choice}", 0) for other in before), default=0)
        right = max((counts.get(f"{choice} {other}", 0) for other in after), default=0)
        return left, right

    def likelihood(choice: str) -> tuple[int, bool, int, int]:
        left, right = support(choice)
        is_likely = choice in _likely(words[place].folded)
        return (left > 0) + (right > 0), is_likely, left + right, -choices.index(choice)

    choices = found.choices[place]
    best = max(choices, key=likelihood)
    if place in found.unknown:
        return best
    # A word that exists was hardly a slip, unless another one fits on either side.
    return best if all(support(best)) else None


def _beside(words: Sequence[Word], place: int, found: Slips) -> Sequence[str]:
    if not 0 <= place < len(words):
        return ()
    own = words[place].folded
    return (own, *found.choices.get(place, ())) if place in found.unknown else (own,)


def _fits(words: Sequence[Word], place: int, known: Collection[str]) -> bool:
    own = words[place].folded
    neighbours = [f"{words[place - 1].folded} {own}"] if place else []
    neighbours += [f"{own} {words[place + 1].folded}"] if place + 1 < len(words) else []
    return not neighbours or any(pair in known for pair in neighbours)


def _near(word: str) -> Iterator[str]:
    """What is one slip away, likeliest first: Telex keys, letters swapped, one too many, one missing, a wrong one."""
    plain = list(_without_telex(word))
    yield from plain
    for form in dict.fromkeys([word, *plain[-1:]]):
        yield from _one_slip(form)


def _likely(word: str) -> set[str]:
    """What a word was probably meant to be: Telex keys, a letter struck twice, two letters swapped."""
    doubled = {word[:place] + word[place + 1 :] for place in range(len(word) - 1) if word[place] == word[place + 1]}
    swapped = {word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)}
    return {*_without_telex(word), *doubled, *swapped}


def _one_slip(word: str) -> Iterator[str]:
    pieces = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in pieces if len(tail) > 1)
    yield from (head + tail[1:] for head, tail in pieces if tail and len(word) >= SHORTEST)
    yield from (head + letter + tail for head, tail in pieces for letter in _LETTERS)
    yield from (head + letter + tail[1:] for head, tail in pieces if tail for letter in _LETTERS)


def _without_telex(word: str) -> Iterator[str]:
    """The word that the keys of Telex were meant to become: `ddawng` is đăng, `giaays` is giấy."""
    plain = _TELEX_LETTERS.sub(r"\1", word.replace("w", ""))
    for candidate in (plain, _TELEX_TONE.sub("", plain), re.sub(r"[sfrxj]", "", plain)):
        if candidate and candidate != word:
            yield candidate


def _divided(word: str, vocabulary: Collection[str]) -> Sequence[str]:
    """The fewest words of the vocabulary that, put together, are this word; none where there is no such way."""
    ways: dict[int, list[str]] = {0: []}
    for end in range(2, len(word) + 1):
        options = [
            [*ways[start], word[start:end]]
            for start in range(max(0, end - _LONGEST_SYLLABLE), end - 1)
            if start in ways and word[start:end] in vocabulary
        ]
        if options:
            ways[end] = min(options, key=len)
    return ways.get(len(word), []) if len(word) >= _SHORTEST_JOINED else []
