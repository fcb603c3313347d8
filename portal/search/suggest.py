"""Suggestions while somebody types: titles and keywords only, the last word unfinished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.driver_select import DriverSelect
from portal.search import fulltext, small_words
from portal.search.finding import search
from portal.search.folding import aligned
from portal.search.identity import kind_order
from portal.search.knowledge import Knowledge, knowledge
from portal.search.models import ENTRIES
from portal.search.query import Word, parse
from portal.search.ranking import Candidate
from portal.search.retrieval import Scope
from portal.search.snippets import SnippetPart, cut, joined

MAX_SUGGESTIONS = 10
_SHORTEST = 2
_MAX_WORDS = 8
# Read in the order of ids, which is guides first, then the nearest office, then short titles.
_CAP = 40
_SCATTERED = 3
# With fewer pages than this whose titles begin so, what the whole search finds for finished words is welcome too.
_HANDFUL = 3
# A single word so long that nothing begins with is several written as one, or has a slip.
_LONG = 5
_SHOWN = ("kind", "title", "url")
_ROWS = DriverSelect(
    select(ENTRIES.c.id, *(ENTRIES.c[name] for name in _SHOWN)).where(
        ENTRIES.c.id.in_(bindparam("ids", expanding=True))
    )
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


class _Page(NamedTuple):
    """What a suggestion shows of a page."""

    kind: str
    title: str
    url: str


class _Found(NamedTuple):
    """The ids of pages, best first, whether the words stand in a row in them, and what is shown of all that match."""

    ids: list[int]
    is_together: bool
    pages: dict[int, _Page]


def suggest(text: str, locale: str, *, limit: int = 6) -> tuple[Suggestion, ...]:
    """Pages whose titles hold the words typed so far, best first; none for fewer than two letters."""
    query = parse(text)
    if sum(len(word.folded) for word in query.words) < _SHORTEST:
        return ()
    limit = min(max(limit, 1), MAX_SUGGESTIONS)
    session = db.session()
    known = knowledge()
    scope = Scope([], locale)
    others = scope.others(known.locale_tags)
    typed = _kept(query.words[:_MAX_WORDS], bare=query.is_bare)
    literal, is_together, pages = _titles(session, known, typed, others)
    meant: list[int] = []
    wanted = {word.folded for word in typed[:-1]}
    rewritings = known.lexicon.rewritings(query.words, bare=query.is_bare)
    is_whole = bool(rewritings) and rewritings[0].is_whole
    for rewriting in rewritings:
        if is_whole or len(literal) + len(meant) < limit:
            kept = _kept(rewriting.words[:_MAX_WORDS], bare=query.is_bare)
            wanted.add(" ".join(word.folded for word in kept))
            more = _titles(session, known, kept, others)
            meant += more.ids
            pages |= more.pages
    if is_whole and meant and not is_together:
        literal = []
    # What is known of all words says more than the words themselves; guides say most.
    found = [*meant, *literal] if is_whole else [*literal, *meant]
    found = list(dict.fromkeys([*filter(_is_guide, found), *found]))
    if len(found) < _HANDFUL and (len(query.words) > 1 or (not found and len(query.words[0].folded) >= _LONG)):
        outcome = search(text, scope)
        if not outcome.is_near:
            found = list(dict.fromkeys([*found, *(one.id for one in outcome.judgements[:limit])]))
    shown = found[: 3 * limit]
    if missing := [id_ for id_ in shown if id_ not in pages]:
        pages |= {row[0]: _Page(*row[1:]) for row in _ROWS.rows_within(session, ids=missing)}
    # Ten provinces' procedures of the same name are one suggestion.
    named = {pages[id_].title: pages[id_] for id_ in reversed(shown) if id_ in pages}
    chosen = list(reversed(named.values()))[:limit]
    # What is known of all words leaves nothing unfinished.
    unfinished = f" {typed[-1].folded}" + (" " if is_whole else "")
    needles = {unfinished, *(f" {words} " for words in wanted)}
    return tuple(Suggestion(*page, _marked(page.title, needles)) for page in chosen)


def _is_guide(id_: int) -> bool:
    return kind_order(id_) == 0


def _kept(words: Sequence[Word], *, bare: bool) -> list[Word]:
    """The words that tell something; the last one is unfinished and always does."""
    stops = small_words.stopped(["" if word.is_meant else word.marked for word in words[:-1]], bare=bare)
    return [word for word, stop in zip(words, [*stops, False], strict=True) if not stop]


def _titles(session: Session, known: Knowledge, words: Sequence[Word], others: Sequence[str]) -> _Found:
    """The pages whose title or keywords hold all words and the beginning of the last."""
    finished, beginning = [word.folded for word in words[:-1]], words[-1].folded
    typed = fulltext.Unfinished(
        words=finished,
        beginning=beginning,
        completions=known.completions(beginning),
        with_words=min(map(known.titles_with, finished), default=known.entries),
        with_beginning=known.titles_begun(beginning),
        titles=known.entries,
    )
    rows = fulltext.backend(session).begun(session, typed, others, *_SHOWN, cap=_CAP)
    pages = {row[0]: _Page(*row[4:]) for row in rows}
    run = " " + " ".join([word.folded for word in words])
    marks = [f" {word.marked}" for word in words if word.marked != word.folded]
    placed = sorted([(_place(one, run, marks), one.id) for one in (Candidate(*row[:4]) for row in rows)])
    if not placed:
        return _Found([], is_together=False, pages={})
    # Beside words in a row, scattered ones are in the way, and beside the marks that were typed other ones.
    is_together = any(place.run < _SCATTERED for place, _ in placed)
    best = placed[0][0]
    ids = [
        id_
        for place, id_ in placed
        if (place.run < _SCATTERED or not is_together) and place.other_marks == best.other_marks
    ]
    return _Found(ids, is_together, pages)


def _place(one: Candidate, run: str, marks: Sequence[str]) -> _Place:
    title = one.folded.partition("_")[0]
    place = 0 if title.startswith(run) else 1 if run in title else 2 if run in one.folded else _SCATTERED
    other_marks = any(mark not in one.marked for mark in marks)
    return _Place(other_marks, max(place, 1), kind_order(one.id), place)


def _marked(title: str, needles: Iterable[str]) -> tuple[SnippetPart, ...]:
    """The title, cut where the needles stand: folded words with a space before, and one behind where they are whole."""
    padded = f" {aligned(title)} "
    spans: list[tuple[int, int]] = []
    for needle in needles:
        place = padded.find(needle)
        while place >= 0:
            spans.append((place, place + len(needle.strip())))
            place = padded.find(needle, place + 1)
    return cut(title, [(start, end) for start, end, _ in joined(title, spans)])
