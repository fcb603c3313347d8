"""The full-text tables: FTS5 on SQLite, tsvector and GIN on PostgreSQL, under the same names and one interface.

`search_titles` knows title, keywords and codes with the order of their words; `search_texts` knows all words of an
entry without order. Both hold words that are folded already (ASCII letters and digits), so no tokenizer has an opinion,
and tags such as "_3f…" for language, kind and facets, so that a filter is one more word.
"""

# ruff: noqa: S608  (only our own names are put into statements; what people type is bound)

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import BigInteger, Connection, String, column, func, select, text
from sqlalchemy.orm import Session

from portal.core.driver_select import DriverSelect
from portal.search.folding import MAX_WORD
from portal.search.identity import TITLE_WORDS_SQL

TITLES = "search_titles"
TEXTS = "search_texts"
_TABLES = (TITLES, TEXTS)
# One bit for every word that may be looked for in texts.
TEXT_BITS = 20
# Stands between the title and each keyword, so that no phrase runs across.
BREAK = "_"
TAG_MARK = "_"
# Between the words of a pair: a letter of a word for both databases, and none of ours.
_PAIR_MARK = "_"
# Room for the letter that tells a pair from a word where both are counted.
_LONGEST_PAIR = MAX_WORD - 1

# Behind a term that is only the beginning of a word.
PREFIX = "*"

# Every group must match, by any of its terms. A term is a word, a tag, a phrase with spaces, or a word's beginning with
# `PREFIX` behind it (the last two in titles only).
Groups: TypeAlias = Sequence[Sequence[str]]

# `detail=none` leaves out positions, which only phrases need; ranking is ours, so no column sizes either.
SQLITE_DDL = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TITLES} USING fts5(words, tokenize=\"ascii tokenchars '_'\", columnsize=0)",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TEXTS} "
    "USING fts5(words, tokenize=\"ascii tokenchars '_'\", columnsize=0, detail=none)",
)
# The vectors are built from words in Python: PostgreSQL's parser would take some for numbers, hosts or paths.
# Without `fastupdate=off` every search after an import would read the pending list.
POSTGRESQL_DDL = tuple(
    statement
    for name in _TABLES
    for statement in (
        f"CREATE TABLE IF NOT EXISTS {name} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX IF NOT EXISTS ix_{name}_words ON {name} USING gin (words) WITH (fastupdate = off)",
    )
)
_DDL = {"sqlite": SQLITE_DDL, "postgresql": POSTGRESQL_DDL}
# One writer at a time keeps the word counts right; any number that nothing else locks.
_WRITER_LOCK = 7_236_511


class Part(NamedTuple):
    """Of a search for the documents in which most weight comes together: where to look for what, and what it gives.

    `value` is a weight, and below it TEXT_BITS bits.
    """

    table: str
    match: str
    value: int


class Unfinished(NamedTuple):
    """Words of titles, and behind them the beginning of one more.

    `completions` are the words that it may become. `with_words`, `with_beginning`: how many titles have the rarest of
    the words, and one of those that it may become (a title with two counts twice), of `titles` in all.
    """

    words: Sequence[str]
    beginning: str
    completions: Sequence[str]
    with_words: int
    with_beginning: int
    titles: int


@dataclass(frozen=True, slots=True)
class Document:
    """The words of an entry: `titles` in order, with breaks, and their `pairs`; `texts` once each. Tags are in both."""

    id: int
    titles: Sequence[str]
    pairs: Sequence[str]
    texts: Sequence[str]
    tags: Sequence[str]


def tag(name: str, value: str) -> str:
    """The word under which a filter is indexed; no page and no query contains it, because words have no underscore."""
    return TAG_MARK + hashlib.blake2b(f"{name}={value}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def pair(left: str, right: str) -> str:
    """Two words side by side as one word of the index."""
    return f"{left}{_PAIR_MARK}{right}"


def pairs_of(words: Iterable[str]) -> list[str]:
    """The pairs of neighbours, without those that are too long for the index or run across a break."""
    found = (pair(left, right) for left, right in pairwise(words) if BREAK not in {left, right})
    return [one for one in found if len(one) <= _LONGEST_PAIR]


def create(connection: Connection) -> None:
    """Make the full-text tables; called by `metadata.create_all` and by the migration."""
    for statement in _DDL[connection.dialect.name]:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove the full-text tables."""
    for name in _TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))


def is_fulltext_object(name: str | None) -> bool:
    """Whether a table or index belongs to the full-text tables, which Alembic must not compare."""
    return bool(name) and str(name).removeprefix("ix_").startswith(_TABLES)


class Backend(Protocol):
    """What differs between the databases."""

    def lock(self, session: Session, /) -> None:
        """Keep other writers of the index waiting until this transaction ends."""

    def add(self, session: Session, documents: Iterable[Document]) -> None:
        """Index documents that are not in the index yet."""

    def remove(self, session: Session, ids: Iterable[int]) -> None:
        """Take documents out of the index."""

    def clear(self, session: Session) -> None:
        """Empty the index."""

    def settle(self, session: Session) -> None:
        """After many changes: leave the index fast to read."""

    def expression(self, groups: Groups, without: Sequence[str]) -> str:
        """A query in the database's own language: all groups, and none of the tags in `without`."""

    def first(self, session: Session, groups: Groups, without: Sequence[str], *, cap: int) -> Sequence[Any]:
        """The `cap` lowest ids of the documents whose titles match, with what ranking reads, and no bits."""

    def begun(self, session: Session, typed: Unfinished, without: Sequence[str], *more: str, cap: int) -> Sequence[Any]:
        """The same for titles that have all words and one that begins so, with more columns of their entries."""

    def heaviest(self, session: Session, parts: Sequence[Part], *, cap: int, per_title_word: int) -> Sequence[Any]:
        """The `cap` documents in which most weight comes together, with what ranking reads, and the sum of their bits.

        Of the weight `per_title_word` thousandths are lost for every word of the title.
        """


class SqliteBackend:
    """FTS5, whose rowid is the document's id."""

    def lock(self, _session: Session, /) -> None:
        """SQLite has one writer anyway."""

    def add(self, session: Session, documents: Iterable[Document]) -> None:
        """Index documents that are not in the index yet."""
        # FTS5 starts a new segment whenever an id is lower than the one before it.
        ordered = sorted(documents, key=lambda document: document.id)
        for name, words in ((TITLES, _title_words), (TEXTS, _text_words)):
            rows = [{"id": document.id, "words": " ".join(words(document))} for document in ordered]
            if rows:
                session.execute(text(f"INSERT INTO {name} (rowid, words) VALUES (:id, :words)"), rows)

    def remove(self, session: Session, ids: Iterable[int]) -> None:
        """Take documents out of the index."""
        rows = [{"id": id_} for id_ in sorted(ids)]
        for name in _TABLES if rows else ():
            session.execute(text(f"DELETE FROM {name} WHERE rowid = :id"), rows)

    def clear(self, session: Session) -> None:
        """Empty the index."""
        for name in _TABLES:
            session.execute(text(f"DELETE FROM {name}"))

    def settle(self, session: Session) -> None:
        """Merge the segments into one."""
        for name in _TABLES:
            session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))

    def expression(self, groups: Groups, without: Sequence[str]) -> str:
        """A query in the language of FTS5."""
        wanted = " AND ".join("(" + " OR ".join(map(_phrase, group)) + ")" for group in groups)
        unwanted = " OR ".join(f'"{term}"' for term in without)
        return f"({wanted}) NOT ({unwanted})" if unwanted else wanted

    def first(self, session: Session, groups: Groups, without: Sequence[str], *, cap: int) -> Sequence[Any]:
        """The lowest ids of the documents that match: the order in which FTS5 finds them, so it can stop early."""
        return _first(_MATCHING).rows_within(session, match=self.expression(groups, without), cap=cap)

    def begun(self, session: Session, typed: Unfinished, without: Sequence[str], *more: str, cap: int) -> Sequence[Any]:
        """Titles that have all words and one that begins so: for a prefix all would be gathered, for words not."""
        last = typed.completions or [typed.beginning]
        if typed.beginning[0].isdigit():
            last = [typed.beginning + PREFIX]
        match = self.expression([*([word] for word in typed.words), last], without)
        return _first(_MATCHING, *more).rows_within(session, match=match, cap=cap)

    def heaviest(self, session: Session, parts: Sequence[Part], *, cap: int, per_title_word: int) -> Sequence[Any]:
        """The documents in which most weight comes together: one SELECT for each part, which costs nothing to plan."""
        of_part = "SELECT rowid AS id, CAST(:value{n} AS bigint) AS value FROM {index} WHERE {index} MATCH :match{n}"
        statement = _heaviest(tuple(of_part.format(n=n, index=part.table) for n, part in enumerate(parts)))
        values: dict[str, str | int] = {"cap": cap, "per_title_word": per_title_word}
        for n, part in enumerate(parts):
            values |= {f"match{n}": part.match, f"value{n}": part.value}
        return statement.rows_within(session, **values)


class PostgresBackend:
    """Vectors in narrow tables of their own, so that reading many ids does not drag the pages' text along.

    What to match is a subquery, which hides it from the planner: where that knows how common the words are, it takes
    reading all vectors, which lie compressed beside the table, for cheap.
    """

    def lock(self, session: Session, /) -> None:
        """Keep other writers of the index waiting until this transaction ends."""
        session.execute(select(func.pg_advisory_xact_lock(_WRITER_LOCK)))

    def add(self, session: Session, documents: Iterable[Document]) -> None:
        """Index documents that are not in the index yet."""
        documents = list(documents)
        ids = [document.id for document in documents]
        for name, vector in ((TITLES, _title_vector), (TEXTS, _text_vector)):
            # One statement for all rows; the driver's executemany sends one for each.
            statement = text(
                f"INSERT INTO {name} (id, words) SELECT id, CAST(words AS tsvector) "
                "FROM unnest(CAST(:ids AS bigint[]), CAST(:words AS text[])) AS rows (id, words)"
            )
            session.execute(statement, {"ids": ids, "words": [vector(document) for document in documents]})

    def remove(self, session: Session, ids: Iterable[int]) -> None:
        """Take documents out of the index."""
        for name in _TABLES:
            session.execute(text(f"DELETE FROM {name} WHERE id = ANY(:ids)"), {"ids": list(ids)})

    def clear(self, session: Session) -> None:
        """Empty the index."""
        for name in _TABLES:
            session.execute(text(f"DELETE FROM {name}"))

    def settle(self, session: Session) -> None:
        """Tell the planner, which would otherwise believe in small tables until autovacuum comes by."""
        session.execute(text(f"ANALYZE {', '.join(_TABLES)}, search_entries, search_facets, search_words"))

    def expression(self, groups: Groups, without: Sequence[str]) -> str:
        """A tsquery."""
        wanted = ["(" + " | ".join(_tsquery(term) for term in group) + ")" for group in groups]
        return " & ".join([*wanted, *(f"!{_tsquery(term)}" for term in without)])

    def first(self, session: Session, groups: Groups, without: Sequence[str], *, cap: int) -> Sequence[Any]:
        """The lowest ids of the documents that match."""
        return _first(_GATHERED).rows_within(session, match=self.expression(groups, without), cap=cap)

    def begun(self, session: Session, typed: Unfinished, without: Sequence[str], *more: str, cap: int) -> Sequence[Any]:
        """Titles that have all words and one that begins so.

        The index gathers the titles of every word with that beginning, which takes longest where nearly all have one.
        So where many titles match, they are met soon enough in the order of their ids; and where the words are much
        rarer than the beginning, only the titles that have them are looked at for it.
        """
        words, last = [[word] for word in typed.words], [typed.beginning + PREFIX]
        match = self.expression([*words, last], without)
        if min(typed.with_words, typed.with_beginning) > typed.titles * _OFTEN:
            return _first(_MET, *more).rows_within(session, match=match, cap=cap)
        if words and typed.with_words * _MUCH_RARER < typed.with_beginning:
            narrow = self.expression(words, without)
            return _first(_SIFTED, *more).rows_within(
                session, narrow=narrow, match=self.expression([last], ()), cap=cap
            )
        return _first(_GATHERED, *more).rows_within(session, match=match, cap=cap)

    def heaviest(self, session: Session, parts: Sequence[Part], *, cap: int, per_title_word: int) -> Sequence[Any]:
        """The documents in which most weight comes together.

        The parts are bound as lists: one text for any number of them stays prepared, and planning as many SELECTs took
        longer than running them.
        """
        values: dict[str, str | int] = {"cap": cap, "per_title_word": per_title_word}
        for index in _TABLES:
            mine = [part for part in parts if part.table == index]
            values[f"{index}_matches"] = _SEPARATOR.join(part.match for part in mine)
            values[f"{index}_values"] = _SEPARATOR.join(str(part.value) for part in mine)
        return _heaviest(_PARTS).rows_within(session, **values)


def backend(session: Session) -> Backend:
    """The backend for the database behind a session."""
    return _BACKENDS[session.get_bind().dialect.name]


# How the lowest ids of matching titles are found: by FTS5 in their order; on PostgreSQL by gathering all (a bare `id`
# would invite the planner to walk the primary key), by testing one after the other in their order, or by testing those
# that match something narrower.
_MATCHING = f"SELECT rowid AS id FROM {TITLES} WHERE {TITLES} MATCH :match ORDER BY rowid"
_GATHERED = f"SELECT id FROM {TITLES} WHERE words @@ (SELECT CAST(:match AS tsquery)) ORDER BY id + 0"
_MET = f"SELECT id FROM {TITLES} WHERE (words @@ (SELECT CAST(:match AS tsquery))) IS TRUE ORDER BY id"
_SIFTED = (
    f"SELECT id FROM {TITLES} WHERE words @@ (SELECT CAST(:narrow AS tsquery)) "
    "AND (words @@ (SELECT CAST(:match AS tsquery))) IS TRUE ORDER BY id + 0"
)
# Titles with words that more than this part of all have are met soon.
_OFTEN = 0.3
# Testing a title takes about so many times as long as gathering one.
_MUCH_RARER = 10
_SEPARATOR = ";"
_PARTS = tuple(
    "SELECT document.id, part.value FROM unnest("
    f"CAST(string_to_array(:{index}_matches, '{_SEPARATOR}') AS tsquery[]), "
    f"CAST(string_to_array(:{index}_values, '{_SEPARATOR}') AS bigint[])) AS part (match, value) "
    # OFFSET 0 keeps the planner from turning it round: each document held against each part.
    f"CROSS JOIN LATERAL (SELECT id FROM {index} WHERE words @@ part.match OFFSET 0) AS document"
    for index in _TABLES
)
_BACKENDS: dict[str, Backend] = {"sqlite": SqliteBackend(), "postgresql": PostgresBackend()}


def _title_words(document: Document) -> list[str]:
    return [*document.titles, BREAK, *document.pairs, *document.tags]


def _text_words(document: Document) -> list[str]:
    return [*document.texts, *document.tags]


def _title_vector(document: Document) -> str:
    # PostgreSQL keeps positions up to 16,383; the caps in `indexing` stay far below.
    words = enumerate(_title_words(document), start=1)
    return " ".join(f"'{word}':{place}" for place, word in words if word != BREAK)


def _text_vector(document: Document) -> str:
    return " ".join(f"'{word}'" for word in _text_words(document))


def _phrase(term: str) -> str:
    whole = term.removesuffix(PREFIX)
    return f'"{whole}"' if whole == term else f'"{whole}" *'


def _tsquery(term: str) -> str:
    whole = term.removesuffix(PREFIX)
    if whole != term:
        return f"'{whole}':*"
    words = whole.split()
    row = "<->".join(f"'{word}'" for word in words)
    # Places are not in the index: for a row of words PostgreSQL reads every document that has them somewhere.
    pairs = " & ".join(f"'{one}'" for one in pairs_of(words))
    return row if not pairs else pairs if len(words) == 2 else f"({pairs} & {row})"


@cache
def _first(ids: str, *more: str) -> DriverSelect:
    columns = ", ".join(["entry.id", "entry.folded", "entry.marked", "0", *(f"entry.{name}" for name in more)])
    return _driver_select(
        f"SELECT {columns} FROM ({ids} LIMIT :cap) AS found JOIN search_entries AS entry ON entry.id = found.id", *more
    )


@cache
def _heaviest(parts: tuple[str, ...]) -> DriverSelect:
    value = "CAST(sum(value) AS bigint)"  # PostgreSQL sums bigint to numeric, which has no bits
    weight = f"({value} >> {TEXT_BITS}) * (1000 - CAST(:per_title_word AS integer) * {TITLE_WORDS_SQL})"
    return _driver_select(
        f"SELECT entry.id, entry.folded, entry.marked, best.value & {(1 << TEXT_BITS) - 1} FROM ("
        f"SELECT id, {value} AS value FROM ({' UNION ALL '.join(parts)}) AS parts GROUP BY id "
        f"ORDER BY {weight} DESC, id LIMIT :cap) AS best JOIN search_entries AS entry ON entry.id = best.id"
    )


def _driver_select(statement: str, *more: str) -> DriverSelect:
    columns = (column("id", BigInteger), column("folded", String), column("marked", String), column("bits", BigInteger))
    return DriverSelect(text(statement).columns(*columns, *(column(name, String) for name in more)))
