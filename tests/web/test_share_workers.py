"""Counting in several workers: what they count adds up, and a killed one loses no more than its last seconds."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.config import ROOT, SETTINGS
from portal.sharing.counting import FLUSH_SECONDS
from tests.unit.sharing.test_visitors import CHROME

CODE = "2345678"
WORKERS = 2
_MARGIN = 3.0


class Site:
    """A portal of several workers, with one link."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        environ |= {"DATA_DIR": str(folder), "PORT": str(self.port), "WEB_WORKERS": str(WORKERS), "PROXY_HOPS": "1"}
        binaries = Path(sys.executable).parent
        subprocess.run([binaries / "portal", "prepare"], cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
        self._database = folder / "portal.db"
        self.ask(
            "INSERT INTO share_links (code, team, path, title, created_at) "
            "VALUES (?, 'to', '/huong-dan', '', '2026-11-22 00:00:00')", CODE,
        )  # fmt: skip
        self.process = subprocess.Popen([binaries / "gunicorn", "wsgi:app"], cwd=ROOT, env=environ)
        self._client = 0
        ends = time.monotonic() + 60
        while not self._answers() and time.monotonic() < ends:
            time.sleep(0.1)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, statement: str, *values: str) -> int:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection, connection:
            row = connection.execute(statement, values).fetchone()
        return int(row[0] or 0) if row else 0

    def counted(self) -> int:
        return self.ask("SELECT sum(number) FROM share_counts WHERE event = 'landing'")

    def open_link(self, times: int) -> int:
        """Open the link so often, each time as another client; returns how often it was answered."""
        answered = 0
        for _ in range(times):
            self._client += 1
            headers = {"User-Agent": CHROME, "X-Forwarded-For": f"10.1.{self._client // 250}.{self._client % 250}"}
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request("GET", f"/g/{CODE}/q", headers=headers)
                answered += connection.getresponse().status == 303
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
        return answered

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def wait_for(self, number: int, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while self.counted() != number and time.monotonic() < ends:
            time.sleep(0.1)
        assert self.counted() == number


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.process.terminate()
    made.process.wait(timeout=30)


def test_what_workers_count_adds_up_and_survives_the_death_of_all(site: Site) -> None:
    first = site.open_link(60)
    assert first == 60
    site.wait_for(first, FLUSH_SECONDS + _MARGIN)
    second = site.open_link(60)
    # Within ten seconds of a visit it is on the disk, whatever becomes of the process.
    time.sleep(FLUSH_SECONDS + _MARGIN)
    victims = site.workers()
    assert len(victims) == WORKERS
    late = site.open_link(5)
    for worker in victims:
        os.kill(worker, signal.SIGKILL)
    third = site.open_link(40)
    site.process.terminate()
    site.process.wait(timeout=30)
    kept = site.counted() - first - second
    assert third <= kept <= third + late, "only what was counted in the last seconds may be lost"


def test_an_orderly_end_loses_nothing(site: Site) -> None:
    answered = site.open_link(30)
    site.process.terminate()
    site.process.wait(timeout=30)
    assert answered == 30
    assert site.counted() == answered
