"""People are told of their case in their language, agencies that one waits; each mail once, secrets not kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts import people
from portal.accounts import queries as accounts
from portal.agencies.models import Agency
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Grant, Role, Scope
from portal.feedback import citizen, codes, handling, history, jobs, queries
from portal.feedback.models import FeedbackCase
from portal.feedback.receiving import Received
from portal.feedback.scheduler import watch_deadlines
from portal.feedback.states import Outcome
from portal.feedback.subjects import Subject
from portal.outbox import webhooks
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.feedback import (
    COMMUNE_CENTER,
    COMMUNE_COMMITTEE,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    answer,
    case_of,
    load_agencies,
    receive,
)  # fmt: skip

MAIL = "lan@example.vn"
SECRET_WORDS = "Chị Lan ở số 5, gọi 0912345678."


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


def messages(kind: str) -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def delivery(message: OutboxMessage) -> Delivery:
    assert message.payload is not None
    return Delivery(
        id=message.id, code=message.code, kind=message.kind, key=message.key, payload=message.payload, attempt=1,
        created_at=message.created_at, prolong=lambda: None,
    )  # fmt: skip


def deliver(kind: str = history.NOTICE) -> None:
    """Everything of a kind, as a worker that was killed in between does: twice."""
    handler = {history.NOTICE: jobs.send_notice, citizen.SEND_CODE: jobs.send_codes}[kind]
    for message in messages(kind):
        for _ in range(2):
            handler(delivery(message))


def mails() -> list[dict[str, Any]]:
    return [message.payload for message in messages("email") if message.payload]


def to(address: str) -> list[dict[str, Any]]:
    return [mail for mail in mails() if mail["to"] == address]


def officer(number: int, agency: str, *, password: str | None = "x", is_active: bool = True) -> str:
    email = f"can-bo-{number}@example.vn"
    with unit_of_work():
        grant = Grant(Role.OFFICER, Scope("agency", agency))
        people.invite(email, f"Cán bộ {number}", {grant}, actor=Actor("command", "", ""), now=MONDAY)
        user = accounts.user_by_email(email)
        assert user is not None
        user.password_hash, user.is_active = password, is_active
    db.session.execute(OutboxMessage.__table__.delete())
    db.session.commit()
    return email


def change(received: Received, what: Any, *arguments: Any, **options: Any) -> None:
    with unit_of_work():
        what(case_of(received), *arguments, **{"now": MONDAY, **options})


def test_the_person_reads_each_step_in_their_language() -> None:
    received = receive(contact_email=MAIL, locale="en")
    change(received, handling.ask, "Which <b>counter</b> & when?", actor=OFFICER)
    change(received, citizen.follow_up, "Counter 5.")
    change(received, handling.forward, COMMUNE_CENTER, "Theirs.", actor=OFFICER)
    answer(received, text="Dòng một.\nDòng hai: 1 < 2.")
    deliver()
    asked, answered = (mail for mail in to(MAIL) if "counter" in mail["text"] or "Dòng" in mail["text"])
    assert "Which <b>counter</b> & when?" in asked["text"]
    assert "Dòng một.\n\nDòng hai: 1 < 2." in answered["text"]
    assert len(to(MAIL)) == 4, "received, asked, passed on, answered"
    assert all("/en/phan-anh/tra-cuu" in mail["text"] for mail in to(MAIL))
    assert all(received.case.reference in mail["subject"] for mail in to(MAIL))


def test_no_mail_but_the_one_that_renews_it_holds_the_code() -> None:
    received = receive(contact_email=MAIL)
    assert received.code is not None
    answer(received)
    deliver()
    stored = [str(message.payload) for message in messages("email") + messages(history.NOTICE)]
    assert stored and not any(received.code in text or received.code.replace("-", "") in text for text in stored)


def test_a_notice_says_how_things_are_when_it_goes_out() -> None:
    received = receive(contact_email=MAIL)
    answer(received)
    deliver()
    first, last = to(MAIL)
    assert "Đã trả lời" in first["text"] and "Đã thay bảng mới." not in first["text"]
    assert "Đã thay bảng mới." in last["text"]


def test_who_has_asked_to_be_forgotten_is_told_nothing_more() -> None:
    received = receive(contact_email=MAIL)
    change(received, citizen.erase)
    deliver()
    assert to(MAIL) == []


def test_an_agency_reads_nothing_of_the_person() -> None:
    email = officer(1, PROVINCE_CENTER)
    receive(
        message=SECRET_WORDS, contact_email=MAIL, contact_name="Nguyễn Thị Lan", contact_phone="0987654321",
        subject=Subject(kind="agency", key=PROVINCE_CENTER, title="Trung tâm", path=""),
    )  # fmt: skip
    deliver()
    (mail,) = to(email)
    assert "PA-2026-00001" in mail["subject"] and "/can-bo/phan-anh/PA-2026-00001" in mail["text"]
    assert "Việc khác" in mail["text"] and "16/11/2026" in mail["text"]
    assert not any(word in mail["text"] for word in ("Lan", "0912345678", "0987654321", MAIL, "số 5"))


def test_only_officers_of_that_agency_who_can_sign_in_are_told() -> None:
    there = {officer(1, PROVINCE_CENTER), officer(2, PROVINCE_CENTER)}
    officer(3, COMMUNE_CENTER)
    officer(4, PROVINCE_CENTER, password=None)
    officer(5, PROVINCE_CENTER, is_active=False)
    with unit_of_work():
        agency = db.session.scalar(select(Agency).where(Agency.slug == PROVINCE_CENTER))
        assert agency is not None
        agency.email = "CAN-BO-1@example.vn"  # the office's address is an officer's, too
    receive()
    deliver()
    assert sorted(mail["to"].lower() for mail in mails()) == sorted(there)


def test_the_next_agency_is_told_and_the_former_no_longer() -> None:
    before, after = officer(1, PROVINCE_CENTER), officer(2, COMMUNE_CENTER)
    received = receive()
    change(received, handling.forward, COMMUNE_CENTER, "Việc của xã.", actor=OFFICER)
    deliver()
    assert to(before) == [] and [mail["subject"] for mail in to(after)] == [
        "Phản ánh PA-2026-00001 được chuyển đến cơ quan của bạn"
    ]


def test_nobody_is_reminded_of_what_has_been_answered() -> None:
    email = officer(1, PROVINCE_CENTER)
    received = receive(now=MONDAY)
    with unit_of_work():
        watch_deadlines(MONDAY + timedelta(days=4))
    answer(received)
    deliver()
    assert to(email) == []


def test_the_clock_tells_agency_person_and_superior() -> None:
    email, above = officer(1, COMMUNE_CENTER), officer(2, COMMUNE_COMMITTEE)
    received = receive(contact_email=MAIL)
    change(received, handling.forward, COMMUNE_CENTER, "Việc của xã.", actor=OFFICER)
    for _ in range(2):
        with unit_of_work():
            watch_deadlines(MONDAY + timedelta(days=4))
        with unit_of_work():
            watch_deadlines(MONDAY + timedelta(days=9))
    deliver()
    starts = [mail["subject"].split(" ")[0] for mail in to(email)]
    assert starts == ["Phản", "Sắp", "Quá"]
    assert [mail["subject"] for mail in to(above)] == ["Đơn vị cấp dưới để quá hạn phản ánh PA-2026-00001"]
    assert "đã quá hạn" in to(MAIL)[-1]["subject"] and len(to(MAIL)) == 3


def test_what_is_illustrative_is_told_to_nobody() -> None:
    officer(1, PROVINCE_CENTER)
    with unit_of_work():
        webhooks.add_endpoint("https://example.vn/hook", ["feedback.received"], allow_local=False, now=MONDAY)
    receive(contact_email=MAIL, contact_phone="0912345678", is_demo=True)
    deliver()
    assert mails() == [] and messages(webhooks.KIND) == []


# Lost codes.


def ask(email: str = MAIL, *, key: str = "k1", now: datetime = MONDAY) -> None:
    with unit_of_work():
        citizen.ask_for_new_code(email, key=key, now=now)
    with time_machine.travel(now, tick=False):
        deliver(citizen.SEND_CODE)


def opened(text: str) -> FeedbackCase | None:
    found = re.search(r"PA(-[2-9A-Z]{4}){3}", text)
    db.session.rollback()
    return queries.case_by_code_hash(codes.code_hash(found.group())) if found else None


def test_a_new_code_opens_the_case_and_the_old_one_no_longer() -> None:
    received = receive(contact_email=MAIL)
    assert received.code is not None
    ask(" LAN@Example.vn ".strip())
    (mail,) = to(MAIL)
    case = opened(mail["text"])
    assert case is not None and case.id == received.case.id
    assert queries.case_by_code_hash(codes.code_hash(received.code)) is None
    assert mail["forgets"] and messages(citizen.SEND_CODE)[0].payload["forgets"]  # type: ignore[index]


def test_nothing_is_sent_where_there_is_no_case() -> None:
    receive(contact_email="khac@example.vn")
    receive("n2")
    for number, email in enumerate((MAIL, "", "no address", "%@example.vn")):
        ask(email, key=f"k{number}")
    assert mails() == []


def test_the_newest_five_cases_get_codes() -> None:
    references = [receive(f"n{number}", contact_email=MAIL).case.reference for number in range(7)]
    ask()
    assert [case.reference for mail in to(MAIL) if (case := opened(mail["text"]))] == references[:1:-1]


def test_a_case_that_ended_long_ago_gets_no_code() -> None:
    received = receive(contact_email=MAIL)
    answer(received)
    ask(now=MONDAY + citizen.CODE_LASTS - timedelta(days=1))
    assert len(to(MAIL)) == 1
    ask(key="k2", now=MONDAY + citizen.CODE_LASTS + timedelta(days=1))
    assert len(to(MAIL)) == 1


# Telephones.


def hook() -> None:
    with unit_of_work():
        webhooks.add_endpoint(
            "https://example.vn/hook", [history.CODE_EVENT, "feedback.received"], allow_local=False, now=clock.now()
        )


def test_a_telephone_alone_gets_its_code_by_webhook() -> None:
    hook()
    received = receive(contact_phone="0912345678")
    events = [message.payload for message in messages(webhooks.KIND) if message.payload]
    code = next(event for event in events if event["body"]["type"] == "feedback.code")
    assert code["body"]["data"] == {"phone": "0912345678", "code": received.code, "reference": "PA-2026-00001"}
    assert code["forgets"]
    other = next(event for event in events if event["body"]["type"] == "feedback.received")
    assert set(other["body"]["data"]) == {"reference", "category", "agency", "place", "state", "due_on"}
    receive(contact_phone="0912345678")
    assert len(messages(webhooks.KIND)) == 2, "sent twice, it is one case and one code"


@pytest.mark.parametrize("contact", [{}, {"contact_phone": "0912345678", "contact_email": MAIL}])
def test_no_code_goes_out_where_the_person_has_another_way(contact: dict[str, str]) -> None:
    hook()
    receive(**contact)
    assert [message.payload["body"]["type"] for message in messages(webhooks.KIND) if message.payload] == [
        "feedback.received"
    ]


def test_closing_and_reopening_are_told() -> None:
    received = receive(contact_email=MAIL)
    change(received, handling.close, "Không rõ ở đâu.", Outcome.NO_CONTENT, actor=OFFICER)
    deliver()
    assert "Không rõ ở đâu." in to(MAIL)[-1]["text"]
