"""A unit of work that only reads content remembers what was published, and never what may never be."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.content import as_published, memoised_by_content
from portal.core.db import db, unit_of_work
from portal.guides.models import Guide
from tests.unit.core.test_database import a_guide


@pytest.fixture
def runs() -> list[int]:
    return []


@pytest.fixture
def slugs(app: Flask, runs: list[int]) -> Callable[[], tuple[str, ...]]:
    @memoised_by_content
    def slugs() -> tuple[str, ...]:
        runs.append(1)
        return tuple(db.session.scalars(select(Guide.slug).order_by(Guide.slug)))

    return slugs


def publish_elsewhere(app: Flask, slug: str) -> None:
    """Another process's officer publishes."""

    def publish() -> None:
        with app.app_context(), unit_of_work() as session:
            session.add(a_guide(slug))

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()


def test_what_was_published_is_read_once(slugs: Callable[[], tuple[str, ...]], runs: list[int]) -> None:
    for _ in range(3):
        with unit_of_work(), as_published():
            assert slugs() == ()
    assert slugs() == () and len(runs) == 1
    with unit_of_work():
        slugs()
        with as_published():
            slugs()
        slugs()
    assert len(runs) == 3, "without it nothing is remembered in a unit, as ever"


@pytest.mark.parametrize("how", ["added", "flushed", "statement", "inside", "savepoint"])
def test_what_the_unit_changed_is_seen_by_it_alone(
    slugs: Callable[[], tuple[str, ...]], runs: list[int], how: str
) -> None:
    with unit_of_work() as session:
        session.add(a_guide("mot"))
    slugs()
    with pytest.raises(RuntimeError), unit_of_work() as session:
        if how == "statement":
            session.execute(update(Guide).values(slug="hai"))
        elif how == "savepoint":
            with session.begin_nested():
                session.add(a_guide("hai"))
        elif how != "inside":
            session.add(a_guide("hai"))
            if how == "flushed":
                session.flush()
        with as_published():
            if how == "inside":
                session.add(a_guide("hai"))
                session.flush()
            assert "hai" in slugs()
        raise RuntimeError
    assert slugs() == ("mot",)
    with unit_of_work(), as_published():
        assert slugs() == ("mot",)


def test_what_others_publish_meanwhile_is_not_kept_under_the_version_of_before(
    app: Flask, slugs: Callable[[], tuple[str, ...]]
) -> None:
    if db.session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite lets one unit write at a time")
    with unit_of_work():
        with as_published():
            assert slugs() == ()
        publish_elsewhere(app, "mot")
        with as_published():
            assert slugs() == ("mot",), "a new block asks for the version anew"
    assert slugs() == ("mot",)
