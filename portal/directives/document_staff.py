"""The documents of the ledger and the wording of their tasks, as those keep them who manage it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.saving import saved_or_shown
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.directives import queries, service
from portal.directives.forms import DirectiveForm, TaskForm
from portal.directives.models import Directive, DirectiveTask
from portal.directives.staff import HERE, REFUSALS, shown_state, task_url

directive_documents = Blueprint("directive_documents", __name__, url_prefix="/can-bo/nhiem-vu")
_MANAGE = Permission.MANAGE_DIRECTIVES


def document_url(slug: str, file: str = "") -> str:
    """The page of a document."""
    return staff_url(f"{HERE}/van-ban/{slug}{file}")


def _crumbs(document: Directive | None = None) -> list[tuple[str, str | None]]:
    trail: list[tuple[str, str | None]] = [
        (_("Nhiệm vụ chỉ đạo"), staff_url(HERE)), (_("Văn bản chỉ đạo"), staff_url(f"{HERE}/van-ban"))
    ]  # fmt: skip
    return [*trail, *([(document.number or document.title, document_url(document.slug))] if document else [])]


@directive_documents.get("/van-ban")
@requires(_MANAGE)
def document_list() -> ResponseReturnValue:
    return render_staff(
        "staff/directives/documents.html", title=_("Văn bản chỉ đạo"), crumbs=_crumbs()[:1],
        documents=[(row, document_url(row.slug)) for row in queries.directives()],
        add_url=staff_url(f"{HERE}/van-ban/them"),
    )  # fmt: skip


@directive_documents.get("/van-ban/them")
@requires(_MANAGE)
def new_document() -> ResponseReturnValue:
    return _document_page(None, DirectiveForm())


@directive_documents.post("/van-ban/them")
@requires(_MANAGE)
def add_document() -> ResponseReturnValue:
    form, actor, now = DirectiveForm(request.form), principal().actor, clock.now()
    return _save_document(None, form, lambda: service.create(form.values, actor=actor, now=now))


@directive_documents.get("/van-ban/<slug:slug>")
@requires(_MANAGE)
def document(slug: str) -> ResponseReturnValue:
    row = _document(slug)
    return _document_page(row, DirectiveForm(obj=row))


@directive_documents.post("/van-ban/<slug:slug>")
@requires(_MANAGE)
def change_document(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _document(slug), DirectiveForm(request.form), principal().actor, clock.now()
    return _save_document(row, form, lambda: service.change(row, form.values, actor=actor, now=now))


@directive_documents.post("/van-ban/<slug:slug>/xoa")
@requires(_MANAGE, is_confirmed=True)
def remove_document(slug: str) -> ResponseReturnValue:
    service.remove(_document(slug), actor=principal().actor, now=clock.now())
    return see_other(staff_url(f"{HERE}/van-ban"))


def _document(slug: str) -> Directive:
    return queries.directive(slug) or abort(404)


def _save_document(row: Directive | None, form: DirectiveForm, change: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _document_page(row, form, problem, status), first="title",
        refusals=REFUSALS, then=lambda saved: see_other(document_url((row or saved).slug)),
    )  # fmt: skip


def _document_page(
    row: Directive | None, form: DirectiveForm, problem: tuple[str, str] | None = None, status: int = 200
) -> Response:
    errors, today = [*([problem] if problem else []), *errors_of(form)], clock.today()
    facts = queries.tasks(slug=row.slug) if row else []
    return render_staff(
        "staff/directives/document.html", title=(row.number or row.title) if row else _("Thêm văn bản chỉ đạo"),
        status=status, crumbs=_crumbs(), row=row, form=form, errors=errors,
        problems={field: message for message, field in errors}, url=document_url(row.slug) if row else "",
        tasks=[(fact, shown_state(fact, today), task_url(fact.code)) for fact in facts],
        add_url=document_url(row.slug, "/viec") if row else "", stamp=sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip


@directive_documents.get("/van-ban/<slug:slug>/viec")
@requires(_MANAGE)
def new_task(slug: str) -> ResponseReturnValue:
    return _task_form(_document(slug), None, TaskForm())


@directive_documents.post("/van-ban/<slug:slug>/viec")
@requires(_MANAGE)
def add_task(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _document(slug), TaskForm(request.form), principal().actor, clock.now()
    return _save_task(row, None, form, lambda: service.add_task(row, form.values, actor=actor, now=now))


@directive_documents.get("/viec/<slug:code>/sua")
@requires(_MANAGE)
def edit_task(code: str) -> ResponseReturnValue:
    row = _task(code)
    agency = agencies.agency_by_id(row.agency_id)
    form = TaskForm(obj=row, data={"agency": agency.slug if agency else ""})
    return _task_form(queries.directive_by_id(row.directive_id), row, form)


@directive_documents.post("/viec/<slug:code>/sua")
@requires(_MANAGE)
def change_task(code: str) -> ResponseReturnValue:
    row, form, actor, now = _task(code), TaskForm(request.form), principal().actor, clock.now()
    document = queries.directive_by_id(row.directive_id)
    return _save_task(document, row, form, lambda: service.change_task(row, form.values, actor=actor, now=now))


@directive_documents.post("/viec/<slug:code>/xoa")
@requires(_MANAGE, is_confirmed=True)
def remove_task(code: str) -> ResponseReturnValue:
    row = _task(code)
    back = document_url(queries.directive_by_id(row.directive_id).slug)
    service.remove_task(row, actor=principal().actor, now=clock.now())
    return see_other(back)


def _task(code: str) -> DirectiveTask:
    return queries.task(code) or abort(404)


def _save_task(
    document: Directive, row: DirectiveTask | None, form: TaskForm, change: Callable[[], object]
) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _task_form(document, row, form, problem, status), first="text",
        refusals=REFUSALS,
        then=lambda _saved: see_other(task_url(row.code) if row else document_url(document.slug)),
    )  # fmt: skip


def _task_form(
    document: Directive, row: DirectiveTask | None, form: TaskForm, problem: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    errors, chosen = [*([problem] if problem else []), *errors_of(form)], form.agency.data
    return render_staff(
        "staff/directives/task_form.html", title=_("Sửa nhiệm vụ") if row else _("Thêm nhiệm vụ"), status=status,
        crumbs=_crumbs(document), form=form, errors=errors, problems={field: message for message, field in errors},
        agencies=[(one.slug, one.name, one.slug == chosen) for one in agencies.agencies()], row=row,
        remove_url=task_url(row.code, "/xoa") if row else "", stamp=sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip
