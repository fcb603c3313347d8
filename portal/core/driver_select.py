"""SELECTs of the pages that people ask for most, straight through the database's driver.

SQLAlchemy writes the statement and knows the types, once; asking through a session takes five times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.engine import result_tuple
from sqlalchemy.sql.compiler import SQLCompiler

from portal.core.db import db, read_without_transaction

# The parameters: of each its name, and how many values it has where it is a list.
_Shape = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one driver takes it. `order` are its parameters where the driver counts them, not names them."""

    text: str
    order: tuple[str, ...] | None
    converters: tuple[Callable[[Any], Any] | None, ...]

    def arguments(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them."""
        return values if self.order is None else [values[name] for name in self.order]

    def convert(self, row: Sequence[Any]) -> list[Any]:
        """A row of the driver with the types of its columns."""
        return [value if to is None else to(value) for to, value in zip(self.converters, row, strict=True)]


class DriverSelect:
    """A SELECT whose parameters are texts, or lists of texts where they are marked as expanding.

    It must not change while the process lives. Columns need names of their own, which are those of a row's attributes.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._make_row = result_tuple(statement.selected_columns.keys())
        self._plan = lru_cache(maxsize=64)(self._make_plan)

    def rows(self, **values: str | list[str]) -> Sequence[Any]:
        """The rows, with their columns as attributes.

        Where the session has a transaction open, it is the one to ask: it may have changed what is read.
        """
        if not (db.session.registry.has() and db.session().in_transaction()):
            found = self.ask(db.engine, values)
            if found is not None:
                return found
        return db.session.execute(self._statement, values).all()

    def ask(self, engine: Engine, values: dict[str, str | list[str]]) -> list[Any] | None:
        """The rows, or None where the driver refuses: SQLAlchemy then asks again, and knows what each refusal means."""
        dialect = engine.dialect
        shape: list[tuple[str, int | None]] = []
        single: dict[str, str] = {}
        for name, value in values.items():
            if isinstance(value, str):
                shape.append((name, None))
                single[name] = value
            else:
                shape.append((name, len(value)))
                single.update((f"{name}_{number}", item) for number, item in enumerate(value, 1))
        plan = self._plan(dialect, tuple(shape))
        connection = None
        try:
            connection = engine.raw_connection()
            if dialect.name == "postgresql":
                read_without_transaction(connection)
            cursor = connection.cursor()
            cursor.execute(plan.text, plan.arguments(single))
            return [self._make_row(plan.convert(row)) for row in cursor.fetchall()]
        except dialect.loaded_dbapi.Error:
            with suppress(dialect.loaded_dbapi.Error):
                if connection is not None:
                    connection.invalidate()
            return None
        finally:
            if connection is not None:
                connection.close()

    def _make_plan(self, dialect: Dialect, shape: _Shape) -> _Plan:
        values = {name: "" if length is None else [""] * length for name, length in shape}
        statement = self._statement.params(values)
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 for the type checker
        types = [column.type.dialect_impl(dialect) for column in self._statement.selected_columns]
        return _Plan(
            text=compiled.string,
            order=tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None,
            converters=tuple(kind.result_processor(dialect, None) for kind in types),
        )
