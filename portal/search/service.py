"""Every change of the index. Functions flush, and never commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.search import fulltext
from portal.search.entries import ANY_LOCALE, Entry, Facet
from portal.search.indexing import Indexed, clean, counted, digest, indexed, locale_tag, pairs, text_words, title_words
from portal.search.models import BODIES, ENTRIES, FACETS, WORDS

_T = TypeVar("_T")
_CHUNK = 500
_MANY = 1_000


class _Counts:
    """By how much the word counts change."""

    def __init__(self) -> None:
        self.titles: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()

    def add(self, row: dict[str, Any], texts: Iterable[str], sign: int) -> None:
        # The tag tells a search which other languages there are to leave out.
        common = ["", locale_tag(row["locale"])] if row["locale"] else [""]
        titles = title_words(row)
        common += map(counted, pairs(titles))
        for counter, words in ((self.titles, set(titles) - {fulltext.BREAK}), (self.texts, texts)):
            for word in (*words, *common):
                counter[word] += sign


def replace(entries: Iterable[Entry]) -> int:
    """Write the entries that are new or changed, known by kind, key and locale; how many were written."""
    session = db.session()
    fulltext.backend(session).lock(session)
    counts, written = _Counts(), 0
    for chunk in _chunks(entries):
        # The same page twice in one call: the later one counts.
        latest = {(entry.kind, entry.key, entry.locale or ANY_LOCALE): clean(entry) for entry in chunk}
        stored = _stored(session, {(kind, key) for kind, key, _ in latest})
        changed = {
            identity: entry
            for identity, entry in latest.items()
            if identity not in stored or stored[identity][1] != digest(entry)
        }
        _remove(session, [stored[identity][0] for identity in changed if identity in stored], counts)
        _add(session, [indexed(entry) for entry in changed.values()], counts)
        written += len(changed)
    _finish(session, counts, written)
    return written


def remove(kind: str, keys: Collection[str], *, locale: str | None = None) -> int:
    """Take pages out of the index, in every language or in one; how many entries went."""
    session = db.session()
    fulltext.backend(session).lock(session)
    counts, removed = _Counts(), 0
    for chunk in _chunks(keys):
        found = _stored(session, {(kind, key) for key in chunk})
        ids = [id_ for (_, _, its_locale), (id_, _) in found.items() if locale is None or its_locale == locale]
        _remove(session, ids, counts)
        removed += len(ids)
    _finish(session, counts, removed)
    return removed


def rebuild_if_stale() -> int:
    """Make the index again where a migration has emptied its word counts; how many entries were written."""
    session = db.session()
    has_counts = session.execute(select(WORDS.c.word).where(WORDS.c.word == "")).first()
    has_entries = session.execute(select(ENTRIES.c.id).limit(1)).first()
    return rebuild() if has_entries and not has_counts else 0


def rebuild() -> int:
    """Make the whole index again from the stored entries; how many there are."""
    session = db.session()
    backend = fulltext.backend(session)
    backend.lock(session)
    backend.clear(session)
    session.execute(delete(WORDS))
    counts = _Counts()
    ids = session.execute(select(ENTRIES.c.id).order_by(ENTRIES.c.id)).scalars().all()
    for chunk in _chunks(ids):
        entries = [clean(entry) for entry in _read(session, chunk)]
        _delete(session, chunk)
        _add(session, [indexed(entry) for entry in entries], counts)
    _apply(session, counts)
    backend.settle(session)
    return len(ids)


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _stored(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str, str], tuple[int, str]]:
    columns = ENTRIES.c
    rows = session.execute(
        select(columns.kind, columns.key, columns.locale, columns.id, columns.digest).where(
            tuple_(columns.kind, columns.key).in_(sorted(keys))
        )
    )
    return {(row.kind, row.key, row.locale): (row.id, row.digest) for row in rows}


def _add(session: Session, items: list[Indexed], counts: _Counts) -> None:
    if not items:
        return
    for item in items:
        counts.add(item.row, item.document.texts, 1)
    session.execute(insert(ENTRIES), [item.row for item in items])
    session.execute(insert(BODIES), [item.body for item in items])
    facets = [facet for item in items for facet in item.facets]
    if facets:
        session.execute(insert(FACETS), facets)
    fulltext.backend(session).add(session, [item.document for item in items])


def _remove(session: Session, ids: list[int], counts: _Counts) -> None:
    if not ids:
        return
    columns = ENTRIES.c
    statement = select(columns.locale, columns.folded, columns.summary, BODIES.c.body_folded).join_from(ENTRIES, BODIES)
    for row in session.execute(statement.where(columns.id.in_(ids))).mappings():
        counts.add(dict(row), text_words(dict(row), row["body_folded"]), -1)
    _delete(session, ids)
    fulltext.backend(session).remove(session, ids)


def _delete(session: Session, ids: list[int]) -> None:
    session.execute(delete(FACETS).where(FACETS.c.entry_id.in_(ids)))
    session.execute(delete(BODIES).where(BODIES.c.entry_id.in_(ids)))
    session.execute(delete(ENTRIES).where(ENTRIES.c.id.in_(ids)))


def _finish(session: Session, counts: _Counts, written: int) -> None:
    _apply(session, counts)
    if written >= _MANY:
        fulltext.backend(session).settle(session)


def _apply(session: Session, counts: _Counts) -> None:
    changed = sorted(word for word in counts.texts if counts.texts[word] or counts.titles[word])
    for chunk in _chunks(changed):
        rows = [{"the_word": word, "in_titles": counts.titles[word], "in_texts": counts.texts[word]} for word in chunk]
        known = set(session.execute(select(WORDS.c.word).where(WORDS.c.word.in_(chunk))).scalars())
        old = [row for row in rows if row["the_word"] in known]
        new = [
            {"word": row["the_word"], "titles": row["in_titles"], "texts": row["in_texts"]}
            for row in rows
            if row["the_word"] not in known
        ]
        if old:
            session.execute(
                update(WORDS)
                .where(WORDS.c.word == bindparam("the_word"))
                .values(titles=WORDS.c.titles + bindparam("in_titles"), texts=WORDS.c.texts + bindparam("in_texts")),
                old,
            )
        if new:
            session.execute(insert(WORDS), new)
    session.execute(delete(WORDS).where(WORDS.c.texts <= 0))


def _read(session: Session, ids: list[int]) -> Iterator[Entry]:
    facets: dict[int, list[Facet]] = {}
    for row in session.execute(select(FACETS).where(FACETS.c.entry_id.in_(ids))):
        facets.setdefault(row.entry_id, []).append(Facet(row.facet, row.slug, row.label))
    statement = select(ENTRIES, BODIES.c.body).join_from(ENTRIES, BODIES).where(ENTRIES.c.id.in_(ids))
    for row in session.execute(statement).all():
        yield Entry(
            kind=row.kind, key=row.key, locale=row.locale or None, title=row.title, summary=row.summary, body=row.body,
            keywords=row.keywords, url=row.url, codes=row.codes, facets=facets.get(row.id, ()),
            remoteness=row.remoteness,
        )  # fmt: skip
