"""The states of a case, what happens to it, and how it ends."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. `WAITING` is for the person who wrote: the clock stands still."""

    OPEN = "open"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"
    ABUSE = "abuse"


# With the agency or with the person; all other states are ends.
PENDING = (CaseState.OPEN, CaseState.WAITING)
# What was no feedback at all, or is told under another case: in no figure.
NOT_COUNTED = (CaseState.MERGED, CaseState.ABUSE)


class Outcome(StrEnum):
    """How an agency ended a case."""

    FIXED = "fixed"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    NOT_COMPETENT = "not_competent"
    NO_CONTENT = "no_content"
    WITHDRAWN = "withdrawn"


class Rating(StrEnum):
    """What the person thinks of how it was handled."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class AnswerState(StrEnum):
    """Where a question and answer stands."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    """What happened to a case. `PRIVATE_EVENTS` are never shown to the person."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    ASSIGNED = "assigned"
    ASKED = "asked"
    FOLLOWED_UP = "followed_up"
    ANSWERED = "answered"
    CLOSED = "closed"
    RATED = "rated"
    REOPENED = "reopened"
    MERGED = "merged"
    NOTED = "noted"
    UNMASKED = "unmasked"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    CODE_RENEWED = "code_renewed"
    ERASED = "erased"
    ABUSE = "abuse"
    GUIDE_FIXED = "guide_fixed"


PRIVATE_EVENTS = frozenset(
    {EventKind.ASSIGNED, EventKind.NOTED, EventKind.UNMASKED, EventKind.REMINDED, EventKind.ABUSE}
)
