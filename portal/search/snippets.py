"""Texts cut into parts that match and parts that don't; templates put the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.search.folding import aligned

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


class Marker:
    """Finds the folded words of a query, given with the most telling first, in the texts of its hits."""

    def __init__(self, words: Sequence[str]) -> None:
        self._needles = [f" {word} " for word in dict.fromkeys(words)]

    def parts(self, text: str) -> tuple[SnippetPart, ...]:
        """The whole text, cut where words of the query begin and end."""
        return tuple(self._parts(text, f" {aligned(text)} "))

    def snippet(self, summary: str, body: str, body_folded: str) -> tuple[SnippetPart, ...]:
        """The summary, or the place in the body that says more of the words than the summary does.

        `body_folded` is `folding.aligned` of the body.
        """
        padded_summary = f" {aligned(summary)} "
        padded = f" {body_folded} "
        start, end = self._window(padded)
        # One character of padding moves the window; the one behind it closes the last word.
        padded_window = f" {padded[start + 1 : end + 1]} "
        if summary and self._count(padded_summary) >= self._count(padded_window):
            return tuple(self._parts(summary, padded_summary))
        before = (SnippetPart("… ", False),) if start else ()
        after = (SnippetPart(" …", False),) if end < len(body) else ()
        return (*before, *self._parts(body[start:end], padded_window), *after)

    def _count(self, padded: str) -> int:
        return sum([needle in padded for needle in self._needles])

    def _parts(self, text: str, padded: str) -> Iterator[SnippetPart]:
        done = 0
        for start, end in self._spans(text, padded):
            if start > done:
                yield SnippetPart(text[done:start], False)
            yield SnippetPart(text[start:end], True)
            done = end
        if done < len(text):
            yield SnippetPart(text[done:], False)

    def _spans(self, text: str, padded: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for needle in self._needles:
            place = padded.find(needle)
            while place >= 0:
                spans.append((place, place + len(needle) - 2))
                place = padded.find(needle, place + 1)
        joined: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            follows = bool(joined) and text[joined[-1][1] : start].isspace()
            joined.append((joined.pop()[0] if follows else start, end))
        return joined

    def _window(self, padded: str) -> tuple[int, int]:
        """Where the most different words stand close together; the beginning where there are none."""
        places = sorted(
            (place, number)
            for number, needle in enumerate(self._needles[:_TELLING])
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
