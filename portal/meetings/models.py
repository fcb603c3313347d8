"""The table of the sets of figures that were frozen for a meeting."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class MeetingSet(Base):
    """What stood on the screens when somebody froze it, as `agenda.Agenda` writes it, and the hash of exactly that.

    `nonce` is the form's: one press is one set. A set that was withdrawn stays, with who did it and why, but is shown
    to nobody. It is no content: no public page has it.
    """

    __tablename__ = "meeting_sets"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_why = '')", name="withdrawn"),
        {"info": {"content": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    period: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date] = mapped_column(index=True)
    data: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str] = mapped_column(Text, default="")
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")
