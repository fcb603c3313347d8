"""The table of the links that lead out of the portal. What is known of them changes no public page."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Outcome(StrEnum):
    """What is known of a link. `UNSURE`: the page answers, but not to programs, so only a person can tell."""

    UNKNOWN = "unknown"
    FINE = "fine"
    MOVED = "moved"
    UNSURE = "unsure"
    FAILING = "failing"
    DEAD = "dead"
    RETIRED = "retired"


class CheckedLink(Base):
    """An address outside of the portal, how it answered last, and which of our pages carry it.

    `carriers` are `{"kind", "key", "title"}`, as they were at `seen_at`. `reason` says what was wrong, `status` is the
    answer's code. While it fails, `failed_since` is the first time, `failures` on how many days, `failed_on` the last.
    """

    __tablename__ = "checked_links"
    __table_args__ = ({"info": {"content": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    host: Mapped[str] = mapped_column(String(253))
    carriers: Mapped[list[Any]]
    seen_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20), default=Outcome.UNKNOWN.value, index=True)
    reason: Mapped[str] = mapped_column(String(30), default="")
    status: Mapped[int | None]
    moved_to: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    failed_since: Mapped[datetime | None]
    failed_on: Mapped[date | None]
    failures: Mapped[int] = mapped_column(default=0)
