"""The villages of each commune, as the staff keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_stamp, stamp_of, was_changed
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.exchange.values import ValueProblem, parse_day
from portal.places import queries, service
from portal.places.kinds import KINDS, WORDS
from portal.places.models import Level, Place
from portal.places.queries import CommuneRow, VillageRow
from portal.places.service import PlaceError
from portal.search.folding import sort_key

places_staff = Blueprint("places_staff", __name__, url_prefix="/can-bo/dia-ban")
_EDIT = Permission.EDIT_CONTENT


_Row = TypeVar("_Row", CommuneRow, VillageRow)


@dataclass(frozen=True)
class _Rows(Generic[_Row]):
    """A few thousand at most: sorted here."""

    found: Sequence[_Row]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[_Row]:
        def key(row: _Row) -> tuple[int, str]:
            return getattr(row, "villages", 0) if order.key == "so-thon" else 0, sort_key(row.name)

        return sorted(self.found, key=key, reverse=order.descending)[offset : offset + limit]


@places_staff.get("")
@requires(_EDIT)
def communes() -> ResponseReturnValue:
    text = clean_line(request.args.get("q", ""), 100)
    found = [row for row in queries.commune_rows() if fold(text) in fold(f"{row.name} {row.district}")]
    columns = [
        Column[CommuneRow]("ten", _("Tên"), lambda row: Link(row.name, staff_url(f"/dia-ban/{row.slug}")), True),
        Column[CommuneRow]("huyen-cu", _("Huyện cũ"), lambda row: row.district),
        Column[CommuneRow]("so-thon", _("Số thôn, tổ"), lambda row: row.villages, True, True),
    ]
    table = table_page(columns, _Rows(found), Order("ten"), parameters={"q": text}, name="dia-ban")
    if isinstance(table, Response):
        return table
    return render_staff("staff/places/list.html", title=_("Địa bàn"), table=table, text=text)


@places_staff.get("/<slug:slug>")
@requires(_EDIT)
def commune(slug: str) -> ResponseReturnValue:
    return _commune(_place(slug, Level.COMMUNE))


@places_staff.post("/<slug:slug>")
@requires(_EDIT)
def add_village(slug: str) -> ResponseReturnValue:
    row = _place(slug, Level.COMMUNE)
    kind, name = request.form.get("kind", ""), request.form.get("name", "")
    try:
        service.add_village(row, kind, name, actor=principal().actor, now=clock.now())
    except PlaceError as error:
        return _commune(row, kind, clean_line(name, service.NAME_LIMIT), error.code)
    return see_other(staff_url(f"/dia-ban/{slug}"))


def _commune(row: Place, kind: str = "thon", name: str = "", code: str = "") -> ResponseReturnValue:
    columns = [
        Column[VillageRow]("ten", _("Tên"), lambda one: Link(one.name, staff_url(f"/dia-ban/thon/{one.slug}")), True),
        Column[VillageRow]("ngay-cuoi", _("Ngày cuối"), lambda one: one.valid_to),
    ]
    table = table_page(columns, _Rows(queries.village_rows(row.id)), Order("ten"), parameters={}, name=row.slug)
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/places/commune.html", title=f"{WORDS[row.kind]} {row.name}", crumbs=_crumbs(), table=table,
        is_open=row.valid_to is None, status=422 if code else 200, **_fields(kind, name, code),
    )  # fmt: skip


@places_staff.get("/thon/<slug:slug>")
@requires(_EDIT)
def village(slug: str) -> ResponseReturnValue:
    row = _place(slug, Level.VILLAGE)
    return _village(row, row.kind, row.name)


@places_staff.post("/thon/<slug:slug>")
@requires(_EDIT)
def change_village(slug: str) -> ResponseReturnValue:
    row, form = _place(slug, Level.VILLAGE), request.form
    kind, name, actor, now = form.get("kind", ""), form.get("name", ""), principal().actor, clock.now()
    return _saved(row, kind, name, "", lambda: service.change_village(row, kind, name, actor=actor, now=now))


@places_staff.post("/thon/<slug:slug>/het")
@requires(_EDIT)
def end_village(slug: str) -> ResponseReturnValue:
    row, text = _place(slug, Level.VILLAGE), clean_line(request.form.get("valid_to", ""), 40)
    actor, now = principal().actor, clock.now()

    def end() -> None:
        try:
            day = parse_day(text)
        except ValueProblem as problem:
            raise PlaceError("bad_day") from problem
        if day is None:
            raise PlaceError("bad_day")
        service.end_village(row, day, actor=actor, now=now)

    return _saved(row, row.kind, row.name, text, end)


def _saved(row: Place, kind: str, name: str, day: str, change: Callable[[], object]) -> ResponseReturnValue:
    if was_changed(row):
        return _village(row, kind, clean_line(name, service.NAME_LIMIT), day, "changed")
    try:
        change()
    except PlaceError as error:
        return _village(row, kind, clean_line(name, service.NAME_LIMIT), day, error.code)
    return see_other(staff_url(f"/dia-ban/{queries.superior_of(row).slug}"))


def _village(row: Place, kind: str, name: str, day: str = "", code: str = "") -> Response:
    above = queries.superior_of(row)
    crumbs = [*_crumbs(), (f"{WORDS[above.kind]} {above.name}", staff_url(f"/dia-ban/{above.slug}"))]
    return render_staff(
        "staff/places/village.html", title=f"{WORDS[row.kind]} {row.name}", crumbs=crumbs, day=day,
        status={"": 200, "changed": 409}.get(code, 422), stamp=sent_stamp() or stamp_of(row),
        ended=row.valid_to, end_url=staff_url(f"/dia-ban/thon/{row.slug}/het"), **_fields(kind, name, code),
    )  # fmt: skip


def _fields(kind: str, name: str, code: str) -> dict[str, Any]:
    problem = problem_in_words(code) if code else ""
    field = {"bad_kind": "kind", "bad_day": "valid_to", "ended": "noi-dung"}.get(code, "name")
    return {
        "kinds": [(key, WORDS[key]) for key in KINDS[Level.VILLAGE]], "kind": kind, "name": name, "field": field,
        "limit": service.NAME_LIMIT, "problem": problem, "errors": [(problem, field)] if problem else [],
    }  # fmt: skip


def _place(slug: str, level: str) -> Place:
    found = queries.place(slug)
    return found if found is not None and found.level == level else abort(404)


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Địa bàn"), staff_url("/dia-ban"))]


def problem_in_words(code: str) -> str:
    """Why a change of a village was refused."""
    messages: dict[str, str] = {
        "no_name": _("Bạn chưa điền tên."),
        "too_long": _("Tên dài quá."),
        "bad_kind": _("Bạn chọn loại: thôn, tổ dân phố…"),
        "taken": _("Xã, phường này đã có thôn, tổ tên này."),
        "ended": _("Đơn vị này đã hết hiệu lực nên không sửa được nữa."),
        "bad_day": _("Ngày cuối chưa đúng. Ghi như 31/12/2026."),
        "changed": changed_meanwhile(),
    }
    return messages[code]
