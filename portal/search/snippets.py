"""Texts cut into parts that match and parts that don't; templates put the marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from portal.search.folding import aligned

_LENGTH = 200
_LEAD = 50
_PLACES_PER_WORD = 5
_WORD = re.compile(r"[0-9a-z~]+")


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of text, and whether it is what was searched for."""

    text: str
    matched: bool


def parts(text: str, words: Collection[str]) -> tuple[SnippetPart, ...]:
    """The whole text, cut where words of the query begin and end."""
    return tuple(_parts(text, aligned(text), words))


def snippet(summary: str, body: str, body_folded: str, words: Collection[str]) -> tuple[SnippetPart, ...]:
    """The summary, or the place in the body that says more of the words than the summary does."""
    start, end = _best_window(body, body_folded, words)
    in_body = set(_WORD.findall(body_folded[start:end])).intersection(words)
    in_summary = set(_WORD.findall(aligned(summary))).intersection(words)
    if summary and len(in_summary) >= len(in_body):
        return parts(summary, words)
    before = (SnippetPart("… ", False),) if start else ()
    after = (SnippetPart(" …", False),) if end < len(body) else ()
    return (*before, *_parts(body[start:end], body_folded[start:end], words), *after)


def _parts(text: str, folded: str, words: Collection[str]) -> Iterator[SnippetPart]:
    spans: list[list[int]] = []
    for match in _WORD.finditer(folded):
        if match.group() not in words:
            continue
        if spans and text[spans[-1][1] : match.start()].isspace():
            spans[-1][1] = match.end()
        else:
            spans.append([match.start(), match.end()])
    done = 0
    for start, end in spans:
        if start > done:
            yield SnippetPart(text[done:start], False)
        yield SnippetPart(text[start:end], True)
        done = end
    if done < len(text):
        yield SnippetPart(text[done:], False)


def _best_window(body: str, folded: str, words: Collection[str]) -> tuple[int, int]:
    """Where the most different words stand close together; the beginning where there are none."""
    places = sorted((place, word) for word in words for place in _places(folded, word))
    best, most = 0, 0
    last: dict[str, int] = {}
    for place, word in places:
        last[word] = place
        recent = [at for at in last.values() if at > place - _LENGTH + _LEAD + len(word)]
        if len(recent) > most:
            best, most = min(recent), len(recent)
    start = max(best - _LEAD, 0)
    end = min(start + _LENGTH, len(body))
    return _at_word(body, start), _at_word(body, end) if end < len(body) else end


def _places(folded: str, word: str) -> Iterator[int]:
    padded, place = f" {word} ", -1
    if folded.startswith(padded[1:]) or folded == word:
        yield 0
    for _ in range(_PLACES_PER_WORD):
        place = folded.find(padded, place + 1)
        if place < 0:
            return
        yield place + 1


def _at_word(body: str, place: int) -> int:
    """The beginning of the word that `place` is in, as long as it is near."""
    space = body.rfind(" ", max(place - 30, 0), place + 1)
    return space + 1 if 0 <= space and place else place
