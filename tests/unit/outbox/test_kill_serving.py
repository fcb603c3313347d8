"""Fifty times kill -9 of a portal that serves: whatever was asked of it over HTTP, and answered, is delivered."""

from __future__ import annotations

import http.client
import random
import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.outbox import queries
from tests import databases
from tests.unit.outbox.immortal import BAD_DAYS, Immortal, settings, wait_for
from tests.unit.outbox.killed import MESSAGES
from tests.unit.outbox.smtp_server import MailServer, mail_server

KILLS = 50
PATH = "/can-bo/quen-mat-khau"
# So much is asked for before what was asked for has arrived: the web is busy until the last kill.
AHEAD = 20


def address(number: int) -> str:
    return f"person{number}@example.vn"


def people_who_forget() -> None:
    with unit_of_work():
        db.session.add_all(
            User(code=f"p{number}", email=address(number), name="An", password_hash="x", created_at=clock.now())
            for number in range(MESSAGES)
        )


class Visitors:
    """Everybody asks for a link to a new password, from an address of their own, until the portal says yes."""

    def __init__(self, port: int, server: MailServer) -> None:
        self.acknowledged: set[int] = set()
        self.tries = 0
        self._port, self._server = port, server
        self._waiting = iter(range(MESSAGES))
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask_for_all, daemon=True) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _ask_for_all(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                number = next(self._waiting, None)
            if number is None:
                return
            while not self._stop.is_set() and number > len(self._server.taken) + AHEAD:
                time.sleep(0.01)
            while not self._stop.is_set() and number not in self.acknowledged:
                with suppress(OSError, http.client.HTTPException):
                    self._ask(number)
                time.sleep(0.01)

    def _ask(self, number: int) -> None:
        with self._lock:
            self.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request("GET", PATH)
            page = connection.getresponse()
            cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
            tokens = re.findall(rb'name="csrf_token" value="([0-9a-f]+)"', page.read())
            body = urlencode({"csrf_token": tokens[-1].decode(), "email": address(number)})
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded",
                       "X-Forwarded-For": f"10.1.{number // 200}.{number % 200 + 1}"}  # fmt: skip
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.headers["Location"]) == (303, f"{PATH}/da-gui")
            self.acknowledged.add(number)
        finally:
            connection.close()


def is_all_delivered() -> bool:
    db.session.remove()
    found = queries.counts()
    return found["waiting"] == found["leased"] == 0


def arrived(server: MailServer) -> set[str]:
    return {str(message["To"]) for message in list(server.taken)}


@pytest.mark.usefixtures("app")
def test_what_the_web_acknowledged_is_delivered(
    database: databases.Database, shared_app: Flask, tmp_path: Path
) -> None:
    chance = random.Random(11)

    def behave(_server: MailServer) -> dict[str, str]:
        return chance.choice(BAD_DAYS) if chance.random() < 0.05 else {}

    people_who_forget()
    with mail_server() as server, socket.socket() as probe:
        server.behave = behave
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environ = settings(database, server.port, PORT=str(port), PROXY_HOPS="1")
        web, worker = (Immortal(role, tmp_path / role, environ) for role in ("gunicorn", "worker"))
        visitors = Visitors(port, server)
        ways = {"web's worker": web.kill_child, "web": web.kill, "worker": worker.kill}
        try:
            order = ["web's worker"] * (KILLS * 2 // 5) + ["web"] * (KILLS // 5) + ["worker"] * (KILLS * 2 // 5)
            chance.shuffle(order)
            for number, way in enumerate(order):
                # Spread over the work, however fast the machine is.
                wait_for(lambda: len(server.taken) >= number * 5, [web, worker])  # noqa: B023
                time.sleep(chance.uniform(0, 0.05))
                wait_for(ways[way], [web, worker])
            assert len(visitors.acknowledged) < MESSAGES, "all was asked for before the last kill"
            wait_for(lambda: len(visitors.acknowledged) == MESSAGES and is_all_delivered(), [web, worker])
            assert [web.end(), worker.end()] == [0, 0], "the last life of each ends cleanly"
        finally:
            visitors.end()
            for role in (web, worker):
                role.clear()
        assert arrived(server) >= {address(number) for number in visitors.acknowledged}
    assert queries.counts()["dead"] == 0
    assert visitors.tries > MESSAGES, "no request was ever cut off"
