"""A forgotten password. The request does the same for every address; who has an account, the worker finds out."""

from __future__ import annotations

from datetime import datetime

from portal.accounts import attempts, people, queries
from portal.accounts.attempts import Counted
from portal.accounts.records import subject_of
from portal.accounts.sessions import Client
from portal.core import audit, links
from portal.core.addresses import network_of
from portal.core.links import Purpose
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.outbox.service import enqueue

JOB = "accounts.password_reset"


def ask(email: str, client: Client, *, secret: str, now: datetime) -> None:
    """Have a reset sent to an address, if it has an account; nothing happens where somebody asks too often."""
    counted = (
        Counted(attempts.RESET_NETWORK, network_of(client.address)),
        Counted(attempts.RESET_ACCOUNT, email.strip().lower()),
    )
    if all(attempts.take(one, secret=secret, now=now) >= 0 for one in counted):
        enqueue(JOB, {"email": email}, key=new_code(20), now=now)


def reset_link(email: str, *, now: datetime) -> tuple[str, str] | None:
    """The account's address and the token of a new reset link; None where nobody may come in by that address."""
    user = queries.user_by_email(email)
    if user is None or not user.is_active or user.password_hash is None:
        return None
    audit.record(Actor("system", "", ""), "password_reset_sent", subject_of(user), at=now)
    return user.email, links.create(Purpose.PASSWORD_RESET, user.code, now=now, lasts=people.RESET_LASTS)
