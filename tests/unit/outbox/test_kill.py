"""Fifty times kill -9, of who enqueues and of who delivers, under a mail server that misbehaves: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask

from portal.config import ROOT, SETTINGS
from portal.core.db import db
from portal.outbox import queries
from portal.outbox.letters import message_id
from tests import databases
from tests.unit.outbox.killed import MESSAGES
from tests.unit.outbox.smtp_server import MailServer, mail_server

KILLS = 50
BAD_DAYS = [{"greeting": "drop"}, {"RCPT": "450 later"}, {"MAIL": "stall"}, {"content": "taken then drop"},
            {"greeting": "421 busy"}, {"DATA": "drop"}]  # fmt: skip


class Immortal:
    """A role whose process begins anew whenever it is killed."""

    def __init__(self, role: str, folder: Path, environ: dict[str, str]) -> None:
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.unit.outbox.killed", role, str(folder / "committed")]
        self.parent = subprocess.Popen(
            command, cwd=ROOT, env={**environ, "DATA_DIR": str(folder)}, stdout=subprocess.PIPE, text=True
        )
        self.pid = 0
        self.lives = 0
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    def _follow(self) -> None:
        assert self.parent.stdout
        for line in self.parent.stdout:
            self.pid = int(line)
            self.lives += 1

    def kill(self) -> bool:
        """Kill the life of the moment; False where there is none."""
        pid, self.pid = self.pid, 0
        return self._signal(pid, signal.SIGKILL)

    def end(self) -> int:
        """Ask the last life to end; the parent's exit code."""
        self._signal(self.pid, signal.SIGTERM)
        return self.parent.wait(timeout=20)

    def clear(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.parent.poll() is None:
            self.parent.kill()
            self.parent.wait()
            with suppress(ProcessLookupError):
                os.kill(self.pid or self.parent.pid, signal.SIGKILL)
        self._reader.join()
        assert self.parent.stdout
        self.parent.stdout.close()

    def _signal(self, pid: int, number: int) -> bool:
        if not pid or self.parent.poll() is not None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True


def counts() -> dict[str, int]:
    db.session.remove()
    return queries.counts()


def wait_for(condition: Callable[[], bool], roles: list[Immortal]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        assert all(role.parent.poll() in {None, 0} for role in roles)
        time.sleep(0.005)


def wait_until_sent(seconds: float) -> dict[str, int]:
    ends = time.monotonic() + seconds
    while (found := counts())["sent"] < MESSAGES and time.monotonic() < ends:
        time.sleep(0.1)
    return found


@pytest.mark.usefixtures("app")
def test_fifty_kills_lose_nothing(database: databases.Database, shared_app: Flask, tmp_path: Path) -> None:
    chance = random.Random(7)

    def behave(server: MailServer) -> dict[str, str]:
        time.sleep(0.01)
        return chance.choice(BAD_DAYS) if chance.random() < 0.1 else {}

    with mail_server() as server:
        server.behave = behave
        environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        environ |= {"DATABASE_URL": database.url, "SITE_URL": "http://localhost", "LOG_LEVEL": "ERROR",
                    "SMTP_URL": f"smtp://127.0.0.1:{server.port}/?starttls=0"}  # fmt: skip
        roles = [Immortal(role, tmp_path / name, environ)
                 for role, name in (("web", "web"), ("worker", "one"), ("worker", "two"))]  # fmt: skip
        try:
            for number in range(KILLS):
                # Spread over the work, however fast the machine is.
                wait_for(lambda: len(server.taken) >= number * 5, roles)  # noqa: B023
                time.sleep(chance.uniform(0, 0.05))
                wait_for(lambda: chance.choice(roles).kill(), roles)
            assert counts()["sent"] < MESSAGES, "all was done before the last kill"
            assert wait_until_sent(90) == {"waiting": 0, "leased": 0, "sent": MESSAGES, "dead": 0, "cancelled": 0}
            assert [role.end() for role in roles] == [0, 0, 0], "the last life of each ends cleanly"
        finally:
            for role in roles:
                role.clear()
        arrived = Counter(server.ids())
    assert set(arrived) == {message_id(f"test:{number}", "http://localhost") for number in range(MESSAGES)}
    assert all(role.lives > 3 for role in roles)
    again = sum(arrived.values()) - MESSAGES
    assert again <= KILLS + MESSAGES * 0.1, "a copy comes from a kill or a dropped connection, never from two workers"
