"""A draft before somebody without an account: who asks, what the link shows and takes, and what it doesn't."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.editing import check_queries, checks, guest_views, queries
from portal.editing.check_models import FactCheck
from portal.editing.states import Act
from portal.outbox.models import OutboxMessage
from tests.factories.checks import (
    AGENCY,
    CHECK,
    PREVIEW,
    answered,
    asked,
    came_by,
    check_of,
    fill,
    in_review,
    token_on,
)
from tests.factories.drafts import SECOND, WRITER, done, row_of, written
from tests.factories.staff import Browser
from tests.web.page import check

PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "\u202eabc\x00")


def only_check(code: str) -> FactCheck:
    db.session.rollback()
    (one,) = check_queries.checks_of(row_of(code))
    return one


def test_an_agency_reads_and_says_what_is_wrong(app: Flask) -> None:
    code = in_review()
    editor = Browser.with_roles(app, Role.EDITOR)
    here = f"/can-bo/ban-thao/{code}"
    page = editor.post(f"{here}/kiem-tra", {"name": AGENCY, "email": "", "question": "Bước 2 còn đúng không?"})
    assert page.headers["Cache-Control"] == "no-store"
    token = token_on(page.text)
    assert token not in editor.get(here).text, "shown once"
    guest = came_by(app, token)
    shown = check(guest.get(guest.here), guest.here)
    for words in ("Bước 2 còn đúng không?", "Gõ mã hồ sơ", "Góp ý: Các bước", "Góp ý: Hay nhầm"):
        assert words in shown.words, words
    assert "Góp ý: Bạn nhận được gì" not in shown.words, "a section that this page hasn't"
    form = fill(guest, **{"ket-luan": "wrong", "y-kien-cac-buoc": "Mã ở góc phải.\r\nKhông ở trên."})
    answer = guest.client.post(guest.here, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{guest.here}?da-gui=1")
    again = guest.get(f"{guest.here}?da-gui=1").text
    assert "Đã gửi, cảm ơn bạn" in again and "Mã ở góc phải." in again
    assert "<b>1</b> bản thảo có ý kiến của cơ quan" in editor.get("/can-bo").text
    assert "1 ý kiến chưa xử lý" in check(editor.get("/can-bo/huong-dan"), "list").words
    overview = check(editor.get(here), here)
    assert "có chỗ cần sửa" in overview.words and "Trần Thị Bé, công chức tư pháp" in overview.words
    (comment,) = check_queries.comments_of(only_check(code))
    assert comment.text == "Mã ở góc phải.\nKhông ở trên."
    done(code, Act.TAKE_BACK)
    writing = editor.get(here).text
    assert "Mã ở góc phải." in writing, "beside the form"
    assert 'href="#vi.steps"' in writing


def test_a_comment_is_dealt_with_while_writing_and_nothing_typed_is_lost(app: Flask) -> None:
    code = in_review()
    one, _token = asked(code)
    answered(code, one, "wrong", cac_buoc="Bước 2 sai.")
    done(code, Act.TAKE_BACK)
    editor = Browser.with_roles(app, Role.EDITOR)
    (comment,) = check_queries.comments_of(check_of(one))
    page = editor.get(f"/can-bo/ban-thao/{code}").text
    counter = re.search(r'name="counter" value="(\d+)"', page)
    assert counter and f'value="dealt:{comment.code}"' in page
    form = {"counter": counter[1], "vi.title": "Tên vừa gõ", "lam": f"dealt:{comment.code}"}
    assert editor.post(f"/can-bo/ban-thao/{code}", form).status_code == 303
    assert row_of(code).title == "Tên vừa gõ"
    assert check_queries.count_open_comments(row_of(code)) == 0
    other = in_other_draft()
    assert editor.post(f"/can-bo/ban-thao/{other}/y-kien/{comment.code}", {"xong": "0"}).status_code == 404
    assert editor.post(f"/can-bo/ban-thao/{code}/y-kien/{comment.code}", {"xong": "0"}).status_code == 303
    assert check_queries.count_open_comments(row_of(code)) == 1


def in_other_draft() -> str:
    from portal.editing import service

    with unit_of_work():
        return service.start_new(
            "trang-khac", "how_to", "Trang khác", actor=WRITER, now=clock.now(), today=clock.today()
        ).code


def test_nobody_approves_over_comments_by_a_slip(app: Flask) -> None:
    code = in_review()
    one, _token = asked(code)
    answered(code, one, "wrong", cac_buoc="Bước 2 sai.")
    reviewer = Browser.with_roles(app, Role.REVIEWER)
    here = f"/can-bo/ban-thao/{code}"
    assert "Tôi đã đọc các ý kiến đó và vẫn duyệt" in reviewer.get(here).text
    form = {"lam": "approve", "counter": str(row_of(code).counter)}
    answer = reviewer.post(f"{here}/lam", form)
    assert answer.status_code == 422 and "Còn ý kiến của cơ quan chưa xử lý" in answer.text
    assert reviewer.post(f"{here}/lam", {**form, "aware_of": "1"}).status_code == 303
    assert row_of(code).state == "approved"


def test_what_changed_after_the_check_is_told(app: Flask) -> None:
    code = in_review()
    one, _token = asked(code)
    answered(code, one)
    editor = Browser.with_roles(app, Role.EDITOR)
    here = f"/can-bo/ban-thao/{code}"
    assert "Bài đã đổi từ lần trả lời đó" not in editor.get(here).text
    done(code, Act.TAKE_BACK)
    written(code, "Sửa sau khi kiểm tra.")
    done(code, Act.SUBMIT)
    page = check(editor.get(here), here)
    assert "Bài đã đổi từ lần trả lời đó" in page.words
    compared = check(editor.get(f"{here}/kiem-tra/{one}"), here)
    assert "Sửa sau" in compared.words
    assert editor.get(f"{here}/kiem-tra/khong-co").status_code == 404


def test_half_an_answer_comes_back_as_it_was_typed(app: Flask) -> None:
    code = in_review()
    _one, token = asked(code)
    guest = came_by(app, token)
    for changes, words in (
        ({"nguoi-tra-loi": " "}, "Bạn ghi họ tên và chức vụ"),
        ({"ket-luan": ""}, "Bạn chọn bài đúng cả hay có chỗ cần sửa"),
        ({"ket-luan": "x" * 9_000}, "Bạn chọn bài đúng cả"),
        ({"y-kien-cac-buoc": "", "ket-luan": "wrong"}, "Bạn ghi chỗ cần sửa"),
    ):
        answer = guest.client.post(guest.here, data=fill(guest, **{"y-kien-cac-buoc": "Chữ vừa gõ.", **changes}))
        page = check(answer, guest.here)
        assert answer.status_code == 422 and words in page.words
        assert ("Chữ vừa gõ." in page.words) == ("y-kien-cac-buoc" not in changes)
    assert only_check(code).answer == ""


def test_a_text_that_changed_meanwhile_is_looked_at_again(app: Flask) -> None:
    code = in_review()
    _one, token = asked(code)
    guest = came_by(app, token)
    form = fill(guest, **{"y-kien-khac": "Chữ vừa gõ."})
    done(code, Act.TAKE_BACK)
    waiting = guest.client.post(guest.here, data=form)
    assert waiting.status_code == 409 and "Chữ vừa gõ." in waiting.text and "Bài đang được sửa" in waiting.text
    assert "Tóm tắt mới." not in waiting.text, "what is being written is nobody's"
    assert "Bài đang được sửa" in check(guest.get(guest.here), guest.here).words
    written(code, "Đổi meanwhile.")
    done(code, Act.SUBMIT)
    answer = guest.client.post(guest.here, data=form)
    assert answer.status_code == 409
    assert "Bài đã đổi từ lúc bạn mở trang" in answer.text and "Chữ vừa gõ." in answer.text
    assert "Đổi meanwhile." in answer.text
    assert guest.client.post(guest.here, data=fill(guest)).status_code == 303


def test_the_link_opens_nothing_else(app: Flask) -> None:
    code = in_review()
    one, token = asked(code)
    guest = came_by(app, token)
    here = f"/can-bo/ban-thao/{code}"
    for path in (here, f"{here}/xem", f"{here}/kiem-tra/{one}", "/can-bo/huong-dan", "/can-bo"):
        assert guest.get(path).status_code == 303, path
    assert guest.get(PREVIEW).status_code == 410
    before = row_of(code).counter
    for path, form in ((f"{here}/lam", {"lam": "approve"}), (f"{here}/kiem-tra", {"name": "x"}), (here, {})):
        sent = guest.client.post(path, data={**fill(guest), **form})
        assert sent.status_code in (303, 403) and (row_of(code).counter, row_of(code).state) == (before, "in_review")
    shown = guest.get(guest.here)
    assert (shown.headers["Cache-Control"], shown.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert shown.headers["X-Robots-Tag"] == "noindex"
    for words in ("Lịch sử", "Người viết</", "/can-bo/ban-thao/"):
        assert words not in shown.text, words
    assert guest.client.post(guest.here, data={"ket-luan": "right"}).status_code == 403, "without the page's token"


def test_an_ended_link_and_one_past_its_day_are_gone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = in_review()
    one, token = asked(code)
    guest = came_by(app, token)
    form = fill(guest)
    editor = Browser.with_roles(app, Role.EDITOR)
    fresh = token_on(editor.post(f"/can-bo/ban-thao/{code}/kiem-tra/{one}/lien-ket").text)
    assert guest.get(guest.here).status_code == guest.client.post(guest.here, data=form).status_code == 410
    guest = came_by(app, fresh)
    assert editor.post(f"/can-bo/ban-thao/{code}/kiem-tra/{one}/ket-thuc").status_code == 303
    assert guest.get(guest.here).status_code == guest.get(f"/lien-ket/{fresh}").status_code == 410
    _other, late = asked(code)
    guest = came_by(app, late)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + checks.LINK_LASTS + timedelta(minutes=1))
    assert guest.get(guest.here).status_code == guest.get(f"/lien-ket/{late}").status_code == 410
    assert "Bạn xin liên kết mới" in guest.get(f"/lien-ket/{late}").text


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.TEAM_LEADER,), (Role.ANALYST,), (Role.COORDINATOR,)])
def test_others_ask_nobody_and_make_no_links(app: Flask, roles: tuple[Role, ...]) -> None:
    code = in_review()
    one, _token = asked(code)
    answered(code, one, "wrong", khac="Sai.")
    (comment,) = check_queries.comments_of(check_of(one))
    browser = Browser.with_roles(app, *roles) if roles else Browser(app)
    here = f"/can-bo/ban-thao/{code}"
    events = len(queries.events(row_of(code)))
    for path in ("/kiem-tra", f"/kiem-tra/{one}/lien-ket", f"/kiem-tra/{one}/ket-thuc", "/xem-truoc",
                 "/xem-truoc/huy", f"/y-kien/{comment.code}"):  # fmt: skip
        assert browser.post(f"{here}{path}", {"name": "x", "xong": "1"}).status_code == (403 if roles else 303), path
    assert browser.get(f"{here}/kiem-tra/{one}").status_code == (403 if roles else 303)
    assert browser.get(f"{CHECK}/{one}").status_code == browser.get(PREVIEW).status_code == 410
    assert len(queries.events(row_of(code))) == events


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_was_said_becomes_markup(app: Flask, payload: str) -> None:
    code = in_review()
    editor = Browser.with_roles(app, Role.EDITOR)
    here = f"/can-bo/ban-thao/{code}"
    page = editor.post(f"{here}/kiem-tra", {"name": payload, "email": "", "question": payload}).text
    guest = came_by(app, token_on(page))
    named = {f"y-kien-{name}": payload for name in checks.SECTIONS}
    form = fill(guest, **{**named, "nguoi-tra-loi": payload, "ket-luan": "wrong"})
    assert guest.client.post(guest.here, data=form).status_code == 303
    pages = [page, guest.get(guest.here).text, editor.get(here).text]
    done(code, Act.TAKE_BACK)
    for text in (*pages, editor.get(here).text):
        for mark in ("<script>alert", "<img src=x", ">49<", "\x00"):
            assert mark not in text


def test_floods_and_huge_texts_stop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = in_review()
    _one, token = asked(code)
    guest = came_by(app, token)
    form = fill(guest, **{"y-kien-khac": "a" * 50_000, "y-kien-none": "x", "ket-luan": "wrong"})
    assert guest.client.post(guest.here, data=form).status_code == 303
    (comment,) = check_queries.comments_of(only_check(code))
    assert len(comment.text) == checks.LONGEST_COMMENT
    assert guest.client.post(guest.here, data=fill(guest, **{"y-kien-khac": "a" * 3_000_000})).status_code == 413
    monkeypatch.setattr(guest_views, "ANSWERS_PER_HOUR", 1)
    for _time in range(2):
        answer = guest.client.post(guest.here, data=fill(guest, **{"y-kien-khac": "Chữ vừa gõ."}))
    assert answer.status_code == 429 and "Chữ vừa gõ." in answer.text


def test_in_english_the_english_page_is_checked(app: Flask) -> None:
    code = in_review()
    _one, token = asked(code)
    guest = came_by(app, token)
    page = check(guest.get(f"/en{guest.here}"), CHECK)
    assert page.all("html")[0].get("lang") == "en"
    sent = guest.client.post(f"/en{guest.here}", data=fill(guest, **{"y-kien-khac": "Wrong.", "ket-luan": "wrong"}))
    assert sent.headers["Location"] == f"/en{guest.here}?da-gui=1"
    (comment,) = check_queries.comments_of(only_check(code))
    assert comment.locale == "en"


def test_the_link_goes_by_mail_where_there_is_an_address(app: Flask, another_app: object) -> None:
    code = in_review()
    posting = another_app(SMTP_URL="smtp://localhost:2525", MAIL_FROM="cong@quangngai.gov.vn")  # type: ignore[operator]
    with posting.app_context():
        editor = Browser.with_roles(posting, Role.EDITOR)
        here = f"/can-bo/ban-thao/{code}"
        form = {"name": AGENCY, "email": "tuphap@quangngai.gov.vn", "question": "Một.\nHai."}
        answer = editor.post(f"{here}/kiem-tra", form)
        assert answer.status_code == 303, "not shown: it is on its way"
        db.session.rollback()
        (message,) = db.session.scalars(db.select(OutboxMessage).where(OutboxMessage.kind == "email")).all()
        one = only_check(code)
        assert message.key == f"fact_check:{one.code}:1" and message.payload is not None
        assert message.payload["to"] == "tuphap@quangngai.gov.vn"
        assert "Một. Hai." in message.payload["text"] and message.payload["forgets"]
        guest = came_by(posting, token_on(message.payload["text"]))
        assert guest.get(guest.here).status_code == 200
        wrong = editor.post(f"{here}/kiem-tra", {**form, "email": "a@b\nBcc: x@y.vn"})
        assert wrong.status_code == 422 and "Địa chỉ e-mail chưa đúng" in wrong.text and "Một." in wrong.text


def test_somebody_just_looks(app: Flask) -> None:
    code = in_review()
    done(code, Act.TAKE_BACK)
    editor = Browser.with_roles(app, Role.EDITOR)
    here = f"/can-bo/ban-thao/{code}"
    token = token_on(editor.post(f"{here}/xem-truoc").text)
    guest = came_by(app, token)
    page = guest.get(PREVIEW)
    assert "Tóm tắt mới." in check(page, PREVIEW).words and "<textarea" not in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert guest.get(f"{CHECK}/{code}").status_code == 410
    assert guest.client.post(PREVIEW).status_code in (303, 404, 405)
    assert editor.post(f"{here}/xem-truoc/huy").status_code == 303
    assert guest.get(PREVIEW).status_code == 410
    guest = came_by(app, token_on(editor.post(f"{here}/xem-truoc").text))
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    assert guest.get(PREVIEW).status_code == 200
    done(code, Act.PUBLISH)
    assert guest.get(PREVIEW).status_code == 410, "now there is the page itself"
    assert editor.post(f"{here}/xem-truoc").status_code == 409
