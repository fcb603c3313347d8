"""What officers' pages get that no page of ours sends, and what they would give away of others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.accounts.queries import people
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.feedback import handling, publishing
from portal.feedback.subjects import Subject
from tests.factories.feedback import (
    COMMUNE_CENTER,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    answer,
    case_of,
    load_agencies,
    receive,
)
from tests.factories.officers import address, at_desk
from tests.factories.staff import Browser
from tests.web.page import check

GUIDE = Subject(kind="guide", key="dang-ky-khai-sinh", title="Đăng ký khai sinh", path="/huong-dan/dang-ky-khai-sinh")
PHONE = "0912345678"


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


@pytest.fixture
def desk(app: Flask) -> Browser:
    """An officer of the province's centre, where everything goes."""
    return at_desk(app, PROVINCE_CENTER)


@pytest.mark.parametrize("text", ["\x00", "PA-\x00", "x" * 1_000, "\ufffd", "9" * 400, "PA-9999-9999999"])
def test_strange_words_are_no_fault_of_ours(desk: Browser, text: str) -> None:
    path = address(receive())
    assert desk.post("/can-bo/phan-anh/giao", {"case": [text], "officer": "-"}).status_code == 422
    assert desk.post(f"{path}/gop", {"into": text}).status_code == 422
    assert desk.post(f"{path}/giao", {"officer": text}).status_code == 422
    query = dict.fromkeys(("mau", "q", "noi", "nguoi", "co-quan", "muc", "phan", "sap-xep", "xong"), text)
    for page in (path, "/can-bo/phan-anh"):
        response = desk.client.get(page, query_string=query)
        assert response.status_code == 200, (page, response.status_code)
    assert desk.client.get("/can-bo/phan-anh", query_string={"trang": text}).status_code in {200, 404}


def test_a_place_in_own_words_is_masked_like_the_message(desk: Browser) -> None:
    received = receive(place=f"sau nhà Lan {PHONE}")
    page = desk.get(address(received)).get_data(as_text=True)
    assert "sau nhà Lan" in page and PHONE not in page
    assert PHONE in desk.post(f"{address(received)}/hien").get_data(as_text=True)


def test_what_became_of_another_agencys_case_is_told_to_nobody_by_merging(desk: Browser) -> None:
    """Whether theirs was merged, or doesn't concern them: the same words."""
    mine, theirs, merged = receive("n1"), receive("n2"), receive("n3")
    for one in (theirs, merged):
        with unit_of_work():
            handling.forward(case_of(one), COMMUNE_CENTER, "Thuộc phường.", actor=OFFICER, now=MONDAY)
    target = case_of(theirs)
    with unit_of_work():
        handling.merge(db.session.merge(merged.case), target, actor=OFFICER, now=MONDAY)
    for one in (theirs, merged):
        refused = desk.post(f"{address(mine)}/gop", {"into": one.case.reference})
        assert "ở cơ quan khác" in check(refused, "merge").words


def test_no_list_holds_what_is_anothers(desk: Browser) -> None:
    """However it is asked for: by filter, number, words or order; beside a case; in a file; among one's own."""
    mine, theirs = receive("n1"), receive("n2")
    with unit_of_work():
        handling.forward(case_of(theirs), COMMUNE_CENTER, "Thuộc phường.", actor=OFFICER, now=MONDAY)
    reference = theirs.case.reference
    for query in ("", f"co-quan={COMMUNE_CENTER}", f"q={reference}", f"q={reference[-5:]}", "sap-xep=-nhan"):
        for part in ("can-xu-ly", "qua-han", "chua-giao", "da-xong"):
            for more in ("", "&xuat=csv"):
                page = desk.get(f"/can-bo/phan-anh?phan={part}&{query}{more}").get_data(as_text=True)
                assert reference not in page.replace(f'value="{reference}"', "").replace(f"q={reference}", "")
    assert reference not in desk.get(address(mine)).get_data(as_text=True), "similar, but not theirs"
    both = {"case": [mine.case.reference, reference], "officer": "-"}
    assert desk.post("/can-bo/phan-anh/giao", both).status_code == 403
    own = next(user.code for user in people() if user.name == "Trần Thị Hoa")
    assert desk.post("/can-bo/phan-anh/giao", {**both, "officer": own}).status_code == 403
    assert [case_of(one).assignee for one in (mine, theirs)] == ["", ""]


def test_two_that_merge_two_cases_into_each_other_lose_neither(app: Flask, desk: Browser) -> None:
    for round_ in range(3):
        one, other = receive(f"a{round_}"), receive(f"b{round_}")
        acts = [(desk, one, other.case.reference), (at_desk(app, PROVINCE_CENTER, f"Hai {round_}"), other,
                 one.case.reference)]  # fmt: skip
        paths = [(browser, f"{address(case)}/gop", into) for browser, case, into in acts]
        db.session.remove()
        with ThreadPoolExecutor(2) as pool:
            told = pool.map(lambda act: act[0].post(act[1], {"into": act[2]}).status_code, paths)
            assert sorted(told) == [303, 422]
        assert sorted(case_of(case).state for case in (one, other)) == ["merged", "open"]


def test_nobody_is_sent_to_read_the_answer_of_what_gets_none(desk: Browser) -> None:
    abuse, mine = receive("n1"), receive("n2")
    assert desk.post(f"{address(abuse)}/lam-dung").status_code == 303
    refused = desk.post(f"{address(mine)}/gop", {"into": abuse.case.reference})
    assert refused.status_code == 422
    assert "lạm dụng" in check(refused, "merge").words
    assert case_of(mine).state == "open"


def test_a_proposal_that_is_sent_twice_is_one(desk: Browser) -> None:
    received = receive(subject=GUIDE)
    answer(received)
    for _ in range(2):
        values = {"question": "Bảng ở đâu?", "published": "Ở cửa."}
        assert desk.post(f"{address(received)}/de-xuat", values).status_code == 303
    db.session.rollback()
    assert len(publishing.proposals()) == 1


def test_an_admins_reason_is_as_short_as_an_officers(app: Flask) -> None:
    received = receive()
    path = f"/can-bo/phan-anh-tat-ca/{received.case.reference.lower()}/chuyen"
    values: dict[str, str | list[str]] = {"agency": COMMUNE_CENTER, "forward": "x" * 7_000}
    refused = Browser.with_roles(app, Role.ADMIN).post(path, values)
    assert refused.status_code == 422
    assert case_of(received).agency == PROVINCE_CENTER
