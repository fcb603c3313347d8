"""Counting what a piece of code asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.driver_select import DriverSelect


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collects the SELECTs that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    ask, ask_within = DriverSelect.ask, DriverSelect.ask_within

    def note_and_ask(select: DriverSelect, engine: Engine, values: Any) -> Any:
        seen.append(f"SELECT through the driver for {sorted(values)}")
        return ask(select, engine, values)

    def note_and_ask_within(select: DriverSelect, session: Session, values: Any) -> Any:
        seen.append(f"SELECT through the driver for {sorted(values)}")
        return ask_within(select, session, values)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with (
            mock.patch.object(DriverSelect, "ask", note_and_ask),
            mock.patch.object(DriverSelect, "ask_within", note_and_ask_within),
        ):
            yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
