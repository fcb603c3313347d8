"""Who is in charge of what, and the weekly mail: once for each week and person, and only where something waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Role
from portal.editing import weekly
from portal.editing.attention import attention
from portal.editing.charges import in_charge, leave_charge, take_charge
from portal.editing.states import Act
from portal.outbox import registry
from portal.outbox.delivery import Courier
from portal.outbox.mail import KIND
from portal.outbox.models import OutboxMessage
from portal.outbox.queries import message_by_key
from portal.outbox.registry import Stopped
from portal.search.empty_searches import empty_searches, settle_empty_searches
from tests.factories.drafts import SLUG, begun, done, published, written
from tests.factories.staff import Browser, member, user_of

WEEK = "2026-W48"
OVERDUE = timedelta(days=400)


def charge(code: str, slug: str = SLUG) -> None:
    with unit_of_work():
        take_charge(slug, "Tên", actor=Actor("user", code, "Tên"), now=clock.now())


def mails() -> list[dict[str, Any]]:
    db.session.rollback()
    rows = db.session.query(OutboxMessage).filter_by(kind=KIND).order_by(OutboxMessage.id)
    return [row.payload for row in rows if row.payload]


def send(now: datetime | None = None, week: str = WEEK) -> None:
    for user in (user_of(code) for code in _codes()):
        weekly.write_to(user.code, week, now=now or clock.now())


def _codes() -> list[str]:
    from portal.accounts import queries
    from portal.core.permissions import Permission

    found = [user.code for user in queries.holding(Permission.EDIT_CONTENT)]
    db.session.rollback()
    return found


@pytest.mark.usefixtures("app")
def test_what_is_in_somebody_s_charge_waits_for_them_and_what_is_in_nobody_s_for_all() -> None:
    mine, theirs = (member(Role.EDITOR, email=f"{name}@x.vn") for name in ("a", "b"))
    for slug in ("cua-a", "cua-b", "chua-ai"):
        published(slug)
    charge(mine, "cua-a")
    charge(theirs, "cua-b")
    today = clock.today() + OVERDUE
    assert [page.slug for page in attention(today, mine).reviews] == ["chua-ai", "cua-a"]
    assert [page.slug for page in attention(today, mine).untranslated] == ["chua-ai", "cua-a"]
    assert [page.slug for page in attention(today, theirs).reviews] == ["chua-ai", "cua-b"]
    assert len(attention(today).reviews) == 3
    with unit_of_work():
        user_of(theirs).is_active = False
        db.session.flush()
    assert len(attention(today, mine).reviews) == 3, "what was of somebody who is gone waits for all"


@pytest.mark.usefixtures("app")
def test_charge_is_taken_over_and_left_only_by_who_has_it() -> None:
    one, other = (member(Role.EDITOR, email=f"{name}@x.vn", name=name) for name in ("a", "b"))
    published()
    charge(one)
    with unit_of_work():
        leave_charge(SLUG, "Tên", actor=Actor("user", other, "b"), now=clock.now())
    assert in_charge() == {SLUG: (one, "a")}
    charge(other)
    assert in_charge() == {SLUG: (other, "b")}
    with unit_of_work():
        leave_charge(SLUG, "Tên", actor=Actor("user", other, "b"), now=clock.now())
    assert in_charge() == {}


def test_the_page_and_the_list_say_who(app: Flask) -> None:
    published()
    published("trang-khac")
    editor = Browser.of(app, member(Role.EDITOR, name="Lê Thị Bình"))
    assert "Chưa ai phụ trách" in editor.get(f"/can-bo/huong-dan/{SLUG}").text
    assert editor.post(f"/can-bo/huong-dan/{SLUG}/phu-trach").status_code == 303
    assert "Người phụ trách: Lê Thị Bình" in editor.get(f"/can-bo/huong-dan/{SLUG}").text
    shown = editor.get("/can-bo/huong-dan?phu-trach=toi").text
    assert f"/can-bo/huong-dan/{SLUG}" in shown
    assert "/can-bo/huong-dan/trang-khac" not in shown
    assert "/can-bo/huong-dan/trang-khac" in editor.get("/can-bo/huong-dan?phu-trach=chua").text
    assert editor.post(f"/can-bo/huong-dan/{SLUG}/thoi-phu-trach").status_code == 303
    assert "Chưa ai phụ trách" in editor.get(f"/can-bo/huong-dan/{SLUG}").text
    assert editor.post("/can-bo/huong-dan/khong-co/phu-trach").status_code == 404
    officer = Browser.with_roles(app, Role.OFFICER)
    assert officer.post(f"/can-bo/huong-dan/{SLUG}/phu-trach").status_code == 403


@pytest.mark.usefixtures("app")
def test_each_gets_one_mail_a_week_with_what_waits_for_them() -> None:
    reviewer, writer = member(Role.REVIEWER, email="duyet@x.vn"), member(Role.EDITOR, email="viet@x.vn")
    published()
    charge(writer)
    code = begun()
    written(code)
    done(code, Act.SUBMIT)
    empty_searches().count("cà phê vối nguyễn văn an", "vi", clock.today() + OVERDUE)
    empty_searches().count("cà phê vối nguyễn văn an", "vi", clock.today() + OVERDUE)
    settle_empty_searches()
    for _twice in range(2):
        send(clock.now() + OVERDUE)
    by_address = {mail["to"]: mail for mail in mails()}
    assert len(mails()) == len(by_address) == 2
    review, own = by_address["duyet@x.vn"]["text"], by_address["viet@x.vn"]["text"]
    assert f"http://localhost/can-bo/ban-thao/{code}" in review
    assert f"http://localhost/can-bo/huong-dan/{SLUG}" in own
    assert f"/can-bo/huong-dan/{SLUG}" not in review
    assert code not in own, "only a reviewer is asked to review"
    assert "Tìm mà không thấy gì: 1" in own
    assert "nguyen van an" not in review + own
    assert by_address["duyet@x.vn"]["subject"] == "Việc của bạn tuần này"
    send(clock.now() + OVERDUE, "2026-W49")
    assert len(mails()) == 4
    assert reviewer != writer


@pytest.mark.usefixtures("app")
def test_nothing_is_sent_where_nothing_waits_or_it_is_not_wanted() -> None:
    code = member(Role.EDITOR)
    send()
    assert mails() == []
    published()
    with unit_of_work():
        user_of(code).weekly_mail = False
    send()
    assert mails() == []
    member(Role.OFFICER)
    send()
    assert mails() == []


@pytest.mark.usefixtures("app")
def test_it_is_in_their_language() -> None:
    code = member(Role.EDITOR)
    published()
    with unit_of_work():
        user_of(code).locale = "en"
    send()
    assert "http://localhost/en/can-bo/can-xem" in mails()[0]["text"]


def test_two_workers_at_once_write_one_mail(app: Flask) -> None:
    code = member(Role.EDITOR)
    published()
    db.session.rollback()
    gate = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            gate.wait()
            weekly.write_to(code, WEEK, now=clock.now())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mails()) == 1


@pytest.mark.usefixtures("app")
def test_a_week_is_asked_for_once_whatever_the_clock_does() -> None:
    monday = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # at seven in Việt Nam
    for away in (timedelta(minutes=-1), timedelta(days=-1), timedelta(days=3)):
        with unit_of_work():
            weekly.ask_for_weekly(monday + away)
    assert message_by_key(weekly.WEEKLY, WEEK) is None, "not before Monday at seven, nor from Thursday on"
    for away in (timedelta(0), timedelta(hours=1), timedelta(days=2), timedelta(hours=2), timedelta(minutes=5)):
        with unit_of_work():
            weekly.ask_for_weekly(monday + away)
    assert db.session.query(OutboxMessage).filter_by(kind=weekly.WEEKLY).count() == 1
    with unit_of_work():
        weekly.ask_for_weekly(monday + timedelta(days=7))
    assert message_by_key(weekly.WEEKLY, "2026-W49") is not None


def test_the_week_at_the_turn_of_the_year() -> None:
    assert weekly.week_of(datetime(2027, 1, 3, tzinfo=UTC).date()) == "2026-W53"
    assert weekly.week_of(datetime(2027, 1, 4, tzinfo=UTC).date()) == "2027-W01"


def test_it_is_switched_off_on_one_s_own_page(app: Flask) -> None:
    code = member(Role.EDITOR)
    editor = Browser.of(app, code)
    assert "Thư việc hằng tuần" in editor.get("/can-bo/tai-khoan").text
    assert editor.post("/can-bo/tai-khoan/thu", {"locale": "en"}).status_code == 303
    assert (user_of(code).weekly_mail, user_of(code).locale) == (False, "en")
    editor.post("/can-bo/tai-khoan/thu", {"weekly": "1", "locale": "../x"})
    assert (user_of(code).weekly_mail, user_of(code).locale) == (True, "vi")
    assert "Thư việc hằng tuần" not in Browser.with_roles(app, Role.OFFICER).get("/can-bo/tai-khoan").text


def test_the_worker_writes_the_mails_once_though_it_is_killed_between(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        member(Role.EDITOR, email=f"{name}@x.vn")
    published()
    kind = next(one for one in registry.kinds() if one.name == weekly.WEEKLY)
    with unit_of_work():
        weekly.ask_for_weekly(datetime(2026, 11, 16, 3, 0, tzinfo=UTC))
    db.session.remove()
    real, left = weekly.write_to, iter((True, False))

    def dies(code: str, week: str, *, now: datetime) -> bool:
        if not next(left, True):
            raise Stopped
        return real(code, week, now=now)

    courier = Courier(app.app_context, "0" * 16, threading.Event())
    monkeypatch.setattr(weekly, "write_to", dies)
    assert courier.deliver_next(kind)
    assert len(mails()) == 1
    monkeypatch.setattr(weekly, "write_to", real)
    assert courier.deliver_next(kind)
    assert sorted(mail["to"] for mail in mails()) == ["a@x.vn", "b@x.vn", "c@x.vn"]
