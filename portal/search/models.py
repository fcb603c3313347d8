"""Tables of the search index. The full-text tables beside them are in `fulltext`, which the database alone knows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.search import fulltext

# In lists and among equal hits, guides come first. A new kind is added at the end, or followed by a rebuild.
KINDS = ("guide", "record", "catalogue", "page")

_Id = BigInteger().with_variant(Integer(), "sqlite")
# Both databases compare these byte by byte: the order is in the key, not in a collation that only one of them knows.


def _bytewise(length: int) -> String:
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class SearchEntry(Base):
    """A page to be found, with the forms of its text that matching and ranking read.

    The id is not counted up but made from the entry (see `identity`), so that the same pages have the same ids, and
    with them the same order, on both databases.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "key", "locale"),
        # Lists skip and count without touching the rows: `locale` and `kind` are in the indexes for that.
        Index("ix_search_entries_listing", "kind_order", "sort_title", "id", "locale", "kind"),
        Index("ix_search_entries_letter", "initial", "kind_order", "sort_title", "id", "locale", "kind"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    kind_order: Mapped[int] = mapped_column(SmallInteger)
    remoteness: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(String(200))
    # '' is every language: NULLs would never be equal in the unique constraint.
    locale: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(32))
    sort_title: Mapped[str] = mapped_column(_bytewise(640))
    initial: Mapped[str] = mapped_column(String(1))
    # Title, keywords and codes as phrases: folded, and with their marks.
    folded: Mapped[str] = mapped_column(Text)
    marked: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    codes: Mapped[list[str]]
    summary: Mapped[str] = mapped_column(Text)
    keywords: Mapped[list[str]]


class SearchBody(Base):
    """The text of an entry, apart from it: ranking and lists read many entries, and would read past all their texts."""

    __tablename__ = "search_bodies"

    entry_id: Mapped[int] = mapped_column(_Id, ForeignKey("search_entries.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    # Folded letter by letter, as long as the body itself.
    body_folded: Mapped[str] = mapped_column(Text)


class SearchFacet(Base):
    """One way of browsing to an entry, whose kind and locale it repeats so that values are counted without it."""

    __tablename__ = "search_facets"
    __table_args__ = (Index("ix_search_facets_browse", "facet", "slug", "label", "locale", "kind", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(_Id, ForeignKey("search_entries.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[str] = mapped_column(String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    label: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))


class SearchWord(Base):
    """In how many entries a folded word stands: in titles and keywords, and anywhere. The word '' counts all entries.

    Pairs of words (`indexing.pair`) stand here as well, counted in titles and keywords alone.

    Rare words decide, and counting them while somebody waits would be slow on both databases.
    """

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(_bytewise(40), primary_key=True)
    titles: Mapped[int]
    texts: Mapped[int]


class SearchSynonym(Base):
    """What people type, and the official words that they mean by it. A province's own rows outlast the starter's."""

    __tablename__ = "search_synonyms"

    phrase: Mapped[str] = mapped_column(String(100), primary_key=True)
    meanings: Mapped[list[str]]
    is_starter: Mapped[bool] = mapped_column(primary_key=True)


class EmptySearch(Base):
    """How often a text found no answer on a day: what editors should write next."""

    __tablename__ = "empty_searches"
    # Changing it changes no page.
    __table_args__ = {"info": {"content": False}}  # noqa: RUF012  (declarative reads it as it stands)

    text: Mapped[str] = mapped_column(String(80), primary_key=True)
    locale: Mapped[str] = mapped_column(String(10), primary_key=True)
    # In Asia/Ho_Chi_Minh.
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


ENTRIES, BODIES, FACETS, WORDS, SYNONYMS, EMPTY_SEARCHES = (
    Base.metadata.tables[model.__tablename__]
    for model in (SearchEntry, SearchBody, SearchFacet, SearchWord, SearchSynonym, EmptySearch)
)

event.listen(Base.metadata, "after_create", lambda _, connection, **__: fulltext.create(connection))
event.listen(Base.metadata, "before_drop", lambda _, connection, **__: fulltext.drop(connection))
