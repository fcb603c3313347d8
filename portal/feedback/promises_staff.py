"""What is promised, and prepared answers, as an admin keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_stamp, stamp_of, was_changed
from portal.feedback import queries, rulebook
from portal.feedback.answer_templates import VARIABLES
from portal.feedback.beside import provisional_years
from portal.feedback.deadlines import PASS_ON_DAYS
from portal.feedback.labels import agency_name, category_choices, category_label, pass_on_source
from portal.feedback.models import FeedbackDeadline, FeedbackTemplate
from portal.feedback.rulebook import MOST_DAYS, PromiseValues, RulebookError, TemplateValues
from portal.feedback.rules_staff import RULES, tabs
from portal.feedback.staff_forms import PromiseForm, TemplateForm
from portal.feedback.staff_words import rulebook_refusal

promises_staff = Blueprint("promises_staff", __name__, url_prefix="/can-bo/phan-anh-quy-tac")
_MANAGE = Permission.MANAGE_FEEDBACK
_AHEAD = timedelta(days=120)
_PROMISES, _TEMPLATES = f"{RULES}/cam-ket", f"{RULES}/mau"
_Problem = tuple[str, str]


@promises_staff.get("/cam-ket")
@requires(_MANAGE)
def promises() -> ResponseReturnValue:
    today = clock.today()
    rows = [
        (
            category_label(row.category) if row.category else _("Mọi mục"),
            agency_name(row.agency) if row.agency else _("Mọi cơ quan"), row.days, row.source, row.is_demo,
            staff_url(f"{_PROMISES}/{row.code}"),
        )
        for row in queries.deadline_rows()
    ]  # fmt: skip
    return render_staff(
        "staff/feedback/promises.html", title=_("Cam kết ngày trả lời"), rows=rows, tabs=tabs("promises"),
        pass_days=PASS_ON_DAYS, pass_source=pass_on_source(), add_url=staff_url(f"{_PROMISES}/them"),
        years=provisional_years(today, today + _AHEAD), calendar_url=staff_url("/ngay-nghi"),
        may_calendar=principal().may(Permission.MANAGE_SETTINGS),
    )  # fmt: skip


@promises_staff.get("/cam-ket/them")
@requires(_MANAGE)
def new_promise() -> ResponseReturnValue:
    return _promise_form(None, PromiseForm())


@promises_staff.post("/cam-ket/them")
@requires(_MANAGE)
def add_promise() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save_promise(None, lambda values: rulebook.add_promise(values, actor=actor, now=now))


@promises_staff.get("/cam-ket/<slug:code>")
@requires(_MANAGE)
def promise(code: str) -> ResponseReturnValue:
    row = queries.deadline_by_code(code) or abort(404)
    return _promise_form(row, _promise_filled(row))


@promises_staff.post("/cam-ket/<slug:code>")
@requires(_MANAGE)
def change_promise(code: str) -> ResponseReturnValue:
    row = queries.deadline_by_code(code) or abort(404)
    actor, now = principal().actor, clock.now()
    return _save_promise(row, lambda values: rulebook.change_promise(row, values, actor=actor, now=now))


@promises_staff.post("/cam-ket/<slug:code>/xoa")
@requires(_MANAGE)
def remove_promise(code: str) -> ResponseReturnValue:
    row = queries.deadline_by_code(code) or abort(404)
    if was_changed(row):
        return _promise_form(row, _promise_filled(row), (changed_meanwhile(), "days"), 409)
    rulebook.remove_promise(row, actor=principal().actor, now=clock.now())
    return see_other(staff_url(_PROMISES))


def _promise_filled(row: FeedbackDeadline) -> PromiseForm:
    data = {"category": row.category, "agency": row.agency, "days": str(row.days), "source": row.source}
    return PromiseForm(data=data)


def _save_promise(row: FeedbackDeadline | None, change: Callable[[PromiseValues], object]) -> ResponseReturnValue:
    form = PromiseForm(request.form)
    form.validate()
    if row and was_changed(row):
        return _promise_form(row, form, (changed_meanwhile(), "days"), 409)
    try:
        change(form.values)
    except RulebookError as error:
        return _promise_form(row, form, (rulebook_refusal(error), error.field), 422)
    return see_other(staff_url(_PROMISES))


def _promise_form(
    row: FeedbackDeadline | None, form: PromiseForm, problem: _Problem | None = None, status: int = 200
) -> Response:
    held = [(one.slug, one.name, one.slug == form.agency.data) for one in agencies.agencies()]
    return render_staff(
        "staff/feedback/promise.html", title=_("Sửa cam kết") if row else _("Thêm cam kết"), status=status,
        crumbs=[(_("Cam kết ngày trả lời"), staff_url(_PROMISES))], errors=[problem] if problem else [],
        problems={problem[1]: problem[0]} if problem else {}, texts=form.data, agencies=held, most=MOST_DAYS,
        categories=_categories(form.category.data), row=row, stamp=sent_stamp() or (stamp_of(row) if row else ""),
        url=staff_url(f"{_PROMISES}/{row.code if row else 'them'}"),
    )  # fmt: skip


def _categories(chosen: str | None) -> list[tuple[str, str, bool]]:
    return [(key, label, key == chosen) for key, label in category_choices(taken_only=True)]


@promises_staff.get("/mau")
@requires(_MANAGE)
def templates() -> ResponseReturnValue:
    rows = [
        (row.title, category_label(row.category) if row.category else _("Mọi mục"), row.updated_at,
         staff_url(f"{_TEMPLATES}/{row.code}"))
        for row in queries.templates()
    ]  # fmt: skip
    return render_staff(
        "staff/feedback/templates.html", title=_("Mẫu trả lời"), rows=rows, tabs=tabs("templates"),
        add_url=staff_url(f"{_TEMPLATES}/them"),
    )  # fmt: skip


@promises_staff.get("/mau/them")
@requires(_MANAGE)
def new_template() -> ResponseReturnValue:
    return _template_form(None, TemplateForm())


@promises_staff.post("/mau/them")
@requires(_MANAGE)
def add_template() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save_template(None, lambda values: rulebook.add_template(values, actor=actor, now=now))


@promises_staff.get("/mau/<slug:code>")
@requires(_MANAGE)
def template(code: str) -> ResponseReturnValue:
    row = queries.template_by_code(code) or abort(404)
    return _template_form(row, TemplateForm(obj=row))


@promises_staff.post("/mau/<slug:code>")
@requires(_MANAGE)
def change_template(code: str) -> ResponseReturnValue:
    row = queries.template_by_code(code) or abort(404)
    actor, now = principal().actor, clock.now()
    return _save_template(row, lambda values: rulebook.change_template(row, values, actor=actor, now=now))


@promises_staff.post("/mau/<slug:code>/xoa")
@requires(_MANAGE)
def remove_template(code: str) -> ResponseReturnValue:
    row = queries.template_by_code(code) or abort(404)
    if was_changed(row):
        return _template_form(row, TemplateForm(obj=row), (changed_meanwhile(), "title"), 409)
    rulebook.remove_template(row, actor=principal().actor, now=clock.now())
    return see_other(staff_url(_TEMPLATES))


def _save_template(row: FeedbackTemplate | None, change: Callable[[TemplateValues], object]) -> ResponseReturnValue:
    form = TemplateForm(request.form)
    if not form.validate():
        return _template_form(row, form, errors_of(form)[0], 422)
    if row and was_changed(row):
        return _template_form(row, form, (changed_meanwhile(), "title"), 409)
    try:
        change(form.values)
    except RulebookError as error:
        return _template_form(row, form, (rulebook_refusal(error), error.field), 422)
    return see_other(staff_url(_TEMPLATES))


def _template_form(
    row: FeedbackTemplate | None, form: TemplateForm, problem: _Problem | None = None, status: int = 200
) -> Response:
    return render_staff(
        "staff/feedback/template.html", title=_("Sửa mẫu") if row else _("Thêm mẫu"), status=status,
        crumbs=[(_("Mẫu trả lời"), staff_url(_TEMPLATES))], errors=[problem] if problem else [],
        problems={problem[1]: problem[0]} if problem else {}, texts=form.data, row=row,
        categories=_categories(form.category.data), variables=[f"{{{name}}}" for name in VARIABLES],
        stamp=sent_stamp() or (stamp_of(row) if row else ""),
        url=staff_url(f"{_TEMPLATES}/{row.code if row else 'them'}"),
    )  # fmt: skip
