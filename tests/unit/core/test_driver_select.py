"""The short way to the database says the same as the session."""

from __future__ import annotations

from datetime import UTC, date, datetime
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.exc import OperationalError

from portal.core.db import db, unit_of_work
from portal.core.driver_select import DriverSelect
from portal.guides.models import Guide
from tests.queries import count_queries

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
_guides = Guide.__table__.c
_STATEMENT = (
    select(
        _guides.slug, _guides.procedures, _guides.sources, _guides.reviewed_on, _guides.is_starter, _guides.updated_at
    )
    .where(_guides.slug.in_(bindparam("slugs", expanding=True)), _guides.kind == bindparam("kind"))
    .order_by(_guides.slug)
)
GUIDES = DriverSelect(_STATEMENT)


def add(*slugs: str) -> None:
    db.session.add_all(
        Guide(
            slug=slug, kind="service", icon="baby", procedures=["1.001193"], related=[],
            sources=[{"title": "Luật Hộ tịch"}], reviewed_on=date(2026, 11, 1), next_review_on=date(2027, 5, 1),
            digest="", is_starter=False, updated_at=NOON,
        )
        for slug in slugs
    )  # fmt: skip


@pytest.fixture(autouse=True)
def three_guides(app: Flask) -> None:
    with unit_of_work():
        add("khai-sinh", "ket-hon", "ly-hon")
    db.session.remove()


def test_rows_have_the_types_of_their_columns(app: Flask) -> None:
    values = {"slugs": ["ly-hon", "khai-sinh", "không có"], "kind": "service"}
    with count_queries() as queries:
        rows = GUIDES.rows(**values)
    assert queries == ["SELECT through the driver for ['kind', 'slugs']"]
    assert [row.slug for row in rows] == ["khai-sinh", "ly-hon"]
    assert rows[0][1:] == (["1.001193"], [{"title": "Luật Hộ tịch"}], date(2026, 11, 1), False, NOON)
    assert [tuple(row) for row in rows] == [tuple(row) for row in db.session.execute(_STATEMENT, values)]


def test_lists_may_have_any_length(app: Flask) -> None:
    assert GUIDES.rows(slugs=[], kind="service") == []
    assert [row.slug for row in GUIDES.rows(slugs=["ly-hon"], kind="service")] == ["ly-hon"]
    assert GUIDES.rows(slugs=["ly-hon"], kind="life_event") == []


def test_a_unit_of_work_sees_its_own_changes(app: Flask) -> None:
    with unit_of_work() as session:
        add("khai-tu")
        session.flush()
        assert [row.slug for row in GUIDES.rows(slugs=["khai-tu"], kind="service")] == ["khai-tu"]


def test_what_the_driver_refuses_is_asked_again(app: Flask) -> None:
    error = db.engine.dialect.loaded_dbapi.OperationalError("gone")
    with mock.patch.object(Engine, "raw_connection", side_effect=[error, db.engine.raw_connection()]):
        assert [row.slug for row in GUIDES.rows(slugs=["ly-hon"], kind="service")] == ["ly-hon"]


def test_a_database_that_is_away_is_an_error_of_sqlalchemy(app: Flask) -> None:
    error = db.engine.dialect.loaded_dbapi.OperationalError("gone")
    with (
        mock.patch.object(db.engine.pool, "connect", side_effect=error),
        pytest.raises(OperationalError),
    ):
        GUIDES.rows(slugs=["ly-hon"], kind="service")


def test_what_may_change_the_database_is_refused() -> None:
    with pytest.raises(ValueError, match="no session"):
        DriverSelect(text("DELETE FROM guides RETURNING slug").columns(_guides.slug))
