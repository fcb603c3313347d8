"""The tasks as staff see them: all of them for those who keep the ledger, an agency's own for its officers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies.queries import SCOPE_KIND
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.pages import renderer
from portal.core.permissions import EVERYWHERE, Permission, Principal
from portal.core.saving import Refusals, saved_or_shown
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.directives import queries, service
from portal.directives.forms import ReportForm
from portal.directives.labels import OVERDUE, problem_in_words, state_label
from portal.directives.models import DirectiveTask
from portal.directives.queries import TaskFact
from portal.directives.service import DirectiveError
from portal.directives.states import TaskState

directives_staff = Blueprint("directives_staff", __name__, url_prefix="/can-bo/nhiem-vu")
_REPORT = Permission.REPORT_TASKS
HERE = "/nhiem-vu"
REFUSALS: Refusals = {DirectiveError: lambda error: (problem_in_words(error.code), error.field)}


@dataclass(frozen=True)
class _Tasks:
    """All tasks, some hundreds at most: sorted here."""

    found: Sequence[TaskFact]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[TaskFact]:
        today = clock.today()
        keys: dict[str, Callable[[TaskFact], tuple[object, ...]]] = {
            "han": lambda row: (row.deadline is None, row.deadline or today),
            "trang-thai": lambda row: (not row.is_overdue(today), row.state),
            "co-quan": lambda row: (fold(row.agency_name or row.owner),),
        }  # fmt: skip
        key = keys.get(order.key)
        ordered = sorted(self.found, key=key, reverse=order.descending) if key else self.found
        return ordered[offset : offset + limit]


def own_agencies(person: Principal) -> Collection[str] | None:
    """The agencies whose tasks somebody may report on; None for all."""
    scopes = person.scopes(_REPORT)
    return None if EVERYWHERE in scopes else {scope.key for scope in scopes if scope.kind == SCOPE_KIND}


def shown_state(row: TaskFact, today: date) -> str:
    """The state of a task in words, overdue told apart."""
    return state_label(OVERDUE if row.is_overdue(today) else row.state)


def task_url(code: str, file: str = "") -> str:
    """The page of a task."""
    return staff_url(f"{HERE}/viec/{code}{file}")


def waiting_tasks(person: Principal) -> list[Waiting]:
    """The overdue tasks of somebody's agencies."""
    if not person.may_somewhere(_REPORT):
        return []
    count = len(queries.overdue(clock.today(), own_agencies(person)))
    return [Waiting(str(_("Nhiệm vụ chỉ đạo quá hạn")), count, f"/can-bo{HERE}?trang-thai={OVERDUE}", is_urgent=True)]


@directives_staff.get("")
@requires(_REPORT, is_scoped=True)
def task_list() -> ResponseReturnValue:
    person, today = principal(), clock.today()
    text, state = clean_line(request.args.get("q", ""), 100), request.args.get("trang-thai", "")
    if state not in {"", OVERDUE, *TaskState}:
        abort(404)
    known = queries.tasks(agencies=own_agencies(person))
    found = [
        row for row in known
        if fold(text) in fold(f"{row.text} {row.owner} {row.agency_name} {row.directive_name}")
        and (row.is_overdue(today) if state == OVERDUE else state in {"", row.state})
    ]  # fmt: skip
    table = table_page(
        _columns(today), _Tasks(found), Order(""), parameters={"q": text, "trang-thai": state}, name="nhiem-vu"
    )
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/directives/list.html", title=_("Nhiệm vụ chỉ đạo"), table=table, text=text, state=state,
        states=[(one, state_label(one)) for one in (OVERDUE, *TaskState)], has_any=bool(known),
        late=queries.overdue_by_agency(today) if own_agencies(person) is None else [],
        documents_url=staff_url(f"{HERE}/van-ban") if person.may(Permission.MANAGE_DIRECTIVES) else "",
    )  # fmt: skip


def _columns(today: date) -> list[Column[TaskFact]]:
    return [
        Column[TaskFact]("viec", _("Nhiệm vụ"), lambda row: Link(row.text, task_url(row.code))),
        Column[TaskFact]("trang-thai", _("Trạng thái"), lambda row: shown_state(row, today), True),
        Column[TaskFact]("han", _("Hạn"), lambda row: row.deadline, True),
        Column[TaskFact]("co-quan", _("Cơ quan phụ trách"), lambda row: row.agency_name or None, True),
        Column[TaskFact]("giao", _("Giao cho (theo văn bản)"), lambda row: row.owner),
        Column[TaskFact]("van-ban", _("Văn bản"), _where),
    ]


def _where(row: TaskFact) -> str:
    return f"{row.directive_name}, {row.article}" if row.article else row.directive_name


@directives_staff.get("/viec/<slug:code>")
@requires(_REPORT, is_scoped=True)
def task(code: str) -> ResponseReturnValue:
    row = own_task(code)
    return _task_page(row, ReportForm(data={"state": row.state}))


@directives_staff.post("/viec/<slug:code>")
@requires(_REPORT, is_scoped=True)
def report(code: str) -> ResponseReturnValue:
    row, form = own_task(code), ReportForm(request.form)
    if form.state.data not in list(TaskState):
        return _task_page(row, form, (_("Bạn chưa chọn trạng thái."), "state"), 422)
    allows, actor, now = renderer().profile.allows, principal().actor, clock.now()
    return saved_or_shown(
        form, row, first="state", refusals=REFUSALS, then=lambda _written: see_other(task_url(row.code)),
        show=lambda problem, status: _task_page(row, form, problem, status),
        change=lambda: service.report(
            row, TaskState(form.state.data), form.note.data or "", form.evidence.data or "", allows,
            actor=actor, now=now,
        ),
    )  # fmt: skip


def own_task(code: str) -> DirectiveTask:
    """A task that this person may report on; for others it doesn't exist."""
    row, agencies = queries.task(code), own_agencies(principal())
    if row is None or (agencies is not None and fact_of(row).agency not in agencies):
        abort(404)
    return row


def fact_of(row: DirectiveTask) -> TaskFact:
    """The task with its document and agency."""
    document = queries.directive_by_id(row.directive_id)
    return next(fact for fact in queries.tasks(slug=document.slug) if fact.code == row.code)


def _task_page(
    row: DirectiveTask, form: ReportForm, problem: tuple[str, str] | None = None, status: int = 200
) -> Response:
    errors, fact = [*([problem] if problem else []), *errors_of(form)], fact_of(row)
    may_manage = principal().may(Permission.MANAGE_DIRECTIVES)
    is_public = queries.directive_by_id(row.directive_id).is_public
    return render_staff(
        "staff/directives/task.html", title=fact.article or _("Nhiệm vụ"), status=status,
        crumbs=[(_("Nhiệm vụ chỉ đạo"), staff_url(HERE))], task=fact, state=shown_state(fact, clock.today()),
        form=form, errors=errors, problems={field: message for message, field in errors},
        states=[(one.value, state_label(one), one == form.state.data) for one in TaskState],
        history=[(one, state_label(one.state)) for one in queries.reports(row.id)], url=task_url(row.code),
        edit_url=task_url(row.code, "/sua") if may_manage else "", stamp=sent_stamp() or stamp_of(row),
        is_public=is_public,
    )  # fmt: skip
