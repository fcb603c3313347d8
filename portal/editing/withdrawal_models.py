"""Table of what was asked about taking guides off the portal. No public page changes because somebody asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

_STATES = "'asked', 'approved', 'refused', 'cancelled'"


class Withdrawal(Base):
    """That somebody asked to withdraw a guide as it stood then (`base_digest`), and what a second person said to it.

    While nobody has, `open_slug` is the guide's slug: there is one question at a time. `target` is the path of the page
    to which its address shall lead, or ""; else `explanation` says by language why the guide is gone. `why` is for the
    editors, `answer` what the second person wrote.
    """

    __tablename__ = "guide_withdrawals"
    __table_args__ = (CheckConstraint(f"state IN ({_STATES})", name="state"), {"info": {"content": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    slug: Mapped[str] = mapped_column(String(100), index=True)
    open_slug: Mapped[str | None] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    base_digest: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(500), default="")
    explanation: Mapped[dict[str, Any]]
    why: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str] = mapped_column(Text)
    asked_by_key: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
