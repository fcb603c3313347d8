"""Every SELECT of the search: finding, and browsing by facet and letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.driver_select import DriverSelect
from portal.core.text import clean_line
from portal.search.entries import ANY_LOCALE, seen_in, shown_as
from portal.search.finding import Outcome, search
from portal.search.folding import sort_key
from portal.search.indexing import filter_groups
from portal.search.models import BODIES, ENTRIES, FACETS, KINDS
from portal.search.ranking import Judgement
from portal.search.retrieval import Scope
from portal.search.snippets import Marker, Needle, SnippetPart

MAX_LIMIT = 100
# Beyond any list, within what both databases take for a number.
_MAX_OFFSET = 1_000_000_000
# Slugs and letters may come from an address: what PostgreSQL cannot take (NUL, lone surrogates) finds nothing.
_MAX_SLUG = 200
_NO_FACETS: Mapping[str, str] = {}
_ITEM = select(*(ENTRIES.c[name] for name in ("kind", "key", "locale", "title", "url", "summary", "codes")))
_HITS = DriverSelect(_ITEM.add_columns(ENTRIES.c.id).where(ENTRIES.c.id.in_(bindparam("ids", expanding=True))))
_BODIES = DriverSelect(
    select(BODIES.c.entry_id, BODIES.c.body, BODIES.c.body_folded).where(
        BODIES.c.entry_id.in_(bindparam("ids", expanding=True))
    )
)


@dataclass(frozen=True, slots=True)
class Item:
    """A page in a list. `locale` None: the page is the same in every language."""

    kind: str
    key: str
    locale: str | None
    title: str
    url: str
    summary: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit(Item):
    """A page that was found, with its title and the telling part of its text cut into marked and unmarked parts."""

    title_parts: tuple[SnippetPart, ...]
    snippet: tuple[SnippetPart, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits. `words` are those searched for; `total` is a lower bound where `total_is_capped`.

    `is_near`: no page answers all of what was typed; these come nearest. `read_as`: the words that were searched for
    instead, where a typing error was mended.
    """

    hits: tuple[Hit, ...]
    total: int
    words: tuple[str, ...]
    total_is_capped: bool
    is_near: bool = False
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how long the list is."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a facet, and how many pages have it."""

    slug: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Initial:
    """A letter of an A-Z list, and how many pages stand under it."""

    letter: str
    count: int


def find(
    text: str,
    locale: str,
    *,
    kinds: Sequence[str] = (),
    facets: Mapping[str, str] = _NO_FACETS,
    limit: int = 10,
    offset: int = 0,
) -> Results:
    """The pages that answer what was typed, best first; only those in `locale`, or the same in every language."""
    session = db.session()
    outcome = search(text, Scope(filter_groups(kinds, facets.items()), locale))
    offset = max(offset, 0)
    shown = outcome.judgements[offset : offset + min(max(limit, 1), MAX_LIMIT)]
    return Results(
        _hits(session, [one.id for one in shown], Marker(_telling(outcome, shown))),
        len(outcome.judgements),
        outcome.readings[0].words if outcome.readings else (),
        outcome.is_capped,
        outcome.is_near,
        outcome.read_as,
    )


def _telling(outcome: Outcome, shown: Sequence[Judgement]) -> list[Needle]:
    """The words to mark: what was typed and what the pages answer to, the rarest first, which tell most."""
    numbers = sorted({0, *(one.reading for one in shown)}) if outcome.readings else []
    terms = {term.word: term for number in numbers for term in outcome.readings[number].terms}
    telling = sorted(terms.values(), key=lambda term: (-outcome.statistics.in_text(term), term.word))
    return [Needle(term.word, term.marked) for term in telling]


def _hits(session: Session, ids: list[int], marker: Marker) -> tuple[Hit, ...]:
    if not ids:
        return ()
    rows = {row.id: row for row in _HITS.rows_within(session, ids=ids)}
    # Bodies are long, and most hits speak for themselves.
    unclear = [row.id for row in rows.values() if not marker.says_enough(row.title, row.summary)]
    bodies = (
        {row.entry_id: (row.body, row.body_folded) for row in _BODIES.rows_within(session, ids=unclear)}
        if unclear
        else {}
    )
    return tuple(
        Hit(
            row.kind, row.key, shown_as(row.locale), row.title, row.url, row.summary, tuple(row.codes),
            marker.parts(row.title), marker.snippet(row.title, row.summary, *bodies.get(row.id, ("", ""))),
        )
        for row in (rows[id_] for id_ in ids if id_ in rows)
    )  # fmt: skip


def listing(
    locale: str,
    *,
    facets: Mapping[str, str] = _NO_FACETS,
    kinds: Sequence[str] = (),
    initial: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Listing:
    """Pages to browse: guides, then records, then the catalogue, each in alphabetical order."""
    where = _conditions(locale, kinds, facets)
    if initial:
        where.append(ENTRIES.c.initial == clean_line(initial, 10).upper())
    columns = ENTRIES.c
    statement = (
        _ITEM.where(*where)
        .order_by(columns.kind_order, columns.sort_title, columns.id)
        .limit(min(max(limit, 1), MAX_LIMIT))
        .offset(min(max(offset, 0), _MAX_OFFSET))
    )
    total = db.session.execute(select(func.count()).select_from(ENTRIES).where(*where)).scalar_one()
    items = (
        Item(row.kind, row.key, shown_as(row.locale), row.title, row.url, row.summary, tuple(row.codes))
        for row in db.session.execute(statement)
    )
    return Listing(tuple(items), total)


@memoised_by_content
def facet_terms(facet: str, locale: str, kinds: tuple[str, ...] = ()) -> tuple[Term, ...]:
    """The values of a facet in alphabetical order, with labels in `locale` where an entry has them."""
    statement = _label_counts(facet).where(FACETS.c.locale.in_(seen_in(locale)))
    rows = db.session.execute(statement.where(FACETS.c.kind.in_(kinds)) if kinds else statement).all()
    labels, totals = _best_labels(rows, locale), Counter[str]()
    for row in rows:
        totals[row.slug] += row.entries
    terms = [Term(slug, label, totals[slug]) for slug, label in labels.items()]
    return tuple(sorted(terms, key=lambda term: (sort_key(term.label), term.slug)))


def facet_label(facet: str, slug: str, locale: str = ANY_LOCALE) -> str | None:
    """How a value of a facet is written; None where no page has it."""
    rows = db.session.execute(_label_counts(facet).where(FACETS.c.slug == clean_line(slug, _MAX_SLUG)))
    return next((label for label in _best_labels(rows, locale).values()), None)


@memoised_by_content
def facet_members(facet: str, kind: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """For the key of every page of a kind: the values of a facet that it has, as (slug, label)."""
    statement = (
        select(ENTRIES.c.key, FACETS.c.slug, FACETS.c.label)
        .join(FACETS, FACETS.c.entry_id == ENTRIES.c.id)
        .where(FACETS.c.facet == facet, ENTRIES.c.kind == kind)
        .order_by(ENTRIES.c.key, FACETS.c.slug, FACETS.c.label)
    )
    found: dict[str, dict[str, str]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.key, {}).setdefault(row.slug, row.label)
    return {key: tuple(values.items()) for key, values in found.items()}


def initials(locale: str, kinds: Sequence[str] = (), *, facets: Mapping[str, str] = _NO_FACETS) -> list[Initial]:
    """The letters under which there are pages, '#' last."""
    column = ENTRIES.c.initial
    statement = select(column, func.count()).where(*_conditions(locale, kinds, facets)).group_by(column)
    letters = [Initial(letter, count) for letter, count in db.session.execute(statement)]
    return sorted(letters, key=lambda initial: (initial.letter == "#", initial.letter))


def kind_counts(locale: str, *, facets: Mapping[str, str] = _NO_FACETS) -> dict[str, int]:
    """How many pages there are of every kind, in the order of the lists; kinds without pages are left out."""
    order = ENTRIES.c.kind_order
    statement = select(order, func.count()).where(*_conditions(locale, (), facets)).group_by(order).order_by(order)
    return {KINDS[place]: count for place, count in db.session.execute(statement)}


def keys(kind: str) -> set[str]:
    """The keys of all pages of a kind, for a caller that wants to remove those that are gone."""
    return set(db.session.execute(select(ENTRIES.c.key).where(ENTRIES.c.kind == kind)).scalars())


def known_urls(urls: Collection[str]) -> set[str]:
    """Those of the addresses at which there is a page of the index."""
    return set(db.session.execute(select(ENTRIES.c.url).where(ENTRIES.c.url.in_(sorted(urls)))).scalars())


def _conditions(locale: str, kinds: Sequence[str], facets: Mapping[str, str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [ENTRIES.c.locale.in_(seen_in(locale))]
    if kinds:
        conditions.append(ENTRIES.c.kind.in_(kinds))
    for facet, slug in facets.items():
        having = select(FACETS.c.entry_id).where(FACETS.c.facet == facet, FACETS.c.slug == clean_line(slug, _MAX_SLUG))
        conditions.append(ENTRIES.c.id.in_(having))
    return conditions


def _label_counts(facet: str) -> Select[Any]:
    columns = FACETS.c
    return (
        select(columns.slug, columns.label, columns.locale, func.count().label("entries"))
        .where(columns.facet == facet)
        .group_by(columns.slug, columns.label, columns.locale)
    )


def _best_labels(rows: Iterable[Any], locale: str) -> dict[str, str]:
    """For every value the label in `locale`, else the most usual one."""
    best: dict[str, tuple[bool, int, str]] = {}
    for row in rows:
        choice = (row.locale == locale, row.entries, row.label)
        best[row.slug] = max(best.get(row.slug, choice), choice)
    return {slug: label for slug, (_, _, label) in best.items()}
