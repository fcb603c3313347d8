"""The full-text tables as the database has them."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from portal.core.db import Base, db
from portal.search import fulltext, service
from portal.search.fulltext import TEXTS, TITLES, is_fulltext_object
from portal.search.models import ENTRIES
from tests.unit.search.corpus import look_alikes, record


def include(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    return not is_fulltext_object(name if kind == "table" else parents.get("table_name"))


def test_tables_exist_and_can_be_made_again(app: Flask) -> None:
    with db.engine.begin() as connection:
        assert {TITLES, TEXTS} <= set(inspect(connection).get_table_names())
        fulltext.create(connection)
        fulltext.drop(connection)
        assert not [name for name in inspect(connection).get_table_names() if is_fulltext_object(name)]
        fulltext.create(connection)


def test_comparison_for_migrations_sees_nothing_of_them(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": include, "compare_type": False})
        differences = [str(difference) for difference in compare_metadata(context, Base.metadata)]
    assert not [difference for difference in differences if "search" in difference]


@pytest.mark.parametrize(
    "name", ["search_titles", "search_texts", "search_titles_data", "search_texts_docsize", "ix_search_titles_words"]
)
def test_own_objects_are_known(name: str) -> None:
    assert is_fulltext_object(name)


@pytest.mark.parametrize(
    "name", [None, "", "search_entries", "search_words", "search_facets", "ix_search_entries_letter"]
)
def test_other_objects_are_not(name: str | None) -> None:
    assert not is_fulltext_object(name)


@pytest.mark.parametrize(("with_words", "with_beginning"), [(60, 60), (1, 60), (60, 1), (1, 1)])
@pytest.mark.parametrize(("words", "beginning"), [((), "gi"), (("giay",), "ph"), (("phep",), "9"), (("giay",), "zz")])
def test_what_is_counted_changes_no_suggestion(
    app: Flask, words: tuple[str, ...], beginning: str, with_words: int, with_beginning: int
) -> None:
    service.replace([*look_alikes(30), *(record(f"1.0009{n}", f"Giấy phép {n} phố") for n in range(30))])
    completions = [word for word in ("giai", "giay", "phep", "pho") if word.startswith(beginning)]
    session = db.session()
    backend = fulltext.backend(session)
    typed = fulltext.Unfinished(words, beginning, completions, with_words, with_beginning, titles=60)
    found = sorted(row.id for row in backend.begun(session, typed, (), "title", cap=20))
    assert (
        found
        == sorted(
            row.id
            for row in session.execute(ENTRIES.select())
            if set(words) <= set(row.folded.split()) and any(word.startswith(beginning) for word in row.folded.split())
        )[:20]
    )
