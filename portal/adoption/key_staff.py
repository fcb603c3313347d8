"""The keys of systems that push figures, as administrators give them out and take them back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.adoption import key_queries, keys
from portal.adoption.key_models import FigureKey
from portal.adoption.keys import KeyProblem, KeyValues
from portal.adoption.queries import Unit
from portal.adoption.staff_forms import KeyForm
from portal.adoption.staff_parts import UnitProblem, crumbs, page_url, unit_called
from portal.adoption.staff_words import indicator_names, problem_in_words, unit_name
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff
from portal.core.tables import Column, Link, ListSource, Order, table_page

key_staff = Blueprint("figure_keys", __name__, url_prefix="/can-bo/so-lieu/khoa")
_MANAGE = Permission.MANAGE_SETTINGS
_FIELDS = {"no_name": "name", "unknown_indicator": "indicators", "too_many_units": "units", "bad_end": "last_day"}


@key_staff.get("")
@requires(_MANAGE)
def key_list() -> ResponseReturnValue:
    now = clock.now()
    columns = [
        Column[FigureKey]("ten", _("Hệ thống"), lambda row: Link(row.name, _url(row)), True),
        Column[FigureKey]("ma", _("Khóa"), lambda row: f"gdk_{row.code}_…"),
        Column[FigureKey]("hieu-luc", _("Trạng thái"), lambda row: state_text(row, now)),
        Column[FigureKey]("den", _("Hết hạn lúc"), lambda row: row.expires_at, True),
        Column[FigureKey]("dung", _("Dùng lần cuối"), lambda row: row.last_used_at),
        Column[FigureKey]("ai", _("Ai cấp"), lambda row: row.created_by or _("Dòng lệnh")),
    ]
    source = ListSource(
        key_queries.all_keys(), {"ten": lambda row: row.name.lower(), "den": lambda row: row.expires_at}
    )
    table = table_page(columns, source, Order(""), parameters={}, name="khoa")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/figures/keys.html", title=_("Khóa gửi số liệu"), crumbs=crumbs(), table=table,
        add_url=page_url("/khoa/moi"),
    )  # fmt: skip


def state_text(row: FigureKey, now: datetime) -> str:
    """Whether a key holds."""
    if row.revoked_at is not None:
        return str(_("đã thu hồi"))
    return str(_("đang dùng được")) if keys.holds(row, now=now) else str(_("đã hết hạn"))


def _url(row: FigureKey, file: str = "") -> str:
    return page_url(f"/khoa/{row.code}{file}")


@key_staff.get("/moi")
@requires(_MANAGE, is_confirmed=True)
def new_key() -> ResponseReturnValue:
    in_a_year = clock.today() + timedelta(days=365)
    return _form_page(KeyForm(data={"last_day": in_a_year}))


@key_staff.post("/moi")
@requires(_MANAGE, is_confirmed=True)
def issue_key() -> ResponseReturnValue:
    form = KeyForm(request.form)
    if not form.validate():
        return _form_page(form, errors_of(form), 422)
    try:
        row, secret = keys.issue(_values(form), actor=principal().actor, now=clock.now())
    except KeyProblem as problem:
        return _form_page(form, [(problem_in_words(problem.code), _FIELDS[problem.code])], 422)
    except UnitProblem as problem:
        return _form_page(form, [(problem_in_words(problem.code), "units")], 422)
    return render_staff(
        "staff/figures/key_issued.html", title=_("Chép khóa này ngay"), crumbs=_crumbs(), row=row, secret=secret,
        url=_url(row),
    )  # fmt: skip


def _values(form: KeyForm) -> KeyValues:
    """The key ends with its last day in Việt Nam."""
    day = (parse_day(form.last_day.data or "") or clock.today()) + timedelta(days=1)
    names = [name for line in (form.units.data or "").splitlines() if (name := line.strip())]
    units: list[Unit] = [unit_called(name, clock.today()) for name in names]
    return KeyValues(
        name=form.name.data or "", expires_at=datetime.combine(day, time.min, clock.LOCAL_ZONE),
        indicators=request.form.getlist("indicators"), units=units,
    )  # fmt: skip


@key_staff.get("/<slug:code>")
@requires(_MANAGE)
def key_page(code: str) -> ResponseReturnValue:
    row, names = _key(code), indicator_names()
    return render_staff(
        "staff/figures/key.html", title=row.name, crumbs=_crumbs(), row=row, state=state_text(row, clock.now()),
        holds=keys.holds(row, now=clock.now()), indicators=[names.get(one, one) for one in row.indicators],
        units=[unit_name(one) for one in row.units], url=_url(row),
    )  # fmt: skip


@key_staff.post("/<slug:code>/thu-hoi")
@requires(_MANAGE)
def revoke_key(code: str) -> ResponseReturnValue:
    row = _key(code)
    keys.revoke(row, actor=principal().actor, now=clock.now())
    return see_other(_url(row))


def _key(code: str) -> FigureKey:
    return key_queries.key(code) or abort(404)


def _crumbs() -> list[tuple[str, str | None]]:
    return crumbs((_("Khóa gửi số liệu"), page_url("/khoa")))


def _form_page(form: KeyForm, errors: list[tuple[str, str]] | None = None, status: int = 200) -> Response:
    chosen = request.form.getlist("indicators")
    return render_staff(
        "staff/figures/key_new.html", title=_("Cấp khóa gửi số liệu"), crumbs=_crumbs(), form=form, errors=errors or [],
        problems={field: message for message, field in errors or []}, status=status,
        indicators=[(key, name, key in chosen) for key, name in indicator_names().items()],
    )  # fmt: skip
