"""Every SELECT of the staff's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import KnownBrowser, RecoveryCode, RoleGrant, StaffSession, User
from portal.core.db import db
from portal.core.permissions import EVERYWHERE, ROLE_PERMISSIONS, Grant, Permission, Role, Scope
from portal.core.tokens import hash_token


def user_by_email(email: str) -> User | None:
    """The account of an address, however its letters were typed."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def user_by_code(code: str) -> User | None:
    """The account of a public code."""
    return db.session.scalar(select(User).where(User.code == code).options(selectinload(User.roles)))


def may(code: str, permission: Permission) -> bool:
    """Whether an account may be used and holds a permission for the whole portal, as it is now."""
    user = user_by_code(code)
    grants = user.grants if user is not None and user.is_active else ()
    return any(grant.scope == EVERYWHERE and permission in ROLE_PERMISSIONS[grant.role] for grant in grants)


def holding(permission: Permission) -> list[User]:
    """Those who can sign in and hold a permission for the whole portal, by name."""
    return [
        user
        for user in people()
        if user.state == "active"
        and any(grant.scope == EVERYWHERE and permission in ROLE_PERMISSIONS[grant.role] for grant in user.grants)
    ]


def locked_user(code: str) -> User | None:
    """The same, read anew, and nobody else changes it until the transaction ends."""
    statement = select(User).where(User.code == code).options(selectinload(User.roles))
    return db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def people() -> Sequence[User]:
    """All accounts with their roles, by name."""
    return db.session.scalars(select(User).options(selectinload(User.roles)).order_by(User.name, User.id)).all()


def count_grants(scope: Scope) -> int:
    """How many roles are held for a scope, also by people who can't sign in now."""
    mine = RoleGrant.scope_kind == scope.kind, RoleGrant.scope_key == scope.key
    return db.session.scalar(select(func.count()).select_from(RoleGrant).where(*mine)) or 0


def officers_in(scope: Scope) -> Sequence[User]:
    """Those who answer for a scope itself, not for one above it, and can sign in; by name."""
    statement = (
        select(User)
        .join(RoleGrant)
        .where(
            RoleGrant.role == Role.OFFICER, RoleGrant.scope_kind == scope.kind, RoleGrant.scope_key == scope.key,
            User.is_active, User.password_hash.is_not(None),
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    return db.session.scalars(statement).all()


def holders(grant: Grant) -> Sequence[User]:
    """Those who hold a role in exactly this scope, also those who are disabled, by name."""
    statement = (
        select(User)
        .join(RoleGrant)
        .options(selectinload(User.roles))
        .where(
            RoleGrant.role == grant.role, RoleGrant.scope_kind == grant.scope.kind,
            RoleGrant.scope_key == grant.scope.key,
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    return db.session.scalars(statement).all()


def reachable_holders(role: Role, kind: str, keys: Sequence[str]) -> Sequence[User]:
    """Those who hold a role for any of these things of a kind and can sign in, each once, by row."""
    mine = select(RoleGrant.user_id).where(
        RoleGrant.role == role, RoleGrant.scope_kind == kind, RoleGrant.scope_key.in_(keys)
    )
    statement = select(User).where(User.id.in_(mine), User.is_active, User.password_hash.is_not(None))
    return db.session.scalars(statement.order_by(User.id)).all()


def lock_admins() -> set[str]:
    """The public codes of all who can administer the portal now, locked until the transaction ends."""
    statement = (
        select(User.code)
        .join(RoleGrant)
        .where(RoleGrant.role == Role.ADMIN, User.is_active, User.password_hash.is_not(None))
        .order_by(User.id)
        .with_for_update()
    )
    return set(db.session.scalars(statement))


def live_session(token: str, now: datetime, *, seen_since: datetime) -> StaffSession | None:
    """The session of a cookie, with its person and roles; None where it is over or the person may not come in."""
    statement = (
        select(StaffSession)
        .join(StaffSession.user)
        .options(joinedload(StaffSession.user).selectinload(User.roles))
        .where(
            StaffSession.token_hash == hash_token(token), StaffSession.expires_at > now,
            StaffSession.seen_at > seen_since, User.is_active,
        )
    )  # fmt: skip
    return db.session.scalar(statement)


def sessions_of(user: User, now: datetime, *, seen_since: datetime) -> Sequence[StaffSession]:
    """The browsers in which somebody is signed in, the last used first."""
    statement = (
        select(StaffSession)
        .where(
            StaffSession.user_id == user.id, StaffSession.expires_at > now, StaffSession.seen_at > seen_since,
            StaffSession.stage == "full",
        )
        .order_by(StaffSession.seen_at.desc())
    )  # fmt: skip
    return db.session.scalars(statement).all()


def all_sessions(now: datetime, *, seen_since: datetime) -> Sequence[StaffSession]:
    """Every browser in which somebody is signed in, the last used first."""
    statement = (
        select(StaffSession)
        .options(joinedload(StaffSession.user))
        .where(StaffSession.expires_at > now, StaffSession.seen_at > seen_since, StaffSession.stage == "full")
        .order_by(StaffSession.seen_at.desc())
    )
    return db.session.scalars(statement).all()


def session_by_code(code: str) -> StaffSession | None:
    """A session by its public code."""
    return db.session.scalar(
        select(StaffSession).where(StaffSession.code == code).options(joinedload(StaffSession.user))
    )


def knows_browser(user: User, token: str) -> KnownBrowser | None:
    """The row of a browser in which this person signed in before."""
    return db.session.scalar(
        select(KnownBrowser).where(KnownBrowser.user_id == user.id, KnownBrowser.token_hash == hash_token(token))
    )


def recovery_codes(user: User) -> Sequence[RecoveryCode]:
    """The recovery codes of somebody, used ones too."""
    return db.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user.id)).all()
