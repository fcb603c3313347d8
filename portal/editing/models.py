"""Tables of the drafts. What is in them changes no public page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.feedback.models import FeedbackCase

_NO_CONTENT = {"info": {"content": False}}
_STATES = "'draft', 'in_review', 'approved', 'scheduled', 'published', 'dropped'"


class GuideDraft(Base):
    """The next version of a guide, or a guide that isn't there yet.

    `content` has the values of a guide file, empty ones too. While the draft is open, `open_slug` is its slug: a guide
    has one open draft. `base_digest` is the version from which it was begun, "" for a new guide. `counter` grows with
    each change, so that nobody overwrites what they haven't seen. `writers` are the accounts that have written in it.
    """

    __tablename__ = "guide_drafts"
    __table_args__ = (CheckConstraint(f"state IN ({_STATES})", name="state"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    slug: Mapped[str] = mapped_column(String(100), index=True)
    open_slug: Mapped[str | None] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    content: Mapped[dict[str, Any]]
    base_digest: Mapped[str] = mapped_column(String(64))
    counter: Mapped[int]
    writers: Mapped[list[str]]
    # What changes, for readers, by language.
    notes: Mapped[dict[str, Any]]
    # By language: of which Vietnamese each translated part is a translation (`guides.translating`); None: of today's.
    translated: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    publish_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(Text)


class DraftEvent(Base):
    """Something that was done with a draft, with what was said about it."""

    __tablename__ = "draft_events"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey(GuideDraft.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")


class DraftCase(Base):
    """Feedback that a draft answers; nothing of what was written, which stays with its case.

    `told_at` is when those who wait for it were told that the draft was published.
    """

    __tablename__ = "draft_cases"
    __table_args__ = (_NO_CONTENT,)

    draft_id: Mapped[int] = mapped_column(ForeignKey(GuideDraft.id, ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(FeedbackCase.id, ondelete="CASCADE"), primary_key=True, index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None]


class SeenRecord(Base):
    """An official record whose change somebody has looked at for a guide, and which asks for none there.

    It holds for that `version` of the record, and for its being retired or not.
    """

    __tablename__ = "seen_records"
    __table_args__ = (_NO_CONTENT,)

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int]
    is_retired: Mapped[bool]
    seen_at: Mapped[datetime]
    seen_by: Mapped[str] = mapped_column(Text)


class GuideCharge(Base):
    """Who is in charge of a guide, or of the draft of one that isn't there yet: what waits in it waits for them."""

    __tablename__ = "guide_charges"
    __table_args__ = (_NO_CONTENT,)

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    user_code: Mapped[str] = mapped_column(Text, index=True)
    since: Mapped[datetime]
