"""Who asked for a check is told how it went: once, without what was remarked, and only who may know."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.mails import is_mail_sent
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Grant, Role
from portal.editing import check_mails, checks, queries
from portal.editing.states import Act
from portal.outbox import registry
from portal.outbox.mail import KIND
from portal.outbox.models import OutboxMessage
from tests.factories.checks import AGENCY, asked, came_by, check_of, fill, in_review
from tests.factories.drafts import SECOND, WRITER, done, row_of, values, written
from tests.factories.staff import Browser, member, user_of

SECRET = "Gọi chị Lan 0912345678."


@pytest.fixture(autouse=True)
def posting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal whose mail leaves the machine."""
    monkeypatch.setattr(check_mails, "is_mail_sent", lambda: True)
    return app


def mails() -> list[dict[str, Any]]:
    db.session.rollback()
    rows = db.session.query(OutboxMessage).filter_by(kind=KIND).order_by(OutboxMessage.id)
    return [row.payload for row in rows if row.payload]


def asker(role: Role = Role.EDITOR) -> Actor:
    return Actor("user", member(role, email="hoi@quangngai.gov.vn"), "Người hỏi")


def sent(posting: Flask, token: str, **changes: str) -> None:
    guest = came_by(posting, token)
    assert guest.client.post(guest.here, data=fill(guest, **changes)).status_code == 303


def later(monkeypatch: pytest.MonkeyPatch, after: timedelta) -> datetime:
    moment = clock.now() + after
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


EXPIRED = checks.LINK_LASTS + timedelta(hours=1)


def test_who_asked_is_told_of_the_answer_and_not_what_was_said(posting: Flask) -> None:
    code = in_review()
    _one, token = asked(code, actor=asker())
    sent(posting, token, **{"ket-luan": "wrong", "y-kien-cac-buoc": SECRET, "nguoi-tra-loi": "Trần Thị Bé 0987654321"})
    (mail,) = mails()
    assert mail["to"] == "hoi@quangngai.gov.vn"
    assert mail["subject"] == f"{AGENCY} đã kiểm tra: Xem hồ sơ đến đâu"
    assert "có chỗ cần sửa" in mail["text"] and f"http://localhost/can-bo/ban-thao/{code}#kiem-tra" in mail["text"]
    # The page has a head, steps, mistakes and sources.
    assert "Số phần có ý kiến chưa xử lý: 1. Số phần không có ý kiến nào chờ: 3." in mail["text"]
    for words in ("0912345678", "Lan", "0987654321", "Trần Thị Bé"):
        assert words not in mail["subject"] + mail["text"], words


def test_the_sections_are_those_of_the_page(posting: Flask) -> None:
    code = in_review()
    _one, token = asked(code)
    guest = came_by(posting, token)
    page = guest.get(guest.here).text
    shown = {name for name in checks.SECTIONS if f'id="y-kien-{name}"' in page}
    assert check_mails.sections_of(row_of(code)) == shown - {"khac"}
    two = values(channels={"online": "Nộp qua mạng"}, procedure_labels={"1.001193": "Khai sinh"}, who="Ai cũng được")
    for procedures, more in (([], set()), (["1.001193"], {"cach-nop"}), (["1.001193", "2.002516"], {"truong-hop"})):
        row = queries.GuideDraft(content={**two, "procedures": procedures})
        assert more <= check_mails.sections_of(row)
        assert ("truong-hop" in check_mails.sections_of(row)) == (len(procedures) > 1)


def test_one_round_is_one_mail_and_a_change_of_mind_another(posting: Flask) -> None:
    code = in_review()
    one, token = asked(code, actor=asker())
    for remark in ("", "", "Một điều nhỏ."):
        sent(posting, token, **{"y-kien-khac": remark})
    assert len(mails()) == 1 and "đúng cả" in mails()[0]["text"]
    for remark in ("Bước 2 sai.", "Bước 2 sai.", "Bước 3 cũng sai."):
        sent(posting, token, **{"ket-luan": "wrong", "y-kien-cac-buoc": remark})
    assert len(mails()) == 2 and "có chỗ cần sửa" in mails()[1]["text"]
    done(code, Act.TAKE_BACK)
    written(code, "Sửa theo ý kiến.")
    done(code, Act.SUBMIT)
    sent(posting, token, **{"ket-luan": "wrong", "y-kien-ket-qua": "Vẫn thiếu."})
    assert len(mails()) == 3, "of another text"
    with unit_of_work():
        again = checks.renew(row_of(code), check_of(one), actor=WRITER, now=clock.now())
    sent(posting, again, **{"ket-luan": "wrong", "y-kien-meo": "Thêm nữa."})
    assert len(mails()) == 4, "by another link"


def test_what_is_refused_tells_nobody(posting: Flask) -> None:
    code = in_review()
    _one, token = asked(code, actor=asker())
    guest = came_by(posting, token)
    assert guest.client.post(guest.here, data=fill(guest, **{"nguoi-tra-loi": ""})).status_code == 422
    assert mails() == []


def test_it_is_in_the_language_of_the_account(posting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code, who = in_review(), asker()
    with unit_of_work():
        user_of(who.key).locale = "en"
    _one, token = asked(code, actor=who)
    sent(posting, token)
    assert f"http://localhost/en/can-bo/ban-thao/{code}#kiem-tra" in mails()[0]["text"]
    _other, _token = asked(code, "Sở Nội vụ", actor=who)
    now = later(monkeypatch, EXPIRED)
    registry.sweep(now)
    assert f"http://localhost/en/can-bo/ban-thao/{code}" in mails()[1]["text"]
    assert f"{now.year}" in mails()[1]["text"] and f"/{now.year}" not in mails()[1]["text"]


@pytest.mark.parametrize("why", ["left", "no editor", "illustrative", "nobody", "no mail"])
def test_who_may_no_longer_know_is_told_nothing(posting: Flask, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    code, who = in_review(), asker()
    _one, token = asked(code, actor=WRITER if why == "nobody" else who)
    _other, _token = asked(code, "Sở Nội vụ", actor=WRITER if why == "nobody" else who)
    with unit_of_work():
        user = user_of(who.key)
        user.is_active = why != "left"
        user.is_demo = why == "illustrative"
        if why == "no editor":
            user.roles[0].role = Role.ANALYST
    if why == "no mail":
        monkeypatch.setattr(check_mails, "is_mail_sent", is_mail_sent)
    sent(posting, token, **{"ket-luan": "wrong", "y-kien-khac": "Sai."})
    registry.sweep(later(monkeypatch, EXPIRED))
    assert mails() == []


def test_an_address_that_is_none_holds_up_no_answer(posting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code, who = in_review(), asker()
    with unit_of_work():
        user_of(who.key).email = "không phải thư"
    one, token = asked(code, actor=who)
    _other, _token = asked(code, "Sở Nội vụ", actor=who)
    sent(posting, token)
    registry.sweep(later(monkeypatch, EXPIRED))
    assert (check_of(one).answer, mails()) == ("right", [])


def test_a_link_that_expires_unanswered_is_told_once(posting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = in_review()
    one, _token = asked(code, actor=asker())
    registry.sweep(later(monkeypatch, checks.LINK_LASTS - timedelta(hours=1)))
    assert mails() == []
    for _hour in range(3):
        registry.sweep(later(monkeypatch, timedelta(hours=1)))
    (mail,) = mails()
    assert mail["subject"] == "Chưa có trả lời: Xem hồ sơ đến đâu" and AGENCY in mail["text"]
    assert f"http://localhost/can-bo/ban-thao/{code}#kiem-tra" in mail["text"]
    with unit_of_work():
        checks.renew(row_of(code), check_of(one), actor=WRITER, now=clock.now())
    for _hour in range(2):
        registry.sweep(later(monkeypatch, EXPIRED))
    assert len(mails()) == 2, "the second link expired too; weeks later nothing is told of either again"


def test_what_was_answered_ended_or_went_on_does_not_expire(posting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code, who = in_review(), asker()
    _one, token = asked(code, actor=who)
    ended, _token = asked(code, "Sở Nội vụ", actor=who)
    sent(posting, token)
    with unit_of_work():
        checks.end(row_of(code), check_of(ended), actor=WRITER, now=clock.now())
    registry.sweep(later(monkeypatch, EXPIRED))
    assert len(mails()) == 1, "that of the answer"
    open_one, _token = asked(code, "Sở Tài chính", actor=who)
    done(code, Act.APPROVE, SECOND)
    registry.sweep(later(monkeypatch, EXPIRED))
    assert check_of(open_one).ended_at is not None and len(mails()) == 1


def test_a_renewed_link_expires_whatever_was_said_by_the_one_before(
    posting: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = in_review()
    one, token = asked(code, actor=asker())
    sent(posting, token)
    later(monkeypatch, timedelta(days=3))
    with unit_of_work():
        checks.renew(row_of(code), check_of(one), actor=WRITER, now=clock.now())
    registry.sweep(later(monkeypatch, EXPIRED))
    assert [mail["subject"].partition(":")[0] for mail in mails()] == [f"{AGENCY} đã kiểm tra", "Chưa có trả lời"]


def test_two_workers_that_sweep_at_once_write_one_mail(posting: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = in_review()
    asked(code, actor=asker())
    now = later(monkeypatch, EXPIRED)
    db.session.rollback()
    gate = threading.Barrier(3)

    def work() -> None:
        with posting.app_context():
            gate.wait()
            with unit_of_work():
                check_mails.tell_of_expired(now)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mails()) == 1


def test_the_browser_of_who_asks_leaves_their_code(posting: Flask) -> None:
    code, who = in_review(), asker()
    Browser.of(posting, who.key).post(f"/can-bo/ban-thao/{code}/kiem-tra", {"name": AGENCY})
    (one,) = checks.check_queries.checks_of(row_of(code))
    assert one.asked_by_key == who.key
    assert user_of(who.key).grants == (Grant(Role.EDITOR, user_of(who.key).grants[0].scope),)
