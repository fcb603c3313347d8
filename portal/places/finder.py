"""Finding a place from what people type: old and new names, without accents, with slips; never choosing for them.

A name is looked for where it can begin, and what stands behind it must be explained by the units that the place lies
or lay in. Ways to read the text are tried from the strictest to the loosest; the first that finds something is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from portal.core.text import fold
from portal.places.atlas import Atlas, PlaceFact
from portal.places.kinds import KINDS, LEVELS
from portal.places.models import Level
from portal.places.slips import Slips
from portal.places.wording import FILLERS, KIND_PHRASES, Word, is_marked, kind_phrase, marks, words_of

MAX_TEXT = 200
MAX_WORDS = 16
MAX_FOUND = 50
_LONGEST_NAME = 6
_MOST_COMPLETIONS = 400
_MOST_COMPLETED = 150
_MOST_STARTS = 4
_LEVELS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


class Status(StrEnum):
    """How a search ended."""

    EMPTY = "empty"
    ONLY_TYPE = "only_type"
    FOUND = "found"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant. `is_near`: not quite what was typed."""

    place: PlaceFact
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a text may mean, likeliest first; `total` counts also those that aren't among the candidates."""

    status: Status
    candidates: tuple[Candidate, ...] = ()
    total: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of a place, today's or former."""

    place: PlaceFact
    words: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a name may begin: behind a type's word, a comma, or at the first word."""

    at: int
    kinds: frozenset[str] = frozenset()
    drops: bool = False


@dataclass(slots=True)
class _Hit:
    name: _Name
    start: _Start
    end: int
    slips: int = 0
    superiors: int = 0
    is_near: bool = False


@dataclass(slots=True)
class _Postings:
    """The names by their words; `at` also by how many words the name has, and by the word's place among them."""

    joined: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    at: defaultdict[tuple[int, int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    anywhere: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


class Finder:
    """Every name of an atlas, ready to be asked. Built once per content version and shared between threads."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._names: list[_Name] = []
        self._postings = _Postings()
        for place in atlas.places:
            if place.level in _LEVELS:
                for name in (place.name, *place.former_names):
                    self._add(place, name)
        self._vocabulary = sorted(self._postings.anywhere)
        self._slips = Slips(self._vocabulary)
        self._above: dict[str, frozenset[tuple[tuple[str, ...], str]]] = {}

    def _add(self, place: PlaceFact, name: str) -> None:
        words = words_of(name, _LONGEST_NAME)
        if not words:
            return
        number = len(self._names)
        bare = tuple(word.bare for word in words)
        self._names.append(_Name(place, bare, tuple(marks(word.marked) for word in words)))
        self._postings.joined["".join(bare)].append(number)
        for at, word in enumerate(bare):
            self._postings.at[len(bare), at, word].add(number)
            self._postings.anywhere[word].add(number)

    def find(self, text: str, limit: int = MAX_FOUND) -> Found:
        """The places that a text may mean."""
        is_cut = len(text) > MAX_TEXT
        words = words_of(text[:MAX_TEXT], MAX_WORDS + 1)
        is_cut, words = is_cut or len(words) > MAX_WORDS, words[:MAX_WORDS]
        if not words:
            return Found(Status.EMPTY, is_cut=is_cut)
        bare = [word.bare for word in words]
        if _is_only_type(bare, is_cut=is_cut) and "".join(bare) not in self._postings.joined:
            return Found(Status.ONLY_TYPE, is_cut=is_cut)
        hits = self._hits(words)
        if not hits:
            return Found(Status.NOTHING, is_cut=is_cut)
        ranked = sorted(self._best_of_each(hits, words), key=lambda found: found[0])
        candidates = tuple(Candidate(hit.name.place, hit.is_near) for _, hit in ranked[:limit])
        return Found(Status.FOUND, candidates, len(ranked), is_cut)

    def _hits(self, words: Sequence[Word]) -> list[_Hit]:
        """By the strictest reading that finds anything."""
        bare = [word.bare for word in words]
        starts = _starts(words)
        whole = [start for start in starts if not start.drops]
        inner = [start for start in starts if start.drops]
        if exact := self._read(bare, whole, slips=False):
            # "Sơn Tây" may also be the beginning of "Sơn Tây Hạ".
            typed = bare if len(bare[-1]) > 1 else bare[:-1]
            longer = self._completed(bare, whole[:1])
            return [*exact, *(hit for hit in longer if hit.name.words[: len(typed)] == tuple(typed))]
        # A name at the beginning is never dropped: "Ba Xa huyện Bình Sơn" contradicts itself, so both are shown.
        named = self._read(bare, whole, slips=False, explains=False)
        return (
            self._read(bare, whole, slips=True) or [*named, *self._read(bare, inner, slips=False)]
            if named
            else self._read(bare, inner, slips=False)
            or self._read(bare, whole, slips=True)
            or self._completed(bare, whole)
            or self._read(bare, inner, slips=True)
            or self._read(bare, inner, slips=False, explains=False)
        )

    def _read(
        self, words: Sequence[str], starts: Sequence[_Start], *, slips: bool, explains: bool = True
    ) -> list[_Hit]:
        hits = []
        near = [self._slips.near(word) | {word} for word in words] if slips else []
        for start in starts:
            for end in range(start.at + 1, min(len(words), start.at + _LONGEST_NAME) + 1):
                for name in self._named(words, start.at, end, near):
                    superiors = self._explained(name.place, words, end, near)
                    if superiors is None and explains:
                        continue
                    wrong = sum(word not in name.words for word in words[start.at : end]) if slips else 0
                    hits.append(_Hit(name, start, end, wrong, superiors or 0, wrong > 0 or superiors is None))
        return hits

    def _named(self, words: Sequence[str], start: int, end: int, near: Sequence[frozenset[str]]) -> Iterator[_Name]:
        """The names that these words spell; with `near`, where each word may have a slip."""
        if not near:
            yield from (self._names[number] for number in self._postings.joined.get("".join(words[start:end]), ()))
            return
        left: set[int] | None = None
        for at, choices in enumerate(near[start:end]):
            found: set[int] = set()
            for word in choices:
                known: AbstractSet[int] = self._postings.at.get((end - start, at, word), frozenset())
                found |= known if left is None else known & left
            left = found
            if not left:
                return
        yield from (self._names[number] for number in left or ())

    def _explained(self, place: PlaceFact, words: Sequence[str], at: int, near: Sequence[frozenset[str]]) -> int | None:
        """How well the words from `at` on fit the units that the place lies or lay in; None where they don't.

        A unit counts twice where its type was named too: "thành phố Quảng Ngãi" is not the province.
        """
        if at == len(words):
            return 0
        fits: list[int] = []
        length, kinds = kind_phrase(words, at)
        readings: list[tuple[int, frozenset[str]]] = [(at, frozenset())]
        if length:
            readings.append((at + length, kinds))
        for begins, typed in readings:
            for end in range(begins + 1, min(len(words), begins + _LONGEST_NAME) + 1):
                found = {kind for name, kind in self._superiors(place) if _spells(name, words, begins, end, near)}
                behind = self._explained(place, words, end, near) if found else None
                if behind is not None:
                    fits.append(behind + (2 if found & typed else 1))
        if fits:
            return max(fits)
        if length and (behind := self._explained(place, words, at + length, near)) is not None:
            return behind
        return self._explained(place, words, at + 1, near) if words[at] in FILLERS else None

    def _superiors(self, place: PlaceFact) -> frozenset[tuple[tuple[str, ...], str]]:
        """The names, and types, of all units that a place, those before it or those after it lie in."""
        if place.slug not in self._above:
            linked = [place.slug, *place.predecessors, *(after.slug for after in place.successors)]
            above = {one for slug in linked for one in self._line(slug)} - {place.slug}
            named = [one for slug in above if (one := self._atlas.get(slug)) is not None]
            self._above[place.slug] = frozenset(
                (tuple(word.bare for word in words_of(name, _LONGEST_NAME)), one.kind)
                for one in named
                for name in (one.name, *one.former_names)
            )
        return self._above[place.slug]

    def _line(self, slug: str) -> Iterator[str]:
        """The superiors of a place, nearest first; a level never comes twice, so it ends."""
        place = self._atlas.get(slug)
        # A district that became a commune is what the commune lay in.
        if place is not None and place.level == Level.DISTRICT:
            yield place.slug
        for _level in LEVELS:
            if place is None or place.superior is None:
                return
            yield place.superior
            place = self._atlas.get(place.superior)

    def _completed(self, words: Sequence[str], starts: Sequence[_Start]) -> list[_Hit]:
        """Names that hold all the words, the last of which may be a beginning."""
        hits = []
        for start in starts:
            typed = words[start.at :]
            if len("".join(typed)) < 2 or len(typed) > _LONGEST_NAME:
                continue
            at = bisect_left(self._vocabulary, typed[-1])
            found: set[int] = set()
            for word in self._vocabulary[at : at + _MOST_COMPLETIONS]:
                if not word.startswith(typed[-1]):
                    break
                found |= self._postings.anywhere[word]
            for word in typed[:-1]:
                found &= self._postings.anywhere.get(word, set())
            names = sorted((self._names[number] for number in found), key=lambda name: _completion_rank(name, typed))
            for name in names[:_MOST_COMPLETED]:
                is_beginning = name.words[: len(typed) - 1] == tuple(typed[:-1])
                hits.append(_Hit(name, start, len(words), 0 if is_beginning else 1, is_near=True))
        return hits

    def _best_of_each(self, hits: Sequence[_Hit], words: Sequence[Word]) -> list[tuple[tuple[object, ...], _Hit]]:
        """Each place once, with its key for sorting; a type that was typed leaves out units of other levels."""
        levels = {hit.name.place.level for hit in hits if hit.name.place.kind in hit.start.kinds}
        levels = levels or {level for hit in hits for level in KINDS if hit.start.kinds & set(KINDS[level])}
        if any(hit.name.place.level in levels for hit in hits):
            hits = [hit for hit in hits if not hit.start.kinds or hit.name.place.level in levels]
        fit = max(hit.superiors for hit in hits)
        # Of what stands behind dropped words, only the first: what comes after it is what it lies in.
        first = min((hit.start.at for hit in hits if hit.start.drops), default=0)
        hits = [hit for hit in hits if (hit.start.at == first if hit.start.drops else hit.superiors == fit)]
        best: dict[str, tuple[tuple[object, ...], _Hit]] = {}
        for hit in hits:
            key = _rank(hit, words)
            known = best.get(hit.name.place.slug)
            if known is None or key < known[0]:
                best[hit.name.place.slug] = (key, hit)
        return list(best.values())


def _spells(name: tuple[str, ...], words: Sequence[str], start: int, end: int, near: Sequence[frozenset[str]]) -> bool:
    if "".join(words[start:end]) == "".join(name):
        return True
    return bool(near) and len(name) == end - start and all(
        word in near[start + at] for at, word in enumerate(name)
    )  # fmt: skip


def _rank(hit: _Hit, words: Sequence[Word]) -> tuple[object, ...]:
    """Smaller is likelier; marks that were typed and differ make a hit a near one."""
    place = hit.name.place
    typed = words[hit.start.at : hit.end]
    wrong = 0
    if len(typed) == len(hit.name.words):
        pairs = zip(typed, hit.name.marks, strict=True)
        wrong = sum(is_marked(word) and marks(word.marked) != expected for word, expected in pairs)
    elif any(is_marked(word) for word in typed):
        shown = "".join(word.marked for word in typed)
        wrong = int(fold(shown) == "".join(hit.name.words) and shown != place.name.lower().replace(" ", ""))
    hit.is_near = hit.is_near or wrong > 0
    return (
        hit.slips, wrong, bool(hit.start.kinds) and place.kind not in hit.start.kinds, place.valid_to is not None,
        -LEVELS.index(place.level), place.name, place.slug,
    )  # fmt: skip


def _completion_rank(name: _Name, typed: Sequence[str]) -> tuple[bool, bool]:
    """Names that begin so, then units of today."""
    return name.words[: len(typed) - 1] != tuple(typed[:-1]), name.place.valid_to is not None


def _starts(words: Sequence[Word]) -> list[_Start]:
    """Where the name may begin. Words before a later beginning (a house, a village) are dropped."""
    bare = [word.bare for word in words]
    starts = [_Start(0)]
    for at, word in enumerate(words):
        length, kinds = kind_phrase(bare, at)
        if length and at + length < len(words):
            starts.append(_Start(at + length, kinds, drops=at > 0))
        if word.begins and at:
            starts.append(_Start(at, drops=True))
    return starts[:_MOST_STARTS]


def _is_only_type(words: Sequence[str], *, is_cut: bool) -> bool:
    at = 0
    while at < len(words):
        length, _kinds = kind_phrase(words, at)
        if not length:
            # Cut in the middle: "thị" of "thị trấn".
            return is_cut and at == len(words) - 1 and any(phrase[0] == words[at] for phrase in KIND_PHRASES)
        at += length
    return True
