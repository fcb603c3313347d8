"""Tables of the share links. None of them is content: no public page changes because a link is made or opened."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

_NO_CONTENT = {"info": {"content": False}}


class ShareLink(Base):
    """A short link `/g/<code>` that a team shares, for good: it is never removed, and its code is never used again.

    `team` is the slug of the team, "" for the portal's own. `path` is the target without language, query included, as
    it was when the link was made; what it has become is found out when somebody comes. `title` is the target's then.
    """

    __tablename__ = "share_links"
    __table_args__ = (UniqueConstraint("team", "path"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    team: Mapped[str] = mapped_column(String(120), default="")
    path: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class ShareCount(Base):
    """How often something happened with a link, by channel and day (Asia/Ho_Chi_Minh): numbers, nothing of anybody.

    `event` is landing, read or start; `channel` is qr, zalo, facebook, sms or copy, "" where nobody said or the
    visitor asked not to be told apart.
    """

    __tablename__ = "share_counts"
    __table_args__ = (_NO_CONTENT,)

    link_id: Mapped[int] = mapped_column(ForeignKey(ShareLink.id, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    event: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int]
