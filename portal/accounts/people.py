"""The staff as an admin keeps it: inviting, roles, leaving; and what somebody changes of their own account.

Every change is audited, ends the sessions whose rights it takes, and never leaves the portal without an admin.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.accounts import passwords, queries, sessions, sign_in
from portal.accounts.models import RoleGrant, StaffSession, User
from portal.accounts.records import actor_of, subject_of
from portal.core import audit, links
from portal.core.db import db
from portal.core.links import Purpose
from portal.core.permissions import ROLE_SCOPES, Actor, Grant, Role
from portal.core.text import clean_line
from portal.core.tokens import new_code
from portal.outbox.mail import InvalidAddress, checked_address

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
NAME_LIMIT = 120
EMAIL_LIMIT = 254


class PeopleError(Exception):
    """Why a change is refused: bad_email, taken, no_name, own_account, last_admin, bad_grant or no_role."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def clean_email(text: str) -> str:
    """An address in the form that is kept; raises PeopleError."""
    try:
        return checked_address(text).lower()
    except InvalidAddress:
        raise PeopleError("bad_email") from None


def invite(
    email: str, name: str, grants: Iterable[Grant], *, actor: Actor, now: datetime, is_demo: bool = False
) -> tuple[User, str]:
    """A new account without a password, and the token of its invitation; raises PeopleError."""
    email, name = clean_email(email), clean_line(name, NAME_LIMIT)
    if not name:
        raise PeopleError("no_name")
    if queries.user_by_email(email):
        raise PeopleError("taken")
    user = User(code=new_code(), email=email, name=name, is_active=True, is_demo=is_demo, created_at=now)
    _give(user, grants)
    db.session.add(user)
    db.session.flush()
    audit.record(actor, "invited", subject_of(user), at=now, after={"email": email, "roles": described(user)})
    return user, invitation_link(user, now=now)


def invite_again(user: User, *, actor: Actor, now: datetime) -> str:
    """A new invitation in the place of the former one."""
    audit.record(actor, "invited_again", subject_of(user), at=now)
    return invitation_link(user, now=now)


def invitation_link(user: User, *, now: datetime) -> str:
    """The token of a link that lets this person choose their first password."""
    return links.create(Purpose.INVITATION, user.code, now=now, lasts=INVITATION_LASTS)


def change_roles(user: User, grants: Iterable[Grant], *, actor: Actor, now: datetime) -> None:
    """Give somebody these roles in the place of theirs; raises PeopleError. Nobody changes their own."""
    queries.locked_user(user.code)
    _not_oneself(user, actor)
    grants = set(grants)
    if all(grant.role != Role.ADMIN for grant in grants):
        _keep_an_admin(user)
    before = described(user)
    _give(user, grants)
    db.session.flush()
    # Who has gained a right signs in again as well: an admin's session must have passed a second factor.
    sessions.end_all(user)
    audit.record(
        actor, "roles_changed", subject_of(user), at=now, before={"roles": before}, after={"roles": described(user)}
    )


def disable(user: User, *, actor: Actor, now: datetime) -> None:
    """Let somebody in no more: sessions, links and known browsers end; raises PeopleError."""
    queries.locked_user(user.code)
    _not_oneself(user, actor)
    _keep_an_admin(user)
    user.is_active = False
    _end_ways_in(user, now)
    audit.record(actor, "disabled", subject_of(user), at=now)


def end_role(user: User, grant: Grant, *, actor: Actor, now: datetime) -> None:
    """Take one role from somebody; raises PeopleError. Who has no other is let in no more and has none until an admin
    gives them one."""
    others = set(user.grants) - {grant}
    if others:
        change_roles(user, others, actor=actor, now=now)
        return
    if user.is_active:
        disable(user, actor=actor, now=now)
    before = described(user)
    user.roles.clear()
    db.session.flush()
    audit.record(actor, "roles_changed", subject_of(user), at=now, before={"roles": before}, after={"roles": []})


def enable(user: User, *, actor: Actor, now: datetime) -> None:
    """Let somebody in again, with the password that they had."""
    queries.locked_user(user.code)
    user.is_active = True
    audit.record(actor, "enabled", subject_of(user), at=now)


def remove_second_factor(user: User, *, actor: Actor, now: datetime) -> None:
    """For somebody who lost phone and recovery codes: they sign in with the password and enrol anew if they must."""
    queries.locked_user(user.code)
    _not_oneself(user, actor)
    user.totp_secret = user.totp_last_step = None
    sign_in.drop_recovery_codes(user)
    sessions.end_all(user)
    audit.record(actor, "second_factor_removed", subject_of(user), at=now)


def end_sessions(user: User, *, actor: Actor, now: datetime, but: str = "") -> None:
    """Sign somebody out everywhere, but for the session of the code `but`."""
    queries.locked_user(user.code)
    sessions.end_all(user, but=but)
    audit.record(actor, "signed_out_everywhere", subject_of(user), at=now)


def sign_out(session: StaffSession, *, now: datetime) -> None:
    """End the session in which somebody asks for it."""
    _end(session, "signed_out", now)


def end_session(session: StaffSession, *, now: datetime) -> None:
    """End a session of somebody who asks for it in another of theirs."""
    _end(session, "session_ended", now)


def _end(session: StaffSession, action: str, now: datetime) -> None:
    user, browser = session.user, session.browser
    if sessions.end(session):
        audit.record(actor_of(user), action, subject_of(user), at=now, before={"browser": browser})


def set_password(user: User, password_hash: str, *, now: datetime, but: str = "") -> None:
    """Take a new password into use; other sessions and open links end."""
    queries.locked_user(user.code)
    user.password_hash = password_hash
    _end_ways_in(user, now, but=but)
    audit.record(actor_of(user), "password_changed", subject_of(user), at=now)


def choose_mail(user: User, *, is_wanted: bool, locale: str, now: datetime) -> None:
    """Whether somebody gets the weekly mail, and in which language; the same again changes nothing."""
    before = {"weekly_mail": user.weekly_mail, "locale": user.locale}
    after = {"weekly_mail": is_wanted, "locale": locale}
    if before == after:
        return
    user.weekly_mail, user.locale = is_wanted, locale
    db.session.flush()
    audit.record(actor_of(user), "own_mail_changed", subject_of(user), at=now, before=before, after=after)


def require_good_password(user: User, password: str) -> None:
    """Raises WeakPasswordError for a password that this person may not use."""
    passwords.require_good(password, (user.name, user.email))


def described(user: User) -> list[str]:
    """The roles of somebody as the audit log keeps them: `officer agency:so-tu-phap`."""
    return sorted(f"{row.role} {row.scope_kind}:{row.scope_key}" if row.scope_key else row.role for row in user.roles)


def _give(user: User, grants: Iterable[Grant]) -> None:
    wanted = set(grants)
    if not wanted:
        raise PeopleError("no_role")
    for grant in wanted:
        has_key = bool(grant.scope.key)
        if grant.scope.kind not in ROLE_SCOPES[Role(grant.role)] or has_key != (grant.scope.kind != "portal"):
            raise PeopleError("bad_grant")
    # Those that stay keep their rows: a new row for the same right would meet the old one's uniqueness.
    held = {row.grant: row for row in user.roles}
    for grant in held.keys() - wanted:
        user.roles.remove(held[grant])
    for grant in sorted(wanted - held.keys(), key=str):
        user.roles.append(RoleGrant(role=grant.role, scope_kind=grant.scope.kind, scope_key=grant.scope.key))


def _not_oneself(user: User, actor: Actor) -> None:
    if actor.kind == "user" and actor.key == user.code:
        raise PeopleError("own_account")


def _keep_an_admin(user: User) -> None:
    if queries.lock_admins() == {user.code}:
        raise PeopleError("last_admin")


def _end_ways_in(user: User, now: datetime, *, but: str = "") -> None:
    """End sessions, known browsers and open links, but for the session of this code."""
    sessions.end_all(user, but=but)
    sessions.forget_browsers(user)
    for purpose in (Purpose.INVITATION, Purpose.PASSWORD_RESET):
        links.revoke(purpose, user.code, now=now)
