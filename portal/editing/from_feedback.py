"""Drafts that answer feedback: they remember which, and nothing of what anybody wrote."""

from __future__ import annotations

from datetime import datetime

from portal.core.db import db, insert_into
from portal.core.permissions import Actor
from portal.editing import case_queries, queries, service
from portal.editing.events import EditingError, tell
from portal.editing.models import DraftCase, GuideDraft
from portal.editing.states import OVER
from portal.feedback.models import FeedbackCase


def open_from_case(slug: str, reference: str, *, actor: Actor, now: datetime) -> GuideDraft:
    """The draft of the guide that a case is about, begun where there is none; it remembers the case, once.

    Raises EditingError: no_guide, no_case.
    """
    case = case_queries.case_about(slug, reference)
    if case is None:
        raise EditingError("no_case")
    row = service.start(slug, actor=actor, now=now)
    add_case(row, case, actor=actor, now=now)
    return row


def add_case(row: GuideDraft, case: FeedbackCase, *, actor: Actor, now: datetime) -> None:
    """Have a draft answer a case; nothing happens where it does. Raises EditingError (not_possible) once it is over."""
    queries.locked(row)
    if row.state in OVER:
        raise EditingError("not_possible")
    values = {"draft_id": row.id, "case_id": case.id, "added_at": now, "added_by": actor.name}
    statement = insert_into(DraftCase).values(**values).on_conflict_do_nothing().returning(DraftCase.case_id)
    if db.session.scalar(statement) is not None:
        tell(row, "case", actor, now, case.reference)


def remove_case(row: GuideDraft, reference: str, *, actor: Actor, now: datetime) -> None:
    """Have a draft answer a case no more. Raises EditingError: no_case, not_possible once it is over."""
    queries.locked(row)
    if row.state in OVER:
        raise EditingError("not_possible")
    case = case_queries.case_about(row.slug, reference)
    link = db.session.get(DraftCase, (row.id, case.id)) if case else None
    if link is None:
        raise EditingError("no_case")
    db.session.delete(link)
    tell(row, "case_off", actor, now, reference)
