"""One message on its way: claim it, have it delivered outside of any transaction, write down how it went."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from traceback import extract_tb

from flask.ctx import AppContext
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.db import unit_of_work
from portal.outbox import queries, service
from portal.outbox.registry import Delivery, Kind, LeaseLost, Refused, Stopped, TryLater
from portal.outbox.retries import delay
from portal.outbox.service import Claimed

logger = logging.getLogger(__name__)

_WRITE_PAUSE_SECONDS = 1.0

# Writes an outcome down; False where the lease was lost.
Outcome = Callable[[], bool]


def fault(error: BaseException) -> dict[str, str]:
    """What a log may say of an unexpected error: its kind and place, never its words, which may hold personal data."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "place": place}


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers for the worker `name`, in a new context of the application for each step, until `stop` is set."""

    context: Callable[[], AbstractContextManager[AppContext]]
    name: str
    stop: threading.Event

    def deliver_next(self, kind: Kind) -> bool:
        """Claim and deliver one message; False where none was due. Raises SQLAlchemyError where none can be claimed."""
        with self.context():
            if not queries.is_due(kind.name, clock.now()):
                return False
            with unit_of_work():
                claimed = service.claim(
                    kind.name, worker=self.name, now=clock.now(), lease=kind.lease, attempts=kind.attempts
                )
        if claimed is None:
            return False
        outcome = self._attempt(kind, claimed)
        if not self._write_down(kind, outcome):
            logger.warning("the lease was lost, the message may go out twice", extra=_about(kind, claimed))
        return True

    def _attempt(self, kind: Kind, claimed: Claimed) -> Outcome:
        """Run the handler; whatever it does, there is an outcome."""
        started = time.monotonic()
        about = _about(kind, claimed)
        try:
            with self.context():
                kind.handler(self._delivery(kind, claimed))
        except Stopped:
            logger.info("given back, the worker ends", extra=about)
            return lambda: service.give_back(claimed.id, claimed.lease, now=clock.now())
        except LeaseLost:
            return lambda: False
        except Refused as error:
            logger.warning("refused", extra={**about, "error": str(error)})
            return self._failure(kind, claimed, str(error), is_final=True)
        except TryLater as error:
            logger.warning("not delivered", extra={**about, "error": str(error)})
            return self._failure(kind, claimed, str(error))
        except Exception as error:  # noqa: BLE001  one bad row must not stop the others
            logger.error("delivery failed", extra={**about, **fault(error)})  # noqa: TRY400
            return self._failure(kind, claimed, type(error).__name__)
        logger.info("delivered", extra={**about, "milliseconds": round((time.monotonic() - started) * 1000)})
        forgets = bool(claimed.payload.get(service.FORGETS))
        return lambda: service.mark_sent(claimed.id, claimed.lease, now=clock.now(), forgets=forgets)

    def _delivery(self, kind: Kind, claimed: Claimed) -> Delivery:
        def prolong() -> None:
            if self.stop.is_set():
                raise Stopped
            with unit_of_work():
                if not service.renew(claimed.id, claimed.lease, clock.now() + kind.lease):
                    raise LeaseLost

        return Delivery(
            id=claimed.id, code=claimed.code, kind=kind.name, key=claimed.key, payload=claimed.payload,
            attempt=claimed.attempt, created_at=claimed.created_at, prolong=prolong,
        )  # fmt: skip

    def _failure(self, kind: Kind, claimed: Claimed, error: str, *, is_final: bool = False) -> Outcome:
        is_dead = is_final or claimed.attempt >= kind.attempts
        if is_dead:
            logger.error("dead letter", extra=_about(kind, claimed))

        def write() -> bool:
            now = clock.now()
            retry_at = None if is_dead else now + delay(claimed.attempt)
            return service.mark_failed(claimed.id, claimed.lease, error, retry_at=retry_at, now=now)

        return write

    def _write_down(self, kind: Kind, outcome: Outcome) -> bool:
        """Write the outcome; while the database is away, try as long as a lease lasts."""
        ends = time.monotonic() + kind.lease.total_seconds()
        while True:
            try:
                with self.context(), unit_of_work():
                    return outcome()
            except SQLAlchemyError:
                if self.stop.is_set() or time.monotonic() > ends:
                    raise
                self.stop.wait(_WRITE_PAUSE_SECONDS)


def _about(kind: Kind, claimed: Claimed) -> dict[str, object]:
    return {"kind": kind.name, "code": claimed.code, "attempt": claimed.attempt}
