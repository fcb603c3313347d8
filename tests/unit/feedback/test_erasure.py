"""Who asks to be forgotten is: in rows, in what waits to go out, and in what was proposed to be shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.feedback import citizen, handling, jobs, publishing, retention
from portal.feedback.models import FeedbackCase, PublishedAnswer
from portal.feedback.receiving import Received
from portal.feedback.status import status_view
from portal.feedback.subjects import Subject
from portal.outbox import webhooks
from portal.outbox.models import DEAD, SENT, OutboxMessage
from tests.factories.feedback import MONDAY, OFFICER, OLD_COMMUNE, answer, case_of, load_agencies, receive
from tests.unit.feedback.test_notices import delivery, messages

GUIDE = Subject(kind="guide", key="dang-ky-khai-sinh", title="Đăng ký khai sinh", path="/huong-dan/dang-ky-khai-sinh")
KEEP = timedelta(days=365)
LATER = MONDAY + KEEP + timedelta(days=1)


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


def erase(received: Received) -> FeedbackCase:
    with unit_of_work():
        citizen.erase(case_of(received), now=MONDAY)
    return case_of(received)


def outbox() -> str:
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage)).all()
    return " ".join(str(row.payload) for row in rows)


@pytest.mark.parametrize("state", ["waiting", DEAD, SENT])
def test_mails_that_wait_or_went_are_forgotten_too(state: str) -> None:
    received = receive(contact_email="lan@example.vn")
    other = receive("n2", contact_email="binh@example.vn")
    for message in messages("feedback.notice"):
        jobs.send_notice(delivery(message))
    for message in messages("email"):
        message.state, message.due_at = state, MONDAY if state == "waiting" else None
    db.session.commit()
    assert "lan@example.vn" in outbox()
    erase(received)
    assert "lan@example.vn" not in outbox()
    waiting = [message for message in messages("email") if message.state == "waiting"]
    assert all(message.payload for message in waiting), "what waits can be delivered"
    assert "binh@example.vn" in outbox() and case_of(other).contact_email


def test_a_code_that_waits_for_a_telephone_is_forgotten_too() -> None:
    with unit_of_work():
        webhooks.add_endpoint("https://sms.example/", ["feedback.code"], allow_local=False, now=MONDAY)
    received = receive(contact_phone="0912345678")
    assert "0912345678" in outbox()
    erase(received)
    assert "0912345678" not in outbox()
    (message,) = messages("webhook")
    assert message.state == "cancelled" and message.due_at is None


def test_what_time_anonymises_leaves_no_address_in_the_outbox() -> None:
    received = receive(contact_email="lan@example.vn")
    answer(received)
    for message in messages("feedback.notice"):
        jobs.send_notice(delivery(message))
    with unit_of_work():
        retention.forget_old(LATER, keep=KEEP)
    assert "lan@example.vn" not in outbox()


def test_a_place_in_own_words_is_what_somebody_wrote() -> None:
    received, aged = receive(place="nhà Lan, gọi 0912345678"), receive("n2", place="sau nhà, gọi 0912345678")
    named = receive("n3", place=OLD_COMMUNE)
    assert erase(received).place_given == ""
    assert erase(named).place_given == OLD_COMMUNE
    answer(aged)
    with unit_of_work():
        retention.forget_old(LATER, keep=KEEP)
    place = case_of(aged).place_given
    assert "sau nhà" in place and "0912345678" not in place


def test_a_proposal_with_somebodys_words_is_never_published_after_it() -> None:
    received = receive(subject=GUIDE, message="Tôi, Lan, hỏi lệ phí.")
    answer(received)
    case = case_of(received)
    with unit_of_work():
        proposed = publishing.propose(case, "Lan hỏi lệ phí?", "Miễn phí.", actor=OFFICER, now=MONDAY)
        shown = publishing.propose(case, "Lệ phí?", "Miễn phí.", actor=OFFICER, now=MONDAY)
        publishing.publish(shown, actor=Actor("user", "officer-2", "B"), now=MONDAY)
    codes = proposed.code, shown.code
    erase(received)
    first, second = (db.session.scalar(select(PublishedAnswer).where(PublishedAnswer.code == code)) for code in codes)
    assert first is not None and second is not None
    assert (first.state, "Lan" in first.question + first.answer) == ("withdrawn", False)
    assert (second.state, second.question) == ("published", "Lệ phí?"), "two have seen that it is nobody's"


def test_others_who_said_the_same_still_get_their_answer() -> None:
    into, merged = receive(message="Đèn hỏng trước nhà tôi."), receive("n2", message="Đèn hỏng.")
    target = case_of(into)
    with unit_of_work():
        handling.merge(db.session.merge(merged.case), target, actor=OFFICER, now=MONDAY)
    case = erase(into)
    assert (case.state, citizen.is_erased(case)) == ("open", True)
    answer(into, text="Đã thay bóng.")
    read = status_view(case_of(merged), now=MONDAY, locale="vi").answer
    assert read is not None and read.text == "Đã thay bóng."


@pytest.mark.parametrize("how", ["erased", "aged"])
def test_the_name_stays_hidden_from_whoever_reads_the_answer_too(how: str) -> None:
    into, merged = receive(contact_name="Nguyễn Thị Lan"), receive("n2")
    target = case_of(into)
    with unit_of_work():
        handling.merge(db.session.merge(merged.case), target, actor=OFFICER, now=MONDAY)
    answer(into, text="Chào Nguyễn Thị Lan, bảng đã thay.")
    if how == "erased":
        erase(into)
    else:
        with unit_of_work():
            retention.forget_old(LATER, keep=KEEP)
    read = status_view(case_of(merged), now=MONDAY, locale="vi").answer
    assert read is not None and "bảng đã thay" in read.text and "Lan" not in read.text


def test_what_time_has_anonymised_can_still_be_erased() -> None:
    received = receive(message="Đường lầy lội.", contact_name="Lan")
    answer(received)
    with unit_of_work():
        retention.forget_old(LATER, keep=KEEP)
    case = case_of(received)
    assert "lầy lội" in case.message and not citizen.is_erased(case)
    assert not status_view(case, now=LATER, locale="vi").is_erased
    case = erase(received)
    assert "lầy lội" not in case.message and citizen.is_erased(case)
