"""A kind of import for tests: administrative units, in a table of the tests' own."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, delete, func, insert, select, update

from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Permission
from portal.exchange import jobs, queries, registry, service
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError
from portal.exchange.keyed import KeyedKind
from portal.exchange.models import Batch
from portal.exchange.registry import ChangeLog, State
from portal.exchange.rows import Row
from portal.exchange.service import Upload
from portal.exchange.values import ValueProblem, parse_whole

MOMENT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACTOR = Actor("user", "user:1", "Nguyễn Thị Lan")
metadata = MetaData()
units = Table(
    "test_units",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("people", Integer),
)


@dataclass(frozen=True)
class Unit:
    """One unit."""

    code: str
    name: str
    people: int | None


class UnitKind(KeyedKind[Unit]):
    """Units by code; `TEST_PAUSE` in the environment makes writing wait after so many, for a test to kill it."""

    key: ClassVar[str] = "units"
    name: ClassVar[str] = "Đơn vị hành chính"
    permission: ClassVar[Permission] = Permission.EDIT_FIGURES
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"code", "name"}),
        optional=frozenset({"people"}),
        labels={"code": "Mã đơn vị", "name": "Tên đơn vị", "people": "Dân số"},
    )
    needed: ClassVar[set[str]] = set()
    written = 0

    def read(self, row: Row, options: Mapping[str, Any], *, is_tabular: bool) -> Unit | list[RowError]:
        """The unit of a row."""
        errors = [RowError(row.line, name, "missing") for name in ("code", "name") if not row.values.get(name)]
        people = None
        try:
            people = parse_whole(row.values.get("people"))
        except ValueProblem as problem:
            errors.append(problem.at(row.line, "people"))
        return errors or Unit(str(row.values["code"]), str(row.values["name"]), people)

    def subject(self, item: Unit) -> str:
        """The code."""
        return item.code

    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """See `KeyedKind.load`."""
        rows = db.session.execute(select(units).where(units.c.code.in_(subjects)))
        return {row.code: {"name": row.name, "people": row.people} for row in rows}

    def state(self, item: Unit, before: State | None) -> State:
        """See `KeyedKind.state`."""
        return {"name": item.name, "people": item.people}

    def insert(self, states: Mapping[str, State], now: datetime) -> None:
        """See `KeyedKind.insert`."""
        db.session.execute(insert(units), [{"code": code, **state} for code, state in states.items()])
        self.written += len(states)
        if self.written >= int(os.environ.get("TEST_PAUSE", "1000000000")):
            print("half", flush=True)
            time.sleep(600)

    def update(self, states: Mapping[str, State], now: datetime) -> None:
        """See `KeyedKind.update`."""
        statement = update(units).where(units.c.code == bindparam("key"))
        values = {"name": bindparam("name"), "people": bindparam("people")}
        db.session.execute(statement.values(values), [{"key": code, **state} for code, state in states.items()])

    def remove(self, subjects: Sequence[str], now: datetime) -> None:
        """See `KeyedKind.remove`."""
        db.session.execute(delete(units).where(units.c.code.in_(subjects)))

    def blockers(self, changes: Sequence[ChangeLog]) -> list[str]:
        """Units that something needs."""
        return [change.subject for change in changes if change.before is None and change.subject in self.needed]


def clock() -> datetime:
    """One moment for all."""
    return MOMENT


@contextmanager
def unit_table() -> Iterator[UnitKind]:
    """The table, empty, and its kind registered."""
    metadata.drop_all(db.engine)
    metadata.create_all(db.engine)
    kind = UnitKind()
    registry.register(kind)
    UnitKind.needed.clear()
    try:
        yield kind
    finally:
        db.session.remove()
        registry.unregister("units")
        metadata.drop_all(db.engine)


def upload(folder: Path, text: str | bytes, name: str = "units.csv", **more: Any) -> str:
    """The code of a new batch."""
    data = text.encode() if isinstance(text, str) else text
    given = Upload(kind="units", file_name=name, source=io.BytesIO(data), actor=ACTOR, **more)
    received = service.receive(given, folder=folder)
    with unit_of_work():
        return service.upload(received, now=MOMENT).code


def check(folder: Path, text: str | bytes, name: str = "units.csv", **more: Any) -> Batch:
    """An uploaded and checked batch."""
    code = upload(folder, text, name, **more)
    jobs.run_check(code, folder=folder, clock=clock)
    return batch(code)


def confirm(code: str, **options: bool) -> None:
    """Confirm as a view does."""
    with unit_of_work():
        service.confirm(code, now=MOMENT, **options)


def bring(folder: Path, text: str | bytes, name: str = "units.csv") -> Batch:
    """A batch that was applied."""
    code = check(folder, text, name).code
    confirm(code)
    jobs.run_apply(code, folder=folder, clock=clock)
    return batch(code)


def batch(code: str) -> Batch:
    """The batch as another process sees it."""
    db.session.remove()
    found = queries.batch(code)
    assert found is not None
    db.session.expunge(found)
    return found


def stored() -> dict[str, tuple[str, int | None]]:
    """What the table holds."""
    db.session.remove()
    return {row.code: (row.name, row.people) for row in db.session.execute(select(units).order_by(units.c.code))}


def unit_count() -> int:
    """How many units there are."""
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(units)) or 0
