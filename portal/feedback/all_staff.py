"""Every case as an admin sees it: masked always, to be sent to another agency where it went astray."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from portal.core.stamps import sent_stamp
from portal.core.tables import EXPORT, EXPORT_LIMIT, Column, Link, Order, table_page
from portal.feedback import handling, queries, queue
from portal.feedback.beside import stamp_of_case
from portal.feedback.case_page import facts_of
from portal.feedback.desk import Desk, officers
from portal.feedback.handling import RefusedError
from portal.feedback.labels import agency_name, category_choices, category_label
from portal.feedback.models import FeedbackCase
from portal.feedback.queue import MOST_LISTED, Listed, Tab, Wanted
from portal.feedback.staff import ending, excerpt, export_columns
from portal.feedback.staff_forms import ActForm, Filters, read_filters
from portal.feedback.staff_words import place_name, refusal, tab_label, time_left
from portal.feedback.states import PENDING

all_cases_staff = Blueprint("all_cases_staff", __name__, url_prefix="/can-bo/phan-anh-tat-ca")
_ALL = "/phan-anh-tat-ca"
_MANAGE = Permission.MANAGE_FEEDBACK
_EVERYTHING = Desk(frozenset(), is_all=True)


@dataclass(frozen=True)
class _Cases:
    wanted: Wanted
    most: int

    def count(self) -> int:
        return queue.count(self.wanted, clock.today(), self.most)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Listed]:
        return queue.cases(
            self.wanted, clock.today(), limit=limit, offset=offset, by_arrival=order.key == "nhan",
            descending=order.descending,
        )  # fmt: skip


def _columns() -> list[Column[Listed]]:
    today = clock.today()

    def left(row: Listed) -> str:
        return time_left(row.state, row.due_on, today).text or ending(row)

    return [
        Column[Listed]("ma", _("Mã"), lambda row: Link(row.reference, staff_url(f"{_ALL}/{row.reference.lower()}"))),
        Column[Listed]("han", _("Thời gian còn"), left, True),
        Column[Listed]("muc", _("Mục"), lambda row: category_label(row.category)),
        Column[Listed]("noi-dung", _("Nội dung (đã che)"), lambda row: excerpt(row.message)),
        Column[Listed]("noi", _("Nơi"), lambda row: place_name(row.place) or None),
        Column[Listed]("co-quan", _("Cơ quan xử lý"), lambda row: agency_name(row.agency) or None),
        Column[Listed]("nhan", _("Nhận lúc"), lambda row: row.received_at, True),
    ]  # fmt: skip


@all_cases_staff.get("")
@requires(_MANAGE)
def cases() -> ResponseReturnValue:
    filters = read_filters(_EVERYTHING)
    is_export = EXPORT in request.args
    columns = export_columns({one.code: one.name for one in officers()}) if is_export else _columns()
    source = _Cases(filters.wanted, EXPORT_LIMIT + 1 if is_export else MOST_LISTED)
    table = table_page(columns, source, Order("han"), parameters=filters.parameters, name="phan-anh")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/feedback/all.html", title=_("Mọi phản ánh"), table=table, text=filters.wanted.text,
        is_more=table.pagination.total >= MOST_LISTED, choices=_choices(filters),
    )  # fmt: skip


def _choices(filters: Filters) -> dict[str, list[tuple[str, str, bool]]]:
    wanted = filters.wanted
    return {
        "tabs": [(tab.value, tab_label(tab), tab is wanted.tab) for tab in Tab],
        "categories": [(key, label, key == wanted.category) for key, label in category_choices(taken_only=True)],
        "agencies": [(one.slug, one.name, one.slug == wanted.agency) for one in agencies.agencies()],
    }


@all_cases_staff.get("/<slug:code>")
@requires(_MANAGE)
def case(code: str) -> ResponseReturnValue:
    return _case(_found(code), ActForm())


@all_cases_staff.post("/<slug:code>/chuyen")
@requires(_MANAGE)
def forward(code: str) -> ResponseReturnValue:
    row, form = queries.locked(_found(code)), ActForm(request.form)
    if sent_stamp() not in {"", stamp_of_case(row)}:
        return _case(row, form, (refusal("changed"), "lich-su"), 409)
    if not form.validate():
        message, field = errors_of(form)[0]
        return _case(row, form, (message, field), 422)
    actor, now = principal().actor, clock.now()
    try:
        handling.forward(row, form.text("agency"), form.text("forward"), actor=actor, now=now)
    except RefusedError as error:
        return _case(row, form, (refusal(error.code), {"to": "agency"}.get(error.field, error.field or "lich-su")), 422)
    return see_other(staff_url(f"{_ALL}/{row.reference.lower()}"))


def _found(code: str) -> FeedbackCase:
    return queries.case_by_reference(code.upper()) or abort(404)


def _case(row: FeedbackCase, form: ActForm, problem: tuple[str, str] | None = None, status: int = 200) -> Response:
    chosen = form.text("agency")
    return render_staff(
        "staff/feedback/all_case.html", title=row.reference, crumbs=[(_("Mọi phản ánh"), staff_url(_ALL))], case=row,
        left=time_left(row.state, row.due_on, clock.today()), is_pending=row.state in PENDING, status=status,
        errors=[problem] if problem else [], problems={problem[1]: problem[0]} if problem else {},
        agencies=[(one.slug, one.name, one.slug == chosen) for one in agencies.agencies() if one.slug != row.agency],
        reason=form.text("forward"), stamp=stamp_of_case(row), url=staff_url(f"{_ALL}/{row.reference.lower()}/chuyen"),
        **facts_of(row, unmasked=False),
    )  # fmt: skip
