"""SELECTs over single cases, rules and deadlines; the queue and the public figures have modules of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy import case as when

from portal.agencies.queries import agencies
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.driver_select import DriverSelect
from portal.feedback.deadlines import Deadline
from portal.feedback.models import (
    FeedbackCase,
    FeedbackDeadline,
    FeedbackEvent,
    FeedbackFile,
    FeedbackRule,
    FeedbackTemplate,
    PublishedAnswer,
)
from portal.feedback.routing import Rule, World
from portal.feedback.states import PENDING, AnswerState, CaseState, EventKind
from portal.places.queries import atlas

_BY_SUBMISSION = DriverSelect(select(FeedbackCase.id).where(FeedbackCase.submission_key == bindparam("key")))


def case_by_submission(key: str) -> FeedbackCase | None:
    """What a form has sent before."""
    # Nearly always nothing: the row is read where there is one.
    found = _BY_SUBMISSION.rows_within(db.session(), key=key)
    return case_by_id(found[0].id) if found else None


def case_by_code_hash(code_hash: str) -> FeedbackCase | None:
    """The case that a code opens."""
    return db.session.scalar(select(FeedbackCase).where(FeedbackCase.code_hash == code_hash))


def case_by_reference(reference: str) -> FeedbackCase | None:
    """A case by the staff's name for it."""
    return db.session.scalar(select(FeedbackCase).where(FeedbackCase.reference == reference))


def cases_of_email(email: str, *, ended_since: datetime) -> Sequence[FeedbackCase]:
    """What somebody with this address sent: the pending and the lately ended, the newest first."""
    statement = (
        select(FeedbackCase)
        .where(
            func.lower(FeedbackCase.contact_email) == email.strip().lower(), FeedbackCase.contact_email != "",
            or_(FeedbackCase.ended_at.is_(None), FeedbackCase.ended_at >= ended_since),
        )
        .order_by(FeedbackCase.id.desc())
    )  # fmt: skip
    return db.session.scalars(statement).all()


def cases_to_forget(ended_before: datetime, *, limit: int) -> Sequence[FeedbackCase]:
    """Cases that ended before a moment and still know who wrote, the oldest first, locked."""
    statement = (
        select(FeedbackCase)
        .where(
            FeedbackCase.ended_at < ended_before, FeedbackCase.erased_at.is_(None),
            FeedbackCase.state.not_in([state.value for state in PENDING]),
        )
        .order_by(FeedbackCase.ended_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    return db.session.scalars(statement).all()


def overdue_cases(today: date) -> Sequence[FeedbackCase]:
    """What is open and past its deadline, the oldest deadline first."""
    statement = select(FeedbackCase).where(FeedbackCase.state == CaseState.OPEN.value, FeedbackCase.due_on < today)
    return db.session.scalars(statement.order_by(FeedbackCase.due_on, FeedbackCase.id)).all()


@dataclass(frozen=True, slots=True)
class OverdueCases:
    """How many cases of an agency are past their deadline, and since when the oldest is; some may be illustrative."""

    agency: str
    count: int
    oldest: date
    has_demo: bool


def overdue_by_agency(today: date) -> list[OverdueCases]:
    """How many cases are overdue at each agency, by its slug, most first."""
    count: Any = func.count()
    demo = func.max(when((FeedbackCase.is_demo, 1), else_=0))
    statement = (
        select(FeedbackCase.agency, count, func.min(FeedbackCase.due_on), demo)
        .where(FeedbackCase.state == CaseState.OPEN.value, FeedbackCase.due_on < today)
        .group_by(FeedbackCase.agency)
        .order_by(count.desc(), FeedbackCase.agency)
    )
    return [
        OverdueCases(agency, number, oldest, bool(is_demo))
        for agency, number, oldest, is_demo in db.session.execute(statement)
    ]


def has_demo() -> bool:
    """Whether there are illustrative cases."""
    return db.session.scalar(select(FeedbackCase.id).where(FeedbackCase.is_demo).limit(1)) is not None


def locked(case: FeedbackCase) -> FeedbackCase:
    """The case as it is now; nobody else changes it until the end of the unit of work."""
    db.session.refresh(case, with_for_update=True)
    return case


def case_by_id(id_: int | None) -> FeedbackCase | None:
    """A case by its row, or None for None."""
    return db.session.get(FeedbackCase, id_) if id_ is not None else None


def merged_into(case: FeedbackCase) -> Sequence[FeedbackCase]:
    """The cases that were merged into one."""
    statement = select(FeedbackCase).where(FeedbackCase.merged_into_id == case.id).order_by(FeedbackCase.id)
    return db.session.scalars(statement).all()


def events_of(case: FeedbackCase, *, public_only: bool = False) -> Sequence[FeedbackEvent]:
    """What happened to a case, from the first."""
    statement = select(FeedbackEvent).where(FeedbackEvent.case_id == case.id).order_by(FeedbackEvent.id)
    if public_only:
        statement = statement.where(FeedbackEvent.is_public)
    return db.session.scalars(statement).all()


def event_by_id(id_: int) -> FeedbackEvent | None:
    """One event."""
    return db.session.get(FeedbackEvent, id_)


def follow_ups(cases: Collection[int]) -> Mapping[int, list[str]]:
    """What people added to their cases, by the id of the case, in the order in which it came."""
    statement = (
        select(FeedbackEvent.case_id, FeedbackEvent.text)
        .where(FeedbackEvent.case_id.in_(cases), FeedbackEvent.kind == EventKind.FOLLOWED_UP.value)
        .order_by(FeedbackEvent.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(statement):
        if row.text:
            found[row.case_id].append(row.text)
    return found


def files_of(case: FeedbackCase) -> Sequence[FeedbackFile]:
    """The photos and documents of a case, in the order in which they came."""
    statement = select(FeedbackFile).where(FeedbackFile.case_id == case.id).order_by(FeedbackFile.id)
    return db.session.scalars(statement).all()


def files_of_form(submission: str) -> Sequence[FeedbackFile]:
    """What a form has brought that isn't sent yet."""
    statement = select(FeedbackFile).where(FeedbackFile.submission == submission, FeedbackFile.case_id.is_(None))
    return db.session.scalars(statement.order_by(FeedbackFile.id)).all()


def file_by_code(code: str) -> FeedbackFile | None:
    """A photo or document by its public name."""
    return db.session.scalar(select(FeedbackFile).where(FeedbackFile.code == code))


def unpublished_answers(case: FeedbackCase) -> Sequence[PublishedAnswer]:
    """What was proposed out of a case and isn't shown, locked."""
    mine = PublishedAnswer.case_id == case.id, PublishedAnswer.state != AnswerState.PUBLISHED.value
    return db.session.scalars(select(PublishedAnswer).where(*mine).with_for_update()).all()


def known_store_keys(keys: Collection[str]) -> set[str]:
    """Those of the stored files that a row names."""
    return set(db.session.scalars(select(FeedbackFile.store_key).where(FeedbackFile.store_key.in_(keys))))


def rules() -> list[FeedbackRule]:
    """Every rule in the order in which they are asked, the default last."""
    order = (FeedbackRule.is_default, FeedbackRule.position, FeedbackRule.id)
    return list(db.session.scalars(select(FeedbackRule).order_by(*order)))


def rule_by_code(code: str) -> FeedbackRule | None:
    """A rule by its public name."""
    return db.session.scalar(select(FeedbackRule).where(FeedbackRule.code == code))


@memoised_by_content
def world() -> World:
    """What routing asks; read again when content changes, which rules are for this reason."""
    known = [
        Rule(
            code=one.code, category=one.category, place=one.place, about=one.about, target=one.target,
            is_default=one.is_default,
        )
        for one in rules()
    ]  # fmt: skip
    return World(atlas(), agencies(), known)


@memoised_by_content
def deadlines() -> tuple[Deadline, ...]:
    """Every promise of an answer."""
    statement = select(FeedbackDeadline).order_by(FeedbackDeadline.category, FeedbackDeadline.agency)
    return tuple(
        Deadline(category=one.category, agency=one.agency, days=one.days, source=one.source, is_demo=one.is_demo)
        for one in db.session.scalars(statement)
    )


def deadline_rows() -> Sequence[FeedbackDeadline]:
    """Every promise as staff edit it."""
    order = (FeedbackDeadline.category, FeedbackDeadline.agency)
    return db.session.scalars(select(FeedbackDeadline).order_by(*order)).all()


def deadline_by_code(code: str) -> FeedbackDeadline | None:
    """A promise by its public name."""
    return db.session.scalar(select(FeedbackDeadline).where(FeedbackDeadline.code == code))


def templates(category: str = "") -> Sequence[FeedbackTemplate]:
    """The prepared answers, those of a category and those for all; every one for ""."""
    statement = select(FeedbackTemplate).order_by(FeedbackTemplate.category.desc(), FeedbackTemplate.title)
    if category:
        statement = statement.where(FeedbackTemplate.category.in_(["", category]))
    return db.session.scalars(statement).all()


def template_by_code(code: str) -> FeedbackTemplate | None:
    """A prepared answer by its public name."""
    return db.session.scalar(select(FeedbackTemplate).where(FeedbackTemplate.code == code))


def cases_of_agency(slug: str) -> int:
    """How many cases an agency has ever had."""
    statement = select(func.count()).select_from(FeedbackCase).where(FeedbackCase.agency == slug)
    return db.session.scalar(statement) or 0
