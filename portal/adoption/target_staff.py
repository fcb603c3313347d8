"""The start of the staff's figures, and the targets: what a document wants of an indicator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.adoption import staff_queries, targets
from portal.adoption.models import Target
from portal.adoption.staff_forms import GROUPS, ONE_UNIT, SHARES, EndForm, ReasonForm, TargetForm
from portal.adoption.staff_parts import UnitProblem, crumbs, page_url, row_number, unit_called
from portal.adoption.staff_words import for_whom, group_label, indicator_names, problem_in_words, unit_name
from portal.adoption.targets import TargetProblem, percent_of
from portal.adoption.templates import groups_to_fill, table_to_fill
from portal.core import clock
from portal.core.access import requires
from portal.core.charts_scale import decimal
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.permissions import Permission
from portal.core.saving import Refusals, saved_or_shown
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.exchange import tables

target_staff = Blueprint("figure_targets", __name__, url_prefix="/can-bo/so-lieu")
_EDIT = Permission.EDIT_FIGURES
_LIST = "/muc-tieu"


@target_staff.get("")
@requires(_EDIT)
def figures_start() -> ResponseReturnValue:
    may_settings = principal().may(Permission.MANAGE_SETTINGS)
    return render_staff(
        "staff/figures/start.html", title=_("Số liệu"), import_url=staff_url("/nhap-du-lieu?loai=figures"),
        template_url=staff_url("/nhap-du-lieu/mau/figures"), targets_url=page_url(_LIST),
        templates=[(_(name), page_url(f"/mau/{group}")) for group, name in groups_to_fill()],
        published_url=page_url("/theo-nguon"), keys_url=page_url("/khoa") if may_settings else "",
    )  # fmt: skip


@target_staff.get("/mau/<slug:slug>.<any(csv, xlsx):form>")
@requires(_EDIT)
def template(slug: str, form: str) -> ResponseReturnValue:
    headings, rows = table_to_fill(slug, clock.today()) or abort(404)
    file, write = BytesIO(), tables.write_sheet if form == "xlsx" else tables.write_csv
    write(file, headings, rows)
    response = Response(file.getvalue(), mimetype=tables.XLSX if form == "xlsx" else "text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="mau-{slug}.{form}"'
    return response


@target_staff.get(_LIST)
@requires(_EDIT)
def target_list() -> ResponseReturnValue:
    names, chosen, locale = indicator_names(), request.args.get("chi-tieu", ""), current_locale().code
    if chosen not in {"", *names}:
        abort(404)
    found = [row for row in staff_queries.every_target() if chosen in {"", row.indicator}]
    columns = [
        Column[Target](
            "chi-tieu", _("Chỉ tiêu"), lambda row: Link(names.get(row.indicator, row.indicator), _url(row)), True
        ),
        Column[Target]("muc", _("Phải đạt"), lambda row: percent_text(row, locale), True, is_number=True),
        Column[Target]("cho", _("Cho"), for_whom, True),
        Column[Target]("tu", _("Từ ngày"), lambda row: row.starts_on, True),
        Column[Target]("den", _("Đến hết ngày"), lambda row: row.ends_on, True),
        Column[Target]("van-ban", _("Văn bản"), lambda row: row.document),
    ]
    source = ListSource(found, {
        "chi-tieu": lambda row: names.get(row.indicator, ""), "muc": lambda row: row.hundredths, "cho": for_whom,
        "tu": lambda row: row.starts_on, "den": lambda row: row.ends_on or date.max,
    })  # fmt: skip
    table = table_page(columns, source, Order("tu", descending=True), parameters={"chi-tieu": chosen}, name="muc-tieu")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/figures/targets.html", title=_("Mục tiêu"), crumbs=crumbs(), table=table,
        add_url=page_url("/muc-tieu/moi"),
        indicators=[(one.key, names[one.key], one.key == chosen) for one in SHARES],
    )  # fmt: skip


def percent_text(row: Target, locale: str) -> str:
    """What a target wants, such as 77,5%."""
    return decimal(float(percent_of(row)), 2, locale, is_short=True) + "%"


def _url(row: Target, file: str = "") -> str:
    return page_url(f"{_LIST}/{row.id}{file}")


@target_staff.get("/muc-tieu/moi")
@requires(_EDIT)
def new_target() -> ResponseReturnValue:
    return _page(None, TargetForm())


@target_staff.post("/muc-tieu/moi")
@requires(_EDIT)
def add_target() -> ResponseReturnValue:
    form, actor, now = TargetForm(request.form), principal().actor, clock.now()
    return _save(None, form, lambda group: targets.add(form.values(group), actor=actor, now=now))


@target_staff.get(f"{_LIST}/<slug:code>")
@requires(_EDIT)
def target_page(code: str) -> ResponseReturnValue:
    row = _target(code)
    return _page(row, _form_of(row))


@target_staff.post(f"{_LIST}/<slug:code>")
@requires(_EDIT)
def change_target(code: str) -> ResponseReturnValue:
    row, form, actor, now = _target(code), TargetForm(request.form), principal().actor, clock.now()
    return _save(row, form, lambda group: targets.change(row, form.values(group), actor=actor, now=now))


@target_staff.post(f"{_LIST}/<slug:code>/het")
@requires(_EDIT)
def end_target(code: str) -> ResponseReturnValue:
    row, form = _target(code), EndForm(request.form)
    if not form.validate():
        return _page(row, _form_of(row), errors_of(form), 422)
    last_day, actor, now = parse_day(form.last_day.data or "") or date.min, principal().actor, clock.now()
    return _act(row, lambda: targets.end(row, last_day, form.end_reason.data or "", actor=actor, now=now))


@target_staff.post(f"{_LIST}/<slug:code>/xoa")
@requires(_EDIT, is_confirmed=True)
def remove_target(code: str) -> ResponseReturnValue:
    row, form, actor, now = _target(code), ReasonForm(request.form), principal().actor, clock.now()
    return _act(row, lambda: targets.remove(row, form.reason.data or "", actor=actor, now=now))


def _target(code: str) -> Target:
    return staff_queries.target_by_id(row_number(code)) or abort(404)


def _form_of(row: Target) -> TargetForm:
    return TargetForm.of(row, unit_name(row.applies_to) if ":" in row.applies_to else "")


_REFUSALS: Refusals = {
    TargetProblem: lambda problem: (problem_in_words(problem.code), problem.field),
    UnitProblem: lambda problem: (problem_in_words(problem.code), "unit"),
}


def _act(row: Target, act: Callable[[], object]) -> ResponseReturnValue:
    """End or remove a target, or say why not."""
    return _answer(row, _form_of(row), None, act)


def _save(row: Target | None, form: TargetForm, change: Callable[[str], object]) -> ResponseReturnValue:
    return _answer(row, form, form, lambda: change(_applies_to(form)))


def _answer(
    row: Target | None, shown: TargetForm, sent: TargetForm | None, change: Callable[[], object]
) -> ResponseReturnValue:
    return saved_or_shown(
        sent, row, change, first="indicator", refusals=_REFUSALS, then=lambda _done: see_other(page_url(_LIST)),
        show=lambda problem, status: _page(row, shown, [problem] if problem else errors_of(shown), status),
    )  # fmt: skip


def _applies_to(form: TargetForm) -> str:
    if form.applies_to.data != ONE_UNIT:
        return form.applies_to.data or ""
    unit = unit_called(form.unit.data or "", clock.today())
    return f"{unit.kind}:{unit.key}"


def _page(
    row: Target | None, form: TargetForm, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> Response:
    names, group = indicator_names(), form.applies_to.data or ""
    title = _("Mục tiêu: %(name)s", name=names[row.indicator]) if row else _("Thêm mục tiêu")
    groups = [*((one, group_label(one)) for one in GROUPS), (ONE_UNIT, _("Một nơi, ghi ở dưới"))]
    return render_staff(
        "staff/figures/target.html", title=title,
        status=status, crumbs=crumbs((_("Mục tiêu"), page_url(_LIST))), row=row, form=form, errors=errors or [],
        problems={field: message for message, field in errors or []}, url=_url(row) if row else "",
        indicators=[(one.key, names[one.key], one.key == form.indicator.data) for one in SHARES],
        groups=[(one, label, one == group) for one, label in groups],
        stamp=sent_stamp() or (stamp_of(row) if row else ""), values=request.form,
    )  # fmt: skip
