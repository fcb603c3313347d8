"""Tables of the staff. None is content of a public page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Grant, Role, Scope

_NO_CONTENT: dict[str, Any] = {"info": {"content": False}}


class User(Base):
    """Somebody of the staff. Without a password they are invited and can't sign in yet."""

    __tablename__ = "users"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text, unique=True)  # in lower case
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Text)
    # The time step of the last code that was used: each code is good once (RFC 6238, section 5.2).
    totp_last_step: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    # Whether they get the weekly mail, and the language that the portal writes to them in.
    weekly_mail: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(String(10), default=DEFAULT_LOCALE.code)

    roles: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True, order_by="RoleGrant.id"
    )

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles, and where they hold."""
        return tuple(row.grant for row in self.roles)

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person may only work with a second factor."""
        return any(row.role == Role.ADMIN for row in self.roles)

    @property
    def state(self) -> str:
        """`invited`, `active` or `disabled`."""
        if not self.is_active:
            return "disabled"
        return "active" if self.password_hash else "invited"


class RoleGrant(Base):
    """A role of somebody, and where it holds."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("user_id", "role", "scope_kind", "scope_key"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Text)
    scope_kind: Mapped[str] = mapped_column(Text)
    scope_key: Mapped[str] = mapped_column(Text)

    user: Mapped[User] = relationship(back_populates="roles")

    @property
    def grant(self) -> Grant:
        """The same as a value."""
        return Grant(Role(self.role), Scope(self.scope_kind, self.scope_key))


class RecoveryCode(Base):
    """A code that stands in for a lost second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]


class StaffSession(Base):
    """A browser in which somebody signed in.

    `stage` is `full`, or what is still missing: `second_factor` (a code) or `enrolment` (a second factor at all).
    """

    __tablename__ = "staff_sessions"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    stage: Mapped[str] = mapped_column(Text)
    # A second factor on its way to being enrolled; it counts once a code has proved it.
    offered_secret: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class KnownBrowser(Base):
    """A browser in which somebody signed in before: guesses made elsewhere don't lock it out."""

    __tablename__ = "known_browsers"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    used_at: Mapped[datetime] = mapped_column(index=True)


class Attempts(Base):
    """Failed attempts of one kind from one place within a window; the key is a hash that names nobody."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (_NO_CONTENT,)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(index=True)
