"""SELECTs over the feedback that drafts answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.core.db import db
from portal.editing.models import DraftCase, GuideDraft
from portal.feedback.models import FeedbackCase
from portal.feedback.states import PENDING, CaseState

GUIDE = "guide"
# How long after its end a case is still put before editors.
LOOKED_BACK = timedelta(days=90)
MOST_CASES = 50
_NO_FEEDBACK = CaseState.ABUSE.value


def cases_of_draft(row: GuideDraft) -> Sequence[FeedbackCase]:
    """The cases that a draft answers, in the order in which they came; what turned out to be abuse is left out."""
    statement = (
        select(FeedbackCase)
        .join(DraftCase, DraftCase.case_id == FeedbackCase.id)
        .where(DraftCase.draft_id == row.id, FeedbackCase.state != _NO_FEEDBACK)
        .order_by(FeedbackCase.id)
    )
    return db.session.scalars(statement).all()


def cases_about(slug: str, now: datetime) -> Sequence[FeedbackCase]:
    """The pending and lately ended cases about a guide, the newest first."""
    pending = FeedbackCase.state.in_([state.value for state in PENDING])
    statement = (
        select(FeedbackCase)
        .where(
            FeedbackCase.subject_kind == GUIDE, FeedbackCase.subject_key == slug,
            FeedbackCase.state != _NO_FEEDBACK, or_(pending, FeedbackCase.ended_at >= now - LOOKED_BACK),
        )
        .order_by(FeedbackCase.id.desc())
        .limit(MOST_CASES)
    )  # fmt: skip
    return db.session.scalars(statement).all()


def case_about(slug: str, reference: str) -> FeedbackCase | None:
    """A case about a guide, by its reference; None for one about something else, and for abuse."""
    return db.session.scalar(
        select(FeedbackCase).where(
            FeedbackCase.reference == reference, FeedbackCase.subject_kind == GUIDE, FeedbackCase.subject_key == slug,
            FeedbackCase.state != _NO_FEEDBACK,
        )
    )  # fmt: skip


def drafts_of_case(case_id: int) -> Sequence[GuideDraft]:
    """The drafts that answer a case, the newest first."""
    statement = select(GuideDraft).join(DraftCase, DraftCase.draft_id == GuideDraft.id)
    return db.session.scalars(statement.where(DraftCase.case_id == case_id).order_by(GuideDraft.id.desc())).all()


def links_of_draft(row: GuideDraft) -> Sequence[DraftCase]:
    """Which cases a draft answers, by the row of each."""
    return db.session.scalars(
        select(DraftCase).where(DraftCase.draft_id == row.id).order_by(DraftCase.case_id)
    ).all()  # fmt: skip
