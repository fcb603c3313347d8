"""Writers of SQLite take turns: in a process in their order, and between processes
nobody goes twice while one waits."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from portal.core import turns
from portal.core.turns import Line, Turns, begin_immediate

_HOLDS = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    return path


@pytest.fixture
def driver(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, isolation_level=None)
    yield connection
    connection.close()


def begun(driver: sqlite3.Connection, database: Path) -> float:
    """Seconds until the transaction could be begun."""
    began = time.monotonic()
    begin_immediate(driver, str(database))
    return time.monotonic() - began


def test_threads_go_in_the_order_in_which_they_came() -> None:
    queue, seen = Turns(), []
    queue.take(1)

    def go(number: int) -> None:
        with queue.taken():
            seen.append(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(4)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        while len(queue._waiting) < number:
            time.sleep(0.001)
    queue.pass_on()
    for thread in threads:
        thread.join()
    assert seen == [0, 1, 2, 3]


def test_who_has_written_cannot_go_again_before_who_waits(driver: sqlite3.Connection, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    begin_immediate(driver, str(database))
    waiting = Line(str(database))
    assert waiting.look(), "whoever has begun is in line no more"
    driver.execute("COMMIT")
    with mock.patch.object(turns, "WAIT_SECONDS", 0.2):
        assert begun(other, database) >= 0.2, "only who is late asks without being first"
    other.execute("COMMIT")
    waiting.leave()
    assert begun(other, database) < 0.2
    other.close()


def test_the_turn_of_who_is_killed_ends(driver: sqlite3.Connection, database: Path) -> None:
    command = [sys.executable, "-c", _HOLDS, f"{database}-turn"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert not Line(str(database)).look()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert begun(driver, database) < 1


def test_who_waits_too_long_hears_that_the_database_is_locked(driver: sqlite3.Connection, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    begin_immediate(other, str(database))
    with mock.patch.object(turns, "WAIT_SECONDS", 0.1), pytest.raises(sqlite3.OperationalError, match="locked"):
        begin_immediate(driver, str(database))
    other.close()
    begin_immediate(driver, str(database))


@pytest.mark.parametrize("refused", ["open", "flock"])
def test_without_the_file_it_is_left_to_chance(driver: sqlite3.Connection, database: Path, refused: str) -> None:
    where = os if refused == "open" else fcntl
    with mock.patch.object(where, refused, side_effect=OSError(28, "no space left on device")):
        assert begun(driver, database) < 1
    assert driver.in_transaction


def test_nothing_stays_open(driver: sqlite3.Connection, database: Path) -> None:
    begin_immediate(driver, str(database))
    opened = {os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()}
    assert str(database) in opened
    assert f"{database}-turn" not in opened


def test_a_database_in_memory_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    connection = sqlite3.connect("", isolation_level=None)
    begin_immediate(connection, "")
    assert connection.in_transaction
    connection.close()
    assert list(tmp_path.iterdir()) == []
