"""INSERTs of what many people send at once, straight through the database's driver.

Others wait for the database while a unit of work is open. SQLAlchemy writes the statement and knows the types, once;
inserting through a session takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from portal.core.db import db, refuse_changes, unit_connection


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one driver takes it: its parameters, each with what makes of a value what the driver knows.

    `constants` are the values that the statement brings itself.
    """

    text: str
    parameters: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    constants: Mapping[str, Any]
    is_positional: bool

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        known = {**self.constants, **values}
        if self.is_positional:
            return [known[name] if to is None else to(known[name]) for name, to in self.parameters]
        return {name: known[name] if to is None else to(known[name]) for name, to in self.parameters}


class DriverInsert:
    """An INSERT of one row that returns a number, or nothing where its ON CONFLICT does nothing.

    `make` writes it for the database of the process; it mustn't change while that lives. No page may show what it
    changes: the content version doesn't grow by it.
    """

    def __init__(self, make: Callable[[], ReturningInsert[Any]]) -> None:
        self._make = make
        self._plan = lru_cache(maxsize=8)(self._make_plan)

    def insert(self, values: Mapping[str, Any]) -> int | None:
        """Insert a row in the session's transaction. Raises SQLAlchemy's own errors, as a session does."""
        refuse_changes()
        connection = unit_connection() or db.session.connection()
        plan = self._plan(connection.dialect, tuple(values))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(plan.text, plan.arguments(values))
            row = cursor.fetchone()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _known_error(error, plan.text, connection) from error
        finally:
            cursor.close()
        return int(row[0]) if row else None

    def _make_plan(self, dialect: Dialect, names: tuple[str, ...]) -> _Plan:
        statement = self._make()
        if getattr(statement.table, "info", {}).get("content", True):
            raise ValueError("no cache would notice what this changes")
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 for the type checker
        constants = {name: value for name, value in compiled.params.items() if name not in names}
        for column in compiled.insert_prefetch:
            if not isinstance(column.default, ScalarElementColumnDefault):
                raise TypeError(f"{column.key} has to be given")
            constants[column.key] = column.default.arg
        types = {name: bound.type.dialect_impl(dialect) for bound, name in compiled.bind_names.items()}
        order = compiled.positiontup if compiled.positiontup is not None else [*types]
        return _Plan(
            text=compiled.string,
            parameters=tuple((name, types[name].bind_processor(dialect)) for name in order),
            constants=constants,
            is_positional=compiled.positional,
        )


def _known_error(error: Any, text: str, connection: Connection) -> BaseException:
    """The driver's error as SQLAlchemy tells it; a connection that is gone is told so, and used no more."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_gone:
        connection.invalidate(error)
    known: BaseException = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_gone,
        dialect=dialect,
    )  # fmt: skip
    return known
