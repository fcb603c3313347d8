"""The table of bulk files: links, codes and posters of many teams, made by the worker."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class BulkState(StrEnum):
    """Where a job is. Only of a `done` one there is a file."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


class BulkForm(StrEnum):
    """What the file is: folders by team in a ZIP, or the posters alone as one PDF."""

    ZIP = "zip"
    PDF = "pdf"


class BulkJob(Base):
    """A file that somebody asked for: pages (paths without language) for all teams of a place, "" for the portal.

    Nobody is named in this table. `key` comes from the form, so that one that is sent twice makes one job. `run` is the
    attempt that is at work: an older one finds out that it isn't the one any more. `stamp` is of what the file says.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        UniqueConstraint("actor_key", "key"),
        Index(None, "state", "state_at"),
        {"info": {"content": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(64))
    actor_key: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(120))
    pages: Mapped[list[str]]
    form: Mapped[str] = mapped_column(String(4))
    sheet: Mapped[str] = mapped_column(String(4))
    locale: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    run: Mapped[str] = mapped_column(String(16), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes
    stamp: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]
    state_at: Mapped[datetime]
