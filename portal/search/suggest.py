"""Suggestions while somebody types: titles and keywords only, the last word unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.search import fulltext, small_words
from portal.search.folding import aligned
from portal.search.identity import kind_order
from portal.search.knowledge import knowledge
from portal.search.models import ENTRIES
from portal.search.query import Word, parse
from portal.search.ranking import Candidate
from portal.search.retrieval import Scope
from portal.search.snippets import SnippetPart

MAX_SUGGESTIONS = 10
_SHORTEST = 2
_MAX_WORDS = 8
# Read in the order of ids, which is guides first, then the nearest office, then short titles.
_CAP = 60
_SCATTERED = 3
_ROWS = select(ENTRIES.c.id, ENTRIES.c.kind, ENTRIES.c.title, ENTRIES.c.url).where(
    ENTRIES.c.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page that may be meant. `url` is a path without language, or an address elsewhere."""

    kind: str
    title: str
    url: str
    title_parts: tuple[SnippetPart, ...]


class _Place(NamedTuple):
    """Where the words stand; sorts the pages. Those with the marks that were typed come first.

    `run` is 0 where the title begins with the words in a row, 1 where it holds them, 2 where a keyword does, 3 where
    they are scattered; whether a title begins with them matters less than the kind of page.
    """

    other_marks: bool
    rough_run: int
    kind: int
    run: int


def suggest(text: str, locale: str, *, limit: int = 6) -> tuple[Suggestion, ...]:
    """Pages whose titles hold the words typed so far, best first; none for fewer than two letters."""
    query = parse(text)
    if sum(len(word.folded) for word in query.words) < _SHORTEST:
        return ()
    limit = min(max(limit, 1), MAX_SUGGESTIONS)
    session = db.session()
    fulltext.backend(session).prepare(session)
    known = knowledge()
    others = Scope([], locale).others(known.locale_tags)
    typed = _kept(query.words[:_MAX_WORDS], bare=query.is_bare)
    found = _titles(session, typed, others)
    wanted = [*typed]
    for meant in known.lexicon.rewritings(query.words, bare=query.is_bare):
        if len(found) >= limit:
            break
        kept = _kept(meant[:_MAX_WORDS], bare=query.is_bare)
        wanted += kept
        found += [id_ for id_ in _titles(session, kept, others) if id_ not in found]
    rows = {row.id: row for row in session.execute(_ROWS, {"ids": found[:limit]})} if found else {}
    return tuple(
        Suggestion(row.kind, row.title, row.url, _marked(row.title, wanted))
        for row in (rows[id_] for id_ in found[:limit] if id_ in rows)
    )


def _kept(words: Sequence[Word], *, bare: bool) -> list[Word]:
    """The words that tell something; the last one is unfinished and always does."""
    stops = small_words.stopped(["" if word.is_meant else word.marked for word in words[:-1]], bare=bare)
    return [word for word, stop in zip(words, [*stops, False], strict=True) if not stop]


def _titles(session: Session, words: Sequence[Word], others: Sequence[str]) -> list[int]:
    """The ids of pages whose title or keywords hold all words and the beginning of the last, best first."""
    groups = [[word.folded] for word in words[:-1]] + [[words[-1].folded + fulltext.PREFIX]]
    backend = fulltext.backend(session)
    match = backend.expression(groups, others)
    rows = session.execute(backend.first(fulltext.TITLES), {"match": match, "bits": 0, "cap": _CAP}).all()
    placed = sorted((_place(one, words), one.id) for one in (Candidate(*row) for row in rows))
    # Beside words in a row, words scattered over a title are in the way.
    if len(placed) > 1 and any(place.run < _SCATTERED for place, _ in placed):
        placed = [(place, id_) for place, id_ in placed if place.run < _SCATTERED]
    return [id_ for _, id_ in placed]


def _place(one: Candidate, words: Sequence[Word]) -> _Place:
    run = " " + " ".join(word.folded for word in words)
    title = one.folded.partition("_")[0]
    place = 0 if title.startswith(run) else 1 if run in title else 2 if run in one.folded else _SCATTERED
    has_marks = all(f" {word.marked}" in one.marked for word in words if word.marked != word.folded)
    return _Place(not has_marks, max(place, 1), kind_order(one.id), place)


def _marked(title: str, words: Sequence[Word]) -> tuple[SnippetPart, ...]:
    """The title, cut where the beginnings of its words were typed."""
    padded = f" {aligned(title)}"
    spans: set[int] = set()
    for word in words:
        place = padded.find(f" {word.folded}")
        while place >= 0:
            spans.update(range(place, place + len(word.folded)))
            place = padded.find(f" {word.folded}", place + 1)
    parts: list[SnippetPart] = []
    for place, letter in enumerate(title):
        is_matched = place in spans or (letter == " " and place - 1 in spans and place + 1 in spans)
        if parts and parts[-1].matched == is_matched:
            parts[-1] = SnippetPart(parts[-1].text + letter, is_matched)
        else:
            parts.append(SnippetPart(letter, is_matched))
    return tuple(parts)
