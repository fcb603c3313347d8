"""From feedback to a draft in the pages: who sees which words, and who may begin what."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.accounts import people
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from portal.editing import case_queries
from portal.feedback import citizen
from portal.feedback.receiving import Received
from portal.feedback.subjects import Subject
from tests.factories.drafts import SLUG, published, row_of
from tests.factories.feedback import COMMUNE_COMMITTEE, PROVINCE_CENTER, case_of, load_agencies, receive
from tests.factories.officers import address, at_desk
from tests.factories.staff import OPERATOR, Browser, hashed
from tests.web.page import check

NUMBER, NAME = "051203004567", "Phạm Thị Lan"
SUBJECT = Subject(kind="guide", key=SLUG, title="Xem hồ sơ đến đâu", path=f"/huong-dan/{SLUG}")
CASES = f"/can-bo/huong-dan/{SLUG}/phan-anh"


@pytest.fixture(autouse=True)
def _guide(app: Flask) -> None:
    published()
    load_agencies()


@pytest.fixture
def received() -> Received:
    words = f"Bước 2 không đúng. Tôi là {NAME}, căn cước {NUMBER}. <b>x</b>"
    return receive(subject=SUBJECT, message=words, contact_name=NAME, contact_email="lan@example.vn")


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def both(app: Flask, agency: str = PROVINCE_CENTER) -> Browser:
    """Somebody who edits, and answers for an agency."""
    grants = [Grant(Role.EDITOR, EVERYWHERE), Grant(Role.OFFICER, Scope("agency", agency))]
    with unit_of_work():
        user, _token = people.invite("hai-vai@quangngai.gov.vn", "Hai Vai", grants, actor=OPERATOR, now=clock.now())
        user.password_hash = hashed()
        code = user.code
    return Browser.of(app, code)


def draft_of(who: Browser, received: Received) -> str:
    answer = who.post(CASES, {"case": received.case.reference})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_an_editor_sees_the_words_masked_and_no_way_to_the_case(editor: Browser, received: Received) -> None:
    assert f'href="{CASES}"' in editor.get("/can-bo/can-xem").text
    draft = draft_of(editor, received)
    for path in (CASES, draft):
        shown = editor.get(path).text
        page = check(editor.get(path), path)
        assert "Bước 2 không đúng." in page.words and received.case.reference in page.words
        assert "&lt;b&gt;x" in shown
        for secret in (NUMBER, NAME, "lan@example.vn"):
            assert secret not in shown, (path, secret)
        assert address(received) not in page.links()
    assert editor.get(address(received)).status_code == 403


def test_who_answers_the_case_and_edits_begins_from_its_page(app: Flask, received: Received) -> None:
    person = both(app)
    page = person.get(address(received)).text
    assert "Mở bản thảo từ phản ánh này" in page and f'action="{CASES}"' in page
    draft = draft_of(person, received)
    assert address(received) in check(person.get(draft), draft).links()
    assert draft in check(person.get(address(received)), "case").links()
    assert draft_of(person, received) == draft


def test_an_officer_who_does_not_edit_has_no_button(app: Flask, received: Received) -> None:
    desk = at_desk(app, PROVINCE_CENTER)
    assert "Mở bản thảo từ phản ánh này" not in desk.get(address(received)).text
    for browser in (desk, at_desk(app, COMMUNE_COMMITTEE, "Người Ngoài"), Browser(app)):
        assert browser.get(CASES).status_code in (303, 403)
        assert browser.post(CASES, {"case": received.case.reference}).status_code in (303, 400, 403)
    assert not case_queries.drafts_of_case(case_of(received).id)


def test_another_agencys_officer_who_edits_has_the_words_but_not_the_case(app: Flask, received: Received) -> None:
    person = both(app, COMMUNE_COMMITTEE)
    assert person.get(address(received)).status_code == 403
    draft = draft_of(person, received)
    page = check(person.get(draft), draft)
    assert address(received) not in page.links() and NUMBER not in person.get(draft).text


@pytest.mark.parametrize("reference", ["", "x", "PA-2099-00001", "' OR 1=1 --", "x" * 5_000])
def test_no_draft_from_what_is_no_case_of_the_page(editor: Browser, received: Received, reference: str) -> None:
    answer = editor.post(CASES, {"case": reference})
    assert answer.status_code == 409
    assert "Không có phản ánh như vậy" in answer.text
    assert editor.post("/can-bo/huong-dan/khong-co/phan-anh", {"case": received.case.reference}).status_code == 404


def test_a_case_about_something_else_is_not_shown_here(editor: Browser) -> None:
    other = receive("n2", message="Chuyện khác hẳn.")
    assert other.case.reference not in editor.get(CASES).text
    assert editor.post(CASES, {"case": other.case.reference}).status_code == 409


def test_taken_off_by_the_button(editor: Browser, received: Received) -> None:
    draft = draft_of(editor, received)
    form = {"case": received.case.reference}
    assert editor.post(f"{draft}/phan-anh/go", form).headers["Location"] == draft
    assert "Bước 2 không đúng." not in check(editor.get(draft), draft).words
    assert editor.post(f"{draft}/phan-anh/go", form).status_code == 409
    assert editor.post("/can-bo/ban-thao/khong-co/phan-anh/go", form).status_code == 404


def test_erased_words_are_said_to_be_erased(editor: Browser, received: Received) -> None:
    draft = draft_of(editor, received)
    with unit_of_work():
        citizen.erase(case_of(received), now=clock.now())
    for path in (draft, CASES):
        page = check(editor.get(path), path)
        assert "Người gửi đã xóa điều họ viết." in page.words
        assert "không đúng" not in page.words
    assert row_of(draft.rpartition("/")[2]).content["vi"]["title"] == "Xem hồ sơ đến đâu"


def test_the_script_gets_the_form_alone(editor: Browser, received: Received) -> None:
    draft = draft_of(editor, received)
    code = draft.rpartition("/")[2]
    answer = editor.post(draft, {"counter": str(row_of(code).counter), "part": "1", "lam": "save"},
                         **{"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 200 and "Bước 2 không đúng." not in answer.text
