"""Every change of the outbox. Functions flush, and never commit; times come from the caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.sql.dml import ReturningInsert

from portal.core.db import db, insert_into, table_of
from portal.core.driver_insert import DriverInsert
from portal.outbox import queries
from portal.outbox.models import CANCELLED, DEAD, LEASED, SENT, WAITING, OutboxMessage, WorkerHeartbeat
from portal.outbox.retries import delay

# What a crash or two interrupted is begun again at once; what crashes its worker every time waits like any failure.
_CRASHES_FORGIVEN = 2
_WORKER_GONE = "the worker ended during the attempt"
_ERROR_LENGTH = 200
# In a payload: it holds a secret, and goes as soon as it is delivered.
FORGETS = "forgets"
KEY_LENGTH = 200


class CannotChange(Exception):
    """The message is in no state in which that can be done."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message as its worker holds it; `lease` is what proves it."""

    id: int
    code: str
    key: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime
    lease: str


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A message that waits, or has been sent before: its row, and its name in addresses."""

    id: int
    code: str


def enqueue(kind: str, payload: dict[str, Any], *, key: str, now: datetime, due: datetime | None = None) -> Enqueued:
    """Add a message to the caller's transaction: it goes out, at or after `due`, exactly if that commits.

    The key is unique in its kind: under a known one, the message that is there is returned and nothing changes.
    Raises ValueError for a key of more than 200 characters.
    """
    if len(key) > KEY_LENGTH:
        raise ValueError(f"the key is longer than {KEY_LENGTH} characters")
    wanted = due or now
    # One statement: it is a part of every request that has something to tell.
    values: dict[str, Any] = {
        "code": token_hex(8), "kind": kind, "key": key, "payload": payload, "state": WAITING, "attempts": 0,
        "created_at": now, "wanted_at": wanted, "due_at": wanted,
    }  # fmt: skip
    id_ = _ENQUEUEING.insert(values)
    if id_ is not None:
        return Enqueued(id_, values["code"])
    known = queries.message_by_key(kind, key)
    if known is None:
        raise RuntimeError("a message that was there is gone")
    return Enqueued(known.id, known.code)


def _enqueueing() -> ReturningInsert[Any]:
    statement = insert_into(table_of(OutboxMessage)).on_conflict_do_nothing(index_elements=["kind", "key"])
    return cast("ReturningInsert[Any]", statement.returning(OutboxMessage.id))


_ENQUEUEING = DriverInsert(_enqueueing)


def claim(kind: str, *, worker: str, now: datetime, lease: timedelta, attempts: int) -> Claimed | None:
    """Take the next message of a kind that is due, for as long as `lease`; None where there is none.

    One whose last attempt ended with its worker goes to the dead letters, and the next is taken instead.
    """
    while message := queries.next_due(kind, now):
        if message.attempts >= attempts or message.payload is None:
            _finish(message, DEAD, now, message.last_error or _WORKER_GONE)
            db.session.flush()
            continue
        message.state = LEASED
        message.attempts += 1
        message.due_at = now + lease
        message.lease = f"{worker}.{token_hex(8)}"
        db.session.flush()
        return Claimed(message.id, message.code, message.key, message.payload, message.attempts, message.created_at,
                       message.lease)  # fmt: skip
    return None


def renew(id_: int, lease: str, until: datetime) -> bool:
    """Prolong a lease; False where it had ended and the message is another's, or nobody's."""
    return _change_held(id_, lease, due_at=until)


def mark_sent(id_: int, lease: str, *, now: datetime, forgets: bool = False) -> bool:
    """Write down that a message is delivered; False where the lease was lost. Where it `forgets`, its payload goes."""
    outcome: dict[str, Any] = {"state": SENT, "due_at": None, "lease": None, "finished_at": now, "last_error": None}
    return _change_held(id_, lease, **outcome, **({"payload": None} if forgets else {}))


def mark_failed(id_: int, lease: str, error: str, *, retry_at: datetime | None, now: datetime) -> bool:
    """Write down a failure, and when to try again (None: never, it is dead); False where the lease was lost."""
    error = error[:_ERROR_LENGTH]
    if retry_at is None:
        return _change_held(id_, lease, state=DEAD, due_at=None, lease=None, finished_at=now, last_error=error)
    return _change_held(id_, lease, state=WAITING, due_at=retry_at, lease=None, last_error=error)


def give_back(id_: int, lease: str, *, now: datetime) -> bool:
    """Let go of a message as if it had not been claimed; False where the lease was lost."""
    attempts = OutboxMessage.attempts - 1
    return _change_held(id_, lease, state=WAITING, due_at=now, lease=None, attempts=attempts)


def _change_held(id_: int, held: str, /, **values: Any) -> bool:
    statement = update(OutboxMessage).where(OutboxMessage.id == id_, OutboxMessage.lease == held).values(**values)
    result = db.session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 for the type checker
    return result.rowcount == 1


def take_back(worker: str, *, now: datetime) -> int:
    """Free what a worker of this name held when it was killed; how many messages.

    Only for a worker that is surely the only one of its name.
    """
    held = queries.leased_by(worker)
    for message in held:
        is_forgiven = message.attempts <= _CRASHES_FORGIVEN
        message.state = WAITING
        message.lease = None
        message.last_error = _WORKER_GONE
        message.due_at = now if is_forgiven else now + delay(message.attempts)
    db.session.flush()
    return len(held)


def resend(code: str, *, now: datetime) -> OutboxMessage:
    """Put a dead or cancelled message back in the queue, all attempts before it.

    Raises CannotChange where it is in another state, or so old that its payload has been forgotten.
    """
    message = queries.message_to_change(code)
    if message is None or message.state not in {DEAD, CANCELLED} or message.payload is None:
        raise CannotChange
    message.state = WAITING
    message.attempts = 0
    message.due_at = message.wanted_at = now
    message.finished_at = None
    db.session.flush()
    return message


def cancel(code: str, *, now: datetime) -> OutboxMessage:
    """Give up a message that waits or is dead; raises CannotChange where it is in another state."""
    message = queries.message_to_change(code)
    if message is None or message.state not in {WAITING, DEAD}:
        raise CannotChange
    _finish(message, CANCELLED, now, message.last_error)
    db.session.flush()
    return message


def _finish(message: OutboxMessage, state: str, now: datetime, error: str | None) -> None:
    message.state = state
    message.due_at = message.lease = None
    message.finished_at = now
    message.last_error = error


def forget_payloads(before: datetime, *, limit: int = 500) -> int:
    """Clear the payloads of what was finished before a moment; how many, at most `limit`. The outcomes stay."""
    ids = queries.to_forget(before, limit)
    if ids:
        db.session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(payload=None))
    return len(ids)


def forget(kind: str, keys: Collection[str], *, now: datetime) -> None:
    """Clear the payloads of messages whose reader has asked to be forgotten, and give up those that still wait."""
    mine = OutboxMessage.kind == kind, OutboxMessage.key.in_(keys), OutboxMessage.payload.is_not(None)
    given_up = {"state": CANCELLED, "due_at": None, "finished_at": now}
    db.session.execute(update(OutboxMessage).where(*mine, OutboxMessage.state == WAITING).values(**given_up))
    db.session.execute(update(OutboxMessage).where(*mine).values(payload=None))


def beat(worker: str, *, started: datetime, now: datetime) -> None:
    """Write down that a worker is at work."""
    session = db.session
    row = session.get(WorkerHeartbeat, worker)
    if row is None:
        session.add(WorkerHeartbeat(worker=worker, started_at=started, beat_at=now))
    else:
        row.started_at, row.beat_at = started, now
    session.flush()


def forget_workers(before: datetime) -> None:
    """Drop the heartbeats of workers that ended long ago."""
    db.session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.beat_at < before))
