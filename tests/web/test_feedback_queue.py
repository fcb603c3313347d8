"""The queue: its order, its parts, its filters, and that it asks no more of the database when it is long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.feedback import citizen, handling, queue
from portal.feedback.queue import Tab, Wanted
from portal.feedback.receiving import Received
from portal.feedback.staff_words import time_left
from tests.factories.feedback import (
    COMMUNE,
    COMMUNE_CENTER,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    case_of,
    load_agencies,
    receive,
)
from tests.factories.officers import PROVINCE_COMMITTEE, address, at_desk, officer
from tests.factories.staff import Browser
from tests.queries import count_queries
from tests.web.page import check

QUEUE = "/can-bo/phan-anh"


@pytest.fixture(autouse=True)
def _on_monday(app: Flask) -> Iterator[None]:
    load_agencies()
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def desk(app: Flask) -> Browser:
    """An officer of the province's centre."""
    return at_desk(app, PROVINCE_CENTER)


def due(received: Received, day: date | None, **more: object) -> Received:
    """Give a case another deadline."""
    with unit_of_work():
        row = case_of(received)
        row.due_on = day
        for name, value in more.items():
            setattr(row, name, value)
    return received


def references(browser: Browser, query: str = "") -> list[str]:
    """The cases of a page of the queue, in their order."""
    page = check(browser.get(f"{QUEUE}{query}"), query)
    return [link.split("/")[-1].split("?")[0].upper() for link in page.links() if link.startswith(f"{QUEUE}/pa-")]


def five() -> dict[str, str]:
    """Cases of every part of the queue, by what they are."""
    monday = date(2026, 11, 9)
    made = {
        "none": due(receive("n1", message="Không hạn."), None),
        "week": due(receive("n2", message="Tuần này."), monday + timedelta(days=3)),
        "late": due(receive("n3", message="Muộn rồi."), monday - timedelta(days=4)),
        "today": due(receive("n4", message="Hôm nay."), monday),
        "later": due(receive("n5", message="Sau này."), monday + timedelta(days=20), assignee="zz"),
    }
    return {name: one.case.reference for name, one in made.items()}


def test_the_queue_is_ordered_by_the_time_that_is_left(desk: Browser) -> None:
    made = five()
    order = ["late", "today", "week", "later", "none"]
    assert references(desk) == [made[name] for name in order]
    assert references(desk, "?sap-xep=-han") == [made[name] for name in reversed(order)]
    assert references(desk, "?sap-xep=nhan") == sorted(made.values())
    page = check(desk.get(QUEUE), "queue").words
    for words in ("Quá hạn 2 ngày", "Hôm nay", "Còn 3 ngày làm việc", "Không có hạn"):
        assert words in page
    counted = queue.counts(queue.Desk(frozenset({PROVINCE_CENTER})), date(2026, 11, 9))
    assert {tab.name: counted[tab] for tab in counted} == {
        "OPEN": 5, "OVERDUE": 1, "TODAY": 1, "WEEK": 1, "NO_DEADLINE": 1, "WAITING": 0, "UNASSIGNED": 4, "ESCALATED": 0,
    }  # fmt: skip
    for tab, names in ((Tab.OVERDUE, ["late"]), (Tab.TODAY, ["today"]), (Tab.WEEK, ["week"]),
                       (Tab.NO_DEADLINE, ["none"]), (Tab.WAITING, []), (Tab.ENDED, [])):  # fmt: skip
        assert references(desk, f"?phan={tab}") == [made[name] for name in names]


def test_the_queue_is_narrowed(app: Flask) -> None:
    desk = at_desk(app, PROVINCE_COMMITTEE, "Cấp Trên")
    plain = receive("n1", message="Bảng giờ mờ.")
    slow = receive("n2", category="delay", message="Hồ sơ CHẬM 100% đã lâu.", place=COMMUNE)
    with unit_of_work():
        handling.forward(case_of(slow), COMMUNE_CENTER, "Thuộc phường.", actor=OFFICER, now=MONDAY)
    code = officer(COMMUNE_CENTER, "Người Phường")
    due(slow, date(2026, 11, 10), assignee=code)
    one, two = plain.case.reference, slow.case.reference
    for query, found in (
        ("?muc=delay", [two]), (f"?noi={COMMUNE}", [two]), (f"?co-quan={COMMUNE_CENTER}", [two]),
        (f"?nguoi={code}", [two]), ("?nguoi=-", [one]), ("?q=giờ mờ", [one]), ("?q=100%25", [two]),
        ("?q=%25", [two]), ("?q=_", []), (f"?q={one.lower()}", [one]), ("?q=2", [two]), ("?q=2025-2", []),
        ("?q=0905123456", []), ("?q=ho so cham", [two]), ("?q=HỒ SƠ CHẬM", [two]), ("?q=bang gio", [one]),
        ("?muc=khong-co", [two, one]), ("?phan=khong-co", [two, one]),
        ("?co-quan=khong-co", []),
    ):  # fmt: skip
        assert references(desk, query) == found, query


def test_nobodys_number_is_searched_for_and_nothing_erased(desk: Browser) -> None:
    received = receive("n1", message="Gọi tôi 0905 123 456 hoặc thư tam@example.vn, giấy tờ số 12-34 bị mất.")
    reference = received.case.reference
    for query in ("0905 123", "0905", "tam@", "12-34 bi"):
        assert references(desk, f"?q={query}") == ([reference] if query == "12-34 bi" else []), query
    with unit_of_work():
        citizen.erase(case_of(received), now=MONDAY)
    assert references(desk, "?phan=da-xong") == [reference]
    assert references(desk, "?phan=da-xong&q=giay to") == []


def test_a_long_queue_asks_no_more_than_a_short_one(desk: Browser) -> None:
    def asked(path: str) -> int:
        desk.get(path)
        with count_queries() as seen:
            assert desk.get(path).status_code == 200
        return len(seen)

    first = receive("n0")
    before = asked(QUEUE), asked(address(first)), asked("/can-bo")
    for number in range(60):
        receive(f"m{number}", message=f"Việc thứ {number} ở một chỗ khác.", contact_email=f"a{number}@example.com")
    assert (asked(QUEUE), asked(address(first)), asked("/can-bo")) == before
    assert before[0] <= 14
    assert len(references(desk)) == 50
    assert len(references(desk, "?trang=2")) == 11


def test_counting_has_a_bound_and_says_so(desk: Browser) -> None:
    for number in range(4):
        receive(f"n{number}", message=f"Việc {number}.")
    with mock.patch.object(queue, "MOST_COUNTED", 3), mock.patch("portal.feedback.staff.MOST_COUNTED", 3):
        assert "2+ Cần xử lý" in check(desk.get(QUEUE), "queue").words
    wanted = Wanted(desk=queue.Desk(frozenset({PROVINCE_CENTER})))
    assert queue.count(wanted, date(2026, 11, 9), 2) == 2
    assert desk.get(f"{QUEUE}?xuat=csv").get_data(as_text=True).count("PA-2026-") == 4


def test_filters_stay_on_the_way_through_a_case(desk: Browser) -> None:
    received = receive(category="delay")
    page = check(desk.get(f"{QUEUE}?muc=delay&phan=can-xu-ly"), "queue")
    here = next(link for link in page.links() if "/pa-2026-" in link)
    assert here.endswith("?muc=delay")
    sent = desk.post(f"{address(received)}/ghi-chu?muc=delay", {"note": "Gọi phường."})
    assert sent.headers["Location"] == f"{address(received)}?muc=delay&xong=ghi-chu"


@pytest.mark.parametrize(
    ("state", "due_on", "words"),
    [
        ("open", date(2026, 11, 6), "Quá hạn 1 ngày"),
        ("open", date(2026, 11, 7), "Quá hạn 1 ngày"),
        ("open", date(2026, 11, 9), "Hôm nay"),
        ("open", date(2026, 11, 16), "Còn 5 ngày làm việc"),
        ("open", None, "Không có hạn"),
        ("waiting", None, "Chờ người gửi"),
        ("answered", None, ""),
    ],
)
def test_time_left_is_told_in_working_days(app: Flask, state: str, due_on: date | None, words: str) -> None:
    with app.test_request_context("/"):
        assert time_left(state, due_on, date(2026, 11, 9)).text == words


def test_what_ended_last_stands_first(desk: Browser) -> None:
    first, second = receive("n1"), receive("n2", message="Việc hai.")
    for received, hour in ((second, 3), (first, 4)):
        with unit_of_work():
            handling.mark_abuse(case_of(received), actor=OFFICER, now=datetime(2026, 11, 9, hour, tzinfo=UTC))
    assert references(desk, "?phan=da-xong") == [first.case.reference, second.case.reference]
    db.session.rollback()
