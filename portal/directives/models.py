"""Tables of the directives, their tasks, and what was reported of each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.agencies.models import Agency
from portal.core.db import Base
from portal.directives.states import TaskState


class Directive(Base):
    """A document that gives agencies tasks. Where its number or its day is not known, they are empty.

    `dated` says in words what is known of the day where `issued_on` is not. Only what is public stands on public
    pages: the province chooses. `is_starter` holds until the province changes the document itself.
    """

    __tablename__ = "directives"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    number: Mapped[str] = mapped_column(String(100), default="")
    title: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date | None]
    dated: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(Text)
    is_historic: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_starter: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class DirectiveTask(Base):
    """One line of a directive, in short words of our own, with the article that it stands in.

    `owner` is who was told to, as printed. `agency_id` is who answers for it today, and `agency_source` where that is
    known from. `deadline` is a last day in Asia/Ho_Chi_Minh, `deadline_note` what is odd about it.
    """

    __tablename__ = "directive_tasks"
    __table_args__ = (
        Index(None, "directive_id", "position"),
        Index(None, "state", "deadline"),
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in TaskState)})", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    directive_id: Mapped[int] = mapped_column(ForeignKey(Directive.id, ondelete="CASCADE"))
    position: Mapped[int]
    article: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(300))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey(Agency.id, ondelete="SET NULL"), index=True)
    agency_source: Mapped[str] = mapped_column(String(300), default="")
    deadline: Mapped[date | None]
    deadline_note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default=TaskState.OPEN.value)
    updated_at: Mapped[datetime]


class TaskReport(Base):
    """What somebody reported of a task, and when: its history. `evidence` is the address of what proves it."""

    __tablename__ = "directive_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(DirectiveTask.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(500), default="")
