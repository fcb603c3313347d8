"""Fifty times kill -9, of who enqueues and of who delivers, under a mail server that misbehaves: nothing is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db
from portal.outbox.letters import message_id
from portal.outbox.mail import KIND
from portal.outbox.models import STATES, OutboxMessage
from tests import databases
from tests.unit.outbox.immortal import BAD_DAYS, Immortal, settings, wait_for
from tests.unit.outbox.killed import MESSAGES
from tests.unit.outbox.smtp_server import MailServer, mail_server

KILLS = 50


def counts() -> dict[str, int]:
    """How many letters there are in each state; what the worker's own hour brings about is not among them."""
    db.session.remove()
    found = select(OutboxMessage.state, func.count()).where(OutboxMessage.kind == KIND).group_by(OutboxMessage.state)
    return dict.fromkeys(STATES, 0) | dict(db.session.execute(found).all())


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
        environ = settings(database, server.port)
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
