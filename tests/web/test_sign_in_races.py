"""What happens when the account changes while somebody signs in, and when the database is held by another."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse

from portal.accounts import passwords, people, queries, sessions, sign_in
from portal.accounts.jobs import send_password_reset
from portal.accounts.models import User
from portal.core import audit, clock, links
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.outbox import mail, service
from portal.outbox import queries as outbox_queries
from portal.outbox.registry import Delivery
from tests.factories.staff import PASSWORD, SOMEWHERE, Browser, member, user_of

EDITOR = "editor@quangngai.gov.vn"
SECRET = "s" * 32
pytestmark = pytest.mark.usefixtures("app")


def inside(code: str) -> User:
    """The row, inside of the current unit of work."""
    user = queries.user_by_code(code)
    assert user is not None
    return user


def admitted(email: str = EDITOR) -> sign_in.Candidate:
    with unit_of_work():
        return sign_in.admit(email, SOMEWHERE, secret=SECRET, now=clock.now())


def test_a_password_that_changed_meanwhile_lets_nobody_in(app: Flask) -> None:
    code = member(Role.EDITOR)
    candidate = admitted()
    with unit_of_work():
        people.set_password(inside(code), passwords.hash_password("một mật khẩu khác hẳn 9"), now=clock.now())
    with unit_of_work():
        assert sign_in.complete(candidate, SOMEWHERE, secret=SECRET, now=clock.now()) is None


def test_who_became_an_admin_meanwhile_needs_a_second_factor(app: Flask) -> None:
    """Even if a session of before is still there: the rule doesn't rest on its end alone."""
    code = member(Role.EDITOR)
    browser = Browser.of(app, code)
    with unit_of_work():
        user = inside(code)
        user.roles[0].role = Role.ADMIN
    assert browser.get("/can-bo").status_code == 303
    assert browser.get("/can-bo/nguoi-dung").status_code == 303


def test_a_second_factor_is_not_replaced_from_an_older_door(app: Flask) -> None:
    code = member(Role.ADMIN)
    late, early = Browser(app), Browser(app)
    for browser in (late, early):
        browser.sign_in("admin@quangngai.gov.vn")
    offered = []
    for browser in (early, late):
        page = browser.get("/can-bo/dang-nhap/thiet-lap").get_data(as_text=True)
        offered.append(page.split('class="secret">')[1].split("<")[0])
    with unit_of_work():
        user = inside(code)
        user.totp_secret = offered[0]
    response = late.submit("/can-bo/dang-nhap/thiet-lap", {"code": pyotp.TOTP(offered[1]).now()})
    assert response.status_code == 422
    assert user_of(code).totp_secret == offered[0]


class Slow(io.BytesIO):
    """A form that takes its time to arrive."""

    def __init__(self, body: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(body)
        self.meanwhile = meanwhile
        self.reads = 0

    def readinto(self, buffer: Any) -> int:
        self.reads += 1
        self.meanwhile()
        return super().readinto(buffer)


def post_slowly(browser: Browser, path: str, meanwhile: Callable[[], None]) -> TestResponse:
    """Send a form, and do something else while it arrives."""
    body = f"csrf_token={browser.form_token}".encode()
    slow = Slow(body, meanwhile)
    builder = EnvironBuilder(
        path, method="POST", input_stream=slow, content_length=len(body),
        content_type="application/x-www-form-urlencoded",
        headers={"Cookie": f"gandan-staff={browser.cookie('gandan-staff')}"},
    )  # fmt: skip
    response = browser.client.open(builder)
    assert slow.reads
    return response


def test_a_slow_form_holds_nobody_up(app: Flask) -> None:
    """The form is read before the unit of work begins: SQLite has one write lock for all."""
    browser = Browser.with_roles(app, Role.EDITOR)

    def write() -> None:
        with unit_of_work():
            db.session.execute(db.text("UPDATE users SET name = name"))

    assert post_slowly(browser, "/can-bo/dang-xuat", write).status_code == 303


def test_rights_that_end_while_a_form_arrives_are_not_used(app: Flask) -> None:
    victim = member(Role.EDITOR)
    browser = Browser.with_roles(app, Role.ADMIN)

    def end_all() -> None:
        with unit_of_work():
            for user in queries.people():
                sessions.end_all(user)

    response = post_slowly(browser, f"/can-bo/nguoi-dung/{victim}/dang-xuat", end_all)
    assert response.headers["Location"].startswith("/can-bo/dang-nhap")
    assert audit.count(AuditFilter(action="signed_out_everywhere")) == 0


def test_a_thief_does_not_set_a_password_after_the_owner_did(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's comes while the thief's is being hashed."""
    code = member(Role.EDITOR)
    thief = Browser.of(app, code)
    owners = passwords.hash_password("một mật khẩu khác hẳn 9")

    def hash_slowly(_password: str) -> str:
        with unit_of_work():
            people.set_password(inside(code), owners, now=clock.now())
        return "thief's"

    monkeypatch.setattr(passwords, "hash_password", hash_slowly)
    new = "kẻ trộm chọn một câu dài 58"
    response = thief.post("/can-bo/tai-khoan/mat-khau", {"password": PASSWORD, "new_password": new})
    assert response.status_code == 403
    assert user_of(code).password_hash == owners


def test_a_database_that_is_held_for_long_is_503(app: Flask) -> None:
    browser = Browser.with_roles(app, Role.EDITOR)
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no lock for all")
    other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        db.session.rollback()
        db.session.connection().exec_driver_sql("PRAGMA busy_timeout=50")
        response = browser.post("/can-bo/dang-xuat")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_a_reset_that_is_delivered_twice_leaves_its_link_good(app: Flask) -> None:
    member(Role.EDITOR)
    delivery = Delivery(1, "c", "accounts.password_reset", "k1", {"email": EDITOR}, 1, clock.now(), lambda: None)
    for _ in range(2):
        send_password_reset(delivery)
    message = outbox_queries.message_by_key(mail.KIND, "reset-k1")
    assert message is not None
    assert message.payload is not None
    token = message.payload["text"].split("/lien-ket/")[1].split()[0]
    assert links.purpose_of(token, now=clock.now()) is not None
    with unit_of_work():
        held = service.claim(mail.KIND, worker="w", now=clock.now(), lease=timedelta(minutes=1), attempts=3)
        assert held is not None
        service.mark_sent(held.id, held.lease, now=clock.now(), forgets=bool(held.payload[service.FORGETS]))
    db.session.rollback()
    kept = outbox_queries.message_by_key(mail.KIND, "reset-k1")
    assert kept is not None
    assert kept.payload is None, "the link is in the mail, and nowhere else"


def test_illustrative_people_are_let_in_by_a_demo_only(app: Flask) -> None:
    code = member(Role.EDITOR)
    browser = Browser.of(app, code)
    with unit_of_work():
        user = inside(code)
        user.is_demo = True
    assert browser.get("/can-bo").status_code == 303
    assert Browser(app).sign_in(EDITOR).status_code == 422


def test_of_two_requests_with_one_code_one_gets_in(app: Flask) -> None:
    """The other one used it after this one had looked."""
    code = member(Role.EDITOR)
    secret = pyotp.random_base32()
    with unit_of_work():
        inside(code).totp_secret = secret
    now = clock.now()
    with unit_of_work():
        user = inside(code)
        assert user.totp_last_step is None
        used = User.__table__.update().values(totp_last_step=int(now.timestamp()) // 30 + 1)  # type: ignore[attr-defined]
        db.session.execute(used)
        proved = sign_in.prove_second_factor(user, pyotp.TOTP(secret).at(now), SOMEWHERE, secret=SECRET, now=now)
    assert not proved
