"""Texts cut into parts that match and parts that don't; templates put the marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from portal.search.folding import aligned, marked_words

_LENGTH = 200
_LEAD = 50
# The window is looked for with the words that tell most, at their first places: more cost time and told nothing.
_TELLING = 5
_PLACES = 5


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of text, and whether it is what was searched for."""

    text: str
    matched: bool


class Span(NamedTuple):
    """Where words stand side by side in a text, and how many."""

    start: int
    end: int
    words: int


def cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[SnippetPart, ...]:
    """The text as parts, matched where a span says so; spans are in order and don't touch."""
    parts: list[SnippetPart] = []
    done = 0
    for start, end in spans:
        if start > done:
            parts.append(SnippetPart(text[done:start], False))
        parts.append(SnippetPart(text[start:end], True))
        done = end
    if done < len(text):
        parts.append(SnippetPart(text[done:], False))
    return tuple(parts)


def joined(text: str, spans: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans in order, those that overlap or have but a space between them made one."""
    result: list[Span] = []
    for start, end in sorted(set(spans)):
        follows = bool(result) and (start <= result[-1].end or text[result[-1].end : start].isspace())
        before = result.pop() if follows else Span(start, end, 0)
        result.append(Span(before.start, max(before.end, end), before.words + 1))
    return result


class Needle(NamedTuple):
    """A folded word to mark; `marked` is empty where any marks will do."""

    word: str
    marked: str = ""


class Marker:
    """Finds the words of a query, given with the most telling first, in the texts of its hits.

    Of several words only runs are marked: a syllable by itself is part of some other word as often as not.
    """

    def __init__(self, needles: Sequence[Needle]) -> None:
        self._needles = {f" {needle.word} ": needle.marked for needle in needles}

    def parts(self, text: str) -> tuple[SnippetPart, ...]:
        """The whole text, cut where words of the query begin and end."""
        return self._parts(text, f" {aligned(text)} ")

    def says_enough(self, title: str, summary: str) -> bool:
        """Whether title and summary hold half of the words, so that the body need not be looked at."""
        return bool(summary) and 2 * self._count(f" {aligned(title)}  {aligned(summary)} ") >= len(self._needles)

    def snippet(self, title: str, summary: str, body: str, body_folded: str) -> tuple[SnippetPart, ...]:
        """The summary where title and summary say enough of the words; else the place in the body that says more.

        `body_folded` is `folding.aligned` of the body.
        """
        padded_summary = f" {aligned(summary)} "
        if self.says_enough(title, summary):
            return self._parts(summary, padded_summary)
        padded = f" {body_folded} "
        start, end = self._window(padded)
        start = _sentence_start(body, start)
        # One character of padding moves the window; the one behind it closes the last word.
        padded_window = f" {padded[start + 1 : end + 1]} "
        said = self._count(f" {aligned(title)} {padded_summary}")
        if summary and said >= self._count(padded_window):
            return self._parts(summary, padded_summary)
        before = (SnippetPart("… ", False),) if start else ()
        after = (SnippetPart(" …", False),) if end < len(body) else ()
        return (*before, *self._parts(body[start:end], padded_window), *after)

    def _count(self, padded: str) -> int:
        return sum([needle in padded for needle in self._needles])

    def _parts(self, text: str, padded: str) -> tuple[SnippetPart, ...]:
        found: list[tuple[int, int]] = []
        for needle, marked in self._needles.items():
            place = padded.find(needle)
            while place >= 0:
                end = place + len(needle) - 2
                if not marked or _has_marks(text[place:end], marked):
                    found.append((place, end))
                place = padded.find(needle, place + 1)
        fewest = min(len(self._needles), 2)
        return cut(text, [(start, end) for start, end, words in joined(text, found) if words >= fewest])

    def _window(self, padded: str) -> tuple[int, int]:
        """Where the most different words stand close together; the beginning where there are none."""
        places = sorted(
            (place, number)
            for number, needle in enumerate(islice(self._needles, _TELLING))
            for place in _places(padded, needle)
        )
        best, most, first = 0, 0, 0
        for last, (place, _) in enumerate(places):
            while places[first][0] < place - (_LENGTH - 2 * _LEAD):
                first += 1
            different = len({number for _, number in places[first : last + 1]})
            if different > most:
                best, most = places[first][0], different
        length = len(padded) - 2
        start = _word_start(padded, best - _LEAD) if best > _LEAD else 0
        return start, _word_start(padded, start + _LENGTH) if start + _LENGTH < length else length


def _has_marks(word: str, marked: str) -> bool:
    lower = word.lower()
    # The placing of a tone mark is looked at only where the letters differ.
    return lower == marked or " ".join(marked_words(lower)) == marked


def _sentence_start(body: str, place: int) -> int:
    """The beginning of the sentence that goes on at `place`, if it is near."""
    end = body.rfind(". ", max(place - _LEAD * 2, 0), place + 1)
    return end + 2 if end >= 0 else place


def _places(padded: str, needle: str) -> list[int]:
    places: list[int] = []
    place = padded.find(needle)
    while place >= 0 and len(places) < _PLACES:
        places.append(place)
        place = padded.find(needle, place + 1)
    return places


def _word_start(padded: str, place: int) -> int:
    """The end of a gap at or a little before `place`, so that no word is cut in two."""
    gap = padded.rfind(" ", max(place - _LEAD, 0), place + 1)
    return gap if gap > 0 else place
