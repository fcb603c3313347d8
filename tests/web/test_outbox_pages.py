"""The outbox on the staff's screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.outbox import queries, registry, service
from tests.factories.staff import Browser
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")
ADDRESS = "b.nguyen@example.vn"


def letter(key: str, *, is_dead: bool = False) -> str:
    """A message of the outbox; returns its code."""
    now = clock.now()
    with unit_of_work():
        row = service.enqueue("email", {"to": ADDRESS, "subject": "x", "text": "y"}, key=key, now=now)
        code = row.code
        if is_dead:
            held = service.claim("email", worker="w", now=now, lease=timedelta(minutes=1), attempts=3)
            assert held is not None
            service.mark_failed(held.id, held.lease, "550 no such mailbox", retry_at=None, now=now)
    return code


def test_dead_letters_wait_on_the_start_page_and_can_be_sent_again(app: Flask) -> None:
    code = letter("one", is_dead=True)
    admin = Browser.with_roles(app, Role.ADMIN)
    assert "thư không gửi được" in check(admin.get("/can-bo"), "/can-bo").words
    page = check(admin.get("/can-bo/thu-di"), "/can-bo/thu-di")
    assert "550 no such mailbox" in page.words
    assert ADDRESS not in page.words
    detail = check(admin.get(f"/can-bo/thu-di/{code}"), "x")
    assert ADDRESS not in detail.words
    assert admin.post(f"/can-bo/thu-di/{code}/gui-lai").status_code == 303
    found = queries.message(code)
    assert found is not None
    assert found.state == "waiting"
    assert admin.post(f"/can-bo/thu-di/{code}/gui-lai").status_code == 409, "it waits already"
    assert admin.post(f"/can-bo/thu-di/{code}/bo").status_code == 303
    db.session.rollback()
    assert [entry.action for entry in audit.entries(AuditFilter(text=code), limit=5)] == [
        "message_cancelled",
        "message_resent",
    ]


def test_others_see_nothing_of_the_outbox(app: Flask) -> None:
    code = letter("one", is_dead=True)
    editor = Browser.with_roles(app, Role.EDITOR)
    assert "không gửi được" not in check(editor.get("/can-bo"), "/can-bo").words
    assert "/can-bo/thu-di" not in editor.get("/can-bo").get_data(as_text=True)
    for path in ("", f"/{code}", "/khong-co"):
        assert editor.get(f"/can-bo/thu-di{path}").status_code == 403


def test_an_idle_worker_is_named(app: Flask) -> None:
    letter("one")
    admin = Browser.with_roles(app, Role.ADMIN)
    assert "Chưa có tiến trình gửi thư nào chạy" in check(admin.get("/can-bo/thu-di"), "x").words
    with unit_of_work():
        service.beat("w", started=clock.now(), now=clock.now() - timedelta(minutes=10))
    assert "Tiến trình gửi thư đã dừng" in check(admin.get("/can-bo/thu-di"), "x").words


@pytest.mark.parametrize("state", ["waiting", "leased", "sent", "dead", "cancelled", "x'--"])
def test_every_state_has_its_list(app: Flask, state: str) -> None:
    letter("one")
    admin = Browser.with_roles(app, Role.ADMIN)
    check(admin.get(f"/can-bo/thu-di?trang-thai={state}"), "x")


def test_every_kind_of_message_has_words(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    with unit_of_work():
        for kind in registry.kinds():
            service.enqueue(kind.name, {}, key="k", now=clock.now())
    page = check(admin.get("/can-bo/thu-di?trang-thai=waiting"), "/can-bo/thu-di").words
    assert "Soạn thư đặt lại mật khẩu" in page
    assert [kind.name for kind in registry.kinds() if kind.name in page] == []
