"""What the audit log keeps of the doors: who came, went and was refused, in a bounded number of entries."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from portal.accounts import attempts, passwords, queries, records
from portal.core import audit, clock
from portal.core.audit import AuditEntry, AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from tests.factories.staff import PASSWORD, Browser, member, user_of

EDITOR = "editor@quangngai.gov.vn"
pytestmark = pytest.mark.usefixtures("app")


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return audit.entries(AuditFilter(action=action), limit=1000)


def refuse_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)


def test_signing_out_is_written_down(app: Flask) -> None:
    code = member(Role.EDITOR)
    Browser.of(app, code).post("/can-bo/dang-xuat")
    (entry,) = entries("signed_out")
    assert (entry.actor_key, entry.subject_key, entry.before) == (code, code, {"browser": "Chrome, Android"})


def test_ending_a_session_elsewhere_is_written_down(app: Flask) -> None:
    code = member(Role.EDITOR)
    Browser.of(app, code)
    (other,) = queries.sessions_of(user_of(code), clock.now(), seen_since=clock.now() - timedelta(hours=1))
    browser = Browser.of(app, code)
    for _ in range(2):
        browser.post(f"/can-bo/tai-khoan/phien/{other.code}")
    assert [entry.actor_key for entry in entries("session_ended")] == [code]


def test_confirmations_that_fail_are_written_down(app: Flask) -> None:
    code = member(Role.EDITOR)
    with unit_of_work():
        user = queries.user_by_code(code)
        assert user is not None
        user.totp_secret = pyotp.random_base32()
    browser = Browser.of(app, code)
    assert browser.post("/can-bo/xac-nhan", {"password": "nope nope", "code": "000000"}).status_code == 422
    assert browser.post("/can-bo/xac-nhan", {"password": PASSWORD, "code": "000000"}).status_code == 422
    assert [entry.subject_key for entry in entries("confirmation_refused")] == [code]
    assert [entry.subject_key for entry in entries("second_factor_refused")] == [code]


def test_a_lock_out_is_written_down_once_in_its_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = member(Role.EDITOR)
    refuse_all(monkeypatch)
    for later in (timedelta(0), timedelta(minutes=16)):
        with time_machine.travel(clock.now() + later):
            browser = Browser(app)
            for _ in range(attempts.ACCOUNT.count + 3):
                browser.sign_in(EDITOR, "a guess")
    found = entries("locked_out")
    assert [entry.subject_key for entry in found] == [code, code]
    assert found[0].after == {"minutes": 15}


def test_what_strangers_typed_is_not_written_down(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_all(monkeypatch)
    browser = Browser(app)
    for _ in range(attempts.ACCOUNT.count + 2):
        browser.sign_in("nobody@quangngai.gov.vn", "a guess")
    assert entries("locked_out") == []
    assert len(entries("sign_in_refused")) == attempts.ACCOUNT.count
    assert "nobody@" not in str([vars(entry) for entry in entries("")])


def test_a_flood_of_guesses_does_not_flood_the_log(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    member(Role.EDITOR)
    refuse_all(monkeypatch)
    monkeypatch.setattr(records, "NOTED", attempts.Limit("noted", 5, timedelta(hours=1)))
    browser = Browser(app)
    statuses = Counter(browser.sign_in(f"n{number}@x.vn", "a guess").status_code for number in range(12))
    statuses.update(browser.sign_in(EDITOR, "a guess").status_code for _ in range(8))
    assert statuses == {422: 20}, "who is not noted any more is refused as before"
    assert Counter(bool(entry.subject_key) for entry in entries("sign_in_refused")) == {False: 5, True: 5}
