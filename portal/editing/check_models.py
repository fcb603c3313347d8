"""Tables of what agencies say of drafts. No public page changes by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.editing.models import GuideDraft

_NO_CONTENT = {"info": {"content": False}}
RIGHT, WRONG = "right", "wrong"


class FactCheck(Base):
    """That somebody outside was asked whether a draft is right. `code` is the subject of their private link.

    `agency` is the slug of one of ours, or ""; `name` who was asked, as typed or as the agency is called; `email` is
    forgotten when the check ends. `asked_by_key` is the code of the account that asked, which is told how it goes.
    `answer` is that of the last time: `right`, `wrong`, or "" before the first. `seen` are the values that they
    answered for: whatever differs from them, they haven't checked.
    """

    __tablename__ = "fact_checks"
    __table_args__ = (CheckConstraint("answer IN ('', 'right', 'wrong')", name="answer"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey(GuideDraft.id, ondelete="CASCADE"), index=True)
    agency: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str] = mapped_column(Text)
    asked_by_key: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    links_made: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(10), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(Text, default="")
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class FactComment(Base):
    """What they said of one section of the page, in the language in which they read it. It is never changed.

    `dealt_at` is when somebody of the editors said that it is dealt with.
    """

    __tablename__ = "fact_comments"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    check_id: Mapped[int] = mapped_column(ForeignKey(FactCheck.id, ondelete="CASCADE"), index=True)
    section: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    dealt_at: Mapped[datetime | None]
    dealt_by: Mapped[str] = mapped_column(Text, default="")
