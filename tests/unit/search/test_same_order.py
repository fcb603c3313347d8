"""The same pages give the same order on every database, whichever were stored first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db
from portal.search import queries, service
from tests.unit.search.corpus import PAGES, QUESTIONS, look_alikes


@pytest.fixture
def other_app(tmp_path: Path) -> Iterator[Flask]:
    """A bare application on SQLite, whose tables `create_all` made, beside the one under test."""
    app = Flask("other")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/other.db"
    db.init_app(app)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


def answers() -> dict[str, object]:
    found: dict[str, object] = {}
    for text in QUESTIONS:
        for locale, kinds, facets in (
            ("vi", (), {}),
            ("en", ("guide", "record"), {}),
            ("vi", (), {"field": "ho-tich"}),
        ):
            results = queries.find(text, locale, kinds=kinds, facets=facets, limit=100)
            found[f"{text} {locale} {kinds} {facets}"] = results
    found["listing"] = queries.listing("vi", limit=100)
    found["terms"] = queries.facet_terms("field", "vi")
    found["letters"] = queries.initials("vi")
    return found


def test_same_answers_here_and_there(app: Flask, other_app: Flask) -> None:
    pages = [*PAGES, *look_alikes(900)]
    service.replace(pages)
    here = answers()
    with other_app.app_context():
        shuffled = list(pages)
        random.Random(5).shuffle(shuffled)
        service.replace(shuffled[:300])
        service.replace(shuffled[300:])
        service.remove("record", ["1.000001"])
        service.replace(shuffled)
        there = answers()
        db.session.remove()
    assert sum(bool(results.hits) for results in here.values() if isinstance(results, queries.Results)) > 40
    assert there == here


def test_removing_the_tables_removes_the_index_with_them(other_app: Flask) -> None:
    with other_app.app_context():
        db.drop_all()
        db.create_all()
        service.replace(PAGES)
        assert queries.find("khai sinh", "vi").hits
        db.session.remove()
