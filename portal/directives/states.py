"""What may be said of a task of a directive."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class TaskState(StrEnum):
    """How far a task is, as somebody last reported."""

    UNKNOWN = "unknown"
    OPEN = "open"
    DONE = "done"
    ENDED = "ended"


def is_overdue(state: str, deadline: date | None, is_historic: bool, today: date) -> bool:
    """Whether a task counts as overdue: somebody is at work on it, and its last day (Asia/Ho_Chi_Minh) has passed.

    Nobody knows what came of the tasks of historic documents: they are outside of every such count.
    """
    return state == TaskState.OPEN and not is_historic and deadline is not None and deadline < today
