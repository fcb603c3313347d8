"""A late case of an agency whose superior nobody has entered: who is told, what they may, and what the page says."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.agencies.models import Agency
from portal.core.db import db, unit_of_work
from portal.feedback import handling
from portal.feedback.receiving import Received
from portal.feedback.scheduler import watch_deadlines
from tests.factories.feedback import (
    COMMUNE_COMMITTEE,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    case_of,
    load_agencies,
    receive,
)
from tests.factories.officers import address, at_desk
from tests.web.page import check

LATER = MONDAY + timedelta(days=21)
QUEUE = "/can-bo/phan-anh"


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()
    with unit_of_work():
        for row in db.session.scalars(select(Agency)):
            row.superior_id = None


def late(message: str = "Quầy đóng cửa cả tuần.", agency: str = COMMUNE_COMMITTEE) -> Received:
    received = receive(message, message=message)
    with unit_of_work():
        if agency != PROVINCE_CENTER:
            handling.forward(case_of(received), agency, "Thuộc phường.", actor=OFFICER, now=MONDAY)
    return received


def clock_runs() -> None:
    with unit_of_work():
        watch_deadlines(LATER)


def test_the_general_agency_opens_the_case_and_finds_it(app: Flask) -> None:
    received, other = late(), late("Quầy đóng cửa cả tuần, hai lần.")
    path = address(received)
    with time_machine.travel(LATER, tick=False):
        above = at_desk(app, PROVINCE_CENTER)
        assert above.get(path).status_code == 403, "not before it is late"
        assert "Được báo lên" not in check(above.get(QUEUE), "queue").words
        clock_runs()
        with unit_of_work():
            handling.forward(case_of(other), "trung-tam-phuong-cam-thanh", "Sang bên.", actor=OFFICER, now=LATER)
        page = check(above.get(path), "case").words
        assert "Trung tâm" in page
        assert "nơi nhận chung, vì chưa ghi cơ quan nào là cấp trên" in page
        found = check(above.get(f"{QUEUE}?phan=bao-len"), "queue")
        assert received.case.reference in found.words
        assert other.case.reference not in found.words, "passed on, and not late there"
        assert "phản ánh quá hạn được báo lên" in check(above.get("/can-bo"), "start").words
        assert above.get(address(other)).status_code == 403
        assert above.post(f"{path}/tra-loi", {"answer": "Đã mở lại.", "answer_outcome": "fixed"}).status_code == 303
    assert case_of(received).state == "answered"


def test_it_reads_no_other_case_of_that_agency(app: Flask) -> None:
    received, calm = late(), late("Quầy đóng cửa cả tuần, không hẹn.")
    with unit_of_work():
        handling.accept(case_of(calm), actor=OFFICER, now=MONDAY)
    with time_machine.travel(LATER, tick=False):
        clock_runs()
        own, above = at_desk(app, COMMUNE_COMMITTEE), at_desk(app, PROVINCE_CENTER)
        assert calm.case.reference in check(own.get(address(received)), "case").words, "similar"
        assert calm.case.reference not in check(above.get(address(received)), "case").words
        assert above.get(address(calm)).status_code == 403
        merged = above.post(f"{address(received)}/gop", {"into": calm.case.reference})
        assert merged.status_code == 422
    assert case_of(received).state == "open"


def test_where_nobody_stands_above_the_case_says_so(app: Flask) -> None:
    received = late(agency=PROVINCE_CENTER)
    with time_machine.travel(LATER, tick=False):
        clock_runs()
        page = check(at_desk(app, PROVINCE_CENTER).get(address(received)), "case").words
    assert "Không có cơ quan nào ở trên để báo." in page
