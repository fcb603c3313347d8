"""A question and its answer are shown once two people have looked, and are gone at once when withdrawn."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.audit import AuditFilter, entries
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.feedback import publishing
from portal.feedback.models import FeedbackCase, PublishedAnswer
from portal.feedback.personal import PersonalKind
from portal.feedback.publishing import NotPublishableError, SamePersonError, answers_of, personal_in
from portal.feedback.subjects import Subject
from tests.factories.feedback import MONDAY, OFFICER, answer, case_of, load_agencies, receive

OTHER = Actor("user", "officer-2", "Lê Văn Bình")
GUIDE = Subject(kind="guide", key="dang-ky-khai-sinh", title="Đăng ký khai sinh", path="/huong-dan/dang-ky-khai-sinh")


@pytest.fixture
def case(app: Flask) -> FeedbackCase:
    load_agencies()
    received = receive(subject=GUIDE)
    answer(received)
    return case_of(received)


def propose(case: FeedbackCase) -> PublishedAnswer:
    with unit_of_work():
        return publishing.propose(case, "Bảng giờ ở đâu?", "Ở cửa chính.", actor=OFFICER, now=MONDAY)


def shown() -> list[str]:
    db.session.rollback()
    return [one.question for one in answers_of("guide", GUIDE.key)]


def test_it_takes_two(case: FeedbackCase) -> None:
    row = propose(case)
    assert shown() == [] and [one.code for one in publishing.proposals()] == [row.code]
    with pytest.raises(SamePersonError), unit_of_work():
        publishing.publish(row, actor=OFFICER, now=MONDAY)
    assert shown() == []
    with unit_of_work():
        publishing.publish(row, actor=OTHER, now=MONDAY)
    assert shown() == ["Bảng giờ ở đâu?"] and publishing.proposals() == []
    (found,) = answers_of("guide", GUIDE.key)
    assert (found.agency, found.published_at, found.is_demo) == (case.agency, MONDAY, False)


def test_it_stands_under_its_own_page_alone(case: FeedbackCase) -> None:
    row = propose(case)
    with unit_of_work():
        publishing.publish(row, actor=OTHER, now=MONDAY)
    assert shown() and not answers_of("guide", "khac") and not answers_of("procedure", GUIDE.key)


def test_what_is_withdrawn_is_gone_at_once(case: FeedbackCase) -> None:
    row = propose(case)
    with unit_of_work():
        publishing.publish(row, actor=OTHER, now=MONDAY)
    assert shown()
    with unit_of_work():
        publishing.withdraw(row, actor=OFFICER, now=MONDAY)
    assert shown() == []
    for decide in (publishing.publish, publishing.withdraw):
        with pytest.raises(NotPublishableError), unit_of_work():
            decide(row, actor=OTHER, now=MONDAY)
    assert shown() == []


def test_every_step_is_in_the_audit_log_without_words_of_people(case: FeedbackCase) -> None:
    row = propose(case)
    with unit_of_work():
        publishing.publish(row, actor=OTHER, now=MONDAY)
        publishing.withdraw(row, actor=OTHER, now=MONDAY)
    found = entries(AuditFilter(text=row.code), limit=9)
    assert [one.action.removeprefix("feedback_answer_") for one in found] == ["withdrawn", "published", "proposed"]
    assert not any("Bảng giờ" in f"{one.subject_name}{one.before}{one.after}" for one in found)


def test_only_what_was_answered_about_a_page_is_proposed(case: FeedbackCase) -> None:
    with pytest.raises(NotPublishableError, match="empty"), unit_of_work():
        publishing.propose(case, "  ", "Ở cửa chính.", actor=OFFICER, now=MONDAY)
    pending = case_of(receive("n2", subject=GUIDE))
    with pytest.raises(NotPublishableError, match="not_answered"), unit_of_work():
        publishing.propose(pending, "a", "b", actor=OFFICER, now=MONDAY)
    received = receive("n3")
    answer(received)
    with pytest.raises(NotPublishableError, match="no_subject"), unit_of_work():
        publishing.propose(case_of(received), "a", "b", actor=OFFICER, now=MONDAY)


@pytest.mark.parametrize(
    "text",
    [
        "Anh Nguyễn Văn An ở tổ 3",
        "gặp ông Sáu",
        "BÀ TRẦN THỊ B",
        "anh ĐỨC",
        "họ và tên: Ích",
        "Tôi là Đỗ Ích",
        "ÔNG Ổn",
    ],
)
def test_likely_names_are_flagged(text: str) -> None:
    assert personal_in(text, "") == personal_in("", text) == (PersonalKind.NAME,)


@pytest.mark.parametrize("text", ["Ông ấy", "bà con", "tên Sở Tư pháp", "tôi là Tổ trưởng", "tiếng Anh", "banh Nam"])
def test_what_names_nobody_is_not(text: str) -> None:
    assert personal_in(text, text) == ()


def test_numbers_are_flagged_with_names() -> None:
    found = personal_in("số 0912345678 của bà Đỗ Thị Ích", "thư a@b.vn")
    assert found == (PersonalKind.PHONE, PersonalKind.EMAIL, PersonalKind.NAME)
