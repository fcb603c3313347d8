"""Sixteen writers while web and worker are killed -9: what was acknowledged is stored once, and its notices go out."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.feedback import codes
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.outbox import queries
from tests import databases
from tests.factories.feedback import load_agencies
from tests.sent_feedback import PATH, SETTINGS, acknowledged_code, form_body
from tests.unit.outbox.immortal import BAD_DAYS, Immortal, settings, wait_for
from tests.unit.outbox.smtp_server import MailServer, mail_server

WRITERS, CASES, KILLS = 16, 320, 30
# So much is sent before its mail has arrived: the web is busy until the last kill.
AHEAD = 40


class Writers:
    """Each sends its forms one after the other, the same form again until it is acknowledged, and then once more."""

    def __init__(self, port: int, server: MailServer) -> None:
        self.acknowledged: dict[int, str] = {}
        self.wrong: list[str] = []
        self.tries = 0
        self._port, self._server = port, server
        self._waiting = iter(range(CASES))
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=20)

    def _write(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                number = next(self._waiting, None)
            if number is None:
                return
            while not self._stop.is_set() and number > len(self._server.taken) + AHEAD:
                time.sleep(0.01)
            answer = self._until_acknowledged(number)
            if answer and number % 5 == 0 and self._until_acknowledged(number) not in {answer, ""}:
                self.wrong.append(answer)
            self.acknowledged[number] = answer

    def _until_acknowledged(self, number: int) -> str:
        while not self._stop.is_set():
            with suppress(OSError, http.client.HTTPException):
                return self._send(number)
            time.sleep(0.01)
        return ""

    def _send(self, number: int) -> str:
        with self._lock:
            self.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            body = form_body(f"n{number}", f"Số {number}", email=f"person{number}@example.vn")
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"}
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            code = acknowledged_code(answer.read())
            assert answer.status == 200 and code, answer.status
            return code
        finally:
            connection.close()


def is_all_delivered() -> bool:
    db.session.remove()
    found = queries.counts()
    return found["waiting"] == found["leased"] == 0


@pytest.mark.usefixtures("app")
def test_what_was_acknowledged_is_stored_exactly_once(database: databases.Database, tmp_path: Path) -> None:
    chance = random.Random(7)
    load_agencies()
    db.session.remove()

    def behave(_server: MailServer) -> dict[str, str]:
        return chance.choice(BAD_DAYS) if chance.random() < 0.03 else {}

    with mail_server() as server, socket.socket() as probe:
        server.behave = behave
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environ = settings(database, server.port, PORT=str(port), **SETTINGS)
        web, worker = (Immortal(role, tmp_path / role, environ) for role in ("gunicorn", "worker"))
        writers = Writers(port, server)
        ways = {"web's worker": web.kill_child, "web": web.kill, "worker": worker.kill}
        try:
            order = ["web's worker"] * (KILLS * 2 // 5) + ["web"] * (KILLS // 5) + ["worker"] * (KILLS * 2 // 5)
            random.Random(7).shuffle(order)
            for number, way in enumerate(order):
                wait_for(lambda: len(server.taken) >= number * 8, [web, worker])  # noqa: B023
                time.sleep(chance.uniform(0, 0.05))
                wait_for(ways[way], [web, worker])
            assert len(writers.acknowledged) < CASES, "all was sent before the last kill"
            wait_for(lambda: len(writers.acknowledged) == CASES and is_all_delivered(), [web, worker])
            assert [web.end(), worker.end()] == [0, 0], "the last life of each ends cleanly"
        finally:
            writers.end()
            for role in (web, worker):
                role.clear()
        _check(writers, {str(message["To"]) for message in list(server.taken)})


def _check(writers: Writers, told: set[str]) -> None:
    db.session.remove()
    cases = list(db.session.scalars(select(FeedbackCase).order_by(FeedbackCase.id)))
    assert len(cases) == CASES, "a form that came again after a kill is no second case"
    stored = {case.code_hash: case.message for case in cases}
    for number, code in writers.acknowledged.items():
        assert stored[codes.code_hash(code)] == f"Số {number}"
    assert sorted(case.reference[-5:] for case in cases) == [f"{number:05d}" for number in range(1, CASES + 1)]
    assert writers.wrong == [], "sent again, a form shows the same code"
    events = Counter(db.session.scalars(select(FeedbackEvent.case_id)))
    assert set(events.values()) == {1} and len(events) == CASES
    assert told >= {f"person{number}@example.vn" for number in writers.acknowledged}
    assert queries.counts()["dead"] == 0
    assert writers.tries > CASES * 1.2, "no request was ever cut off"
