"""Every SELECT of what agencies say of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.editing.check_models import FactCheck, FactComment
from portal.editing.models import GuideDraft


def checks_of(row: GuideDraft) -> Sequence[FactCheck]:
    """Who was asked about a draft, the newest first."""
    return db.session.scalars(select(FactCheck).where(FactCheck.draft_id == row.id).order_by(FactCheck.id.desc())).all()


def check(code: str) -> FactCheck | None:
    """A check by its code."""
    return db.session.scalar(select(FactCheck).where(FactCheck.code == code))


def check_of(row: GuideDraft, code: str) -> FactCheck | None:
    """A check of a draft by its code."""
    return db.session.scalar(select(FactCheck).where(FactCheck.draft_id == row.id, FactCheck.code == code))


def draft_of(one: FactCheck) -> GuideDraft | None:
    """The draft that a check is of."""
    return db.session.get(GuideDraft, one.draft_id)


def comments_of(one: FactCheck) -> Sequence[FactComment]:
    """What was said in a check, in the order in which it was."""
    return db.session.scalars(select(FactComment).where(FactComment.check_id == one.id).order_by(FactComment.id)).all()


def comments_on(row: GuideDraft) -> Sequence[tuple[FactComment, FactCheck]]:
    """What was said of a draft in all its checks, in the order in which it was."""
    statement = (
        select(FactComment, FactCheck)
        .join(FactCheck, FactComment.check_id == FactCheck.id)
        .where(FactCheck.draft_id == row.id)
        .order_by(FactComment.id)
    )
    return [(comment, one) for comment, one in db.session.execute(statement)]


def comment_on(row: GuideDraft, code: str) -> FactComment | None:
    """One of them, by its code."""
    return db.session.scalar(
        select(FactComment)
        .join(FactCheck, FactComment.check_id == FactCheck.id)
        .where(FactCheck.draft_id == row.id, FactComment.code == code)
    )


def count_open_comments(row: GuideDraft) -> int:
    """How much of what was said of a draft nobody has dealt with."""
    statement = (
        select(func.count())
        .select_from(FactComment)
        .join(FactCheck, FactComment.check_id == FactCheck.id)
        .where(FactCheck.draft_id == row.id, FactComment.dealt_at.is_(None))
    )
    return db.session.scalar(statement) or 0


def open_comments_by_draft() -> dict[int, int]:
    """How much of what was said nobody has dealt with, by the id of the open draft that it is of."""
    statement = (
        select(FactCheck.draft_id, func.count().label("number"))
        .join(FactComment, FactComment.check_id == FactCheck.id)
        .join(GuideDraft, FactCheck.draft_id == GuideDraft.id)
        .where(FactComment.dealt_at.is_(None), GuideDraft.open_slug.is_not(None))
        .group_by(FactCheck.draft_id)
    )
    return {row.draft_id: row.number for row in db.session.execute(statement)}


def expired(since: datetime, now: datetime) -> Sequence[tuple[FactCheck, GuideDraft]]:
    """The checks whose links came to their end after `since`, not ended by anybody, with the draft, which is open."""
    statement = (
        select(FactCheck, GuideDraft)
        .join(GuideDraft, FactCheck.draft_id == GuideDraft.id)
        .where(FactCheck.ended_at.is_(None), FactCheck.expires_at > since, FactCheck.expires_at <= now)
        .where(GuideDraft.open_slug.is_not(None))
        .order_by(FactCheck.id)
    )
    return [(one, row) for one, row in db.session.execute(statement)]


def locked_check(one: FactCheck) -> FactCheck:
    """The check as it is now; nobody else changes it until the end of the unit of work."""
    db.session.refresh(one, with_for_update=True)
    return one
