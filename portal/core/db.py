"""The database: one metadata, the SQLite traps solved, and the unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Table,
    TextClause,
    TypeDecorator,
    event,
    inspect,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from portal.core.turns import WAIT_SECONDS, Turns, begin_immediate

_UNIT = "unit_of_work"
_READS_ALONE = "reads_without_transaction"
_turns = Turns()
# Of a page that only reads: what it has found out about itself.
_reading: ContextVar[dict[str, Any] | None] = ContextVar("_reading", default=None)
_opens_units: ContextVar[bool] = ContextVar("_opens_units", default=False)


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
def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        _configure_sqlite(connection)
    else:
        _configure_postgresql(connection)


def _configure_sqlite(connection: sqlite3.Connection) -> None:
    """Readers never block the writer (WAL), a commit survives a power cut (FULL), references hold."""
    # The driver's own transaction handling begins too late and loses updates; `_begin` below takes over.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={1000 * WAIT_SECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _configure_postgresql(connection: DBAPIConnection) -> None:
    """Statements take milliseconds, and many run at once: parallel workers and compiling would take longer."""
    cursor = connection.cursor()
    cursor.execute("SELECT set_config('max_parallel_workers_per_gather', '0', false), set_config('jit', 'off', false)")
    cursor.close()
    connection.commit()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Open SQLite transactions ourselves: a unit of work takes the write lock before it reads."""
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        # Straight to the driver: every request begins here, and SQLAlchemy's way costs twenty times as much.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 for the type checker
        if mode == "IMMEDIATE":
            begin_immediate(driver, connection.engine.url.database or "")
        else:
            driver.execute(f"BEGIN {mode}")


@event.listens_for(Session, "after_begin")
def _begin_nothing(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """On PostgreSQL a page that only reads opens no transaction.

    It would see no more in one: in READ COMMITTED, too, every statement sees what was committed before it began. But
    BEGIN and ROLLBACK are two more trips to the server, and at a ROLLBACK the driver forgets its prepared statements,
    so that the server plans the same ones again for every page.
    """
    if _reading.get() is not None and connection.dialect.name == "postgresql":
        read_without_transaction(connection.connection)


def read_without_transaction(connection: PoolProxiedConnection) -> None:
    """Keep PostgreSQL's driver from sending BEGIN until the connection goes back to its pool."""
    driver: Any = connection.driver_connection
    driver.autocommit = connection.info[_READS_ALONE] = True


@event.listens_for(Engine, "checkin")
def _begin_again(connection: Any, entry: ConnectionPoolEntry) -> None:
    if entry.info.pop(_READS_ALONE, False) and connection is not None:
        connection.autocommit = False


def insert_into(table: Any) -> Any:
    """An INSERT of this database's own, which can say what to do about a row that is there: ON CONFLICT.

    Imported when needed: a process has one database, and the other's dialect takes two megabytes.
    """
    return import_module(f"sqlalchemy.dialects.{database_name()}").insert(table)


def table_of(model: type[Base]) -> Table:
    """The table of a model. Inserting into it costs half of what inserting a model does, and makes no object."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 for the type checker
    return table


def database_name() -> str:
    """Which kind of database this is: sqlite or postgresql."""
    return db.session.get_bind().dialect.name


def is_migrated() -> bool:
    """Whether the database answers and has been brought to a version of ours."""
    return inspect(db.session.connection()).has_table("alembic_version")


@contextmanager
def read_only(*, opens_units: bool = False) -> Iterator[None]:
    """Nothing inside may change the database: RuntimeError where something would, or is left to flush.

    What it began to read ends with it, so that nothing that follows writes without a transaction. With `opens_units`
    the units of work that are opened inside may.
    """
    # A page that asks through the driver alone never opens a session.
    joins = db.session.registry.has() and db.session().in_transaction()
    token, may_open = _reading.set({} if (notes := _reading.get()) is None else notes), _opens_units.set(opens_units)
    try:
        yield
        if db.session.registry.has():
            session = db.session()
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a page that only reads left changes behind")
    finally:
        _opens_units.reset(may_open)
        _reading.reset(token)
        if not joins and db.session.registry.has():
            db.session().rollback()


def reading_notes() -> dict[str, Any] | None:
    """What a page that only reads keeps about itself until it is done; None outside of one."""
    return _reading.get()


def refuse_changes() -> None:
    """Raises RuntimeError where nothing may be changed."""
    if _reading.get() is not None:
        raise RuntimeError("a page that only reads tried to change the database")


@event.listens_for(Session, "before_flush")
@event.listens_for(Session, "before_commit")
def _refuse_changes(_session: Session, *_details: object) -> None:
    refuse_changes()


@event.listens_for(Session, "do_orm_execute")
def _refuse_writing(state: ORMExecuteState) -> None:
    if not (state.is_select or is_selecting(state.statement)):
        refuse_changes()


def is_selecting(statement: Executable) -> bool:
    """Whether a statement that was written as text is a SELECT, and so surely changes nothing."""
    return isinstance(statement, TextClause) and statement.text.lstrip().upper().startswith("SELECT")


def unit_connection() -> Connection | None:
    """The connection of the open unit of work; None where only the session knows it.

    That is where no unit is open or one was rolled back inside, and in a savepoint, which is made when it is asked for.
    """
    session = db.session()
    connection: Connection | None = session.info.get(_UNIT)
    return None if connection is None or connection.closed or session.in_nested_transaction() else connection


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Everything inside commits together or not at all.

    Nested units join the outer one, so that a service may be called alone or as a part.
    """
    session = db.session()
    if session.info.get(_UNIT):
        yield session
        return
    session.rollback()  # a read may have opened a deferred transaction; the unit must start with the write lock
    token = _reading.set(None if _opens_units.get() else _reading.get())
    try:
        with _turns.taken() if database_name() == "sqlite" else nullcontext():
            session.info[_UNIT] = session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                session.info.pop(_UNIT, None)
    finally:
        _reading.reset(token)
