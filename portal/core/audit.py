"""The audit log: who did what to what, when, and what it was before. Rows are only ever added.

Triggers in the database refuse to change or delete a row, whatever asks for it (`SQLITE_GUARDS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, Select, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import LOCAL_ZONE
from portal.core.db import Base, db
from portal.core.permissions import Actor

_LONGEST_VALUE = 2_000

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
# The triggers of SQLite, which tests put aside; PostgreSQL's stand in their migration. SQLite's REPLACE deletes without
# asking the triggers of DELETE.
SQLITE_GUARDS: Mapping[str, str] = {
    f"audit_entries_no_{name}": f"CREATE TRIGGER audit_entries_no_{name} BEFORE {event} {_REFUSE}"
    for name, event in (
        ("update", "UPDATE ON audit_entries"),
        ("delete", "DELETE ON audit_entries"),
        ("replace", "INSERT ON audit_entries WHEN EXISTS (SELECT 1 FROM audit_entries AS a WHERE a.id = NEW.id)"),
    )
}


class AuditEntry(Base):
    """One thing that was done. `before` and `after` hold what changed, without secrets."""

    __tablename__ = "audit_entries"
    __table_args__ = ({"info": {"content": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_key: Mapped[str] = mapped_column(Text, index=True)
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, index=True)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_key: Mapped[str] = mapped_column(Text, index=True)
    subject_name: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to: its kind, its key in addresses, and its name at that time."""

    kind: str
    key: str
    name: str


def record(
    actor: Actor,
    action: str,
    subject: Subject,
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done, in the same transaction. Never pass a secret: say that it changed."""
    entry = AuditEntry(
        at=at, actor_kind=actor.kind, actor_key=actor.key, actor_name=actor.name, action=action,
        subject_kind=subject.kind, subject_key=subject.key, subject_name=subject.name,
        before=_storable(before), after=_storable(after),
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()


def _storable(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: value[:_LONGEST_VALUE] if isinstance(value, str) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What somebody looks for: `text` in names and keys, an action, days in Việt Nam, inclusive."""

    text: str = ""
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None


def _found(wanted: AuditFilter) -> Select[AuditEntry]:
    statement = select(AuditEntry)
    if wanted.text:
        columns = (AuditEntry.actor_name, AuditEntry.subject_name, AuditEntry.actor_key, AuditEntry.subject_key)
        matches = [column.icontains(wanted.text, autoescape=True) for column in columns]
        statement = statement.where(matches[0] | matches[1] | matches[2] | matches[3])
    if wanted.action:
        statement = statement.where(AuditEntry.action == wanted.action)
    if wanted.first_day:
        statement = statement.where(AuditEntry.at >= _midnight(wanted.first_day))
    if wanted.last_day:
        statement = statement.where(AuditEntry.at < _midnight(wanted.last_day + timedelta(days=1)))
    return statement


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL_ZONE)


def count(wanted: AuditFilter) -> int:
    """How many entries are found."""
    return db.session.scalar(select(func.count()).select_from(_found(wanted).subquery())) or 0


def entries(wanted: AuditFilter, *, newest_first: bool = True, limit: int, offset: int = 0) -> list[AuditEntry]:
    """The entries that are found, by time."""
    order = AuditEntry.id.desc() if newest_first else AuditEntry.id
    return list(db.session.scalars(_found(wanted).order_by(order).limit(limit).offset(offset)))


def actions() -> list[str]:
    """Every action that occurs."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))
