"""Writers of SQLite take turns, in the order in which they came.

SQLite has one writer at a time and knows no queue: who finds the database locked sleeps and looks again, for longer
each time, up to a tenth of a second; who comes just when it is free goes first. So under load some wait for seconds
while others don't wait at all. Here the threads of a process queue, and the first of them is in line with those of
other processes: who holds the lock of a file beside the database is the next to write, and lets go of it on beginning.
So a process whose threads always want to write can't go twice while another waits (docs/adr/0019-turns-of-writers.md).
"""

from __future__ import annotations

import fcntl
import os
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


class Line:
    """The line of processes before one database; to be left. One in memory, "", has no other processes."""

    def __init__(self, database: str) -> None:
        self._file, self.is_first = -1, not database
        if self.is_first:
            return
        try:
            # Opened anew each time: processes that share a file by being forked would share its lock as well.
            self._file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            self.is_first = True  # a full disk: by chance, then

    def look(self) -> bool:
        """Whether it is one's turn to ask the database. The system ends the turn of whoever is killed."""
        if not self.is_first:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.is_first = True
            except BlockingIOError:
                return False
            except OSError:
                self.is_first = True  # no such locks on this file system
        return self.is_first

    def leave(self) -> None:
        """Let the next one be first."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def begin_immediate(driver: sqlite3.Connection, database: str) -> None:
    """Begin a transaction with the write lock; raises OperationalError where it isn't free for ten seconds.

    `database` is the path of its file.
    """
    began, line = time.monotonic(), Line(database)
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(driver, line, is_late=time.monotonic() - began > WAIT_SECONDS):
            time.sleep(_SOON if time.monotonic() - began < 1 else _LATER)
    finally:
        line.leave()
        driver.execute(f"PRAGMA busy_timeout={1000 * WAIT_SECONDS}")


def _has_begun(driver: sqlite3.Connection, line: Line, *, is_late: bool) -> bool:
    """Whether the transaction could be begun. Who is late asks without being first, to hear from the database."""
    if not (line.look() or is_late):
        return False
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or is_late:
            raise
        return False
    return True
