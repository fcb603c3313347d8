"""The agencies as an admin keeps them: for whom officers answer, who stands above whom, how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies import queries, service
from portal.agencies.contacts import FIELDS, LIMITS, ContactsError, Problem, read_contacts
from portal.agencies.labels import kind_names, refusal
from portal.agencies.models import Agency
from portal.agencies.queries import AgencyFact
from portal.agencies.service import AgencyError, Details
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of, was_changed
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.places.kinds import full_name
from portal.places.queries import atlas
from portal.search.folding import sort_key

agencies_staff = Blueprint("agencies_staff", __name__, url_prefix="/can-bo/co-quan")
_MANAGE = Permission.MANAGE_SETTINGS
_TYPED = ("name", "kind", "superior", "territory", *FIELDS)
_LONGEST_TYPED = 2_000
# Where a page says why a change was refused, if not at the name.
_FIELD_OF = {
    "circle": "superior", "no_superior": "superior", "no_place": "territory", "no_kind": "kind", "superior": "xoa",
    "held": "xoa",
}  # fmt: skip


@dataclass(frozen=True)
class _Agencies:
    """All agencies, a few hundred at most: sorted here."""

    found: Sequence[AgencyFact]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[AgencyFact]:
        names = {"ten": "name", "loai": "kind", "cap-tren": "superior", "dia-ban": "territory"}
        ordered = sorted(
            self.found,
            key=lambda row: sort_key(getattr(row, names[order.key]) or ""),
            reverse=order.descending,
        )
        return ordered[offset : offset + limit]


@agencies_staff.get("")
@requires(_MANAGE)
def agencies() -> ResponseReturnValue:
    text, unknown = clean_line(request.args.get("q", ""), 100), request.args.get("thieu", "") == "1"
    found = [
        row
        for row in queries.agencies()
        if fold(text) in fold(f"{row.name} {row.superior or ''}") and not (unknown and row.contacts.phones)
    ]
    kinds, places = kind_names(), atlas()

    def place_name(row: AgencyFact) -> str | None:
        place = places.get(row.territory) if row.territory else None
        return full_name(place) if place else None

    columns = [
        Column[AgencyFact]("ten", _("Tên"), lambda row: Link(row.name, staff_url(f"/co-quan/{row.slug}")), True),
        Column[AgencyFact]("loai", _("Loại"), lambda row: kinds.get(row.kind, row.kind), True),
        Column[AgencyFact]("dia-ban", _("Địa bàn"), place_name, True),
        Column[AgencyFact]("cap-tren", _("Cơ quan cấp trên"), lambda row: row.superior, True),
        Column[AgencyFact]("dien-thoai", _("Điện thoại"), lambda row: "; ".join(row.contacts.phones) or None),
        Column[AgencyFact]("gio", _("Giờ làm việc"), lambda row: row.contacts.hours or None),
        Column[AgencyFact]("xac-nhan", _("Xác nhận ngày"), lambda row: row.contacts.oldest_day),
    ]
    parameters = {"q": text, "thieu": "1" if unknown else ""}
    table = table_page(columns, _Agencies(found), Order("ten"), parameters=parameters, name="co-quan")
    if isinstance(table, Response):
        return table
    return render_staff("staff/agencies/list.html", title=_("Cơ quan"), table=table, text=text, unknown=unknown)


@agencies_staff.get("/them")
@requires(_MANAGE)
def new_agency() -> ResponseReturnValue:
    return _form(None, dict.fromkeys(_TYPED, ""))


@agencies_staff.post("/them")
@requires(_MANAGE)
def add_agency() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save(
        None, lambda details, confirms_all: service.create(details, actor=actor, now=now, confirms_all=confirms_all)
    )


@agencies_staff.get("/<slug:slug>")
@requires(_MANAGE)
def agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    return _form(row, _stored(row))


def _stored(row: Agency) -> dict[str, str]:
    superior, contacts = queries.agency_by_id(row.superior_id), queries.contacts_of(row)
    return {
        "name": row.name, "kind": row.kind, "superior": superior.slug if superior else "",
        "territory": queries.place_slug(row.territory_id), "phones": "; ".join(contacts.phones),
        "address": contacts.address, "hours": contacts.hours, "email": contacts.email, "website": contacts.website,
    }  # fmt: skip


@agencies_staff.post("/<slug:slug>")
@requires(_MANAGE)
def change_agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    actor, now = principal().actor, clock.now()
    return _save(
        row, lambda details, confirms_all: service.change(row, details, actor=actor, now=now, confirms_all=confirms_all)
    )


@agencies_staff.post("/<slug:slug>/xoa")
@requires(_MANAGE, is_confirmed=True)
def remove_agency(slug: str) -> ResponseReturnValue:
    row = queries.agency(slug) or abort(404)
    try:
        service.remove(row, actor=principal().actor, now=clock.now())
    except AgencyError as error:
        return _form(row, _stored(row), [Problem(_FIELD_OF[error.code], error.code)], 409)
    return see_other(staff_url("/co-quan"))


def _save(row: Agency | None, change: Callable[[Details, bool], object]) -> ResponseReturnValue:
    typed = {name: clean_line(request.form.get(name, ""), _LONGEST_TYPED) for name in _TYPED}
    try:
        contacts = read_contacts({name: request.form.get(name, "") for name in FIELDS})
        details = Details(
            name=typed["name"], kind=typed["kind"], superior=typed["superior"], territory=typed["territory"],
            contacts=contacts,
        )  # fmt: skip
        if row and was_changed(row):
            return _form(row, typed, [Problem("name", "changed_meanwhile")], 409)
        change(details, "confirmed" in request.form)
    except ContactsError as error:
        return _form(row, typed, error.problems, 422)
    except AgencyError as error:
        return _form(row, typed, [Problem(_FIELD_OF.get(error.code, "name"), error.code)], 422)
    return see_other(staff_url("/co-quan"))


def _form(
    row: Agency | None, typed: Mapping[str, str], problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    below = {row.slug, *queries.subordinates(row.slug)} if row else set()
    messages = {problem.field: refusal(problem.code) for problem in problems}
    places = [(place.slug, full_name(place)) for place in atlas().places if place.valid_to is None]
    return render_staff(
        "staff/agencies/agency.html",
        title=row.name if row else _("Thêm cơ quan"),
        crumbs=[(_("Cơ quan"), staff_url("/co-quan"))],
        typed=typed, messages=messages, limits={"name": service.NAME_LIMIT, **LIMITS},
        errors=[(message, field) for field, message in messages.items()],
        days=queries.contacts_of(row).confirmed_on if row else {},
        kinds=list(kind_names().items()),
        superiors=[(one.slug, one.name) for one in queries.agencies() if one.slug not in below],
        places=sorted(places, key=lambda place: sort_key(place[1])),
        remove_url=staff_url(f"/co-quan/{row.slug}/xoa") if row else "",
        stamp=sent_stamp() or (stamp_of(row) if row else ""),
        status=status,
    )  # fmt: skip
