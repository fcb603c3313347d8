"""SELECTs of the pages that people ask for most, straight through the database's driver.

SQLAlchemy writes the statement and knows the types, once; asking through a session takes five times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Engine, Select, TextualSelect
from sqlalchemy.engine import result_tuple
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler

from portal.core.db import db, is_selecting, read_without_transaction

# The parameters: of each its name, and how many values it has where it is a list.
_Shape = tuple[tuple[str, int | None], ...]
_Value: TypeAlias = str | int | Sequence[str] | Sequence[int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one driver takes it. `order` are its parameters where the driver counts them, not names them."""

    text: str
    order: tuple[str, ...] | None
    converters: tuple[Callable[[Any], Any] | None, ...]
    converts: bool

    def arguments(self, values: dict[str, str | int]) -> Any:
        """The values as the driver takes them."""
        return values if self.order is None else [values[name] for name in self.order]

    def convert(self, row: Sequence[Any]) -> list[Any]:
        """A row of the driver with the types of its columns."""
        return [value if to is None else to(value) for to, value in zip(self.converters, row, strict=True)]


class DriverSelect:
    """A SELECT whose parameters are texts and numbers, or lists of them where they are marked as expanding.

    It must not change while the process lives. Columns need names of their own, which are those of a row's attributes.
    """

    def __init__(self, statement: Select[Any] | TextualSelect) -> None:
        if isinstance(statement, TextualSelect) and not is_selecting(statement.element):
            raise ValueError("no session would notice what this changes")
        self._statement = statement
        self._make_row = result_tuple(statement.selected_columns.keys())
        self._plan = lru_cache(maxsize=64)(self._make_plan)

    def rows(self, **values: _Value) -> Sequence[Any]:
        """The rows, with their columns as attributes.

        Where the session has a transaction open, it is the one to ask: it may have changed what is read.
        """
        if not (db.session.registry.has() and db.session().in_transaction()):
            found = self.ask(db.engine, values)
            if found is not None:
                return found
        return db.session.execute(self._statement, values).all()

    def rows_within(self, session: Session, **values: _Value) -> Sequence[Any]:
        """The rows as the session's transaction sees them, without what still waits in it to be flushed.

        For tables that are written by statements alone. Where there is no transaction, none is begun.
        """
        found = self.ask_within(session, values) if session.in_transaction() else self.ask(db.engine, values)
        return session.execute(self._statement, values).all() if found is None else found

    def ask_within(self, session: Session, values: dict[str, _Value]) -> list[Any] | None:
        """The rows by the session's own connection, or None where the driver refuses."""
        connection = session.connection()
        try:
            return self._read(connection.connection, connection.dialect, values)
        except connection.dialect.loaded_dbapi.Error:
            return None

    def ask(self, engine: Engine, values: dict[str, _Value]) -> list[Any] | None:
        """The rows, or None where the driver refuses: SQLAlchemy then asks again, and knows what each refusal means."""
        dialect = engine.dialect
        connection = None
        try:
            connection = engine.raw_connection()
            if dialect.name == "postgresql":
                read_without_transaction(connection)
            return self._read(connection, dialect, values)
        except dialect.loaded_dbapi.Error:
            with suppress(dialect.loaded_dbapi.Error):
                if connection is not None:
                    connection.invalidate()
            return None
        finally:
            if connection is not None:
                connection.close()

    def _read(self, connection: PoolProxiedConnection, dialect: Dialect, values: dict[str, _Value]) -> list[Any]:
        shape: list[tuple[str, int | None]] = []
        single: dict[str, str | int] = {}
        for name, value in values.items():
            if isinstance(value, str | int):
                shape.append((name, None))
                single[name] = value
            else:
                shape.append((name, len(value)))
                for number in range(len(value)):
                    single[f"{name}_{number + 1}"] = value[number]
        plan = self._plan(dialect, tuple(shape))
        cursor = connection.cursor()
        try:
            cursor.execute(plan.text, plan.arguments(single))
            found = cursor.fetchall()
        finally:
            cursor.close()
        return [self._make_row(plan.convert(row) if plan.converts else row) for row in found]

    def _make_plan(self, dialect: Dialect, shape: _Shape) -> _Plan:
        values = {name: "" if length is None else [""] * length for name, length in shape}
        # Without lists nothing needs a value, and one would tell SQLAlchemy a type for what is bound in written text.
        has_lists = any(length is not None for _, length in shape)
        statement = self._statement.params(values) if has_lists else self._statement
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 for the type checker
        types = [column.type.dialect_impl(dialect) for column in self._statement.selected_columns]
        converters = tuple(kind.result_processor(dialect, None) for kind in types)
        return _Plan(
            text=compiled.string,
            order=tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None,
            converters=converters,
            converts=any(converters),
        )
