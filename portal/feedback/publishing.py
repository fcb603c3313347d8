"""Questions and answers without anybody's name under the page that they are about; shown once two have looked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.core import audit
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import nfc
from portal.core.tokens import new_code
from portal.feedback import personal
from portal.feedback.models import FeedbackCase, PublishedAnswer
from portal.feedback.personal import PersonalKind
from portal.feedback.states import AnswerState, CaseState


class SamePersonError(Exception):
    """Who proposed it can't be the one who lets it out."""


class NotPublishableError(Exception):
    """`code` says why: no_subject (about no page that shows answers), not_answered, empty, state (decided before)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question and answer as pages show it; `agency` is the slug of who answered."""

    question: str
    answer: str
    agency: str
    published_at: datetime
    is_demo: bool


# The kinds of pages that show answers.
SUBJECT_KINDS = ("guide", "procedure", "reduction")
# A word for a person, and the word behind it: a likely name where that begins with a capital.
_NAME = re.compile(
    r"(?<!\w)(?:ông|bà|anh|chị|cô|chú|bác|họ và tên|họ tên|tên(?: là)?|tôi là|mr|mrs|ms)\b[.:]?\s+([^\W\d_]+)", re.I
)
# What those words are also followed by, and is no person: "tên Sở", "tôi là Tổ trưởng".
_NO_NAMES = frozenset(
    ("Sở", "UBND", "HĐND", "Ủy", "Uỷ", "Trung", "Phòng", "Ban", "Bộ", "Chi", "Cục", "Công", "Cổng", "Nghị", "Luật",
     "Quyết", "Thông", "Tổ", "Tỉnh", "Xã", "Phường", "Hội", "VNeID", "Đặc")
)  # fmt: skip


def personal_in(question: str, answer: str) -> tuple[PersonalKind, ...]:
    """What looks personal in a question and its answer, each kind once: numbers, addresses, and likely names.

    For whoever looks a second time, so a doubtful name is rather told of than not.
    """
    words = [word for text in (question, answer) for word in _NAME.findall(nfc(text))]
    has_name = any(word[0].isupper() and word not in _NO_NAMES for word in words)
    return (*personal.kinds_in(question, answer), *([PersonalKind.NAME] if has_name else []))


def propose(case: FeedbackCase, question: str, answer: str, *, actor: Actor, now: datetime) -> PublishedAnswer:
    """Put a question and answer before a second person. Raises NotPublishableError."""
    if case.subject_kind not in SUBJECT_KINDS:
        raise NotPublishableError("no_subject")
    if case.state not in {CaseState.ANSWERED, CaseState.CLOSED}:
        raise NotPublishableError("not_answered")
    question, answer = nfc(question).strip(), nfc(answer).strip()
    if not question or not answer:
        raise NotPublishableError("empty")
    for known in answers_of_case(case):
        if (known.question, known.answer, known.state) == (question, answer, AnswerState.PROPOSED):
            return known  # sent twice
    row = PublishedAnswer(
        code=new_code(), case_id=case.id, subject_kind=case.subject_kind, subject_key=case.subject_key,
        question=question, answer=answer, agency=case.agency,
        state=AnswerState.PROPOSED.value, proposed_by=actor.key, proposed_at=now, is_demo=case.is_demo,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "feedback_answer_proposed", _subject_of(row), at=now, after={"case": case.reference})
    return row


def publish(row: PublishedAnswer, *, actor: Actor, now: datetime) -> None:
    """Show it on its page. Raises SamePersonError for who proposed it, NotPublishableError where it was decided."""
    _lock(row)
    if row.state != AnswerState.PROPOSED:
        raise NotPublishableError("state")
    if row.proposed_by == actor.key:
        raise SamePersonError
    row.state, row.decided_by, row.published_at = AnswerState.PUBLISHED.value, actor.key, now
    db.session.flush()
    audit.record(actor, "feedback_answer_published", _subject_of(row), at=now)


def withdraw(row: PublishedAnswer, *, actor: Actor, now: datetime) -> None:
    """Show it no longer, or let a proposal go. Raises NotPublishableError where it had been withdrawn."""
    _lock(row)
    if row.state == AnswerState.WITHDRAWN:
        raise NotPublishableError("state")
    before = row.state
    row.state, row.decided_by = AnswerState.WITHDRAWN.value, actor.key
    db.session.flush()
    audit.record(actor, "feedback_answer_withdrawn", _subject_of(row), at=now, before={"state": before})


def _lock(row: PublishedAnswer) -> None:
    db.session.refresh(row, with_for_update=True)


def _subject_of(row: PublishedAnswer) -> audit.Subject:
    """Its name is that of its page: the audit log keeps no words of people."""
    return audit.Subject("published_answer", row.code, f"{row.subject_kind}:{row.subject_key}")


def proposals() -> Sequence[PublishedAnswer]:
    """What waits for a second person, the oldest first."""
    statement = select(PublishedAnswer).where(PublishedAnswer.state == AnswerState.PROPOSED)
    return db.session.scalars(statement.order_by(PublishedAnswer.id)).all()


def published() -> Sequence[PublishedAnswer]:
    """What is shown now, the newest first."""
    statement = select(PublishedAnswer).where(PublishedAnswer.state == AnswerState.PUBLISHED)
    return db.session.scalars(statement.order_by(PublishedAnswer.published_at.desc(), PublishedAnswer.id.desc())).all()


def answer_by_code(code: str) -> PublishedAnswer | None:
    """A question and answer by its public name."""
    return db.session.scalar(select(PublishedAnswer).where(PublishedAnswer.code == code))


def answers_of_case(case: FeedbackCase) -> Sequence[PublishedAnswer]:
    """What was proposed out of a case, the oldest first."""
    statement = select(PublishedAnswer).where(PublishedAnswer.case_id == case.id)
    return db.session.scalars(statement.order_by(PublishedAnswer.id)).all()


@memoised_by_content
def answered_subjects() -> frozenset[tuple[str, str]]:
    """The pages that show answers: one query for all the pages that show none."""
    statement = select(PublishedAnswer.subject_kind, PublishedAnswer.subject_key).where(
        PublishedAnswer.state == AnswerState.PUBLISHED
    )
    return frozenset((row.subject_kind, row.subject_key) for row in db.session.execute(statement.distinct()))


@memoised_by_content
def answers_of(kind: str, key: str) -> tuple[Shown, ...]:
    """The questions and answers under a page, the newest first."""
    if (kind, key) not in answered_subjects():
        return ()
    statement = (
        select(PublishedAnswer)
        .where(
            PublishedAnswer.subject_kind == kind, PublishedAnswer.subject_key == key,
            PublishedAnswer.state == AnswerState.PUBLISHED,
        )
        .order_by(PublishedAnswer.published_at.desc(), PublishedAnswer.id.desc())
    )  # fmt: skip
    return tuple(
        Shown(row.question, row.answer, row.agency, row.published_at or row.proposed_at, row.is_demo)
        for row in db.session.scalars(statement)
    )
