"""What the clock brings about: a reminder before a deadline, the deadline passed, and the superior told; each once.

The worker calls this every hour. Two schedulers harm nothing: what may happen once has a name that is unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.agencies.queries import superiors
from portal.core import clock
from portal.core.db import db
from portal.feedback import history, queries
from portal.feedback.deadlines import is_overdue
from portal.feedback.models import FeedbackCase
from portal.feedback.routing import World, superior_of
from portal.feedback.states import CaseState, EventKind

_BATCH = 500


def watch_deadlines(now: datetime) -> None:
    """Remind, say what is overdue, and tell the superior, for all that is to be looked at by today."""
    today = clock.local_day(now)
    waiting = _to_look_at(today)
    if not waiting:
        return
    world, above = queries.world(), superiors()
    for case in waiting:
        if is_overdue(case.due_on, today):
            _overdue(case, world, above, now)
        else:
            _remind(case, now)
    db.session.flush()


def _to_look_at(today: date) -> Sequence[FeedbackCase]:
    """Cases of the day, the oldest first; those that another scheduler has in hand are left to it."""
    statement = (
        select(FeedbackCase)
        .where(FeedbackCase.watch_on <= today, FeedbackCase.state == CaseState.OPEN.value)
        .order_by(FeedbackCase.watch_on, FeedbackCase.id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(statement).all()


def _remind(case: FeedbackCase, now: datetime) -> None:
    due = case.due_on
    reminded = history.happened_once(case, EventKind.REMINDED, f"reminded {due}", now=now)
    if reminded is not None:
        history.tell(reminded, history.TO_AGENCY, now=now)
    case.watch_on = due + timedelta(days=1) if due else None


def _overdue(case: FeedbackCase, world: World, above: Mapping[str, str], now: datetime) -> None:
    passed = history.happened_once(
        case, EventKind.OVERDUE, f"overdue {case.due_on}", now=now, details={"due": str(case.due_on)}
    )
    if passed is not None:
        history.tell_person(case, passed, now=now)
        history.tell(passed, history.TO_AGENCY, now=now)
    case.watch_on = None
    superior = superior_of(world, case.agency, above)
    is_general = superior is not None and superior.slug != above.get(case.agency)
    if superior is None or (is_general and case.is_demo):
        return  # no real agency is told of what is illustrative
    once = f"escalated {case.due_on} {case.agency}"
    details = {"to": superior.slug, "is_general": is_general}
    escalated = history.happened_once(case, EventKind.ESCALATED, once, now=now, details=details)
    if escalated is not None:
        case.escalated_to = superior.slug
        history.tell(escalated, history.TO_SUPERIOR, now=now)
