"""Links that carry a right: an invitation, a reset, a fact check, a team's own page.

The address holds a random token, of which the database keeps the hash. Opening it spends nothing and shows one button;
the button exchanges the token for a short session in the browser that is good for this purpose alone. So neither a
mail program that looks at links nor a forwarded page uses it up (ASVS 5.0, 14.2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, db
from portal.core.tokens import hash_token, new_token


class Purpose(StrEnum):
    """What a link is good for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 a name
    TEAM_CONFIRM = "team_confirm"
    TEAM_WORKSPACE = "team_workspace"
    MEETING = "meeting"
    FACT_CHECK = "fact_check"
    DRAFT_PREVIEW = "draft_preview"


# Visits of which one browser holds several at once, each in a cookie of its subject: an agency that is asked about some
# drafts has them open in tabs. The address of such a page names the subject.
SIDE_BY_SIDE = frozenset({Purpose.FACT_CHECK})
# What is done at one sitting is short; leaders work in the village or sit in meetings for a day, and drafts are long.
_SESSIONS_LAST: Mapping[Purpose, timedelta] = {
    Purpose.TEAM_WORKSPACE: timedelta(hours=12), Purpose.MEETING: timedelta(hours=12),
    Purpose.FACT_CHECK: timedelta(hours=12), Purpose.DRAFT_PREVIEW: timedelta(hours=12),
}  # fmt: skip
_SESSION_LASTS = timedelta(minutes=30)


class PrivateLink(Base):
    """A link that was given out. `subject` is the public code of what it is about."""

    __tablename__ = "private_links"
    __table_args__ = (Index(None, "purpose", "subject"), {"info": {"content": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # spent or revoked


class PrivateLinkSession(Base):
    """A browser that came by a link."""

    __tablename__ = "private_link_sessions"
    __table_args__ = ({"info": {"content": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey(PrivateLink.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class LinkVisit:
    """A browser's right: what it may do, and to what."""

    purpose: Purpose
    subject: str


@dataclass(frozen=True, slots=True)
class Door:
    """What the page behind a link says, in the reader's language, and where its one button leads.

    Of visits side by side, `path` goes on with the subject.
    """

    title: str
    explanation: str
    button: str
    path: str


_doors: dict[Purpose, Callable[[], Door]] = {}


def register_door(purpose: Purpose, door: Callable[[], Door]) -> None:
    """Say what the links of a purpose show; `wiring` calls it. The door is made in each reader's language."""
    _doors[purpose] = door


def door_of(purpose: Purpose) -> Door:
    """What the page behind such a link says."""
    return _doors[purpose]()


def create(purpose: Purpose, subject: str, *, now: datetime, lasts: timedelta) -> str:
    """Give out a link and revoke the former ones for the same; returns the token, which is kept nowhere."""
    revoke(purpose, subject, now=now)
    token = new_token()
    db.session.add(
        PrivateLink(
            purpose=purpose, subject=subject, token_hash=hash_token(token), created_at=now, expires_at=now + lasts
        )
    )
    db.session.flush()
    return token


def revoke(purpose: Purpose, subject: str, *, now: datetime) -> None:
    """End every link of a purpose for a subject, with the browsers that came by them."""
    db.session.execute(
        update(PrivateLink)
        .where(PrivateLink.purpose == purpose, PrivateLink.subject == subject, PrivateLink.ended_at.is_(None))
        .values(ended_at=now)
    )


def forget(purpose: Purpose, subjects: Collection[str]) -> None:
    """Remove every link of a purpose for subjects that are no more, with the browsers that came by them."""
    gone = PrivateLink.purpose == purpose, PrivateLink.subject.in_(subjects)
    db.session.execute(delete(PrivateLink).where(*gone))


def open_until(purpose: Purpose, subject: str, *, now: datetime) -> datetime | None:
    """Until when a link for a subject is good; None where none is."""
    statement = select(PrivateLink.expires_at).where(
        PrivateLink.purpose == purpose, PrivateLink.subject == subject, PrivateLink.ended_at.is_(None),
        PrivateLink.expires_at > now,
    )  # fmt: skip
    return db.session.scalar(statement.order_by(PrivateLink.expires_at.desc()).limit(1))


def purpose_of(token: str, *, now: datetime) -> Purpose | None:
    """What a link is good for; None where it was never given out, has expired or was ended."""
    link = _good_link(token, now)
    return Purpose(link.purpose) if link else None


def _good_link(token: str, now: datetime) -> PrivateLink | None:
    return db.session.scalar(
        select(PrivateLink).where(
            PrivateLink.token_hash == hash_token(token), PrivateLink.ended_at.is_(None), PrivateLink.expires_at > now
        )
    )


def session_lasts(purpose: Purpose) -> timedelta:
    """How long the browser of somebody who came by such a link may go on, unless the link ends before."""
    return _SESSIONS_LAST.get(purpose, _SESSION_LASTS)


def exchange(token: str, *, now: datetime) -> tuple[LinkVisit, str] | None:
    """The right that a link gives and the token of a new session for it; None where the link is no longer good."""
    link = _good_link(token, now)
    if link is None:
        return None
    session_token = new_token()
    expires_at = min(now + session_lasts(Purpose(link.purpose)), link.expires_at)
    db.session.add(PrivateLinkSession(link_id=link.id, token_hash=hash_token(session_token), expires_at=expires_at))
    db.session.flush()
    return LinkVisit(Purpose(link.purpose), link.subject), session_token


def visit(session_token: str, purpose: Purpose, *, now: datetime) -> LinkVisit | None:
    """The right that a browser holds for a purpose; None where it has none, or no longer."""
    subject = db.session.scalar(
        select(PrivateLink.subject)
        .join(PrivateLinkSession, PrivateLinkSession.link_id == PrivateLink.id)
        .where(
            PrivateLinkSession.token_hash == hash_token(session_token),
            PrivateLinkSession.expires_at > now,
            PrivateLink.purpose == purpose,
            PrivateLink.ended_at.is_(None),
            PrivateLink.expires_at > now,
        )
    )
    return LinkVisit(purpose, subject) if subject is not None else None


def spend(session_token: str, purpose: Purpose, *, now: datetime) -> bool:
    """Use a link up; True for one caller alone, however many come at the same moment."""
    link_id = (
        select(PrivateLinkSession.link_id)
        .where(PrivateLinkSession.token_hash == hash_token(session_token), PrivateLinkSession.expires_at > now)
        .scalar_subquery()
    )
    unspent = PrivateLink.purpose == purpose, PrivateLink.ended_at.is_(None), PrivateLink.expires_at > now
    result: Any = db.session.execute(
        update(PrivateLink).where(PrivateLink.id == link_id, *unspent).values(ended_at=now)
    )
    return bool(result.rowcount)


def leave(session_token: str) -> None:
    """End the visit of one browser; the link stays good."""
    db.session.execute(delete(PrivateLinkSession).where(PrivateLinkSession.token_hash == hash_token(session_token)))


def forget_old(now: datetime) -> None:
    """Remove links that have been no good for a month, and visits that are over."""
    db.session.execute(delete(PrivateLinkSession).where(PrivateLinkSession.expires_at <= now))
    long_ago = now - timedelta(days=30)
    db.session.execute(
        delete(PrivateLink).where((PrivateLink.expires_at <= long_ago) | (PrivateLink.ended_at <= long_ago))
    )
