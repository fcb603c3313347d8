"""How the audit log names people, and what it keeps of attempts that were refused.

A stranger chooses how often they try: the log takes so many refusals an hour of each account, and so many of all
addresses that are nobody's. Those beyond are written and taken back, so that a refusal takes as long in every case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from portal.accounts import attempts
from portal.accounts.attempts import Counted, Limit
from portal.accounts.models import User
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor

NOTED = Limit("noted", 60, timedelta(hours=1))
_NOBODY = Subject("user", "", "")
_SYSTEM = Actor("system", "", "")


class _NotKept(Exception):
    pass


def subject_of(user: User) -> Subject:
    """A person as the audit log names them."""
    return Subject("user", user.code, user.name)


def actor_of(user: User) -> Actor:
    """A person as the one who did something."""
    return Actor("user", user.code, user.name)


def note_refusal(action: str, user: User | None, used_up: Sequence[Limit], *, secret: str, now: datetime) -> None:
    """Write down an attempt that was refused, and which limits let nobody try any more after it."""
    is_kept = attempts.take(Counted(NOTED, user.code if user else ""), secret=secret, now=now) >= 0
    _write(action, user, now, is_kept=is_kept)
    for limit in used_up:
        after = {"minutes": limit.window // timedelta(minutes=1)}
        _write("locked_out", user, now, is_kept=user is not None, after=after)


def _write(
    action: str, user: User | None, now: datetime, *, is_kept: bool, after: Mapping[str, Any] | None = None
) -> None:
    with suppress(_NotKept), db.session.begin_nested():
        audit.record(_SYSTEM, action, subject_of(user) if user else _NOBODY, at=now, after=after)
        if not is_kept:
            raise _NotKept
