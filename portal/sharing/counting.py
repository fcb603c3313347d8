"""Counts what happens with share links: added up in memory, written together every few seconds.

A visit writes nothing to the database and never waits for it. What a process has counted is written `FLUSH_SECONDS`
after it began to gather, and when the process ends; one that is killed loses no more than that.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from datetime import date
from importlib import import_module
from typing import NamedTuple
from weakref import WeakSet

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import table_of
from portal.sharing.models import ShareCount, ShareLink

LANDING, READ, START = "landing", "read", "start"
FLUSH_SECONDS = 4.0
# Links, channels, events and days that wait at once; where the database is away for long, further ones are lost.
MOST_KEYS = 20_000
_ROWS = 500

logger = logging.getLogger(__name__)


class Key(NamedTuple):
    """What is counted: `day` is one in Asia/Ho_Chi_Minh, `channel` "" where nobody said."""

    link_id: int
    day: date
    channel: str
    event: str


class ShareCounts:
    """The counts of one process for one database."""

    def __init__(self, engine: Engine, interval: float = FLUSH_SECONDS) -> None:
        self.engine = engine
        self._interval = interval
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: Counter[Key] = Counter()
        self._is_waited_for = threading.Event()
        self._thread: threading.Thread | None = None
        _all.add(self)

    def count(self, link_id: int, day: date, channel: str, event: str) -> None:
        """Count once more; returns at once."""
        key = Key(link_id, day, channel, event)
        with self._lock:
            if key not in self._waiting and len(self._waiting) >= MOST_KEYS:
                return
            self._waiting[key] += 1
        self._is_waited_for.set()
        # Started when first needed, because a thread doesn't outlive the fork of a worker.
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def flush(self) -> None:
        """Write what has been counted so far; what can't be written now waits for the next time."""
        with self._writing:
            with self._lock:
                counts, self._waiting = self._waiting, Counter()
            if not counts:
                return
            try:
                with self.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
                    _write(connection, counts)
                    connection.commit()
            except SQLAlchemyError:
                logger.warning("visits of share links could not be counted yet", exc_info=True)
                self._keep(counts)

    def _keep(self, counts: Counter[Key]) -> None:
        with self._lock:
            for key, number in counts.items():
                if key in self._waiting or len(self._waiting) < MOST_KEYS:
                    self._waiting[key] += number

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write_on, name="share-counts", daemon=True)
                self._thread.start()

    def _write_on(self) -> None:
        pause = threading.Event()
        while True:
            self._is_waited_for.wait()
            pause.wait(self._interval)
            self._is_waited_for.clear()
            self.flush()
            with self._lock:
                if self._waiting:
                    self._is_waited_for.set()


_all: WeakSet[ShareCounts] = WeakSet()


@atexit.register
def settle_share_counts() -> None:
    """Write all that was counted, and return when its connection is back in the pool.

    Whoever closes an engine, or empties the tables, calls this first.
    """
    for counts in list(_all):
        counts.flush()


def _write(connection: Connection, counts: Counter[Key]) -> None:
    """Add the numbers to those that are there; in one order, so that no two workers wait for each other in a ring."""
    ids = {key.link_id for key in counts}
    known = set(connection.scalars(select(ShareLink.id).where(ShareLink.id.in_(ids))))
    rows = [{**key._asdict(), "number": number} for key, number in sorted(counts.items()) if key.link_id in known]
    # Imported when needed: a process has one database, and the other's dialect takes two megabytes.
    insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert
    table = table_of(ShareCount)
    for begin in range(0, len(rows), _ROWS):
        new = insert(table).values(rows[begin : begin + _ROWS])
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["link_id", "day", "channel", "event"],
                set_={"number": table.c.number + new.excluded.number},
            )
        )
