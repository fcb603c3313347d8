"""How a case's deadlines move: `due_on` is always the next day by which something has to happen."""

from __future__ import annotations

from datetime import date, datetime

from portal.core import clock, workdays
from portal.feedback.deadlines import pass_due, prolonged, promised, remind_on
from portal.feedback.models import FeedbackCase
from portal.feedback.queries import deadlines
from portal.feedback.states import CaseState


def set_due(case: FeedbackCase) -> None:
    """Write down what is due next: passing on until somebody says that it is theirs, then the answer."""
    if case.state != CaseState.OPEN:
        case.due_on = None
    elif case.accepted_at is None:
        case.due_on = first_due(case.pass_due, case.answer_due)
    else:
        case.due_on = case.answer_due
    case.watch_on = remind_on(case.due_on, workdays.calendar()) if case.due_on else None


def first_due(pass_due: date, answer_due: date | None) -> date:
    """What is due while nobody has said that it is theirs: passing it on, or an answer that is promised sooner."""
    return pass_due if answer_due is None else min(pass_due, answer_due)


def accept(case: FeedbackCase, now: datetime) -> None:
    """From now on the agency answers for it."""
    if case.accepted_at is None:
        case.accepted_at = now
    set_due(case)


def pause(case: FeedbackCase, now: datetime) -> None:
    """The clock stands still: it is the person's turn."""
    case.state = CaseState.WAITING.value
    case.paused_on = clock.local_day(now)
    set_due(case)


def resume(case: FeedbackCase, now: datetime) -> None:
    """The clock goes on with as many working days as were left."""
    calendar, today = workdays.calendar(), clock.local_day(now)
    if case.paused_on is not None:
        # Whoever gets it next has as long to pass it on as if nobody had waited.
        case.pass_due = prolonged(case.pass_due, case.paused_on, today, calendar)
        if case.answer_due is not None:
            case.answer_due = prolonged(case.answer_due, case.paused_on, today, calendar)
    case.paused_on = None
    case.state = CaseState.OPEN.value
    set_due(case)


def finish(case: FeedbackCase, state: CaseState, now: datetime) -> None:
    """Nothing is due any more. What the first answer was due by is kept for the figures."""
    if state in {CaseState.ANSWERED, CaseState.CLOSED} and case.answered_at is None:
        case.answered_at = now
        case.was_due_on = case.answer_due
    case.state = state.value
    case.ended_at = now
    case.paused_on = None
    set_due(case)


def begin_anew(case: FeedbackCase, now: datetime) -> None:
    """The clock of a reopened case starts once more."""
    calendar, today = workdays.calendar(), clock.local_day(now)
    promise = promised(deadlines(), case.category, case.agency)
    case.state = CaseState.OPEN.value
    case.accepted_at = case.ended_at = None
    case.pass_due = pass_due(today, calendar)
    case.answer_due = calendar.add_working_days(today, promise.days) if promise else None
    case.answer_source = promise.source if promise else ""
    case.outcome = case.rating = case.assignee = case.escalated_to = ""
    set_due(case)
