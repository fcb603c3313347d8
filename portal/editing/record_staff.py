"""From official records to guides: what changed in the records of a guide, and the records that have none."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, current_locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.core.text import clean_line, fold
from portal.editing import queries, record_queries, records
from portal.editing.beside import official, shown_change
from portal.editing.events import EditingError
from portal.editing.labels import refusal
from portal.editing.record_queries import Unexplained
from portal.editing.record_words import as_of_words
from portal.editing.staff import crumbs, draft_url, guide_url
from portal.guides.models import Guide
from portal.guides.queries import values_of_guide
from portal.search.folding import sort_key

changed_records_staff = Blueprint("changed_records_staff", __name__, url_prefix="/can-bo/huong-dan")
records_staff = Blueprint("records_staff", __name__, url_prefix="/can-bo/thu-tuc")
RECORDS = "/thu-tuc"
_WRITE = Permission.EDIT_CONTENT
_CHANGED = "/thu-tuc-doi"


def changed_url(slug: str, rest: str = "") -> str:
    """The page of what changed in the records of a guide."""
    return guide_url(slug, f"{_CHANGED}{rest}")


@changed_records_staff.get(f"/<slug:slug>{_CHANGED}")
@requires(_WRITE)
def changed(slug: str) -> ResponseReturnValue:
    return _changed_page(queries.guide_row(slug) or abort(404))


def _changed_page(guide: Guide, problem: str = "", status: int = 200) -> Response:
    draft, title = queries.open_draft(guide.slug), values_of_guide(guide)[DEFAULT_LOCALE.code]["title"]
    return render_staff(
        "staff/editing/changed.html", title=_("Thủ tục chính thức đã đổi"), status=status,
        crumbs=crumbs(guide.slug, title), guide_title=title, problem=refusal(problem) if problem else "",
        changes=[shown_change(one) for one in record_queries.record_changes(guide)], has_draft=draft is not None,
        published_at=guide.updated_at, prepare_url=changed_url(guide.slug, "/chuan-bi"),
        seen_url=changed_url(guide.slug, "/da-xem"),
    )  # fmt: skip


@changed_records_staff.post(f"/<slug:slug>{_CHANGED}/chuan-bi")
@requires(_WRITE)
def prepare(slug: str) -> ResponseReturnValue:
    try:
        row = records.prepare(slug, actor=principal().actor, now=clock.now())
    except EditingError:
        abort(404)
    return see_other(draft_url(row.code))


@changed_records_staff.post(f"/<slug:slug>{_CHANGED}/da-xem")
@requires(_WRITE)
def seen(slug: str) -> ResponseReturnValue:
    guide = queries.guide_row(slug) or abort(404)
    marks = [(code, mark) for code, _colon, mark in (text.partition(":") for text in request.form.getlist("record"))]
    try:
        records.see(guide, marks, actor=principal().actor, now=clock.now())
    except EditingError as error:
        return _changed_page(guide, error.code, 409)
    return see_other(changed_url(slug))


@records_staff.get("")
@requires(_WRITE)
def without_guide() -> ResponseReturnValue:
    text, locale = clean_line(request.args.get("q", ""), 100), current_locale()
    wanted, found = fold(text), record_queries.unexplained(clock.now())
    if wanted:
        found = [row for row in found if wanted in fold(f"{row.code} {row.name} {row.field}")]
    columns = [
        Column[Unexplained]("ten", _("Thủ tục"), lambda row: Link(row.name, _own(row.code)), is_sortable=True),
        Column[Unexplained]("ma", _("Mã"), lambda row: row.code, is_sortable=True),
        Column[Unexplained]("linh-vuc", _("Lĩnh vực"), lambda row: row.field, is_sortable=True),
        Column[Unexplained]("can", _("Phản ánh trong một năm"), lambda row: row.wishes, True, True),
        Column[Unexplained]("nguon", _("Hồ sơ"), lambda row: as_of_words(row.as_of, locale)),
        Column[Unexplained]("ban-thao", _("Bản thảo"), _draft_of),
    ]
    source = ListSource(found, {
        "ten": lambda row: sort_key(row.name), "ma": lambda row: row.code, "linh-vuc": lambda row: sort_key(row.field),
        "can": lambda row: row.wishes,
    })  # fmt: skip
    table = table_page(columns, source, Order("can", True), parameters={"q": text}, name="thu-tuc-chua-co-huong-dan")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/editing/records.html", title=_("Thủ tục chưa có hướng dẫn"), crumbs=crumbs(), table=table, text=text,
    )  # fmt: skip


def _own(code: str) -> str:
    return staff_url(f"{RECORDS}/{code}")


def _draft_of(row: Unexplained) -> Link | None:
    return Link(_("Đang viết"), draft_url(row.draft)) if row.draft else None


@records_staff.get("/<code:code>")
@requires(_WRITE)
def record(code: str) -> ResponseReturnValue:
    return _record_page(code)


def _record_page(code: str, problem: str = "", status: int = 200) -> Response:
    found = official(code) or abort(404)
    slug = record_queries.explaining(code)
    return render_staff(
        "staff/editing/record.html", title=found["name"], status=status, official=found,
        crumbs=[*crumbs(), (_("Thủ tục chưa có hướng dẫn"), staff_url(RECORDS))],
        problem=refusal(problem) if problem else "", start_url=f"{_own(code)}/tao-huong-dan",
        guide_url=guide_url(slug) if slug else "",
    )  # fmt: skip


@records_staff.post("/<code:code>/tao-huong-dan")
@requires(_WRITE)
def start(code: str) -> ResponseReturnValue:
    try:
        row = records.start_from_record(code, actor=principal().actor, now=clock.now(), today=clock.today())
    except EditingError as error:
        return _record_page(code, error.code, 409)
    return see_other(draft_url(row.code))
