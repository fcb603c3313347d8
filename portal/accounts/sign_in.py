"""Signing in: password, then a second factor. Nothing tells a stranger whether an address has an account.

A sign-in takes three steps, so that the slow comparison of the password holds no lock: `admit` counts the attempt,
`passwords.matches` compares, `complete` begins the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, update

from portal.accounts import attempts, queries, second_factor, sessions
from portal.accounts.attempts import Counted, Limit
from portal.accounts.guesses import warn
from portal.accounts.models import RecoveryCode, StaffSession, User
from portal.accounts.records import actor_of, note_refusal, subject_of
from portal.accounts.sessions import Client
from portal.core import audit
from portal.core.addresses import network_of
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class Candidate:
    """An attempt that was counted. `user_code` is None where the address has no account that may sign in.

    `name` stands for the address, with or without an account.
    """

    user_code: str | None
    password_hash: str | None
    name: str
    counted: tuple[Counted, ...]
    used_up: tuple[Limit, ...] = ()
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A begun session: its token, its stage, and the token of a browser that is known from now on."""

    token: str
    stage: str
    browser_token: str | None = None


def admit(email: str, client: Client, *, secret: str, now: datetime) -> Candidate:
    """Count an attempt and say what the password has to match; raises TooManyAttemptsError."""
    user = queries.user_by_email(email)
    known = queries.knows_browser(user, client.known_token) if user and client.known_token else None
    if known:
        # Not by its network either: behind one address there may be a whole office, and somebody who guesses.
        counted = [Counted(attempts.BROWSER_DAY, f"{known.id}"), Counted(attempts.BROWSER, f"{known.id}")]
    else:
        account = _account(user, email)
        counted = [
            Counted(attempts.ACCOUNT_DAY, account),
            Counted(attempts.NETWORK, network_of(client.address)),
            Counted(attempts.ACCOUNT, account),
        ]
    used_up = attempts.take_all(counted, secret=secret, now=now)
    # Who used up a network's limit has locked out no account.
    used_up = tuple(limit for limit in used_up if limit != attempts.NETWORK)
    name = attempts.name_of(Counted(attempts.ACCOUNT_DAY, _account(user, email)), secret=secret)
    if user is None or not user.is_active or user.password_hash is None:
        return Candidate(None, None, name, tuple(counted), used_up)
    return Candidate(user.code, user.password_hash, name, tuple(counted), used_up, user.is_demo)


def _account(user: User | None, email: str) -> str:
    return user.code if user else email.strip().lower()


def refuse(candidate: Candidate, *, secret: str, now: datetime) -> None:
    """Note an attempt that was refused; also where it concerns nobody, so that it takes as long."""
    user = queries.user_by_code(candidate.user_code or "")
    note_refusal("sign_in_refused", user, candidate.used_up, secret=secret, now=now)
    if any(limit.window >= attempts.DAY for limit in candidate.used_up):
        warn(candidate.user_code, candidate.name, now=now)


def complete(candidate: Candidate, client: Client, *, secret: str, now: datetime) -> SignedIn | None:
    """Begin the session of somebody whose password was right; None where the account changed meanwhile."""
    user = queries.locked_user(candidate.user_code or "")
    if user is None or not user.is_active or user.password_hash != candidate.password_hash:
        return None
    attempts.give_back(candidate.counted, secret=secret)
    return enter(user, client, now=now)


def enter(user: User, client: Client, *, now: datetime) -> SignedIn:
    """Begin the session of somebody who has proved the first factor."""
    stage = stage_after_password(user)
    if stage != "full":
        return SignedIn(sessions.start(user, client, stage, now=now), stage)
    return _finish(user, client, sessions.start(user, client, "full", now=now), now=now)


def stage_after_password(user: User) -> str:
    """What is still missing after the password: `second_factor`, `enrolment`, or nothing (`full`)."""
    if user.totp_secret:
        return "second_factor"
    return "enrolment" if user.needs_second_factor else "full"


def _finish(user: User, client: Client, token: str, *, now: datetime) -> SignedIn:
    audit.record(actor_of(user), "signed_in", subject_of(user), at=now, after={"browser": client.browser})
    return SignedIn(token, "full", sessions.remember_browser(user, client, now=now))


def finish_with_code(
    session: StaffSession, code: str, client: Client, *, secret: str, now: datetime
) -> SignedIn | None:
    """End the door's second step with a code of the app or a recovery code; None where it is wrong.

    None too where the session was ended meanwhile, such as by a new password.
    """
    user = queries.locked_user(session.user.code)
    if user is None or not prove_second_factor(user, code, client, secret=secret, now=now):
        return None
    token = sessions.replace(session, client, "full", now=now)
    return _finish(user, client, token, now=now) if token else None


def prove_second_factor(user: User, code: str, client: Client, *, secret: str, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; raises TooManyAttemptsError."""
    known = queries.knows_browser(user, client.known_token) if client.known_token else None
    whose = f"{user.code} {known.id}" if known else user.code
    counted = [Counted(attempts.CODE_DAY, whose), Counted(attempts.CODE, whose)]
    used_up = attempts.take_all(counted, secret=secret, now=now)
    if not (_use_code(user, code, now) or _use_recovery_code(user, code, now)):
        note_refusal("second_factor_refused", user, used_up, secret=secret, now=now)
        if attempts.CODE_DAY in used_up:
            warn(user.code, attempts.name_of(Counted(attempts.ACCOUNT_DAY, user.code), secret=secret), now=now)
        return False
    attempts.give_back(counted, secret=secret)
    return True


def begin_anew(user: User, *, secret: str) -> None:
    """Forget the guesses of strangers: the owner has proved by their mailbox who they are."""
    limits = (attempts.ACCOUNT_DAY, attempts.ACCOUNT, attempts.CODE_DAY, attempts.CODE)
    attempts.forget([Counted(limit, user.code) for limit in limits], secret=secret)


def _use_code(user: User, code: str, now: datetime) -> bool:
    if user.totp_secret is None:
        return False
    step = second_factor.step_of(user.totp_secret, code, now=now, after=user.totp_last_step)
    if step is None:
        return False
    # Conditional, so that of two requests with the same code one gets in.
    unused = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    return _changed_one(update(User).where(User.id == user.id, unused).values(totp_last_step=step))


def _use_recovery_code(user: User, code: str, now: datetime) -> bool:
    mine = RecoveryCode.user_id == user.id, RecoveryCode.code_hash == second_factor.hash_recovery_code(code)
    used = _changed_one(update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now))
    if used:
        audit.record(actor_of(user), "recovery_code_used", subject_of(user), at=now)
    return used


def _changed_one(statement: object) -> bool:
    result = db.session.execute(statement)  # type: ignore[call-overload]
    return bool(result.rowcount == 1)


def offer_second_factor(session: StaffSession) -> None:
    """Let a session offer a new secret, which counts once a code proves it."""
    session.offered_secret = second_factor.new_secret()


def enrol(session: StaffSession, code: str, client: Client, *, now: datetime) -> tuple[SignedIn, list[str]] | None:
    """Take the offered second factor into use once a code proves it; None where the code is wrong.

    Returns the new session and the recovery codes, which are shown once.
    """
    user, offered = queries.locked_user(session.user.code), session.offered_secret
    if user is None or (session.stage == "enrolment" and user.totp_secret):
        return None  # enrolled meanwhile, in another browser
    step = second_factor.step_of(offered, code, now=now, after=None) if offered else None
    if step is None or not sessions.end(session):
        return None
    user.totp_secret, user.totp_last_step = offered, step
    codes = renew_recovery_codes(user, now=now)
    audit.record(actor_of(user), "second_factor_enrolled", subject_of(user), at=now)
    sessions.end_all(user)
    signed_in = _finish(user, client, sessions.start(user, client, "full", now=now), now=now)
    return signed_in, codes


def renew_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """Ten new recovery codes in the place of the former ones."""
    codes = second_factor.new_recovery_codes()
    drop_recovery_codes(user)
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=second_factor.hash_recovery_code(code)) for code in codes
    )
    db.session.flush()
    audit.record(actor_of(user), "recovery_codes_renewed", subject_of(user), at=now)
    return codes


def drop_recovery_codes(user: User) -> None:
    """No recovery code is good any more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
