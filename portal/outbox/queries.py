"""Every question about the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.core.db import db, table_of
from portal.core.driver_select import DriverSelect
from portal.outbox.models import CANCELLED, DEAD, LEASED, OPEN, STATES, OutboxMessage, WebhookEndpoint, WorkerHeartbeat


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list for staff: no payload and no key, which may hold personal data."""

    code: str
    kind: str
    state: str
    attempts: int
    last_error: str | None
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    can_resend: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """How the outbox is; None where there is nothing of the kind."""

    last_beat: datetime | None
    oldest_wanted: datetime | None
    dead: int


def message_by_key(kind: str, key: str) -> OutboxMessage | None:
    """The message that was enqueued under a key."""
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == kind, OutboxMessage.key == key))


def awaited_keys(kind: str) -> frozenset[str]:
    """The keys of the messages of a kind that are still to be delivered."""
    statement = select(OutboxMessage.key).where(OutboxMessage.kind == kind, OutboxMessage.state.in_(OPEN))
    return frozenset(db.session.scalars(statement))


def message_to_change(code: str) -> OutboxMessage | None:
    """A message by its code, its row locked until the transaction ends."""
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.code == code).with_for_update())


def _due(kind: str, now: datetime) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.kind == kind, OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
    )


def is_due(kind: str, now: datetime) -> bool:
    """Whether there is something to claim: what an idle worker asks, without a lock."""
    return db.session.execute(_due(kind, now).with_only_columns(OutboxMessage.id)).first() is not None


def next_due(kind: str, now: datetime) -> OutboxMessage | None:
    """The message that has waited longest since it was due, locked; what another worker is claiming is passed over."""
    return db.session.scalar(_due(kind, now).with_for_update(skip_locked=True))


def leased_by(worker: str) -> list[OutboxMessage]:
    """What a worker holds, locked."""
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.state == LEASED, OutboxMessage.lease.startswith(f"{worker}.", autoescape=True))
        .order_by(OutboxMessage.id)
    )
    return list(db.session.scalars(statement.with_for_update(skip_locked=True)))


def to_forget(before: datetime, limit: int) -> list[int]:
    """Ids of messages finished before a moment whose payload is still there."""
    statement = select(OutboxMessage.id).where(
        OutboxMessage.finished_at < before, OutboxMessage.payload.is_not(None)
    )  # fmt: skip
    return list(db.session.scalars(statement.order_by(OutboxMessage.finished_at).limit(limit)))


def condition(now: datetime) -> Condition:
    """What says whether messages go out: the last heartbeat, the oldest message that should be out, the dead ones."""
    oldest = select(func.min(OutboxMessage.wanted_at)).where(
        OutboxMessage.state.in_(OPEN), OutboxMessage.wanted_at <= now
    )
    return Condition(
        last_beat=db.session.scalar(select(func.max(WorkerHeartbeat.beat_at))),
        oldest_wanted=db.session.scalar(oldest),
        dead=db.session.scalar(select(func.count()).where(OutboxMessage.state == DEAD)) or 0,
    )


def counts() -> dict[str, int]:
    """How many messages there are in each state, all states named."""
    found = select(OutboxMessage.state, func.count().label("messages")).group_by(OutboxMessage.state)
    return dict.fromkeys(STATES, 0) | {row.state: row.messages for row in db.session.execute(found)}


_LISTED = select(
    OutboxMessage.code, OutboxMessage.kind, OutboxMessage.state, OutboxMessage.attempts, OutboxMessage.last_error,
    OutboxMessage.created_at, OutboxMessage.due_at, OutboxMessage.finished_at,
    OutboxMessage.payload.is_not(None) & OutboxMessage.state.in_((DEAD, CANCELLED)),
)  # fmt: skip


def messages(state: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """Some of the messages in a state, the newest first."""
    statement = _LISTED.where(OutboxMessage.state == state).order_by(OutboxMessage.id.desc())
    return [Listed(*row) for row in db.session.execute(statement.limit(limit).offset(offset))]


def message(code: str) -> Listed | None:
    """A message by its code, without its payload."""
    row = db.session.execute(_LISTED.where(OutboxMessage.code == code)).first()
    return Listed(*row) if row else None


def endpoints(event: str | None = None) -> list[WebhookEndpoint]:
    """Every endpoint, oldest first; or the active ones that want an event."""
    found = list(db.session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id)))
    return [one for one in found if event is None or (one.is_active and event in one.events)]


_endpoints = table_of(WebhookEndpoint).c
_WANTING = DriverSelect(select(_endpoints.code, _endpoints.events).where(_endpoints.is_active).order_by(_endpoints.id))


def endpoints_wanting(event: str) -> list[str]:
    """The codes of the active endpoints that want an event, oldest first."""
    found = _WANTING.rows_within(db.session())
    return [row.code for row in found if event in row.events]


def endpoint(code: str) -> WebhookEndpoint | None:
    """An endpoint by its code."""
    return db.session.scalar(select(WebhookEndpoint).where(WebhookEndpoint.code == code))
