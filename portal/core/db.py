"""The database: one metadata, the SQLite traps solved, and the unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, TypeDecorator, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite, which knows no zones, stores it bare."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table; named constraints, so that migrations can alter them on SQLite too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }


db = SQLAlchemy(metadata=Base.metadata)


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Readers never block the writer (WAL), a commit survives a power cut (FULL), references hold."""
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own transaction handling begins too late and loses updates; `_begin` below takes over.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Open SQLite transactions ourselves: a unit of work takes the write lock before it reads."""
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        # Straight to the driver: every request begins here, and SQLAlchemy's way costs twenty times as much.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 for the type checker
        driver.execute(f"BEGIN {mode}")


def is_migrated() -> bool:
    """Whether the database answers and has been brought to a version of ours."""
    return inspect(db.session.connection()).has_table("alembic_version")


@contextmanager
def read_only() -> Iterator[None]:
    """Nothing inside may change the database: RuntimeError where something is left to flush, flushed or committed."""
    session = db.session()
    session.info["read_only"] = True
    try:
        yield
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("a page that only reads left changes behind")
    finally:
        session.info.pop("read_only", None)


@event.listens_for(Session, "before_flush")
@event.listens_for(Session, "before_commit")
def _refuse_changes(session: Session, *_details: object) -> None:
    if session.info.get("read_only"):
        raise RuntimeError("a page that only reads tried to change the database")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Everything inside commits together or not at all.

    Nested units join the outer one, so that a service may be called alone or as a part.
    """
    session = db.session()
    if session.info.get("unit_of_work"):
        yield session
        return
    session.rollback()  # a read may have opened a deferred transaction; the unit must start with the write lock
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    session.info["unit_of_work"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("unit_of_work", None)
