"""Every question to the tables of imports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.exchange.errors import RowError
from portal.exchange.models import Batch, Change, RememberedMapping, RowProblem, State
from portal.exchange.registry import ChangeLog

_CHUNK = 500


def batch(code: str) -> Batch | None:
    """The batch with this code."""
    return db.session.scalar(select(Batch).where(Batch.code == code))


def locked(code: str) -> Batch | None:
    """The same, which nobody else can change until the transaction ends; its values are read anew."""
    query = select(Batch).where(Batch.code == code).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


# In the place of the name of a file that was forgotten, of a batch that can still be undone.
FILE_FORGOTTEN = "-"


def take_turns(kind: str) -> None:
    """Wait until no other transaction applies or undoes an import of this kind; SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"import {kind}"))))


def batches(kinds: Sequence[str] | None = None, *, limit: int = 50, offset: int = 0) -> list[Batch]:
    """Batches, the latest first; `kinds` None for all."""
    query = select(Batch).order_by(Batch.id.desc()).limit(limit).offset(offset)
    return list(db.session.scalars(query if kinds is None else query.where(Batch.kind.in_(kinds))))


def count(kinds: Sequence[str], state: State) -> int:
    """How many batches of these kinds are in a state."""
    query = select(func.count()).select_from(Batch).where(Batch.kind.in_(kinds), Batch.state == state)
    return db.session.scalar(query) or 0


def row_errors(batch_id: int, *, limit: int | None = None) -> list[RowError]:
    """What is wrong with a batch's rows, in the order of the file."""
    query = (
        select(RowProblem.line, RowProblem.column, RowProblem.code, RowProblem.params)
        .where(RowProblem.batch_id == batch_id)
        .order_by(RowProblem.id)
        .limit(limit)
    )
    return [RowError(row.line, row.column, row.code, row.params) for row in db.session.execute(query)]


def applied_twin(fingerprint: str, *, other_than: int) -> Batch | None:
    """The last batch that brought the same content in the same way and was not undone."""
    return db.session.scalar(
        select(Batch)
        .where(Batch.fingerprint == fingerprint, Batch.state == State.APPLIED, Batch.id != other_than)
        .order_by(Batch.id.desc())
        .limit(1)
    )


def remembered_targets(kind: str, signature: str) -> list[str | None] | None:
    """What the columns of a table of this shape meant last time."""
    return db.session.scalar(
        select(RememberedMapping.targets).where(
            RememberedMapping.kind == kind, RememberedMapping.signature == signature
        )
    )


def changes_backwards(batch_id: int) -> Iterator[list[ChangeLog]]:
    """What a batch did, the latest first, some hundred at a time."""
    last: int | None = None
    while True:
        query = select(Change.id, Change.subject, Change.before, Change.mark).where(Change.batch_id == batch_id)
        if last is not None:
            query = query.where(Change.id < last)
        rows = db.session.execute(query.order_by(Change.id.desc()).limit(_CHUNK)).all()
        if not rows:
            return
        last = rows[-1].id
        yield [ChangeLog(row.subject, row.before, row.mark) for row in rows]


def changed_again(of: Batch, *, limit: int) -> list[str]:
    """Subjects of a batch that a later one of the same kind changed, and that one was not undone."""
    later, other = aliased(Change), aliased(Batch)
    query = (
        select(Change.subject)
        .join(later, later.subject == Change.subject)
        .join(other, other.id == later.batch_id)
        .where(Change.batch_id == of.id, later.id > Change.id, other.kind == of.kind, other.state == State.APPLIED)
        .order_by(Change.subject)
        .distinct()
        .limit(limit)
    )
    return list(db.session.scalars(query))


def left_behind(states: Sequence[State], before: datetime) -> list[Batch]:
    """Batches that have been in one of these states since before a moment."""
    query = select(Batch).where(Batch.state.in_(states), Batch.state_at < before, Batch.stored_name != "")
    return list(db.session.scalars(query.order_by(Batch.id)))


def known_codes(codes: Sequence[str]) -> set[str]:
    """Those of the codes that have a batch which still names its file."""
    named = Batch.stored_name.not_in(("", FILE_FORGOTTEN))
    return set(db.session.scalars(select(Batch.code).where(Batch.code.in_(codes), named)))


def batches_about(kind: str, subjects: Collection[str]) -> list[Batch]:
    """The batches of a kind that changed one of these subjects."""
    about = select(Change.batch_id).where(Change.subject.in_(subjects))
    return list(db.session.scalars(select(Batch).where(Batch.kind == kind, Batch.id.in_(about)).order_by(Batch.id)))


def batches_to_forget(kind: str) -> list[Batch]:
    """All batches of a kind but those that are being applied at this moment."""
    return list(db.session.scalars(select(Batch).where(Batch.kind == kind).with_for_update(skip_locked=True)))
