"""The short way into the database writes what the session would, and says of refusals what the session says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from portal.core.audit import AuditEntry
from portal.core.content import ContentVersion
from portal.core.db import db, insert_into, read_only, table_of, unit_of_work
from portal.core.driver_insert import DriverInsert
from portal.guides.models import Guide
from portal.outbox.models import OutboxMessage

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
PLAIN = DriverInsert(lambda: insert(table_of(OutboxMessage)).returning(OutboxMessage.id))
ONCE = DriverInsert(
    lambda: (
        insert_into(table_of(OutboxMessage))
        .on_conflict_do_nothing(index_elements=["kind", "key"])
        .returning(OutboxMessage.id)
    )
)


def row(key: str, **changes: Any) -> dict[str, Any]:
    """Everything but what has a default: `attempts`."""
    return {
        "code": key, "kind": "k", "key": key, "payload": {"tên": "Ngọc"}, "state": "waiting", "created_at": NOON,
        "wanted_at": NOON, "due_at": NOON, **changes,
    }  # fmt: skip


def keys() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id)))


def test_values_are_stored_as_their_columns_have_them(app: Flask) -> None:
    with unit_of_work():
        id_ = PLAIN.insert(row("a"))
        PLAIN.insert(row("b", payload=None))
    found = db.session.get_one(OutboxMessage, id_)
    assert (found.payload, found.attempts, found.due_at, found.lease) == ({"tên": "Ngọc"}, 0, NOON, None)
    assert db.session.scalar(select(OutboxMessage.key).where(OutboxMessage.payload.is_(None))) == "b"


def test_a_row_that_is_there_returns_nothing(app: Flask) -> None:
    with unit_of_work():
        assert ONCE.insert(row("a")) is not None
        assert ONCE.insert(row("a", code="other")) is None
    assert keys() == ["a"]


def test_it_is_a_part_of_the_unit_of_work(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        PLAIN.insert(row("a"))
        raise ZeroDivisionError
    assert keys() == []
    db.session.rollback()
    with unit_of_work():
        PLAIN.insert(row("a"))
        db.session.rollback()  # whatever was begun, what follows is in a transaction again
        PLAIN.insert(row("b"))
    assert keys() == ["b"]


def test_a_refusal_is_the_sessions_and_leaves_a_savepoint_usable(app: Flask) -> None:
    with unit_of_work() as session:
        PLAIN.insert(row("a"))
        with pytest.raises(IntegrityError) as caught, session.begin_nested():
            PLAIN.insert(row("a", payload={"secret": "0912345678"}))
        PLAIN.insert(row("b"))
    assert keys() == ["a", "b"]
    assert "0912345678" not in str(caught.value), "nobody's words get into a log"


def test_a_page_that_only_reads_may_not(app: Flask) -> None:
    with pytest.raises(RuntimeError), read_only():
        PLAIN.insert(row("a"))
    with read_only(opens_units=True):
        with pytest.raises(RuntimeError):
            PLAIN.insert(row("a"))
        with unit_of_work():
            PLAIN.insert(row("b"))
        with pytest.raises(RuntimeError):
            db.session.add(AuditEntry())
            db.session.flush()
        db.session.expunge_all()
    assert keys() == ["b"]


def test_what_pages_show_has_to_go_through_the_session(app: Flask) -> None:
    shown = DriverInsert(lambda: insert(table_of(Guide)).returning(table_of(Guide).c.id))
    with pytest.raises(ValueError, match="no cache"), unit_of_work():
        shown.insert({"slug": "a"})
    with unit_of_work() as session:
        before = session.scalar(select(ContentVersion.version))
        PLAIN.insert(row("a"))
    assert db.session.scalar(select(ContentVersion.version)) == before
