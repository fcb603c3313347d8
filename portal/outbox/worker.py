"""The worker: a thread for each kind of message, and the housekeeping beside them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.db import unit_of_work
from portal.outbox import service
from portal.outbox.delivery import Courier, fault
from portal.outbox.registry import Kind

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
DATABASE_PAUSE_SECONDS = 5.0
BEAT_SECONDS = 10.0
CLEANING = timedelta(hours=1)
_WORKERS_KEPT = timedelta(days=1)


class Worker:
    """All that one process delivers.

    `clean` is called every hour with the moment before which finished things are forgotten, `keep` before now.
    """

    def __init__(
        self, app: Flask, name: str, kinds: tuple[Kind, ...], *, keep: timedelta, clean: Callable[[datetime], None]
    ) -> None:
        self.stop = threading.Event()
        self._app = app
        self._name = name
        self._kinds = kinds
        self._keep = keep
        self._clean = clean
        self._courier = Courier(app.app_context, name, self.stop)
        self._started = clock.now()
        self._cleaned = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()
        self._is_database_away = False

    def run(self, wait: Callable[[float], bool], *, grace_seconds: float) -> bool:
        """Work until `wait`, which waits for so many seconds, says that it is time to end; `stop` is set then.

        False where a part of the worker died, or didn't end within the grace.
        """
        told = False
        while not told and not self._try(self._begin):
            told = wait(DATABASE_PAUSE_SECONDS)
        threads = [threading.Thread(target=self._work, args=(kind,), name=kind.name, daemon=True)
                   for kind in self._kinds]  # fmt: skip
        if not told:
            for thread in threads:
                thread.start()
        while not told and all(thread.is_alive() for thread in threads):
            self._try(self._keep_house)
            told = wait(BEAT_SECONDS)
        if not told:
            logger.error("a thread of the worker died")
        self.stop.set()
        ends = time.monotonic() + grace_seconds
        for thread in threads:
            if thread.ident:
                thread.join(max(0.0, ends - time.monotonic()))
        left = [thread.name for thread in threads if thread.is_alive()]
        if left:
            logger.warning("deliveries were left unfinished and will be begun anew", extra={"kinds": left})
        return told and not left

    def drain(self) -> None:
        """Deliver all that is due now. Raises SQLAlchemyError where the database is away."""
        self._begin()
        for kind in self._kinds:
            while not self.stop.is_set() and self._courier.deliver_next(kind):
                pass

    def _begin(self) -> None:
        with self._app.app_context(), unit_of_work():
            count = service.take_back(self._name, now=clock.now())
        if count:
            logger.warning("took back what the last worker left", extra={"messages": count})

    def _keep_house(self) -> None:
        now = clock.now()
        with self._app.app_context():
            with unit_of_work():
                service.beat(self._name, started=self._started, now=now)
            if now - self._cleaned < CLEANING:
                return
            before = now - self._keep
            with unit_of_work():
                # A part at a time, so that nobody waits long to write. The rest follows with the next heartbeats.
                if service.forget_payloads(before):
                    return
                service.forget_workers(now - _WORKERS_KEPT)
        self._cleaned = now
        self._clean(before)

    def _work(self, kind: Kind) -> None:
        def deliver() -> None:
            while not self.stop.is_set() and self._courier.deliver_next(kind):
                pass

        while not self.stop.is_set():
            self.stop.wait(POLL_SECONDS if self._try(deliver) else DATABASE_PAUSE_SECONDS)

    def _try(self, work: Callable[[], None]) -> bool:
        """Do a part of the work; no error ends the worker. False where the database should have a pause."""
        try:
            work()
        except SQLAlchemyError as error:
            if self._note_database(is_away=True):
                logger.error("the database can't be used, trying on", extra=fault(error))  # noqa: TRY400
            return False
        except Exception as error:  # noqa: BLE001  what went wrong once may work the next time
            logger.error("the worker stumbled", extra=fault(error))  # noqa: TRY400
            return False
        if self._note_database(is_away=False):
            logger.warning("the database can be used again")
        return True

    def _note_database(self, *, is_away: bool) -> bool:
        """Whether that is news."""
        with self._lock:
            was_away, self._is_database_away = self._is_database_away, is_away
        return was_away != is_away
