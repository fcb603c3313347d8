"""The officers' queue and a case: what they see, what they do, and what no other officer may."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.queries import people
from portal.core.access import access_of
from portal.core.audit import AuditEntry
from portal.core.db import db, unit_of_work
from portal.core.gate import Entry
from portal.core.pages import renderer
from portal.core.permissions import Permission
from portal.feedback import queries, rulebook
from portal.feedback.models import FeedbackFile
from portal.feedback.publishing import answers_of
from portal.feedback.receiving import Received
from portal.feedback.subjects import subject
from portal.media.upload_store import Prepared, UploadStore
from tests.factories.feedback import (
    COMMUNE_CENTER,
    COMMUNE_COMMITTEE,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    answer,
    case_of,
    load_agencies,
    promise,
    receive,
)
from tests.factories.officers import PROVINCE_COMMITTEE, address, at_desk, officer, opened, reviewer, texts_of
from tests.factories.staff import Browser
from tests.web.page import HtmlPage, check

SECRET_NUMBER = "051203004567"


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


@pytest.fixture
def desk(app: Flask) -> Browser:
    """An officer of the province's centre, where everything goes."""
    return at_desk(app, PROVINCE_CENTER)


def kinds(received: Received) -> list[str]:
    return [event.kind for event in queries.events_of(case_of(received))]


def answer_in(page: HtmlPage) -> str:
    return next(one.text or "" for one in page.all("textarea") if one.get("id") == "answer")


def attach(app: Flask, received: Received) -> str:
    """A photo of a case; returns its code."""
    store = UploadStore(renderer(app).config.data_dir / "uploads")
    key = store.save(Prepared(b"\xff\xd8photo", "image/jpeg", ".jpg", 1, 1, None))
    with unit_of_work():
        file = FeedbackFile(
            code="t2v7kq", case_id=received.case.id, submission="x", store_key=key, media_type="image/jpeg", size=7,
            created_at=MONDAY,
        )  # fmt: skip
        db.session.add(file)
    return "t2v7kq"


def test_another_agencys_officer_is_refused_everything(app: Flask) -> None:
    received = receive()
    file = attach(app, received)
    outsider = at_desk(app, COMMUNE_COMMITTEE, "Người Ngoài")
    before, tried = kinds(received), 0
    for rule in app.url_map.iter_rules():
        entry = access_of(app.view_functions[rule.endpoint])
        if not (isinstance(entry, Entry) and entry.permission is Permission.ANSWER_CASES and "code" in rule.arguments):
            continue
        values = {"code": received.case.reference.lower(), "slug": file}
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        is_post = "POST" in (rule.methods or ())
        response = outsider.post(built[1], {"note": "x", "answer": "x"}) if is_post else outsider.get(built[1])
        assert response.status_code == 403, built[1]
        assert received.case.message not in response.get_data(as_text=True)
        tried += 1
    assert tried >= 13
    assert (
        outsider.post("/can-bo/phan-anh/giao", {"case": [received.case.reference], "officer": "-"}).status_code == 403
    )
    assert received.case.reference not in outsider.get("/can-bo/phan-anh?xuat=csv").get_data(as_text=True)
    assert received.case.reference not in check(outsider.get("/can-bo/phan-anh"), "queue").words
    assert kinds(received) == before


def test_the_superior_may_and_the_former_agency_may_no_longer(app: Flask, desk: Browser) -> None:
    received = receive()
    path = address(received)
    superior = at_desk(app, PROVINCE_COMMITTEE, "Cấp Trên")
    assert superior.get(path).status_code == 200
    sent = desk.post(f"{path}/chuyen", {"to": "Phường Cẩm Thành", "forward": "Thuộc phường."})
    assert sent.status_code == 422, "two agencies have that in their names"
    assert "Trung tâm" in check(sent, path).words
    sent = desk.post(f"{path}/chuyen", {"to": "x", "agency": COMMUNE_CENTER, "forward": "Thuộc phường."})
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/can-bo/phan-anh?xong=chuyen"
    assert desk.get(path).status_code == 403
    passed = check(desk.get("/can-bo/phan-anh/da-chuyen"), "passed on").words
    assert received.case.reference in passed
    assert received.case.message not in passed
    assert superior.get(path).status_code == 200
    assert at_desk(app, COMMUNE_CENTER, "Phường").get(path).status_code == 200


def test_photos_are_shown_to_those_who_may(app: Flask, desk: Browser) -> None:
    received = receive()
    path = f"{address(received)}/tep/{attach(app, received)}"
    response = desk.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("inline")
    assert response.headers["Cache-Control"] == "no-store"
    assert path in desk.get(address(received)).get_data(as_text=True)
    other = receive("n2", message="Việc khác hẳn.")
    assert desk.get(f"{address(other)}/tep/t2v7kq").status_code == 404, "a file of another case"


def test_what_is_personal_is_masked_until_somebody_asks_and_that_is_written_down(desk: Browser) -> None:
    received = receive(
        message=f"Tôi là Bình, căn cước {SECRET_NUMBER}.",
        contact_email="binh@example.com",
        contact_name="Phạm Văn Bình",
    )
    for path in (address(received), "/can-bo/phan-anh", "/can-bo/phan-anh?xuat=csv"):
        text = desk.get(path).get_data(as_text=True)
        assert SECRET_NUMBER not in text
        assert "binh@" not in text
        assert "Phạm Văn" not in text
    shown = desk.post(f"{address(received)}/hien")
    text = shown.get_data(as_text=True)
    assert SECRET_NUMBER in text
    assert "binh@example.com" in text
    assert "Phạm Văn Bình" in text
    assert kinds(received).count("unmasked") == 1
    assert db.session.scalars(select(AuditEntry.action)).all().count("feedback_unmasked") == 1
    assert SECRET_NUMBER not in desk.get(address(received)).get_data(as_text=True), "for one answer only"


def test_a_file_of_the_queue_has_nobodys_words(desk: Browser) -> None:
    receive(message="Một câu rất riêng.", contact_email="a@example.com")
    text = desk.get("/can-bo/phan-anh?xuat=csv").get_data(as_text=True)
    assert "PA-2026-00001" in text
    assert "riêng" not in text
    assert "example.com" not in text


def test_two_officers_on_one_case(app: Flask, desk: Browser) -> None:
    received = receive(contact_email="a@example.com")
    path = address(received)
    second = at_desk(app, PROVINCE_CENTER, "Người Thứ Hai")
    old = opened(second, path)
    assert desk.post(f"{path}/tra-loi", {"answer": "Đã thay bảng.", "answer_outcome": "fixed",
                                        "stamp": opened(desk, path)}).status_code == 303  # fmt: skip
    later = second.post(
        f"{path}/tra-loi", {"answer": "Chúng tôi đang xem.", "answer_outcome": "explained", "stamp": old}
    )
    assert later.status_code == 409
    page = check(later, path)
    assert "Có người vừa làm việc" in page.words
    assert "Chúng tôi đang xem." in page.words, "what was typed is kept"
    assert "Đã thay bảng." in page.words, "they see what the other did"
    assert "Chúng tôi đang xem." not in texts_of(received)
    assert kinds(received).count("answered") == 1


def test_two_officers_at_the_very_same_moment(app: Flask, desk: Browser) -> None:
    received = receive()
    path = address(received)
    browsers = [desk, at_desk(app, PROVINCE_CENTER, "Người Thứ Hai"), at_desk(app, PROVINCE_CENTER, "Người Thứ Ba")]
    stamp = opened(desk, path)
    db.session.remove()

    def send(browser: Browser) -> int:
        values = {"answer": "Đã xong.", "answer_outcome": "fixed", "stamp": stamp}
        return browser.post(f"{path}/tra-loi", values).status_code  # type: ignore[arg-type]

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert sorted(pool.map(send, browsers)) == [303, 409, 409]
    assert kinds(received).count("answered") == 1


def test_a_later_officer_who_still_wants_to_may_after_looking(app: Flask, desk: Browser) -> None:
    received = receive()
    path = address(received)
    second = at_desk(app, PROVINCE_CENTER, "Người Thứ Hai")
    old = opened(second, path)
    assert desk.post(f"{path}/ghi-chu", {"note": "Đã gọi cho phường."}).status_code == 303
    values = {"answer": "Đã xong.", "answer_outcome": "fixed", "stamp": old}
    later = second.post(f"{path}/tra-loi", values)
    assert later.status_code == 409
    text = later.get_data(as_text=True)
    assert "Đã xong.</textarea>" in text
    assert "Đã gọi cho phường." in text
    assert old not in text
    assert second.post(f"{path}/tra-loi", {**values, "stamp": opened(second, path)}).status_code == 303


def test_looking_and_the_clock_disturb_nobody(app: Flask, desk: Browser) -> None:
    received = receive(message=f"Số {SECRET_NUMBER}")
    path = address(received)
    before = opened(desk, path)
    at_desk(app, PROVINCE_CENTER, "Người Thứ Hai").post(f"{path}/hien")
    assert opened(desk, path) == before


def test_the_officer_is_asked_before_personal_data_goes_out(desk: Browser) -> None:
    received = receive()
    path = address(received)
    values = {"answer": f"Căn cước {SECRET_NUMBER} đã đúng.", "answer_outcome": "explained"}
    asked = desk.post(f"{path}/tra-loi", values)
    assert asked.status_code == 422
    text = asked.get_data(as_text=True)
    assert "Vẫn gửi như vậy" in text
    assert SECRET_NUMBER in text, "what they typed is kept"
    assert "answered" not in kinds(received)
    seen = text.split('name="seen" value="')[1].split('"')[0]
    other = {**values, "answer": values["answer"] + " Gọi 0905123456.", "seen": seen}
    assert desk.post(f"{path}/tra-loi", other).status_code == 422, "another kind, another warning"
    assert desk.post(f"{path}/tra-loi", {**values, "seen": seen}).status_code == 303
    assert "answered" in kinds(received)


@pytest.mark.parametrize(
    ("act", "values", "field"),
    [
        ("tra-loi", {"answer": " ", "answer_outcome": "fixed"}, "answer"),
        ("tra-loi", {"answer": "Xong.", "answer_outcome": "withdrawn"}, "answer_outcome"),
        ("hoi", {"ask": ""}, "ask"),
        ("ghi-chu", {"note": ""}, "note"),
        ("chuyen", {"to": "Không có đâu", "forward": "Lý do"}, "to"),
        ("chuyen", {"to": "Trung tâm Phục vụ hành chính công Phường Cẩm Thành", "forward": ""}, "forward"),
        ("gop", {"into": "PA-2026-99999"}, "into"),
        ("dong", {"close": "Không rõ", "close_outcome": ""}, "close_outcome"),
        ("giao", {"officer": "nobody1"}, "officer"),
        ("ghi-chu", {"note": "x" * 6_001}, "note"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    desk: Browser, act: str, values: dict[str, str | list[str]], field: str
) -> None:
    received = receive()
    before = kinds(received)
    response = desk.post(f"{address(received)}/{act}", values)
    assert response.status_code == 422
    page = check(response, act)
    assert f"#{field}" in page.links()
    assert kinds(received) == before


def test_an_officer_takes_asks_merges_and_closes(desk: Browser) -> None:
    first, second, third = receive("n1"), receive("n2", message="Cùng việc ấy."), receive("n3", message="Quảng cáo.")
    assert desk.post(f"{address(first)}/nhan").status_code == 303
    assert desk.post(f"{address(first)}/hoi", {"ask": "Bạn gặp ở cửa số mấy?"}).status_code == 303
    page = check(desk.get(f"{address(first)}?xong=hoi"), "case").words
    assert "Chờ người dân trả lời" in page
    assert "Đã hỏi người gửi" in page
    assert desk.post(f"{address(second)}/gop", {"into": first.case.reference.lower()}).status_code == 303
    assert second.case.reference in check(desk.get(address(first)), "case").words
    assert desk.post(f"{address(third)}/lam-dung").status_code == 303
    assert desk.post(f"{address(first)}/dong", {"close": "Rút.", "close_outcome": "no_content"}).status_code == 303
    assert [case_of(one).state for one in (first, second, third)] == ["closed", "merged", "abuse"]
    ended = check(desk.get("/can-bo/phan-anh?phan=da-xong"), "ended").words
    assert all(one.case.reference in ended for one in (first, second, third))


def test_a_prepared_answer_is_filled_in(desk: Browser) -> None:
    with unit_of_work():
        text = "Chào bạn, {agency} đã nhận {reference} về {subject}."
        values = rulebook.TemplateValues(category="other", title="Đã nhận", text=text)
        code = rulebook.add_template(values, actor=OFFICER, now=MONDAY).code
    received = receive()
    path = address(received)
    stamp = opened(desk, path)
    filled = f"đã nhận {received.case.reference} về Việc khác."
    page = check(desk.post(f"{path}/mau", {"template": code, "answer": "", "stamp": stamp}), "case")
    assert filled in page.words
    assert "{agency}" not in page.words
    typed = answer_in(page)
    for _again in range(2):
        sent = {"template": code, "answer": f"Tôi gõ trước.\n{typed}", "answer_outcome": "fixed", "stamp": stamp}
        page = check(desk.post(f"{path}/mau", sent), "case")
        typed = answer_in(page)
        assert typed.count(filled) == 1
        assert "Tôi gõ trước." in typed
    assert 'value="fixed" selected' in desk.post(f"{path}/mau", sent).get_data(as_text=True)
    desk.post(f"{path}/nhan", {"stamp": stamp})
    late = desk.post(f"{path}/mau", {"template": code, "answer": "Tôi gõ trước.", "stamp": stamp})
    assert late.status_code == 409, "whoever was quicker is still told of"
    assert "Tôi gõ trước." in answer_in(check(late, "case"))
    for sent in ({"template": "khong-co", "answer": "Của tôi."}, {"answer": "Của tôi."}):
        assert "Của tôi." in desk.post(f"{path}/mau", sent).get_data(as_text=True)
    assert kinds(received) == ["received", "accepted"], "nothing was sent"


def test_cases_are_given_to_people_at_once(app: Flask, desk: Browser) -> None:
    first, second = receive("n1"), receive("n2", message="Việc thứ hai.")
    own = next(user.code for user in people() if user.name == "Trần Thị Hoa")
    done = desk.post("/can-bo/phan-anh/giao", {"case": [first.case.reference, second.case.reference], "officer": own})
    assert done.status_code == 303
    assert {case_of(one).assignee for one in (first, second)} == {own}
    assert "Trần Thị Hoa" in check(desk.get("/can-bo/phan-anh"), "queue").words
    assert first.case.reference not in check(desk.get("/can-bo/phan-anh?phan=chua-giao"), "queue").words
    stranger = officer(COMMUNE_CENTER, "Người Phường")
    refused = desk.post("/can-bo/phan-anh/giao", {"case": [first.case.reference], "officer": stranger})
    assert refused.status_code == 422
    assert desk.post("/can-bo/phan-anh/giao", {"officer": own}).status_code == 422


@pytest.mark.usefixtures("content")
def test_an_answered_case_becomes_a_question_for_everybody_after_a_second_look(app: Flask, desk: Browser) -> None:
    received = receive(subject=subject("procedure:1.001193", "vi"), message="Tôi là Nguyễn Văn Bình, nộp ở đâu?")
    path = address(received)
    values = {"question": "Nộp ở đâu?", "published": "Ở trung tâm, gọi 0905123456."}
    assert desk.post(f"{path}/de-xuat", values).status_code == 422, "it isn't answered"
    answer(received)
    asked = desk.post(f"{path}/de-xuat", values)
    assert asked.status_code == 422
    assert "số điện thoại" in check(asked, path).words
    values["published"] = "Ở trung tâm."
    assert desk.post(f"{path}/de-xuat", values).status_code == 303
    assert "Đã có 1 đề xuất" in check(desk.get(path), path).words
    browser = Browser.of(app, reviewer())
    page = browser.get("/can-bo/phan-anh-hoi-dap")
    assert "Nộp ở đâu?" in check(page, "answers").words
    assert "hỏi đáp chờ duyệt" in browser.get("/can-bo").get_data(as_text=True)
    here = next(part.split('"')[0] for part in page.get_data(as_text=True).split('action="') if '/dang"' in part[:60])
    assert desk.post(here).status_code == 403
    assert browser.post(here).status_code == 303
    assert [one.question for one in answers_of("procedure", "1.001193")] == ["Nộp ở đâu?"]
    assert browser.post(here).status_code == 409, "it was decided"
    assert browser.post(here.replace("/dang", "/go")).status_code == 303
    assert answers_of("procedure", "1.001193") == ()


@pytest.mark.usefixtures("content")
def test_the_subject_tells_whether_it_has_changed_since(desk: Browser) -> None:
    about = subject("procedure:1.001193", "vi")
    same = receive("n1", subject=about)
    old = receive("n2", subject=about, seen_version="0", message="Trang cũ ghi khác.")
    assert "vẫn như người gửi đã xem" in check(desk.get(address(same)), "case").words
    page = check(desk.get(address(old)), "case")
    assert "đã sửa sau khi người gửi xem" in page.words
    assert "/thu-tuc/1.001193" in page.links()
    assert same.case.reference in page.words, "about the same page"


def test_the_note_is_private(desk: Browser) -> None:
    received = receive()
    assert desk.post(f"{address(received)}/ghi-chu", {"note": "Gọi phường trước."}).status_code == 303
    events = {event.kind: event for event in queries.events_of(case_of(received))}
    assert not events["noted"].is_public
    assert "nội bộ" in check(desk.get(address(received)), "case").words


def test_the_start_page_says_what_waits(desk: Browser) -> None:
    promise(10)
    receive(now=MONDAY)
    page = check(desk.get("/can-bo"), "start")
    assert any("/can-bo/phan-anh?phan=" in link for link in page.links())
    assert "/can-bo/phan-anh" in page.links()


def test_an_export_opens_as_a_workbook(desk: Browser) -> None:
    receive()
    response = desk.get("/can-bo/phan-anh?xuat=xlsx")
    assert io.BytesIO(response.get_data()).read(2) == b"PK"
