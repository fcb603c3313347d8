"""The public figures as they were last counted. The worker counts them every hour, and pages show what it wrote.

Cases are no content: a page made of them would stay in the page cache for a day. What was counted is content, and is
written only where it differs: so it shows at once, and a portal without feedback keeps its pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.core import clock, workdays
from portal.core.content import memoised_by_content
from portal.core.db import db, insert_into, unit_of_work
from portal.feedback import queries
from portal.feedback.counting import Figures, Told, count
from portal.feedback.models import FeedbackCase, FeedbackEvent, FeedbackFigures
from portal.feedback.small_cells import Cell
from portal.feedback.states import NOT_COUNTED, CaseState, EventKind, Outcome, Rating
from portal.outbox.registry import Delivery
from portal.outbox.service import enqueue

COUNT = "feedback.figures"
MONTHS = 12
_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was counted at a moment. `months` are the last twelve, the newest first."""

    counted_at: datetime
    months: tuple[str, ...]
    overdue: int
    has_demo: bool
    cells: Mapping[Cell, Figures]


def ask_for_count(now: datetime, *, why: str = "") -> None:
    """Have the worker count anew, once an hour for each reason: outside of this unit of work, so nobody waits."""
    enqueue(COUNT, {}, key=f"{why}{now:%Y-%m-%d %H}", now=now)


def count_figures(_delivery: Delivery) -> None:
    """Count, and write down what differs."""
    refresh(clock.now())


def refresh(now: datetime) -> None:
    """Count, and write it down where it differs from what is there, or that is of another day."""
    counted = _count(now)
    db.session.rollback()
    with unit_of_work():
        row = db.session.get(FeedbackFigures, _ROW)
        if row is None:
            # Two workers may count for the first time at once.
            first = insert_into(FeedbackFigures).values(id=_ROW, counted_at=now, data=counted)
            db.session.execute(first.on_conflict_do_nothing())
        elif row.data != counted or clock.local_day(row.counted_at) != clock.local_day(now):
            row.counted_at, row.data = now, counted


@memoised_by_content
def snapshot() -> Snapshot | None:
    """What was last counted; None before the first time."""
    row = db.session.get(FeedbackFigures, _ROW)
    if row is None:
        return None
    cells = {(agency, month): Figures(**figures) for agency, month, figures in row.data["cells"]}
    return Snapshot(
        counted_at=row.counted_at, months=tuple(row.data["months"]), overdue=row.data["overdue"],
        has_demo=row.data["has_demo"], cells=cells,
    )  # fmt: skip


def _count(now: datetime) -> dict[str, Any]:
    today = clock.local_day(now)
    months = _last_months(today)
    first_day = date.fromisoformat(f"{months[-1]}-01")
    cells = count(_told(first_day, today), workdays.calendar())
    is_late = FeedbackCase.state == CaseState.OPEN.value, FeedbackCase.due_on < today
    overdue = db.session.scalar(select(func.count()).select_from(FeedbackCase).where(*is_late)) or 0
    return {
        "months": months, "overdue": overdue, "has_demo": queries.has_demo(),
        "cells": [[agency, month, asdict(figures)] for (agency, month), figures in sorted(cells.items())],
    }  # fmt: skip


def _last_months(today: date) -> list[str]:
    number = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02}" for one in range(number, number - MONTHS, -1)]


def _told(first_day: date, today: date) -> list[Told]:
    began = datetime.combine(first_day, datetime.min.time(), clock.LOCAL_ZONE)
    columns = (
        FeedbackCase.id, FeedbackCase.agency, FeedbackCase.received_at, FeedbackCase.answered_at,
        FeedbackCase.was_due_on, FeedbackCase.due_on, FeedbackCase.state, FeedbackCase.outcome, FeedbackCase.rating,
    )  # fmt: skip
    counted = FeedbackCase.received_at >= began, FeedbackCase.state.not_in([state.value for state in NOT_COUNTED])
    cases = db.session.execute(select(*columns).where(*counted).order_by(FeedbackCase.id)).all()
    kinds = (EventKind.OVERDUE, EventKind.ANSWERED, EventKind.CLOSED, EventKind.REOPENED)
    statement = (
        select(FeedbackEvent.case_id, FeedbackEvent.kind, FeedbackEvent.at, FeedbackEvent.agency)
        .join(FeedbackCase, FeedbackCase.id == FeedbackEvent.case_id)
        .where(*counted, FeedbackEvent.kind.in_([kind.value for kind in kinds]))
        .order_by(FeedbackEvent.id)
    )
    # Of each case the first event of a kind: later rounds don't change the figures.
    firsts: dict[tuple[int, str], tuple[datetime, str]] = {}
    for event in db.session.execute(statement):
        firsts.setdefault((event.case_id, event.kind), (event.at, event.agency))
    return [_of(case, firsts, today) for case in cases]


def _of(case: Any, firsts: Mapping[tuple[int, str], tuple[datetime, str]], today: date) -> Told:
    passed = firsts.get((case.id, EventKind.OVERDUE))
    ends = [end for kind in (EventKind.ANSWERED, EventKind.CLOSED) if (end := firsts.get((case.id, kind)))]
    answered_on = clock.local_day(case.answered_at) if case.answered_at else None
    if answered_on is None:
        is_late = passed is not None or (
            case.state == CaseState.OPEN and case.due_on is not None and case.due_on < today
        )
    else:
        is_late = (passed is not None and passed[0] <= case.answered_at) or (
            case.was_due_on is not None and answered_on > case.was_due_on
        )
    return Told(
        agency=min(ends)[1] if ends else case.agency,
        received_on=clock.local_day(case.received_at),
        answered_on=answered_on,
        is_late=is_late,
        # A case is reopened by a poor rating alone, which the next round then forgets.
        is_unhappy=case.rating == Rating.POOR or (case.id, EventKind.REOPENED) in firsts,
        is_within_competence=case.outcome not in {Outcome.NOT_COMPETENT, Outcome.WITHDRAWN},
    )
