"""What programs and hostile people send to the form: always a clear page, never a second case, never a cookie."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core.db import db
from portal.feedback import queries
from portal.feedback.models import FeedbackCase, FeedbackFile
from tests.factories.feedback import load_agencies
from tests.web.feedback_forms import FORM, TRACK, TYPED, Person, code_on, fields_of
from tests.web.page import check

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>", "{{ 7*7 }} {% for %}", "=HYPERLINK(\"http://x\")",
    "' OR 1=1 --", "\u202etxt.exe", "\x00\x01\x02 chữ", "\ud7ff\ufffd\U0001f600", "&lt;b&gt;",
]  # fmt: skip


@pytest.fixture
def person(client: FlaskClient) -> Person:
    load_agencies()
    return Person(client)


def cases() -> list[FeedbackCase]:
    db.session.rollback()
    return list(db.session.scalars(select(FeedbackCase).order_by(FeedbackCase.id)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(person: Person, text: str) -> None:
    page = person.preview(noi_dung=text + " xong", ten=text, noi=text, dong_y="1", status=422)
    typed = fields_of(page)
    page = person.post(FORM, {**typed.to_dict(flat=False), "viec": "xem", "xa": "-"})
    body = page.response.get_data(as_text=True)
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert "49 " not in page.words
    person.send(page)
    (case,) = cases()
    assert "\x00" not in case.message
    assert case.message.endswith("xong")


def test_decomposed_accents_are_the_same_message(person: Person) -> None:
    person.send(person.preview(noi_dung=unicodedata.normalize("NFD", "Đường lầy lội")))
    assert [case.message for case in cases()] == ["Đường lầy lội"]


@pytest.mark.parametrize(
    ("size", "kind"),
    [(1_100_000, "application/x-www-form-urlencoded"), (600_000, "multipart/form-data; boundary=x"),
     (17_000_000, "multipart/form-data; boundary=x")],
)  # fmt: skip
def test_a_flood_of_words_is_refused_with_a_clear_page(person: Person, size: int, kind: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="noi_dung"\r\n\r\n' if kind.endswith("=x") else b"noi_dung="
    response = person.client.post(FORM, data=head + b"a" * size + b"\r\n--x--\r\n", content_type=kind)
    assert response.status_code == 413
    assert response.headers["Cache-Control"] == "no-store"
    assert check(response, FORM).text("h1") == "Nội dung gửi lên lớn quá"


def test_other_forms_take_no_long_bodies(person: Person) -> None:
    assert person.client.post(TRACK, data={"ma": "a" * 2_000_000}).status_code == 413


def test_repeated_and_strange_fields_change_nothing(person: Person) -> None:
    page = person.preview()
    fields = fields_of(page).to_dict(flat=False)
    fields |= {"loai": ["other", "complaint"], "noi_dung": ["một", "hai"], "is_demo": "1", "agency": "x", "state": "x"}
    fields |= {"tep": ["x" * 500, "\x00", "a", "b", "c"], "[]": "1", "viec": ["gui", "sua"]}
    # Files that nobody brought: looked over once more, then sent without them.
    again = person.post(FORM, fields)
    assert "Có tệp không còn nữa" in again.words
    person.send(again)
    (case,) = cases()
    assert (case.category, case.message, case.is_demo, case.state) == ("other", "một", False, "open")


def test_files_of_somebody_elses_form_are_never_taken(person: Person) -> None:
    from tests.web.test_feedback_form import photo

    theirs = fields_of(person.preview(tep_moi=photo()))
    mine = person.preview(noi_dung="Của tôi")
    again = person.send(mine, tep=theirs["tep"])
    assert "Có tệp không còn nữa" in again.words
    person.send(again)
    (case,) = cases()
    assert list(queries.files_of(case)) == []
    assert db.session.scalar(select(func.count()).select_from(FeedbackFile)) == 1


def test_a_file_where_words_belong_and_words_where_a_file_belongs(person: Person) -> None:
    fields = {**fields_of(person.get(FORM)).to_dict(flat=False), **TYPED, "viec": "xem"}
    page = person.post(FORM, {**fields, "noi_dung": (io.BytesIO(b"x"), "x.txt"), "tep_moi": "x"}, 422)
    assert "Bạn viết điều bạn muốn phản ánh" in page.words
    assert person.client.post(FORM, data=b"\xff\xfe\x00", content_type="application/json").status_code == 422
    assert person.client.post(FORM, data=b"--x", content_type="multipart/form-data; boundary=x").status_code == 422
    assert cases() == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "0" * 500, "é.1.x", "n.99999999999999999.0"])
def test_a_form_that_is_not_ours_is_looked_over_once_more(person: Person, token: str) -> None:
    page = person.preview(noi_dung="Còn nguyên.")
    again = person.send(page, phieu=token)
    assert "Bạn xem lại rồi bấm Gửi lần nữa" in again.words
    assert cases() == []
    person.send(again)
    assert [case.message for case in cases()] == ["Còn nguyên."]


def test_a_token_cannot_be_made_younger(person: Person) -> None:
    page = person.preview()
    nonce, opened, signature = fields_of(page)["phieu"].split(".")
    again = person.send(page, phieu=f"{nonce}.{int(opened) - 60}.{signature}")
    assert "bấm Gửi lần nữa" in again.words


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
     {"Origin": "http://localhost.evil.example"}],
)  # fmt: skip
def test_forms_of_other_sites_are_refused(person: Person, headers: dict[str, str]) -> None:
    page = person.preview()
    for path in (FORM, TRACK, "/phan-anh/bo-sung", "/phan-anh/danh-gia", "/phan-anh/xoa", "/phan-anh/mat-ma",
                 "/huu-ich/x", "/huu-ich/x/ly-do"):  # fmt: skip
        response = person.client.post(path, data={**fields_of(page), "viec": "gui"}, headers=headers)
        assert response.status_code == 403, path
        assert response.headers["Cache-Control"] == "no-store"
    assert cases() == []


def test_its_own_origin_may_send(person: Person) -> None:
    page = person.preview()
    fields = {**fields_of(page).to_dict(flat=False), "viec": "gui"}
    done = person.post(FORM, fields, **{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"})
    code_on(done)


@pytest.mark.parametrize("query", ["loai=x&loai=delay", "loai[]=x", "loai=%00&ve=%ff&xa=%ED%A0%80", "xa=" + "a" * 5_000,
                                   "ve=guide:" + "%25" * 200, "viec=gui"])  # fmt: skip
def test_strange_addresses_open_the_form(person: Person, query: str) -> None:
    assert submit_of(person.get(f"{FORM}?{query}"))


def submit_of(page: Any) -> bool:
    return "Xem lại trước khi gửi" in page.words


def test_nothing_is_kept_in_the_browser_or_on_the_way(person: Person) -> None:
    for response in (person.client.get(FORM), person.client.head(FORM), person.client.get(FORM + "?loai=complaint")):
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        assert "Set-Cookie" not in response.headers
    assert person.client.get(FORM, headers={"If-None-Match": "*"}).status_code == 200
    assert person.client.put(FORM).status_code == 405


def test_many_at_once_are_held_back_and_lose_nothing(another_app: Callable[..., Flask]) -> None:
    app = another_app(FEEDBACK_PER_HOUR="2")
    with app.app_context():
        load_agencies()
        person = Person(app.test_client(use_cookies=False))
        pages = [person.preview(noi_dung=f"Việc {number}") for number in range(3)]
        first = person.send(pages[0])
        person.send(pages[1])
        held = person.send(pages[2], 429)
        assert "Bạn chờ ít phút rồi bấm Gửi" in held.words
        assert fields_of(held)["noi_dung"] == "Việc 2"
        assert held.response.headers["Retry-After"]
        assert code_on(person.send(pages[0])) == code_on(first), "what has been sent is shown again"
        neighbour = Person(app.test_client(use_cookies=False), "203.0.113.10")
        code_on(neighbour.send(held))
        assert len(cases()) == 3


def test_looking_over_and_sending_again_count_for_nothing(another_app: Callable[..., Flask]) -> None:
    app = another_app(FEEDBACK_PER_HOUR="4")
    with app.app_context():
        load_agencies()
        person = Person(app.test_client(use_cookies=False))
        for number in range(4):
            page = person.preview(noi_dung=f"Việc {number}")
            person.post(FORM, {**fields_of(page).to_dict(flat=False), "viec": "sua"})
            person.send(page)
            person.send(page)
        assert len(cases()) == 4


def test_where_no_agency_is_known_it_is_still_taken(client: FlaskClient) -> None:
    code_on(Person(client).send(Person(client).preview()))
