"""Every change of the directives and their tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from portal.agencies import queries as agencies
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import slugify
from portal.core.tokens import new_code
from portal.directives import queries
from portal.directives.models import Directive, DirectiveTask, TaskReport
from portal.directives.states import TaskState

# What stands where a document's slug would, in the staff's addresses.
_ADDRESSES = frozenset({"them"})
# Whether an address may be linked to.
Allows = Callable[[str], bool]


class DirectiveError(Exception):
    """Why a change is refused; `field` is the form's.

    Codes: reported (see `store`),
    no_title, no_issuer, no_source, no_text, no_owner, unknown_agency, no_agency_source (it says who answers
    today without saying where that is known from), bad_evidence (not https on an allowed host), no_evidence (done, but
    neither words nor an address), nothing_new (the same state, and nothing to say of it).
    """

    def __init__(self, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveValues:
    """What people enter of a document."""

    title: str
    issuer: str
    source: str
    number: str = ""
    issued_on: date | None = None
    dated: str = ""
    is_historic: bool = False
    is_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskValues:
    """What people enter of a task; `agency` is a slug or ""."""

    text: str
    owner: str
    article: str = ""
    text_en: str = ""
    agency: str = ""
    agency_source: str = ""
    deadline: date | None = None
    deadline_note: str = ""


def _values(given: DirectiveValues | TaskValues) -> dict[str, Any]:
    return {field.name: getattr(given, field.name) for field in fields(given)}


def subject_of(document: Directive) -> Subject:
    """The document as the audit log names it."""
    return Subject("directive", document.slug, document.number or document.title)


def subject_of_task(task: DirectiveTask) -> Subject:
    """The task as the audit log names it."""
    return Subject("directive_task", task.code, task.text[:120])


def create(values: DirectiveValues, *, actor: Actor, now: datetime) -> Directive:
    """A new document without tasks. Raises DirectiveError."""
    _check_directive(values)
    document = Directive(slug=_free_slug(values), **_values(values), updated_at=now)
    db.session.add(document)
    db.session.flush()
    audit.record(actor, "directive_added", subject_of(document), at=now, after=_described(values))
    return document


def change(document: Directive, values: DirectiveValues, *, actor: Actor, now: datetime) -> None:
    """Other values; what ships no longer overwrites them. Raises DirectiveError."""
    _check_directive(values)
    before = {name: _told(getattr(document, name)) for name in _values(values)}
    for name, value in _values(values).items():
        setattr(document, name, value)
    document.is_starter, document.updated_at = False, now
    db.session.flush()
    audit.record(actor, "directive_changed", subject_of(document), at=now, before=before, after=_described(values))


def remove(document: Directive, *, actor: Actor, now: datetime) -> None:
    """Away with a document and its tasks."""
    subject, before = subject_of(document), {"tasks": len(queries.task_rows(document.id))}
    db.session.delete(document)
    db.session.flush()
    audit.record(actor, "directive_removed", subject, at=now, before=before)


def add_task(document: Directive, values: TaskValues, *, actor: Actor, now: datetime) -> DirectiveTask:
    """A new task at the end of a document: open, or of unknown result in a historic one. Raises DirectiveError."""
    stored = _checked(values)
    state = TaskState.UNKNOWN if document.is_historic else TaskState.OPEN
    task = _insert_task(document, stored, len(queries.task_rows(document.id)), state, now)
    document.is_starter = False
    audit.record(actor, "directive_task_added", subject_of_task(task), at=now, after=_described(values))
    return task


def change_task(task: DirectiveTask, values: TaskValues, *, actor: Actor, now: datetime) -> None:
    """Other values of a task. Raises DirectiveError."""
    stored, before = _checked(values), _described_task(task)
    for name, value in stored.items():
        setattr(task, name, value)
    task.updated_at = now
    queries.directive_by_id(task.directive_id).is_starter = False
    db.session.flush()
    audit.record(
        actor, "directive_task_changed", subject_of_task(task), at=now, before=before, after=_described_task(task)
    )


def remove_task(task: DirectiveTask, *, actor: Actor, now: datetime) -> None:
    """Away with a task that stands in no directive, and with what was reported of it."""
    subject, before = subject_of_task(task), _described_task(task)
    queries.directive_by_id(task.directive_id).is_starter = False
    db.session.delete(task)
    db.session.flush()
    audit.record(actor, "directive_task_removed", subject, at=now, before=before)


def report(
    task: DirectiveTask, state: TaskState, note: str, evidence: str, allows: Allows, *, actor: Actor, now: datetime
) -> TaskReport:
    """Write down how far a task is. Whoever calls it done says what proves it. Raises DirectiveError."""
    if evidence and not allows(evidence):
        raise DirectiveError("bad_evidence", "evidence")
    if state is TaskState.DONE and not (note or evidence):
        raise DirectiveError("no_evidence", "note")
    if state == task.state and not (note or evidence):
        raise DirectiveError("nothing_new", "state")
    before = task.state
    written = TaskReport(task_id=task.id, at=now, by=actor.name, state=state.value, note=note, evidence=evidence)
    db.session.add(written)
    task.state, task.updated_at = state.value, now
    queries.directive_by_id(task.directive_id).is_starter = False
    db.session.flush()
    after = {"state": state.value, "note": note, "evidence": evidence}
    audit.record(actor, "directive_task_reported", subject_of_task(task), at=now, before={"state": before}, after=after)
    return written


@dataclass(frozen=True, slots=True)
class StarterDirective:
    """A document that ships, with its tasks."""

    slug: str
    values: DirectiveValues
    tasks: tuple[TaskValues, ...]


def load_starter(given: Iterable[StarterDirective], *, now: datetime) -> int:
    """Load what ships; what the province has changed stays. Returns how many documents changed."""
    return sum(_load(starter, now) for starter in given)


def _load(starter: StarterDirective, now: datetime) -> bool:
    document = queries.directive(starter.slug)
    if document is not None and (not document.is_starter or _is_same(document, starter)):
        return False
    if document is not None:
        db.session.delete(document)
        db.session.flush()
    document = Directive(slug=starter.slug, **_values(starter.values), is_starter=True, updated_at=now)
    db.session.add(document)
    db.session.flush()
    state = TaskState.UNKNOWN if starter.values.is_historic else TaskState.OPEN
    for position, values in enumerate(starter.tasks):
        _insert_task(document, _checked(values), position, state, now)
    return True


def store(given: StarterDirective, *, now: datetime) -> bool:
    """Write a document of a content file as the province's own; whether anything differed.

    Raises DirectiveError: reported (its tasks are others than the file's, and something was reported of them).
    """
    document = queries.directive(given.slug)
    if document is not None and _is_same(document, given):
        return False
    if document is not None and any(queries.reports(row.id) for row in queries.task_rows(document.id)):
        raise DirectiveError("reported", "tasks")
    if document is not None:
        document.is_starter = True
    _load(given, now)
    if (stored := queries.directive(given.slug)) is not None:
        stored.is_starter = False
        db.session.flush()
    return True


def _is_same(document: Directive, starter: StarterDirective) -> bool:
    if any(getattr(document, name) != value for name, value in _values(starter.values).items()):
        return False
    present = [{name: getattr(row, name) for name in _TASK_COLUMNS} for row in queries.task_rows(document.id)]
    return present == [_checked(values) for values in starter.tasks]


_TASK_COLUMNS = ("article", "text", "text_en", "owner", "agency_id", "agency_source", "deadline", "deadline_note")


def _insert_task(
    document: Directive, stored: dict[str, Any], position: int, state: TaskState, now: datetime
) -> DirectiveTask:
    task = DirectiveTask(
        code=new_code(), directive_id=document.id, position=position, state=state.value, updated_at=now, **stored
    )
    db.session.add(task)
    db.session.flush()
    return task


def _checked(values: TaskValues) -> dict[str, Any]:
    """The values by column; raises DirectiveError."""
    for field in ("text", "owner"):
        if not getattr(values, field):
            raise DirectiveError(f"no_{field}", field)
    agency = agencies.agency(values.agency) if values.agency else None
    if values.agency and agency is None:
        raise DirectiveError("unknown_agency", "agency")
    if agency is not None and not values.agency_source:
        raise DirectiveError("no_agency_source", "agency_source")
    stored = _values(values)
    del stored["agency"]
    return {**stored, "agency_id": agency.id if agency else None}


def _check_directive(values: DirectiveValues) -> None:
    for field in ("title", "issuer", "source"):
        if not getattr(values, field):
            raise DirectiveError(f"no_{field}", field)


def _free_slug(values: DirectiveValues) -> str:
    taken = queries.directive_slugs() | _ADDRESSES
    plain = slugify(values.number or values.title) or "van-ban"
    return next(slug for slug in chain([plain], (f"{plain}-{number}" for number in count(2))) if slug not in taken)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _described(values: DirectiveValues | TaskValues) -> dict[str, Any]:
    return {name: _told(value) for name, value in _values(values).items()}


def _described_task(task: DirectiveTask) -> dict[str, Any]:
    agency = agencies.agency_by_id(task.agency_id)
    told = {name: _told(getattr(task, name)) for name in _TASK_COLUMNS if name != "agency_id"}
    return {**told, "agency": agency.slug if agency else ""}
