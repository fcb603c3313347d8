"""The agencies as an admin keeps them: for whom officers answer, and who stands above whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies import queries, service
from portal.agencies.models import Agency
from portal.agencies.queries import AgencyRow
from portal.agencies.service import AgencyError
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold

agencies_staff = Blueprint("agencies_staff", __name__, url_prefix="/can-bo/co-quan")
_MANAGE = Permission.MANAGE_SETTINGS
# Where a page says why a change was refused, if not at the name.
_FIELDS = {"circle": "superior", "no_superior": "superior", "superior": "xoa", "held": "xoa"}


@dataclass(frozen=True)
class _Agencies:
    """All agencies, a few hundred at most: sorted here."""

    found: Sequence[AgencyRow]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[AgencyRow]:
        key = "name" if order.key == "ten" else "superior"
        ordered = sorted(self.found, key=lambda row: fold(getattr(row, key) or ""), reverse=order.descending)
        return ordered[offset : offset + limit]


@agencies_staff.get("")
@requires(_MANAGE)
def agencies() -> ResponseReturnValue:
    text = clean_line(request.args.get("q", ""), 100)
    found = [row for row in queries.agencies() if fold(text) in fold(f"{row.name} {row.superior or ''}")]
    columns = [
        Column[AgencyRow]("ten", _("Tên"), lambda row: Link(row.name, staff_url(f"/co-quan/{row.slug}")), True),
        Column[AgencyRow]("cap-tren", _("Cơ quan cấp trên"), lambda row: row.superior, True),
    ]
    table = table_page(columns, _Agencies(found), Order("ten"), parameters={"q": text}, name="co-quan")
    if isinstance(table, Response):
        return table
    return render_staff("staff/agencies/list.html", title=_("Cơ quan"), table=table, text=text)


@agencies_staff.get("/them")
@requires(_MANAGE)
def new_agency() -> ResponseReturnValue:
    return _form(None, "", "")


@agencies_staff.post("/them")
@requires(_MANAGE)
def add_agency() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save(None, lambda name, superior: service.create(name, superior, actor=actor, now=now))


@agencies_staff.get("/<slug:slug>")
@requires(_MANAGE)
def agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    superior = queries.agency_by_id(row.superior_id)
    return _form(row, row.name, superior.slug if superior else "")


@agencies_staff.post("/<slug:slug>")
@requires(_MANAGE)
def change_agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    actor, now = principal().actor, clock.now()
    return _save(row, lambda name, superior: service.change(row, name, superior, actor=actor, now=now))


@agencies_staff.post("/<slug:slug>/xoa")
@requires(_MANAGE, is_confirmed=True)
def remove_agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    try:
        service.remove(row, actor=principal().actor, now=clock.now())
    except AgencyError as error:
        superior = queries.agency_by_id(row.superior_id)
        return _form(row, row.name, superior.slug if superior else "", error.code, 409)
    return see_other(staff_url("/co-quan"))


def _save(row: Agency | None, change: Callable[[str, str], object]) -> ResponseReturnValue:
    name, superior = request.form.get("name", ""), request.form.get("superior", "")
    try:
        change(name, superior)
    except AgencyError as error:
        return _form(row, clean_line(name, service.NAME_LIMIT), superior, error.code, 422)
    return see_other(staff_url("/co-quan"))


def _form(row: Agency | None, name: str, superior: str, code: str = "", status: int = 200) -> Response:
    below = {row.slug, *queries.subordinates(row.slug)} if row else set()
    problem = problem_in_words(code) if code else ""
    field = _FIELDS.get(code, "name")
    return render_staff(
        "staff/agencies/agency.html", title=row.name if row else _("Thêm cơ quan"),
        crumbs=[(_("Cơ quan"), staff_url("/co-quan"))], name=name, superior=superior, problem=problem, field=field,
        errors=[(problem, field)] if problem else [], limit=service.NAME_LIMIT, status=status,
        remove_url=staff_url(f"/co-quan/{row.slug}/xoa") if row else "",
        choices=[(one.slug, one.name) for one in queries.agencies() if one.slug not in below],
    )  # fmt: skip


def problem_in_words(code: str) -> str:
    """Why a change of an agency was refused."""
    messages: dict[str, str] = {
        "no_name": _("Bạn chưa điền tên cơ quan."),
        "taken": _("Đã có cơ quan tên này."),
        "no_superior": _("Cơ quan cấp trên không còn trong danh sách. Bạn chọn lại."),
        "circle": _("Cơ quan cấp trên không thể là chính cơ quan này hoặc một cơ quan cấp dưới của nó."),
        "superior": _("Còn cơ quan đứng dưới cơ quan này. Bạn chuyển các cơ quan đó sang nơi khác trước."),
        "held": _("Còn cán bộ giữ vai trò ở cơ quan này. Bạn đổi vai trò của họ ở trang Người dùng trước."),
    }
    return messages[code]
