"""Tables of the feedback. Cases and what belongs to them are no content: they change no public page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, table_of

_NO_CONTENT = {"info": {"content": False}}


class FeedbackCase(Base):
    """What one person wrote, and where it stands.

    `reference` is the staff's name for it, `code_hash` what is kept of the person's secret code. `submission_key` is
    unique, so that one form sent twice is one case. `agency` is the slug of who answers now. `due_on` is the day by
    which something has to happen (days in Asia/Ho_Chi_Minh), empty while nothing has to. `route` says why it is there.
    `searched` is what the officers' search looks through, as `personal.searchable` makes it.
    """

    __tablename__ = "feedback_cases"
    __table_args__ = (
        # The queue, in its order: of one agency, of all, and by who has it in hand; what has ended, and what came in.
        # With the category, so that those of one category are counted without a look at each case.
        Index(None, "agency", "state", "due_on", "id", "category"),
        Index(None, "state", "due_on", "id", "category"),
        Index(None, "assignee", "state", "agency"),
        Index(None, "agency", "received_at"),
        CheckConstraint("level IN (0, 1)", name="level"),
        _NO_CONTENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    category: Mapped[str] = mapped_column(String(30))
    message: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(10))
    subject_kind: Mapped[str] = mapped_column(String(20), default="")
    subject_key: Mapped[str] = mapped_column(String(200), default="")
    subject_title: Mapped[str] = mapped_column(Text, default="")
    subject_version: Mapped[str] = mapped_column(String(64), default="")
    place: Mapped[str] = mapped_column(String(120), default="", index=True)
    place_given: Mapped[str] = mapped_column(String(120), default="")
    agency: Mapped[str] = mapped_column(String(120))
    route: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    level: Mapped[int] = mapped_column(default=0)
    assignee: Mapped[str] = mapped_column(String(40), default="")
    escalated_to: Mapped[str] = mapped_column(String(120), default="")
    received_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    pass_due: Mapped[date]
    accepted_at: Mapped[datetime | None]
    answer_due: Mapped[date | None]
    answer_source: Mapped[str] = mapped_column(Text, default="")
    paused_on: Mapped[date | None]
    due_on: Mapped[date | None]
    # The next day on which the clock may bring something about: a reminder, or being overdue.
    watch_on: Mapped[date | None] = mapped_column(index=True)
    # When it was first answered, and on what day that was due: later rounds don't change the figures.
    answered_at: Mapped[datetime | None]
    was_due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    rating: Mapped[str] = mapped_column(String(10), default="")
    contact_name: Mapped[str] = mapped_column(Text, default="")
    contact_email: Mapped[str] = mapped_column(Text, default="")
    contact_phone: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_cases.id"))
    erased_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class FeedbackEvent(Base):
    """Something that happened to a case, with its words. `once` names what may happen to a case only once."""

    __tablename__ = "feedback_events"
    __table_args__ = (UniqueConstraint("case_id", "once"), Index(None, "agency", "kind"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(FeedbackCase.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    is_public: Mapped[bool]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_key: Mapped[str] = mapped_column(String(40), default="")
    actor_name: Mapped[str] = mapped_column(Text, default="")
    agency: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    once: Mapped[str | None] = mapped_column(String(180))


class FeedbackFile(Base):
    """A photo or document of a case, rewritten by us. Before the case is sent it belongs to `submission` alone."""

    __tablename__ = "feedback_files"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey(FeedbackCase.id, ondelete="CASCADE"), index=True)
    submission: Mapped[str] = mapped_column(String(64), index=True)
    store_key: Mapped[str] = mapped_column(String(80), unique=True)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class FeedbackRule(Base):
    """Where feedback goes: the first rule by `position` that fits. Empty conditions fit everything.

    `target` is an agency's slug behind "agency:", or subject_agency, place_center, place_committee. The default has no
    conditions and is always there. They are content only so that what routing asks may be remembered.
    """

    __tablename__ = "feedback_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(30), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(String(120), default="")
    target: Mapped[str] = mapped_column(String(140))
    is_default: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)


class FeedbackDeadline(Base):
    """In how many working days an answer is promised, for a category and an agency; empty stands for all."""

    __tablename__ = "feedback_deadlines"
    __table_args__ = (
        UniqueConstraint("category", "agency"),
        CheckConstraint("days > 0", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    category: Mapped[str] = mapped_column(String(30), default="")
    agency: Mapped[str] = mapped_column(String(120), default="")
    days: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)


class FeedbackTemplate(Base):
    """A prepared answer; `{...}` in its text are variables that `templates` knows."""

    __tablename__ = "feedback_templates"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    category: Mapped[str] = mapped_column(String(30), default="")
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)


class PublishedAnswer(Base):
    """A question and its answer without anybody's name, under the page that it is about; shown once two have looked."""

    __tablename__ = "published_answers"
    __table_args__ = (
        Index(None, "subject_kind", "subject_key", "state"),
        CheckConstraint("state IN ('proposed', 'published', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey(FeedbackCase.id, ondelete="SET NULL"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_key: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    agency: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    proposed_by: Mapped[str] = mapped_column(String(40))
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    proposed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class GuideVotes(Base):
    """How many found a guide useful on a day, and how many didn't; nobody's vote is kept by itself."""

    __tablename__ = "guide_votes"
    __table_args__ = (_NO_CONTENT,)

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    useful: Mapped[int] = mapped_column(default=0)
    not_useful: Mapped[int] = mapped_column(default=0)


class GuideVoteReason(Base):
    """Why a guide was of no use, in somebody's words."""

    __tablename__ = "guide_vote_reasons"
    __table_args__ = (Index(None, "slug", "day"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)


class FeedbackCounter(Base):
    """The last number that a case of a year got."""

    __tablename__ = "feedback_counters"
    __table_args__ = (_NO_CONTENT,)

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class FeedbackFigures(Base):
    """The public figures as they were last counted; one row, which holds nothing that is hidden from the public."""

    __tablename__ = "feedback_figures"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


# Of some cases only: one that comes in is in none of them, and costs nothing for them.
_PARTIAL = (
    ("agency_ended", ("agency", "ended_at"), "ended_at IS NOT NULL"),
    ("ended", ("ended_at",), "ended_at IS NOT NULL"),
    ("escalated", ("state", "due_on", "id"), "escalated_to > ''"),
    ("merged", ("merged_into_id",), "merged_into_id IS NOT NULL"),
)


def declare_partial_indexes() -> None:
    """Add those indexes to the table, for whoever compares it with a database.

    Not where pages are served: an option of a database loads its dialect, which is megabytes.
    """
    table = table_of(FeedbackCase)
    known = {index.name for index in table.indexes}
    for name, columns, where in _PARTIAL:
        if f"ix_feedback_cases_{name}" not in known:
            Index(
                f"ix_feedback_cases_{name}", *(table.c[column] for column in columns),
                sqlite_where=text(where), postgresql_where=text(where),
            )  # fmt: skip
