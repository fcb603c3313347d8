"""What an agency does with a case. Each act is written into its history; the person is told of what they may see."""

from __future__ import annotations

from datetime import datetime

from portal.core import audit
from portal.core.permissions import Actor
from portal.feedback import clockwork, history, queries
from portal.feedback.models import FeedbackCase
from portal.feedback.states import PENDING, CaseState, EventKind, Outcome


class RefusedError(Exception):
    """It can't be done.

    `code` says why: ended, empty, same_agency, unknown_agency, same_case, other_agency, abuse.
    """

    def __init__(self, code: str, field: str = "") -> None:
        self.code = code
        self.field = field
        super().__init__(code)


def subject_of(case: FeedbackCase) -> audit.Subject:
    """The case as the audit log names it: never by what somebody wrote."""
    return audit.Subject("feedback_case", case.reference, case.reference)


def _pending(case: FeedbackCase) -> None:
    if case.state not in PENDING:
        raise RefusedError("ended")


def _needs(text: str, field: str) -> None:
    if not text.strip():
        raise RefusedError("empty", field)


def accept(case: FeedbackCase, *, actor: Actor, now: datetime) -> None:
    """Say that the agency is competent; the time for passing it on is over. Raises RefusedError."""
    _pending(case)
    if case.accepted_at is not None:
        raise RefusedError("ended")
    clockwork.accept(case, now)
    event = history.happened(case, EventKind.ACCEPTED, actor=actor, now=now)
    history.tell_person(case, event, now=now)


def assign(case: FeedbackCase, to_code: str, to_name: str, *, actor: Actor, now: datetime) -> None:
    """Give it to a person of the agency, or to nobody (""); who may work on it is the caller's to check."""
    _pending(case)
    if case.assignee == to_code:
        return
    case.assignee = to_code
    details = {"to": to_code, "name": to_name}
    history.happened(case, EventKind.ASSIGNED, actor=actor, now=now, details=details)


def note(case: FeedbackCase, text: str, *, actor: Actor, now: datetime) -> None:
    """A note that the person never sees."""
    _needs(text, "note")
    history.happened(case, EventKind.NOTED, actor=actor, now=now, text=text)


def ask(case: FeedbackCase, text: str, *, actor: Actor, now: datetime) -> None:
    """Ask the person something; the clock stands still until they reply. Raises RefusedError."""
    _pending(case)
    _needs(text, "ask")
    if case.state == CaseState.WAITING:
        raise RefusedError("waiting")
    clockwork.accept(case, now)
    clockwork.pause(case, now)
    event = history.happened(case, EventKind.ASKED, actor=actor, now=now, text=text)
    history.tell_person(case, event, now=now)


def answer(case: FeedbackCase, text: str, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """Answer it. Raises RefusedError."""
    _pending(case)
    _needs(text, "answer")
    clockwork.accept(case, now)
    case.outcome = outcome.value
    clockwork.finish(case, CaseState.ANSWERED, now)
    event = history.happened(
        case, EventKind.ANSWERED, actor=actor, now=now, text=text, details={"outcome": outcome.value}
    )
    history.tell_person(case, event, now=now)


def close(case: FeedbackCase, reason: str, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """End it without an answer to its matter, with a reason that the person sees. Raises RefusedError."""
    _pending(case)
    _needs(reason, "close")
    case.outcome = outcome.value
    clockwork.finish(case, CaseState.CLOSED, now)
    event = history.happened(
        case, EventKind.CLOSED, actor=actor, now=now, text=reason, details={"outcome": outcome.value}
    )
    history.tell_person(case, event, now=now)


def forward(case: FeedbackCase, to: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Pass it on to another agency, with a reason that the person sees. The clock goes on. Raises RefusedError."""
    _pending(case)
    _needs(reason, "forward")
    if to == case.agency:
        raise RefusedError("same_agency", "to")
    if queries.world().agency(to) is None:
        raise RefusedError("unknown_agency", "to")
    before = case.agency
    case.agency, case.assignee, case.escalated_to = to, "", ""
    if case.state == CaseState.WAITING:
        clockwork.resume(case, now)
    case.accepted_at = None
    clockwork.set_due(case)
    details = {"from": before, "to": to}
    event = history.happened(
        case, EventKind.FORWARDED, actor=actor, now=now, text=reason, agency=before, details=details
    )
    audit.record(actor, "feedback_forwarded", subject_of(case), at=now, before={"agency": before}, after={"agency": to})
    history.tell_person(case, event, now=now)
    history.tell(event, history.TO_AGENCY, now=now)


def merge(case: FeedbackCase, into: FeedbackCase, *, actor: Actor, now: datetime) -> None:
    """Say that it is about the same as another of the same agency; its person reads that one's answer."""
    _pending(case)
    if into.agency != case.agency:
        raise RefusedError("other_agency", "into")
    if into.id == case.id or into.merged_into_id is not None:
        raise RefusedError("same_case", "into")
    if into.state == CaseState.ABUSE:
        raise RefusedError("abuse", "into")
    case.merged_into_id = into.id
    clockwork.finish(case, CaseState.MERGED, now)
    event = history.happened(case, EventKind.MERGED, actor=actor, now=now, details={"into": into.reference})
    audit.record(actor, "feedback_merged", subject_of(case), at=now, after={"into": into.reference})
    history.tell_person(case, event, now=now)


def mark_abuse(case: FeedbackCase, *, actor: Actor, now: datetime) -> None:
    """Say that it is no feedback but abuse: out of the queue and of every figure."""
    _pending(case)
    clockwork.finish(case, CaseState.ABUSE, now)
    history.happened(case, EventKind.ABUSE, actor=actor, now=now)
    audit.record(actor, "feedback_abuse", subject_of(case), at=now)


def unmask(case: FeedbackCase, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody looked at what is masked."""
    history.happened(case, EventKind.UNMASKED, actor=actor, now=now)
    audit.record(actor, "feedback_unmasked", subject_of(case), at=now)
