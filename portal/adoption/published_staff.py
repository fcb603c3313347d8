"""Figures as sources print them, as staff keep them: texts with their source, never reckoned with."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.adoption import printed, queries, staff_queries
from portal.adoption.models import Form, PublishedFigure
from portal.adoption.printed import PublishedProblem
from portal.adoption.staff_forms import FigureForm, ReasonForm
from portal.adoption.staff_parts import UnitProblem, crumbs, page_url, unit_called
from portal.adoption.staff_words import form_label, indicator_names, problem_in_words, unit_name
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.saving import Refusals, saved_or_shown
from portal.core.staff import render_staff
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.core.text import clean_line, fold

published_staff = Blueprint("published_figures", __name__, url_prefix="/can-bo/so-lieu/theo-nguon")
_EDIT = Permission.EDIT_FIGURES
_LIST = "/theo-nguon"


@published_staff.get("")
@requires(_EDIT)
def published_list() -> ResponseReturnValue:
    text = clean_line(request.args.get("q", ""), 100)
    found = [
        row for row in staff_queries.every_published()
        if fold(text) in fold(f"{row.name_vi} {row.scope_vi} {row.period_vi} {row.document} {row.printed}")
    ]  # fmt: skip
    columns = [
        Column[PublishedFigure]("ten", _("Số liệu"), lambda row: Link(row.name_vi, _url(row)), True),
        Column[PublishedFigure]("in", _("Nguồn ghi"), lambda row: row.printed),
        Column[PublishedFigure]("loai", _("Loại"), lambda row: form_label(row.form)),
        Column[PublishedFigure]("cua", _("Của"), lambda row: row.scope_vi),
        Column[PublishedFigure]("ky", _("Kỳ"), lambda row: row.period_vi, True),
        Column[PublishedFigure]("nguon", _("Nguồn"), lambda row: row.document or row.url),
        Column[PublishedFigure]("hien", _("Hiện"), lambda row: _("đã rút") if row.is_withdrawn else _("đang hiện")),
    ]
    source = ListSource(found, {"ten": lambda row: fold(row.name_vi), "ky": lambda row: row.starts_on})
    table = table_page(columns, source, Order("ky", descending=True), parameters={"q": text}, name="theo-nguon")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/figures/published_list.html", title=_("Số liệu theo nguồn"), crumbs=crumbs(), table=table, text=text,
        add_url=page_url("/theo-nguon/moi"),
    )  # fmt: skip


def _url(row: PublishedFigure, file: str = "") -> str:
    return page_url(f"{_LIST}/{row.slug}{file}")


@published_staff.get("/moi")
@requires(_EDIT)
def new_published() -> ResponseReturnValue:
    return _page(None, FigureForm())


@published_staff.post("/moi")
@requires(_EDIT)
def add_published() -> ResponseReturnValue:
    form, actor, now = FigureForm(request.form), principal().actor, clock.now()
    return _save(None, form, lambda place: printed.add(form.values(place), actor=actor, now=now))


@published_staff.get("/<slug:slug>")
@requires(_EDIT)
def published_page(slug: str) -> ResponseReturnValue:
    row = _figure(slug)
    return _page(row, _form_of(row))


@published_staff.post("/<slug:slug>")
@requires(_EDIT)
def change_published(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _figure(slug), FigureForm(request.form), principal().actor, clock.now()
    return _save(row, form, lambda place: printed.change(row, form.values(place), actor=actor, now=now))


@published_staff.post("/<slug:slug>/rut")
@requires(_EDIT)
def withdraw_published(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _figure(slug), ReasonForm(request.form), principal().actor, clock.now()
    return _answer(
        row, _form_of(row), None, lambda: printed.withdraw(row, form.reason.data or "", actor=actor, now=now)
    )


@published_staff.post("/<slug:slug>/hien-lai")
@requires(_EDIT)
def restore_published(slug: str) -> ResponseReturnValue:
    row = _figure(slug)
    printed.restore(row, actor=principal().actor, now=clock.now())
    return see_other(_url(row))


def _figure(slug: str) -> PublishedFigure:
    return queries.published_by_slug([slug]).get(slug) or abort(404)


def _form_of(row: PublishedFigure) -> FigureForm:
    return FigureForm.of(row, unit_name(f"place:{row.place}") if row.place else "")


_REFUSALS: Refusals = {
    PublishedProblem: lambda problem: (problem_in_words(problem.code), problem.field),
    UnitProblem: lambda problem: (problem_in_words(problem.code), "place"),
}


def _save(row: PublishedFigure | None, form: FigureForm, change: Callable[[str], object]) -> ResponseReturnValue:
    return _answer(row, form, form, lambda: change(_place(row, form)))


def _answer(
    row: PublishedFigure | None, shown: FigureForm, sent: FigureForm | None, change: Callable[[], object]
) -> ResponseReturnValue:
    return saved_or_shown(
        sent, row, change, first="name_vi", refusals=_REFUSALS, then=lambda saved: see_other(_url(row or saved)),
        show=lambda problem, status: _page(row, shown, [problem] if problem else errors_of(shown), status),
    )  # fmt: skip


def _place(row: PublishedFigure | None, form: FigureForm) -> str:
    """The slug of the place that is named, on the last day that the figure is of; as it was, where it is called so."""
    name = form.place.data or ""
    if not name or (row and row.place and name == unit_name(f"place:{row.place}")):
        return row.place if row and name else ""
    unit = unit_called(name, parse_day(form.ends_on.data or "") or clock.today())
    if unit.kind != "place":
        raise UnitProblem("unknown_unit")
    return unit.key


def _page(
    row: PublishedFigure | None, form: FigureForm, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> Response:
    names = indicator_names()
    return render_staff(
        "staff/figures/published.html", title=row.name_vi if row else _("Thêm số liệu theo nguồn"), status=status,
        crumbs=crumbs((_("Số liệu theo nguồn"), page_url(_LIST))), row=row, form=form, errors=errors or [],
        problems={field: message for message, field in errors or []}, url=_url(row) if row else "",
        forms=[(one.value, form_label(one), one == form.form.data) for one in Form],
        indicators=[(key, name, key == form.indicator.data) for key, name in names.items()],
        stamp=sent_stamp() or (stamp_of(row) if row else ""), values=request.form,
    )  # fmt: skip
