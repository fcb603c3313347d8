"""How often somebody may try: counted by network, by account and by browser, so that a stranger locks nobody out.

Guesses at an account from browsers that never signed in to it are limited together; a browser that did has a limit of
its own (OWASP: Slow Down Online Guessing Attacks with Device Cookies). The keys are hashes under the portal's secret:
the table names no address and no person.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, literal, update

from portal.accounts.models import Attempts
from portal.core.db import db, insert_into


class TooManyAttemptsError(Exception):
    """Somebody tried too often in so long a time; the same for an address with and without an account."""

    def __init__(self, window: timedelta) -> None:
        self.window = window
        super().__init__(window)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in `window`, counted under a name."""

    name: str
    count: int
    window: timedelta


NETWORK = Limit("network", 40, timedelta(minutes=15))
ACCOUNT = Limit("account", 10, timedelta(minutes=15))
BROWSER = Limit("browser", 10, timedelta(minutes=15))
CODE = Limit("code", 10, timedelta(minutes=15))
CONFIRMATION = Limit("confirmation", 10, timedelta(minutes=15))
# What is left to somebody who is patient. Only wrong attempts count: right ones are given back.
DAY = timedelta(days=1)
ACCOUNT_DAY = Limit("account-day", 50, DAY)
BROWSER_DAY = Limit("browser-day", 50, DAY)
CODE_DAY = Limit("code-day", 30, DAY)
CONFIRMATION_DAY = Limit("confirmation-day", 30, DAY)
RESET_ACCOUNT = Limit("reset-account", 3, timedelta(hours=1))
RESET_NETWORK = Limit("reset-network", 20, timedelta(hours=1))
_LONGEST_WINDOW = DAY


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that is limited: what is counted of whom."""

    limit: Limit
    value: str


def take_all(counted: Sequence[Counted], *, secret: str, now: datetime) -> tuple[Limit, ...]:
    """Count one attempt at each; the limits of which it was the last. Raises TooManyAttemptsError, nothing counted."""
    used_up: list[Limit] = []
    for index, one in enumerate(counted):
        left = take(one, secret=secret, now=now)
        if left < 0:
            give_back(counted[: index + 1], secret=secret)
            raise TooManyAttemptsError(one.limit.window)
        if left == 0:
            used_up.append(one.limit)
    return tuple(used_up)


def take(counted: Counted, *, secret: str, now: datetime) -> int:
    """Count one attempt; how many are left, below zero where there were too many already.

    Counted before it is judged, in one statement: attempts at the same moment can't pass together.
    """
    table = Attempts.__table__
    began_before = table.c.began_at <= now - counted.limit.window
    statement = (
        insert_into(Attempts)
        .values(key=name_of(counted, secret=secret), count=1, began_at=now)
        .on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "count": case((began_before, literal(1)), else_=table.c.count + 1),
                "began_at": case((began_before, literal(now, table.c.began_at.type)), else_=table.c.began_at),
            },
        )
        .returning(table.c.count)
    )
    count: int = db.session.execute(statement).scalar_one()
    return counted.limit.count - count


def give_back(counted: Sequence[Counted], *, secret: str) -> None:
    """Take back one attempt at each: it turned out to be right."""
    for one in counted:
        db.session.execute(
            update(Attempts)
            .where(Attempts.key == name_of(one, secret=secret), Attempts.count > 0)
            .values(count=Attempts.count - 1)
        )


def forget(counted: Sequence[Counted], *, secret: str) -> None:
    """Begin to count anew."""
    keys = [name_of(one, secret=secret) for one in counted]
    db.session.execute(delete(Attempts).where(Attempts.key.in_(keys)))


def forget_old(now: datetime) -> None:
    """Remove what no limit looks at any more."""
    db.session.execute(delete(Attempts).where(Attempts.began_at < now - _LONGEST_WINDOW))


def name_of(counted: Counted, *, secret: str) -> str:
    """What stands for something that is counted, and tells nobody what it is."""
    text = f"{counted.limit.name}:{counted.value}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
