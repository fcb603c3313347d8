"""Behind a code: what its person sees and does; nobody else learns that there is a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback import citizen, handling, queries
from portal.feedback.codes import code_hash
from portal.feedback.models import FeedbackCase
from portal.feedback.states import Outcome
from portal.outbox.models import OutboxMessage
from tests.factories.feedback import OFFICER, PROVINCE_CENTER, load_agencies
from tests.web.feedback_forms import FORM, TRACK, Person, fields_of
from tests.web.page import HtmlPage
from tests.web.test_feedback_form import photo

ADD, RATE, ERASE, FILE, LOST = (f"{FORM}/{part}" for part in ("bo-sung", "danh-gia", "xoa", "tep", "mat-ma"))


@pytest.fixture
def person(client: FlaskClient) -> Person:
    load_agencies()
    return Person(client)


def case_of(code: str) -> FeedbackCase:
    db.session.rollback()
    case = queries.case_by_code_hash(code_hash(code))
    assert case is not None
    return case


def act(code: str, what: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """An officer does something."""
    with unit_of_work():
        what(case_of(code), *args, actor=OFFICER, now=clock.now(), **kwargs)
    db.session.remove()


def answer(code: str, text: str = "Đã thay bảng mới.") -> None:
    act(code, handling.answer, text, Outcome.FIXED)


def status(person: Person, code: str) -> HtmlPage:
    return person.post(TRACK, {"ma": code})


def test_the_status_page_tells_the_history_without_an_officers_name(person: Person) -> None:
    code = person.case()
    words = status(person, code).words
    assert "Đã nhận, đang xem thuộc cơ quan nào" in words
    assert "còn 5 ngày làm việc" in words
    act(code, handling.note, "Ghi chú riêng của cán bộ")
    act(code, handling.forward, "ubnd-tinh-quang-ngai", "Việc này thuộc ủy ban.")
    answer(code)
    words = status(person, code).words
    for shown in ("Đã có trả lời", "Đã thay bảng mới.", "Việc này thuộc ủy ban.", "Đã sửa", "Chuyển đến cơ quan khác"):
        assert shown in words
    for hidden in ("Ghi chú riêng", OFFICER.name, "PA-2026", "PA-2027"):
        assert hidden not in words


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: code[3:]])
def test_a_code_is_read_as_people_type_it(person: Person, change: Callable[[str], str]) -> None:
    assert "Phản ánh của bạn" in status(person, change(person.case())).words


@pytest.mark.parametrize("typed", ["", "PA-2222-2222-2222", "PA-1", "x" * 5_000, "\x00", "<b>", "' OR 1=1 --"])
def test_unknown_and_malformed_codes_get_the_same_answer(person: Person, typed: str) -> None:
    page = person.post(TRACK, {"ma": typed}, 422)
    assert "Không có phản ánh nào mang mã này" in page.words
    assert "<b>" not in fields_of(page, TRACK)["ma"] or typed == "<b>"
    for path in (ADD, RATE, ERASE, FILE):
        assert "Không có phản ánh nào mang mã này" in person.post(path, {"ma": typed, "chac": "1"}, 422).words


def test_a_code_in_an_address_opens_nothing(person: Person) -> None:
    code = person.case()
    page = person.get(f"{TRACK}?ma={code}")
    assert code not in page.response.get_data(as_text=True)
    assert fields_of(page, TRACK)["ma"] == ""


def test_no_link_of_the_pages_carries_the_code(person: Person) -> None:
    code = person.case()
    answer(code)
    for page in (status(person, code), person.post(ERASE, {"ma": code})):
        assert not [link for link in page.links() if code in link]
        assert not [form for form in page.all("form") if code in form.get("action", "")]


def test_wrong_codes_are_held_back_and_right_ones_cost_nothing(another_app: Callable[..., Flask]) -> None:
    app = another_app(CODES_PER_HOUR="3")
    with app.app_context():
        load_agencies()
        person = Person(app.test_client(use_cookies=False))
        code = person.case()
        for _ in range(5):
            status(person, code)
        for number in range(3):
            person.post(TRACK, {"ma": f"PA-2222-2222-222{number + 2}"}, 422)
        held = person.post(TRACK, {"ma": "PA-3333-3333-3333"}, 429)
        assert fields_of(held, TRACK)["ma"] == "PA-3333-3333-3333"
        assert held.response.headers["Retry-After"]
        person.post(ADD, {"ma": code, "bo_sung": "x"}, 429)
        status(Person(app.test_client(use_cookies=False), "203.0.113.10"), code)


def test_a_question_is_answered_once_however_often_it_is_sent(person: Person) -> None:
    code = person.case()
    act(code, handling.ask, "Bảng ở cửa nào?")
    page = status(person, code)
    assert "Bảng ở cửa nào?" in page.words
    assert "tạm dừng từ" in page.words
    for _ in range(2):
        assert "Đã gửi điều bạn bổ sung" in person.post(ADD, {"ma": code, "bo_sung": "Cửa số 2"}).words
    case = case_of(code)
    assert case.state == "open"
    assert [event.text for event in queries.events_of(case) if event.kind == "followed_up"] == ["Cửa số 2"]
    assert "Bạn viết điều bạn muốn bổ sung" in person.post(ADD, {"ma": code, "bo_sung": " "}, 422).words
    answer(code)
    assert "không còn nhận thêm" in person.post(ADD, {"ma": code, "bo_sung": "muộn"}).words


def test_poor_with_a_reason_reopens_once_one_level_up(person: Person) -> None:
    code = person.case()
    assert "không còn nhận thêm" in person.post(RATE, {"ma": code, "muc": "good"}).words, "nothing to rate yet"
    answer(code)
    page = status(person, code)
    assert "được mở lại một lần và chuyển lên cơ quan cấp trên" in page.words
    unsaid = person.post(RATE, {"ma": code, "muc": "poor", "ly_do": ""}, 422)
    assert "Bạn cho biết chưa được ở chỗ nào" in unsaid.words
    reopened = person.post(RATE, {"ma": code, "muc": "poor", "ly_do": "Bảng vẫn mờ"})
    assert "được mở lại và chuyển đến UBND tỉnh Quảng Ngãi" in reopened.words
    case = case_of(code)
    assert (case.state, case.level, case.agency != PROVINCE_CENTER) == ("open", 1, True)
    person.post(RATE, {"ma": code, "muc": "poor", "ly_do": "Bảng vẫn mờ"})
    assert case_of(code).level == 1
    answer(code, "Lần này thay thật.")
    assert "được mở lại một lần" not in status(person, code).words
    person.post(RATE, {"ma": code, "muc": "poor", "ly_do": "Vẫn chưa"})
    assert case_of(code).state == "answered"
    assert "Bạn đã đánh giá rồi" in person.post(RATE, {"ma": code, "muc": "good"}).words


@pytest.mark.parametrize("rating", ["", "best", "good\x00", "0"])
def test_a_rating_is_one_of_three(person: Person, rating: str) -> None:
    code = person.case()
    answer(code)
    expected = 200 if rating == "good\x00" else 422
    page = person.post(RATE, {"ma": code, "muc": rating, "ly_do": "Giữ lại"}, expected)
    if expected == 422:
        assert fields_of(page, RATE)["ly_do"] == "Giữ lại"


def test_a_merged_case_shows_the_answer_alone(person: Person) -> None:
    theirs = person.case(noi_dung="Chuyện riêng của họ", ten="Nguyễn Văn Kín", dong_y="1")
    mine = person.case(noi_dung="Chuyện của tôi")
    act(mine, handling.merge, case_of(theirs))
    assert "Trả lời sẽ hiện ở đây" in status(person, mine).words
    answer(theirs, "Chào Nguyễn Văn Kín (0912 345 678), đã thay bảng.")
    words = status(person, mine).words
    assert "đã thay bảng" in words
    for hidden in ("Chuyện riêng", "Nguyễn Văn Kín", "0912 345 678"):
        assert hidden not in words


def test_own_files_come_back_by_code_and_nobody_elses(person: Person) -> None:
    code, other = person.case(tep_moi=photo()), person.case(noi_dung="khác", tep_moi=photo())
    fields = fields_of(status(person, code), FILE)
    response = person.client.post(FILE, data=fields)
    assert response.status_code == 200
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    theirs = fields_of(status(person, other), FILE)["tep"]
    assert person.client.post(FILE, data={"ma": code, "tep": theirs}).status_code == 404
    assert person.client.get(FILE).status_code == 405


def test_erasing_asks_first_and_takes_the_files_from_the_disk(person: Person, app: Flask) -> None:
    from portal.core.pages import renderer
    from portal.feedback.uploading import upload_store

    code = person.case(tep_moi=photo(), ten="Lan", email="lan@example.vn", dong_y="1")
    key = queries.files_of(case_of(code))[0].store_key
    store = upload_store(renderer(app).config)
    page = person.post(ERASE, {"ma": code})
    assert "Xóa rồi không lấy lại được" in page.words
    assert store.path(key)
    fields = fields_of(page, ERASE)
    for _ in range(2):
        assert "xóa" in person.post(ERASE, fields).words
    case = case_of(code)
    assert (case.contact_name, case.contact_email, case.state) == ("", "", "closed")
    assert store.path(key) is None
    words = status(person, code).words
    assert "Bảng giờ" not in words
    assert "Bạn thấy xử lý thế nào" not in words


def asked_for(kind: str = citizen.SEND_CODE) -> list[dict[str, Any]]:
    db.session.rollback()
    return [row.payload for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))]


def test_a_lost_code_gets_the_same_answer_for_known_and_unknown(person: Person) -> None:
    person.case(email="lan@example.vn", dong_y="1")
    answers = [person.post(LOST, {"email": email}) for email in ("lan@example.vn", "nobody@example.vn")]
    texts = [page.words.replace("lan@", "x@").replace("nobody@", "x@") for page in answers]
    assert texts[0] == texts[1]
    person.post(LOST, {"email": "LAN@example.vn"})
    assert [one["email"] for one in asked_for()] == ["lan@example.vn", "nobody@example.vn"], "asked twice, sent once"
    assert "Địa chỉ e-mail chưa đúng" in person.post(LOST, {"email": "a b@x"}, 422).words


def test_lost_codes_are_asked_for_a_few_times_an_hour(another_app: Callable[..., Flask]) -> None:
    app = another_app(CODES_PER_HOUR="1")
    with app.app_context():
        person = Person(app.test_client(use_cookies=False))
        person.post(LOST, {"email": "lan@example.vn"})
        held = person.post(LOST, {"email": "hoa@example.vn"}, 429)
        assert fields_of(held, LOST)["email"] == "hoa@example.vn"


def test_an_old_code_opens_nothing_and_the_old_form_says_so(person: Person) -> None:
    page = person.preview()
    from tests.web.feedback_forms import code_on

    code = code_on(person.send(page))
    with unit_of_work():
        new = citizen.renew_code(case_of(code), now=clock.now() + timedelta(hours=1))
    db.session.remove()
    person.post(TRACK, {"ma": code}, 422)
    assert "Phản ánh của bạn" in status(person, new).words
    assert "Mã của phản ánh này đã được thay" in person.send(page).words


@pytest.mark.parametrize("path", [TRACK, LOST])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_forms_in_each_language(person: Person, path: str, prefix: str) -> None:
    assert person.get(prefix + path).all("html")[0].get("lang") == ("en" if prefix else "vi")
