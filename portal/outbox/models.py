"""Tables of the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

WAITING, LEASED, SENT, DEAD, CANCELLED = STATES = ("waiting", "leased", "sent", "dead", "cancelled")
# Still to be delivered: exactly these rows have a `due_at`.
OPEN = (WAITING, LEASED)

_HAS_PAYLOAD = text("payload IS NOT NULL")
_FORGETTING = "ix_outbox_messages_forgetting"


class OutboxMessage(Base):
    """One thing to deliver, at least once."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        UniqueConstraint("code"),
        CheckConstraint("state IN ('waiting', 'leased', 'sent', 'dead', 'cancelled')", name="state"),
        # The claim: finished rows have no `due_at`, so however many there are, it never reads past them.
        Index("ix_outbox_messages_claim", "kind", "due_at", "id"),
        Index("ix_outbox_messages_listing", "state", "id"),
        Index(_FORGETTING, "finished_at"),
        {"info": {"content": False}},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    # Names the row in addresses and to receivers; the id would tell how much the portal sends.
    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    # NULL once it has been forgotten, because it may hold personal data.
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10))
    # Begun so far; a worker that was killed has begun one as well.
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    # When it should have gone out, which retries don't move.
    wanted_at: Mapped[datetime]
    # When a worker may claim it next: for a leased row, when its lease ends.
    due_at: Mapped[datetime | None]
    # Who holds it: the worker's name, a dot, and a random part that is new with every claim.
    lease: Mapped[str | None] = mapped_column(String(40))
    # Short, and free of personal data: it is logged and shown.
    last_error: Mapped[str | None] = mapped_column(String(200))
    finished_at: Mapped[datetime | None]


@event.listens_for(OutboxMessage.__table__, "before_create")
def _leave_forgotten_out(table: Table, connection: Connection, **_how: object) -> None:
    """Said to the database that there is: an index that names both kinds would load both dialects everywhere."""
    for index in table.indexes:
        if index.name == _FORGETTING:
            index.dialect_options[connection.dialect.name]["where"] = _HAS_PAYLOAD


class WorkerHeartbeat(Base):
    """When a worker was last seen working."""

    __tablename__ = "worker_heartbeats"
    __table_args__ = {"info": {"content": False}}  # noqa: RUF012  (declarative reads it as it stands)

    worker: Mapped[str] = mapped_column(String(20), primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class WebhookEndpoint(Base):
    """Another system that is told about events."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (UniqueConstraint("code"), {"info": {"content": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(String(500))
    # Shared with the receiver, who checks signatures with it: needed as it is, so it can't be hashed.
    secret: Mapped[str] = mapped_column(String(100))
    events: Mapped[list[str]]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
