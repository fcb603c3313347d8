"""Every SELECT of the directives and their tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.agencies.models import Agency
from portal.core.db import db
from portal.directives.models import Directive, DirectiveTask, TaskReport
from portal.directives.states import TaskState, is_overdue


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task with its document and who answers for it today; `agency` is a slug, "" where that is not known."""

    code: str
    article: str
    text: str
    text_en: str
    owner: str
    agency: str
    agency_name: str
    agency_source: str
    deadline: date | None
    deadline_note: str
    state: str
    updated_at: datetime
    directive: str
    directive_name: str
    is_historic: bool

    def is_overdue(self, today: date) -> bool:
        """Whether it counts as overdue on a day."""
        return is_overdue(self.state, self.deadline, self.is_historic, today)


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many tasks of an agency are overdue, and since when the oldest is."""

    agency: str
    agency_name: str
    count: int
    oldest: date


def directive(slug: str) -> Directive | None:
    """A document by its slug."""
    return db.session.scalar(select(Directive).where(Directive.slug == slug))


def directives(*, public_only: bool = False) -> Sequence[Directive]:
    """The documents, the latest first; those without a day last."""
    statement = select(Directive).order_by(Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.slug)
    return db.session.scalars(statement.where(Directive.is_public) if public_only else statement).all()


def has_public() -> bool:
    """Whether the province shows any document."""
    return db.session.scalar(select(Directive.id).where(Directive.is_public).limit(1)) is not None


def directive_slugs() -> frozenset[str]:
    """The slugs that are taken."""
    return frozenset(db.session.scalars(select(Directive.slug)))


def directive_by_id(directive_id: int) -> Directive:
    """The document of a task; raises NoResultFound."""
    return db.session.execute(select(Directive).where(Directive.id == directive_id)).scalar_one()


def task(code: str) -> DirectiveTask | None:
    """A task by its code."""
    return db.session.scalar(select(DirectiveTask).where(DirectiveTask.code == code))


def task_rows(directive_id: int) -> Sequence[DirectiveTask]:
    """The tasks of a document, in its order."""
    statement = select(DirectiveTask).where(DirectiveTask.directive_id == directive_id)
    return db.session.scalars(statement.order_by(DirectiveTask.position, DirectiveTask.id)).all()


def tasks(*, slug: str = "", agencies: Collection[str] | None = None) -> list[TaskFact]:
    """The tasks in the order of their documents; of one document, or those that some agencies answer for."""
    statement = _facts().order_by(
        Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.slug, DirectiveTask.position
    )
    if slug:
        statement = statement.where(Directive.slug == slug)
    if agencies is not None:
        statement = statement.where(Agency.slug.in_(agencies))
    return [_fact(row) for row in db.session.execute(statement)]


def overdue(today: date, agencies: Collection[str] | None = None) -> list[TaskFact]:
    """The tasks that are overdue on a day, the longest first."""
    statement = _facts().where(*_is_overdue(today)).order_by(DirectiveTask.deadline, Directive.slug)
    if agencies is not None:
        statement = statement.where(Agency.slug.in_(agencies))
    return [_fact(row) for row in db.session.execute(statement)]


def overdue_by_agency(today: date, *, public_only: bool = False) -> list[Overdue]:
    """How many tasks are overdue at each agency, most first; under "" those of nobody that is known.

    With `public_only`, of the documents alone that the province shows.
    """
    count: Any = func.count()
    oldest = func.min(DirectiveTask.deadline)
    statement = (
        select(Agency.slug, Agency.name, count, oldest)
        .select_from(DirectiveTask)
        .join(Directive, DirectiveTask.directive_id == Directive.id)
        .join(Agency, DirectiveTask.agency_id == Agency.id, isouter=True)
        .where(*_is_overdue(today))
        .group_by(Agency.slug, Agency.name)
        .order_by(count.desc(), Agency.name)
    )
    if public_only:
        statement = statement.where(Directive.is_public)
    return [
        Overdue(slug or "", name or "", number, first) for slug, name, number, first in db.session.execute(statement)
    ]


def reports(task_id: int) -> Sequence[TaskReport]:
    """What was reported of a task, the latest first."""
    statement = select(TaskReport).where(TaskReport.task_id == task_id)
    return db.session.scalars(statement.order_by(TaskReport.at.desc(), TaskReport.id.desc())).all()


def last_reports(task_codes: Collection[str]) -> dict[str, TaskReport]:
    """The last report of each of some tasks, by the tasks' codes."""
    statement = (
        select(DirectiveTask.code, TaskReport)
        .join(TaskReport, TaskReport.task_id == DirectiveTask.id)
        .where(DirectiveTask.code.in_(task_codes))
        .order_by(TaskReport.at, TaskReport.id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _is_overdue(today: date) -> tuple[Any, ...]:
    return (DirectiveTask.state == TaskState.OPEN.value, DirectiveTask.deadline < today, ~Directive.is_historic)


def _facts() -> Select[DirectiveTask, Directive, str, str]:
    return (
        select(DirectiveTask, Directive, Agency.slug, Agency.name)
        .join(Directive, DirectiveTask.directive_id == Directive.id)
        .join(Agency, DirectiveTask.agency_id == Agency.id, isouter=True)
    )


def _fact(row: Row[DirectiveTask, Directive, str, str]) -> TaskFact:
    found, document, agency, agency_name = row
    return TaskFact(
        found.code, found.article, found.text, found.text_en, found.owner, agency or "", agency_name or "",
        found.agency_source, found.deadline, found.deadline_note, found.state, found.updated_at, document.slug,
        document.number or document.title, document.is_historic,
    )  # fmt: skip
