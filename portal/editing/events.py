"""What is done with a draft is written down, and what is refused has a reason."""

from __future__ import annotations

from datetime import datetime

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.editing.models import DraftEvent, GuideDraft
from portal.guides.written import ContentError


class EditingError(Exception):
    """A change that is refused; `code` says why to those who tell people, `faults` what is wrong with the guide."""

    def __init__(self, code: str, faults: list[ContentError] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.faults = faults or []


def subject_of(row: GuideDraft) -> Subject:
    """The draft as the audit log names it."""
    return Subject("guide_draft", row.code, row.title or row.slug)


def tell(row: GuideDraft, kind: str, actor: Actor, now: datetime, text: str = "") -> None:
    """Write down that something was done with a draft, in its own history and in the audit log."""
    db.session.add(DraftEvent(draft_id=row.id, at=now, kind=kind, actor_name=actor.name, text=text))
    audit.record(actor, f"guide_draft_{kind}", subject_of(row), at=now, after={"state": row.state, "slug": row.slug})
