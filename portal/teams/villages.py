"""Finding the village that somebody means, alone or with the commune behind it: "thôn Vạn Tường xã Bình Hải"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.core.content import memoised_by_content
from portal.places.atlas import Atlas, PlaceFact
from portal.places.history import formed_from, former_districts
from portal.places.kinds import LEVELS, WORDS
from portal.places.models import Level
from portal.places.queries import atlas
from portal.places.wording import FILLERS, kind_phrase, words_of
from portal.search.folding import sort_key

_MOST_WORDS = 16
_LONGEST_NAME = 8
# How people shorten the types of villages.
_SHORT = {"tdp": "to-dan-pho", "kdc": "khu-dan-cu", "kp": "khu-pho", "t": "thon"}


@dataclass(frozen=True, slots=True)
class _Hit:
    village: PlaceFact
    length: int


class VillageFinder:
    """Today's villages by their names, with and without their type. Shared between threads: nothing here changes."""

    def __init__(self, known: Atlas) -> None:
        self._atlas = known
        self._named: defaultdict[tuple[str, ...], list[PlaceFact]] = defaultdict(list)
        self._above: dict[str, frozenset[str]] = {}
        for village in known.places:
            if village.level == Level.VILLAGE and village.valid_to is None and village.superior:
                for key in _keys(village):
                    self._named[key].append(village)

    @property
    def has_any(self) -> bool:
        """Whether any village is known; none ships."""
        return bool(self._named)

    def find(self, text: str, limit: int) -> list[PlaceFact]:
        """The villages that a text may mean, by the longest name first; none is chosen for anybody."""
        words = [word.bare for word in words_of(text, _MOST_WORDS)]
        best: dict[str, _Hit] = {}
        for hit in self._hits(words):
            known = best.get(hit.village.slug)
            if known is None or hit.length > known.length:
                best[hit.village.slug] = hit
        longest = max((hit.length for hit in best.values()), default=0)
        found = [hit.village for hit in best.values() if hit.length == longest]
        return sorted(found, key=lambda one: (sort_key(one.name), one.superior or "", one.slug))[:limit]

    def _hits(self, words: Sequence[str]) -> Iterator[_Hit]:
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1):
                for village in self._named.get(tuple(words[start:end]), ()):
                    if start and not _is_only_type(words[:start]):
                        continue
                    if self._explains(village, words, end):
                        yield _Hit(village, end - start)

    def _explains(self, village: PlaceFact, words: Sequence[str], at: int) -> bool:
        """Whether all that stands behind the name belongs to the units that the village lies or lay in."""
        while at < len(words):
            length, _kinds = kind_phrase(words, at)
            if not length and words[at] not in FILLERS and words[at] not in self._words_above(village):
                return False
            at += length or 1
        return True

    def _words_above(self, village: PlaceFact) -> frozenset[str]:
        commune = village.superior or ""
        if commune not in self._above:
            names = (name for unit in self._units(commune) for name in (unit.name, *unit.former_names))
            self._above[commune] = frozenset(word.bare for name in names for word in words_of(name, _LONGEST_NAME))
        return self._above[commune]

    def _units(self, slug: str) -> Iterator[PlaceFact]:
        for commune in (self._atlas.get(slug), *self._atlas.current(slug)):
            if commune is None:
                continue
            yield commune
            yield from formed_from(self._atlas, commune)
            yield from former_districts(self._atlas, commune)
            above: PlaceFact | None = commune
            for _level in LEVELS:
                above = self._atlas.get(above.superior) if above and above.superior else None
                if above is not None:
                    yield above


def _keys(village: PlaceFact) -> Iterator[tuple[str, ...]]:
    kind = tuple(word.bare for word in words_of(WORDS[village.kind], _LONGEST_NAME))
    short = [(word,) for word, meant in _SHORT.items() if meant == village.kind]
    for name in dict.fromkeys((village.name, *village.former_names)):
        words = tuple(word.bare for word in words_of(name, _LONGEST_NAME))
        if not words:
            continue
        yield from ((*beginning, *words) for beginning in (kind, *short))
        # "3" alone may be anything.
        if len("".join(words)) > 1 and not "".join(words).isdigit():
            yield words


def _is_only_type(words: Sequence[str]) -> bool:
    kinds = {word.bare for name in WORDS.values() for word in words_of(name, _LONGEST_NAME)} | set(_SHORT)
    return all(word in kinds for word in words)


@memoised_by_content
def village_finder() -> VillageFinder:
    """Finds villages; made anew when content changes."""
    return VillageFinder(atlas())
