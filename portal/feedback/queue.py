"""Every SELECT of the officers' queue: what waits, in the order of the time that is left.

However many cases there are, the queue costs the same: it counts up to a bound, reads a page in the order of an index,
and never sorts what it doesn't show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, func, literal_column, select

from portal.core.db import db
from portal.core.text import fold
from portal.feedback.desk import Desk
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.states import CaseState, EventKind

# What is counted beyond this is said to be more.
MOST_COUNTED = 1_000
# As far as the pages go; an export has all.
MOST_LISTED = 5_000
NOBODY = "-"
# Written out: no database knows of a bound value that the index of these cases has it.
_IS_ESCALATED = FeedbackCase.escalated_to > literal_column("''")
_REFERENCE = re.compile(r"(?:PA-?)?(?:(\d{4})-)?(\d{1,7})", re.IGNORECASE)


class Tab(StrEnum):
    """One part of the queue, as addresses name it."""

    OPEN = "can-xu-ly"
    OVERDUE = "qua-han"
    TODAY = "hom-nay"
    WEEK = "tuan-nay"
    NO_DEADLINE = "khong-han"
    WAITING = "cho-nguoi-dan"
    UNASSIGNED = "chua-giao"
    ESCALATED = "bao-len"
    ENDED = "da-xong"


COUNTED = tuple(tab for tab in Tab if tab is not Tab.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for among the cases of a desk. `assignee` is a code, or `NOBODY`."""

    desk: Desk
    tab: Tab = Tab.OPEN
    agency: str = ""
    category: str = ""
    place: str = ""
    assignee: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case as lists show it."""

    reference: str
    category: str
    message: str
    subject_title: str
    agency: str
    place: str
    state: str
    outcome: str
    assignee: str
    level: int
    due_on: date | None
    received_at: datetime
    ended_at: datetime | None


_COLUMNS = tuple(getattr(FeedbackCase, name) for name in Listed.__dataclass_fields__)


def _of_desk(desk: Desk, tab: Tab) -> list[ColumnElement[bool]]:
    """Where the desk is everything, no condition: the index of all cases is then in the right order."""
    mine = sorted(desk.agencies)
    if tab is Tab.ESCALATED:
        # Of others, and late: what agencies of the desk were told of.
        own = [] if desk.is_all else [FeedbackCase.escalated_to.in_(mine), FeedbackCase.agency.not_in(mine)]
        return [_IS_ESCALATED, *own]
    return [] if desk.is_all else [FeedbackCase.agency.in_(mine)]


def _of_tab(tab: Tab, today: date) -> list[ColumnElement[bool]]:
    due, sunday = FeedbackCase.due_on, today + timedelta(days=6 - today.weekday())
    if tab is Tab.ENDED:
        return [FeedbackCase.ended_at.is_not(None)]
    if tab is Tab.WAITING:
        return [FeedbackCase.state == CaseState.WAITING.value]
    more: dict[Tab, list[ColumnElement[bool]]] = {
        Tab.OVERDUE: [due < today],
        Tab.TODAY: [due == today],
        Tab.WEEK: [due > today, due <= sunday],
        Tab.NO_DEADLINE: [due.is_(None)],
        Tab.UNASSIGNED: [FeedbackCase.assignee == ""],
    }
    return [FeedbackCase.state == CaseState.OPEN.value, *more.get(tab, [])]


def _of_filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.agency:
        found.append(FeedbackCase.agency == wanted.agency)
    if wanted.category:
        found.append(FeedbackCase.category == wanted.category)
    if wanted.place:
        found.append(FeedbackCase.place == wanted.place)
    if wanted.assignee:
        found.append(FeedbackCase.assignee == ("" if wanted.assignee == NOBODY else wanted.assignee))
    return found


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found = [*_of_desk(wanted.desk, wanted.tab), *_of_tab(wanted.tab, today), *_of_filters(wanted)]
    text, number = wanted.text, _REFERENCE.fullmatch(wanted.text)
    if number:
        years = [int(number[1])] if number[1] else [today.year, today.year - 1]
        found.append(FeedbackCase.reference.in_([f"PA-{year}-{int(number[2]):05d}" for year in years]))
    elif text:
        says = FeedbackCase.searched.contains(fold(text), autoescape=True)
        found = [FeedbackCase.id.in_(_looked_through(wanted.tab, found)), says]
    return found


def _looked_through(tab: Tab, conditions: Sequence[ColumnElement[bool]]) -> Select[int]:
    """Those cases whose words are looked through: as many as the pages show, the most urgent."""
    order = _order(tab)
    return select(FeedbackCase.id).where(*conditions).order_by(*order).limit(MOST_LISTED)


def _order(tab: Tab, *, descending: bool = False) -> list[UnaryExpression[Any]]:
    """By the time that is left; what has ended, by when it did."""
    if tab is Tab.ENDED:
        return [FeedbackCase.ended_at.asc() if descending else FeedbackCase.ended_at.desc()]
    if descending:
        return [FeedbackCase.due_on.desc().nulls_first(), FeedbackCase.id.desc()]
    return [FeedbackCase.due_on.asc().nulls_last(), FeedbackCase.id.asc()]


def _bounded(conditions: Sequence[ColumnElement[bool]], most: int) -> Select[int]:
    found = select(FeedbackCase.id).where(*conditions).limit(most).subquery()
    return select(func.count()).select_from(found)


def counts(desk: Desk, today: date) -> Mapping[Tab, int]:
    """How many cases each part of the queue has, up to `MOST_COUNTED`; one statement."""
    statement = select(
        *(
            _bounded([*_of_desk(desk, tab), *_of_tab(tab, today)], MOST_COUNTED).scalar_subquery().label(tab.name)
            for tab in COUNTED
        )
    )
    row = db.session.execute(statement).one()
    return dict(zip(COUNTED, row, strict=True))


def count(wanted: Wanted, today: date, most: int = MOST_LISTED) -> int:
    """How many cases are found, up to `most`."""
    return db.session.scalar(_bounded(_conditions(wanted, today), most)) or 0


def cases(
    wanted: Wanted, today: date, *, limit: int, offset: int = 0, by_arrival: bool = False, descending: bool = False
) -> list[Listed]:
    """Some of the cases that are found: by the time that is left, or by when they came; ended ones by when they did."""
    order = _order(wanted.tab, descending=descending)
    if by_arrival:
        order = [FeedbackCase.id.desc() if descending else FeedbackCase.id.asc()]
    statement = select(*_COLUMNS).where(*_conditions(wanted, today)).order_by(*order).limit(limit).offset(offset)
    return [_listed(row) for row in db.session.execute(statement)]


def _listed(row: Row[tuple[object, ...]]) -> Listed:
    return Listed(**row._mapping)


def cases_by_reference(references: Sequence[str]) -> Sequence[FeedbackCase]:
    """Those of the cases that exist, locked until the end of the unit of work."""
    statement = select(FeedbackCase).where(FeedbackCase.reference.in_(references)).order_by(FeedbackCase.id)
    return db.session.scalars(statement.with_for_update()).all()


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What is left, with who passed a case on, of a case that is no longer theirs."""

    reference: str
    at: datetime
    by: str
    to: str


def passed_on(desk: Desk, *, limit: int) -> list[PassedOn]:
    """The cases that agencies of a desk passed on to others, the newest first; nothing of what they say."""
    if desk.is_all:
        return []
    mine = sorted(desk.agencies)
    statement = (
        select(FeedbackCase.reference, FeedbackEvent.at, FeedbackEvent.agency, FeedbackEvent.details)
        .join(FeedbackCase, FeedbackCase.id == FeedbackEvent.case_id)
        .where(
            FeedbackEvent.agency.in_(mine), FeedbackEvent.kind == EventKind.FORWARDED.value,
            FeedbackCase.agency.not_in(mine),
        )
        .order_by(FeedbackEvent.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [PassedOn(row.reference, row.at, row.agency, row.details["to"]) for row in db.session.execute(statement)]
