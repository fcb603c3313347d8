"""Tables of the systems that push figures: their keys, and what each request was answered with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

_NO_CONTENT = {"info": {"content": False}}


class FigureKey(Base):
    """What a source system shows to push figures; of the secret only a hash is kept.

    `indicators` and `units` (as `place:xa-ba-xa`) are those that it may report of; an empty list stands for all.
    """

    __tablename__ = "figure_keys"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64))
    indicators: Mapped[list[str]]
    units: Mapped[list[str]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class PushReceipt(Base):
    """The answer to a request that was taken in, so that the same request again gets the same.

    `request` is what the system called it (`Idempotency-Key`), or the hash of its body.
    """

    __tablename__ = "figure_push_receipts"
    __table_args__ = (UniqueConstraint("key_id", "request"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey(FigureKey.id, ondelete="CASCADE"))
    request: Mapped[str] = mapped_column(String(210))
    sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
