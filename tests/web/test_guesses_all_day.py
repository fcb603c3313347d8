"""Somebody patient who guesses all day: they are stopped, the owner is told once, and is not locked out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts import attempts, guesses, passwords, people, queries
from portal.accounts.jobs import send_guesses_warning
from portal.core import clock, links
from portal.core.db import db, unit_of_work
from portal.core.links import Purpose
from portal.core.permissions import Role
from portal.outbox import mail
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.staff import PASSWORD, Browser, member

EDITOR = "editor@quangngai.gov.vn"
CODE_PAGE = "/can-bo/dang-nhap/ma"
NOON = datetime(2026, 11, 22, 5, 0, 10, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def guess_all_day(app: Flask, monkeypatch: pytest.MonkeyPatch, email: str = EDITOR) -> Browser:
    """Everything that the quarters of an hour allow, until the day allows no more."""
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "matches", lambda *_: False)
        patch.setattr(attempts, "NETWORK", attempts.Limit("networks", 1000, attempts.DAY))
        for quarter in range(attempts.ACCOUNT_DAY.count // attempts.ACCOUNT.count + 1):
            with time_machine.travel(NOON + timedelta(minutes=16 * quarter), tick=False):
                guesser = Browser(app)
                for _ in range(attempts.ACCOUNT.count + 1):
                    last = guesser.sign_in(email, "a guess")
    assert last.status_code == 429
    return guesser


def asked_for(kind: str) -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def deliver() -> None:
    for row in asked_for(guesses.JOB):
        payload = dict(row.payload or {})
        send_guesses_warning(Delivery(1, row.code, row.kind, row.key, payload, 1, clock.now(), lambda: None))


def test_a_patient_guesser_is_stopped_for_the_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    member(Role.EDITOR)
    owner = Browser(app)
    owner.sign_in(EDITOR)
    owner.post("/can-bo/dang-xuat")
    guesser = guess_all_day(app, monkeypatch)
    with time_machine.travel(NOON + timedelta(hours=20), tick=False):
        refused = guesser.sign_in(EDITOR)
        assert refused.status_code == 429, "not even with the right one"
        assert "chờ đến ngày mai" in refused.get_data(as_text=True)
        assert owner.sign_in(EDITOR).status_code == 303, "the owner's own browser is known"
    with time_machine.travel(NOON + timedelta(days=1, minutes=1), tick=False):
        assert guesser.sign_in(EDITOR).status_code == 303


def test_a_new_password_by_mail_opens_a_new_device_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = member(Role.EDITOR)
    guess_all_day(app, monkeypatch)
    with unit_of_work():
        token = links.create(Purpose.PASSWORD_RESET, code, now=clock.now(), lasts=people.RESET_LASTS)
    fresh = Browser(app)
    fresh.submit(f"/lien-ket/{token}", {})
    new = "một mật khẩu khác hẳn 9"
    assert fresh.submit("/can-bo/mat-khau-moi", {"new_password": new}).headers["Location"] == "/can-bo"
    assert Browser(app).sign_in(EDITOR, new).status_code == 303, "and any other device"


def test_the_owner_is_told_once_and_nobody_else(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    member(Role.EDITOR)
    guess_all_day(app, monkeypatch)
    guess_all_day(app, monkeypatch, "nobody@quangngai.gov.vn")
    jobs = asked_for(guesses.JOB)
    assert len(jobs) == 2, "as much work for an address that is nobody's"
    assert "nobody" not in str([(job.key, job.payload) for job in jobs])
    deliver()
    deliver()
    (letter,) = asked_for(mail.KIND)
    assert letter.payload is not None
    assert letter.payload["to"] == EDITOR
    paragraphs = letter.payload["text"].split("\n\n")
    assert "http://localhost/can-bo/quen-mat-khau" in paragraphs
    english = paragraphs.index("--- English ---")
    assert "http://localhost/en/can-bo/quen-mat-khau" in paragraphs[english:]
    assert len(paragraphs) == 4 + 1 + 5, "the other languages begin with their subject"


def test_codes_are_limited_by_the_day_too(app: Flask) -> None:
    code = member(Role.EDITOR)
    secret = pyotp.random_base32()
    with unit_of_work():
        user = queries.user_by_code(code)
        assert user is not None
        user.totp_secret = secret
    for quarter in range(attempts.CODE_DAY.count // attempts.CODE.count + 1):
        with time_machine.travel(NOON + timedelta(minutes=16 * quarter), tick=False):
            thief = Browser(app)
            thief.sign_in(EDITOR)
            for _ in range(attempts.CODE.count + 1):
                last = thief.submit(CODE_PAGE, {"code": "000000"})
    assert last.status_code == 429
    assert "chờ đến ngày mai" in last.get_data(as_text=True)
    guess = [job.payload for job in asked_for(guesses.JOB)]
    assert guess == [{"user": code}]


def test_right_attempts_do_not_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    member(Role.EDITOR)
    monkeypatch.setattr(attempts, "ACCOUNT_DAY", attempts.Limit("account-day", 3, attempts.DAY))
    assert [Browser(app).sign_in(EDITOR, PASSWORD).status_code for _ in range(6)] == [303] * 6
