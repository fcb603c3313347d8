"""Writers of SQLite take turns, in the order in which they came.

SQLite has one writer at a time and knows no queue: who finds the database locked sleeps and looks again, for longer
each time, up to a tenth of a second; who comes just when it is free goes first. So under load some wait for seconds
while others don't wait at all. Here the threads of a process queue, and the first of them looks every millisecond.
Processes meet each other by chance only, but there are few of them.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_SECONDS = 10
_SOON, _LATER = 0.001, 0.01


class Turns:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One's turn. Who waits too long goes on without, to hear from the database that it is locked."""
        is_mine = self.take(WAIT_SECONDS)
        try:
            yield
        finally:
            if is_mine:
                self.pass_on()

    def take(self, seconds: float) -> bool:
        """Wait for one's turn, at most so long; whether it is."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it was handed over at the last moment

    def pass_on(self) -> None:
        """End one's turn."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


def begin_immediate(driver: sqlite3.Connection) -> None:
    """Begin a transaction with the write lock; raises OperationalError where it isn't free for ten seconds."""
    began = time.monotonic()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > WAIT_SECONDS:
                    raise
                time.sleep(_SOON if waited < 1 else _LATER)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={1000 * WAIT_SECONDS}")
