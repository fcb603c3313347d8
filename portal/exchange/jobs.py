"""The work on batches, for the worker, for a request with a small file, and for the command line.

`bind` names them to the outbox, `enqueue_check` and its sisters put them there. Each may run twice, or after a kill:
what has been done is seen by the batch's state, and half of it never exists.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Permission
from portal.exchange import applying, queries, registry, service, storage
from portal.exchange.checking import Reading
from portal.exchange.errors import ExchangeError
from portal.exchange.files import Progress
from portal.exchange.models import Batch, State

logger = logging.getLogger("portal.exchange")

Clock = Callable[[], datetime]
# Whether an account, by its public code, holds a permission for the whole portal now.
May = Callable[[str, Permission], bool]
CHECK = "exchange.check"
APPLY = "exchange.apply"
UNDO = "exchange.undo"
_RENEW_SECONDS = 5.0
_STOP = "the worker stopped here"


class Enqueue(Protocol):
    """`portal.outbox.service.enqueue`: puts work into the outbox in the caller's transaction."""

    def __call__(self, kind: str, payload: dict[str, Any], *, key: str, now: datetime) -> object: ...


class Delivery(Protocol):
    """One attempt of the outbox's worker."""

    @property
    def payload(self) -> dict[str, Any]: ...
    @property
    def attempt(self) -> int: ...
    def renew(self) -> object:
        """Keep the work for longer."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `error` where the file is unusable as a whole, `reading` None where it wasn't read."""

    state: str
    reading: Reading[Any] | None = None
    error: ExchangeError | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did; `report` is the kind's own, None where nothing was left to do."""

    state: str
    report: Any = None
    error: ExchangeError | None = None


def bind(
    register: Callable[[str, Callable[[Delivery], None]], object],
    *,
    folder: Callable[[], Path],
    clock: Clock,
    attempts: int,
    may: May,
) -> None:
    """Name the three handlers to the outbox; at the last of `attempts` a failing import is given up.

    Work waits: what somebody has asked for is done where `may` says that they still have the right to it.
    """

    def is_allowed(delivery: Delivery) -> bool:
        actor, batch = delivery.payload.get("actor", ""), queries.batch(delivery.payload["code"])
        allowed = not actor or batch is None or may(actor, registry.get(batch.kind).permission)
        db.session.rollback()
        return allowed

    def check(delivery: Delivery) -> None:
        is_last = delivery.attempt >= attempts
        run_check(delivery.payload["code"], folder=folder(), clock=clock, renew=delivery.renew, is_last=is_last)

    def apply(delivery: Delivery) -> None:
        is_last, code = delivery.attempt >= attempts, delivery.payload["code"]
        if is_allowed(delivery):
            run_apply(code, folder=folder(), clock=clock, renew=delivery.renew, is_last=is_last)
        else:
            _give_up(code, ExchangeError("right_ended"), clock)

    def undo(delivery: Delivery) -> None:
        code = delivery.payload["code"]
        if not is_allowed(delivery):
            with unit_of_work():
                applying.note_reason(code, ExchangeError("right_ended"))
            return
        try:
            run_undo(code, clock=clock)
        except service.WrongStateError as error:
            logger.info("import %s is not undone: it is %s", code, error.state)
        except applying.UndoRefusedError as error:
            with unit_of_work():
                applying.note_reason(code, error.reason)

    for kind, handler in ((CHECK, check), (APPLY, apply), (UNDO, undo)):
        register(kind, handler)


def enqueue(put: Enqueue, kind: str, batch: Batch, *, now: datetime, actor: Actor | None = None) -> None:
    """Put the work on a batch into the outbox, in the caller's transaction; the same work twice is one entry.

    `actor` asked for it, and must still have the right to it when it is done.
    """
    payload = {"code": batch.code} | ({"actor": actor.key} if actor else {})
    put(kind, payload, key=f"{kind}:{batch.code}:{batch.fingerprint[:12]}:{now.timestamp():.0f}", now=now)


def run_check(
    code: str,
    *,
    folder: Path,
    clock: Clock,
    progress: Progress | None = None,
    renew: Callable[[], object] | None = None,
    compare: bool = True,
    is_last: bool = False,
) -> Checked:
    """Read a batch's file through and, with `compare`, say what it would change; commits by itself.

    A fault of ours is raised, and refuses the file only where this `is_last`.
    """
    batch = _begin(code, State.CHECKING, (State.UPLOADED, State.CHECKING), clock)
    if batch.state != State.CHECKING:
        return Checked(batch.state)
    shown = storage.ProgressFile(folder, code, batch.size)
    try:
        reading = service.reading_of(batch, folder)
        reading.check(_all(progress, shown, _now_and_then(renew)))
        run = reading.run(clock, dry_run=True)
        report = reading.kind.store(reading.items(), run) if compare and reading.good else None
    except ExchangeError as error:
        _refuse(code, error, clock)
        return Checked(State.REFUSED, error=error)
    except Exception as error:
        if is_last and not _is_a_stop(error):
            _refuse(code, ExchangeError("internal"), clock)
        raise
    finally:
        shown.close()
    with unit_of_work():
        mine = _still(code, State.CHECKING)
        if mine is not None:
            service.keep_check(mine, reading, report, run, now=clock())
    return Checked(_state_of(code), reading)


def run_apply(
    code: str,
    *,
    folder: Path,
    clock: Clock,
    progress: Progress | None = None,
    renew: Callable[[], object] | None = None,
    is_last: bool = False,
) -> Applied:
    """Import a confirmed batch in one transaction; commits by itself. A batch that is applied already stays as it is.

    What a file's content makes impossible leaves the batch `failed`. Any other exception is raised, after the batch was
    put back to be tried again, or given up where this `is_last`. Never inside a unit of work: it would end that one.
    """
    if db.session.info.get("unit_of_work"):
        raise RuntimeError("an import is applied in a transaction of its own")
    batch = _begin(code, State.APPLYING, (State.QUEUED, State.APPLYING), clock)
    if batch.state != State.APPLYING:
        return Applied(batch.state)
    if renew:
        renew()  # not in the transaction below, which on SQLite keeps everybody else from writing
    shown = storage.ProgressFile(folder, code, int(batch.counts.get("good", 0)))
    try:
        with unit_of_work():
            locked = _still(code, State.APPLYING)
            report = applying.apply(locked, folder, clock=clock, progress=_all(progress, shown)) if locked else None
        return Applied(_state_of(code), report)
    except (ExchangeError, service.RowsRefusedError) as error:
        reason = error if isinstance(error, ExchangeError) else ExchangeError("changed_meanwhile")
        _end(code, reason, clock)
        return Applied(State.FAILED, error=reason)
    except Exception:
        _end(code, ExchangeError("internal") if is_last else None, clock)
        raise
    finally:
        shown.close()


def run_undo(code: str, *, clock: Clock) -> None:
    """Take back what a batch did, in one transaction; commits by itself. Raises what `applying.undo` raises."""
    with unit_of_work():
        applying.undo(code, now=clock())


def _give_up(code: str, error: ExchangeError, clock: Clock) -> None:
    """The confirmed batch isn't applied, for a reason."""
    with unit_of_work():
        batch = queries.locked(code)
        if batch is not None and batch.state in (State.QUEUED, State.APPLYING):
            service.fail(batch, error, now=clock())


def _begin(code: str, state: State, allowed: tuple[State, ...], clock: Clock) -> Batch:
    """The batch in its new state, or in the one that doesn't allow it. LookupError where there is none."""
    with unit_of_work():
        batch = queries.locked(code)
        if batch is None:
            raise LookupError(code)
        registry.get(batch.kind)
        if batch.state in allowed:
            service.enter(batch, state, clock())
    return batch


def _state_of(code: str) -> str:
    """The batch's state now; another worker, or a person, may have been quicker."""
    batch = queries.batch(code)
    return batch.state if batch is not None else State.DISCARDED


def _still(code: str, state: State) -> Batch | None:
    """The batch, locked, unless another worker has finished with it meanwhile."""
    batch = queries.locked(code)
    return batch if batch is not None and batch.state == state else None


def _refuse(code: str, error: ExchangeError, clock: Clock) -> None:
    with unit_of_work():
        mine = _still(code, State.CHECKING)
        if mine is not None:
            service.refuse(mine, error, now=clock())


def _end(code: str, error: ExchangeError | None, clock: Clock) -> None:
    """After a failure: `failed` for the reason, or `queued` for the next attempt."""
    db.session.rollback()
    with unit_of_work():
        batch = _still(code, State.APPLYING)
        if batch is None:
            return
        if error is None:
            service.enter(batch, State.QUEUED, clock())
        else:
            service.fail(batch, error, now=clock())


def _all(*listeners: Progress | None) -> Progress:
    given = [listener for listener in listeners if listener]

    def tell(done: int) -> None:
        for listener in given:
            listener(done)

    return tell


def _now_and_then(renew: Callable[[], object] | None) -> Progress | None:
    """Renews the worker's lease every few seconds."""
    if renew is None:
        return None
    renewed_at = time.monotonic()

    def tell(_done: int) -> None:
        nonlocal renewed_at
        if time.monotonic() - renewed_at > _RENEW_SECONDS:
            renewed_at = time.monotonic()
            try:
                renew()
            except Exception as error:
                error.add_note(_STOP)
                raise

    return tell


def _is_a_stop(error: Exception) -> bool:
    """Whether the worker has been asked to end, or has lost its lease: no fault of the file's or ours."""
    return _STOP in getattr(error, "__notes__", ())
