"""Why a page stands where it does: for editors who ask "why did this rank here"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.search.finding import Outcome, search
from portal.search.models import ENTRIES
from portal.search.query import Reading
from portal.search.ranking import Judgement, level_name
from portal.search.retrieval import Scope


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit and what speaks for it: words and pairs found in title or keywords, in the text only, and nowhere."""

    place: int
    kind: str
    key: str
    title: str
    level: str
    coverage: float
    score: float
    reading: int
    in_title: tuple[str, ...]
    in_text: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a text was read, and its hits. `weights`: each word or pair, how many titles hold it, and its weight."""

    readings: tuple[Reading, ...]
    weights: tuple[tuple[str, int, int], ...]
    hits: tuple[Explained, ...]
    is_near: bool


def explain(text: str, locale: str, *, limit: int = 5, key: str | None = None) -> Explanation:
    """Search, and say why. With `key` (a guide's slug or a code) also that page, however far behind it stands."""
    outcome = search(text, Scope([], locale))
    session = db.session()
    rows = {
        row.id: row
        for row in session.execute(
            select(ENTRIES.c.id, ENTRIES.c.kind, ENTRIES.c.key, ENTRIES.c.title).where(
                ENTRIES.c.id.in_([one.id for one in outcome.judgements])
            )
        )
    }
    hits = [
        _explained(outcome, place, judgement, rows[judgement.id])
        for place, judgement in enumerate(outcome.judgements, start=1)
        if place <= limit or rows[judgement.id].key == key
    ]
    return Explanation(tuple(outcome.readings), tuple(_weights(outcome)), tuple(hits), outcome.is_near)


def _weights(outcome: Outcome) -> Iterator[tuple[str, int, int]]:
    seen: set[str] = set()
    for reading in outcome.readings:
        for term in (*reading.terms, *reading.pairs):
            if term.word not in seen:
                seen.add(term.word)
                yield term.word, outcome.statistics.counts(term.word).titles, outcome.statistics.in_title(term)


def _explained(outcome: Outcome, place: int, judgement: Judgement, row: Any) -> Explained:
    candidate, words = outcome.candidates[judgement.id]
    reading = outcome.readings[judgement.reading]
    in_title = [term.word for term in (*reading.terms, *reading.pairs) if f" {term.word} " in candidate.folded]
    bits = {word: 1 << place for place, word in enumerate(words)}
    others = [term.word for term in reading.terms if term.word not in in_title]
    return Explained(
        place=place,
        kind=row.kind,
        key=row.key,
        title=row.title,
        level=level_name(judgement.level),
        coverage=judgement.coverage,
        score=-judgement.score,
        reading=judgement.reading,
        in_title=tuple(in_title),
        in_text=tuple(word for word in others if bits.get(word, 0) & candidate.in_text),
        missing=tuple(word for word in others if not bits.get(word, 0) & candidate.in_text),
    )
