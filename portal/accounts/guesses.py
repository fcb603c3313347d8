"""A letter to somebody whose account was guessed at all day. The worker finds out whether it is anybody's."""

from __future__ import annotations

from datetime import datetime

from portal.core.clock import LOCAL_ZONE
from portal.outbox.service import enqueue

JOB = "accounts.guessed_at"


def warn(user_code: str | None, name: str, *, now: datetime) -> None:
    """Have the owner told, at most once a day; as much work where `name` stands for no account."""
    day = now.astimezone(LOCAL_ZONE).date().isoformat()
    enqueue(JOB, {"user": user_code or ""}, key=f"{day} {name}", now=now)
