"""The legal documents as staff keep them: written by editors, vouched for by reviewers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.days import EARLIEST, LATEST
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.core.permissions import Permission
from portal.core.registry import links_to_pages
from portal.core.saving import Refusals, saved_or_shown
from portal.core.second_person import has_written
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.legal import queries, service
from portal.legal.citations import Citation, touched
from portal.legal.forms import DocumentForm
from portal.legal.labels import own_work_in_words
from portal.legal.models import LegalDocument
from portal.legal.service import LegalError
from portal.legal.validity import DocumentFacts, IssuerKind
from portal.legal.views import groups_of, state_label, state_of

legal_staff = Blueprint("legal_staff", __name__, url_prefix="/can-bo/van-ban")
_EDIT = Permission.EDIT_CONTENT


@dataclass(frozen=True)
class _Documents:
    """All documents, some hundreds at most: sorted here."""

    found: Sequence[DocumentFacts]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[DocumentFacts]:
        today = clock.today()
        keys: dict[str, Callable[[DocumentFacts], str]] = {
            "so": lambda facts: facts.number, "ngay": lambda facts: str(facts.issued_on or ""),
            "trang-thai": lambda facts: state_of(facts, today),
        }  # fmt: skip
        ordered = sorted(self.found, key=keys[order.key], reverse=order.descending)
        return ordered[offset : offset + limit]


@legal_staff.get("")
@requires(_EDIT)
def documents() -> ResponseReturnValue:
    text, today = clean_line(request.args.get("q", ""), 100), clock.today()
    found = [
        facts
        for facts in queries.documents(renderer().config.demo)
        if fold(text) in fold(f"{facts.number} {facts.issuer} {facts.title}")
    ]
    columns = [
        Column[DocumentFacts]("so", _("Số"), lambda row: Link(row.number, staff_url(f"/van-ban/{row.slug}")), True),
        Column[DocumentFacts]("noi", _("Nơi ban hành"), lambda row: row.issuer),
        Column[DocumentFacts]("ngay", _("Ngày ban hành"), lambda row: row.issued_on, True),
        Column[DocumentFacts]("trang-thai", _("Trạng thái"), lambda row: state_label(state_of(row, today)), True),
    ]
    table = table_page(columns, _Documents(found), Order("ngay", True), parameters={"q": text}, name="van-ban")
    if isinstance(table, Response):
        return table
    return render_staff("staff/legal/list.html", title=_("Văn bản"), table=table, text=text)


@legal_staff.get("/them")
@requires(_EDIT)
def new_document() -> ResponseReturnValue:
    return _form(None, DocumentForm(data={"issuer_kind": IssuerKind.COUNCIL.value}))


@legal_staff.post("/them")
@requires(_EDIT)
def add_document() -> ResponseReturnValue:
    form, actor, now = DocumentForm(request.form), principal().actor, clock.now()
    allows = renderer().profile.allows
    return _save(None, form, lambda: service.create(form.values, allows, actor=actor, now=now))


@legal_staff.get("/<slug:slug>")
@requires(_EDIT)
def document(slug: str) -> ResponseReturnValue:
    row = _row(slug)
    return _form(row, DocumentForm(obj=row))


@legal_staff.post("/<slug:slug>")
@requires(_EDIT)
def change_document(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _row(slug), DocumentForm(request.form), principal().actor, clock.now()
    allows = renderer().profile.allows
    return _save(row, form, lambda: service.change(row, form.values, allows, actor=actor, now=now))


@legal_staff.post("/<slug:slug>/xac-minh")
@requires(Permission.REVIEW_CONTENT)
def verify_document(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    return _act(row, lambda: service.verify(row, actor=actor, now=now))


@legal_staff.post("/<slug:slug>/bo-xac-minh")
@requires(Permission.REVIEW_CONTENT)
def withdraw_verification(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    return _act(row, lambda: service.withdraw_verification(row, actor=actor, now=now))


@legal_staff.post("/<slug:slug>/het-hieu-luc")
@requires(_EDIT)
def end_document(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    day = parse_day(request.form.get("last_day", "").strip())
    return _act(row, lambda: service.expire(row, day, actor=actor, now=now))


@legal_staff.post("/<slug:slug>/thay-the")
@requires(_EDIT)
def replace_document(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    day = parse_day(request.form.get("last_day", "").strip())
    successor = clean_line(request.form.get("successor", ""), 120)
    return _act(row, lambda: service.replace(row, successor, day, actor=actor, now=now))


def _row(slug: str) -> LegalDocument:
    return queries.document(slug) or abort(404)


_REFUSALS: Refusals = {LegalError: lambda error: (problem_in_words(error.code), error.field)}


def _save(row: LegalDocument | None, form: DocumentForm, change: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _form(row, form, problem, status), first="number",
        refusals=_REFUSALS, then=lambda _saved: see_other(staff_url("/van-ban")),
    )  # fmt: skip


def _act(row: LegalDocument, act: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        None, row, act, first="number", refusals=_REFUSALS,
        then=lambda _done: see_other(staff_url(f"/van-ban/{row.slug}")),
        show=lambda problem, status: _form(row, DocumentForm(obj=row), problem, status, stamp=stamp_of(row)),
    )  # fmt: skip


def _form(
    row: LegalDocument | None, form: DocumentForm, problem: tuple[str, str] | None = None, status: int = 200,
    *, stamp: str = "",
) -> Response:  # fmt: skip
    errors = [*([problem] if problem else []), *errors_of(form)]
    facts = queries.facts_of(row.slug, with_demo=True) if row else None
    kinds = [(kind.value, kind_label(kind), kind.value == form.issuer_kind.data) for kind in IssuerKind]
    return render_staff(
        "staff/legal/document.html", title=row.number if row else _("Thêm văn bản"), status=status,
        crumbs=[(_("Văn bản"), staff_url("/van-ban"))], form=form, errors=errors, kinds=kinds, row=row, facts=facts,
        problems={field: message for message, field in errors}, state=_state(facts),
        may_verify=principal().may(Permission.REVIEW_CONTENT), url=staff_url(f"/van-ban/{row.slug}") if row else "",
        is_own=row is not None and has_written(row.written_by, principal().actor),
        others=[(one.slug, f"{one.number} · {one.issuer}") for one in queries.documents(True) if one != facts],
        uses=_uses(facts) if facts else [],
        last_day=request.form.get("last_day", ""), successor=request.form.get("successor", ""),
        stamp=stamp or sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip


def _uses(facts: DocumentFacts) -> list[tuple[str, list[tuple[Citation, str, int]]]]:
    """Every page that the document touches, by kind: with where it is mended, and how many short links lead there."""
    locale = current_locale()
    found = touched(facts, locale.code)
    counts = links_to_pages({one.url.removeprefix(locale.prefix) for one in found})
    return [
        (label, [
            (one, staff_url(one.edit) if one.edit else "", counts.get(one.url.removeprefix(locale.prefix), 0))
            for one in group
        ])
        for label, group in groups_of(found)
    ]  # fmt: skip


def _state(facts: DocumentFacts | None) -> str:
    return state_label(state_of(facts, clock.today())) if facts else ""


def kind_label(kind: IssuerKind) -> str:
    """Who issued a document, in words."""
    labels: dict[IssuerKind, str] = {
        IssuerKind.COUNCIL: _("Hội đồng nhân dân tỉnh"), IssuerKind.PROVINCE: _("Ủy ban nhân dân tỉnh"),
        IssuerKind.NATIONAL: _("Cơ quan trung ương"), IssuerKind.OTHER: _("Cơ quan khác"),
    }  # fmt: skip
    return labels[kind]


def problem_in_words(code: str) -> str:
    """Why a change of a document was refused."""
    messages: dict[str, str] = {
        "no_number": _("Bạn chưa điền số văn bản."),
        "no_issuer": _("Bạn chưa điền nơi ban hành."),
        "no_title": _("Bạn chưa điền tên văn bản."),
        "taken": _("Nơi này đã có văn bản mang số đó trong danh sách."),
        "bad_url": _("Địa chỉ phải bắt đầu bằng https:// và thuộc một trang được phép trong hồ sơ cổng."),
        "bad_order": _("Ngày hết phải sau ngày bắt đầu."),
        "bad_day": _("Ngày nằm ngoài các năm %(first)s–%(last)s.", first=EARLIEST.year, last=LATEST.year),
        "no_end": _("Bạn chưa điền ngày cuối cùng còn hiệu lực, hoặc ngày chưa đúng."),
        "itself": _("Văn bản không thể tự thay chính nó."),
        "circle": _("Văn bản bạn chọn lại được thay bằng chính văn bản này."),
        "unknown": _("Bạn chưa chọn văn bản thay thế."),
        "no_dates": _("Bạn điền ngày có hiệu lực trước khi xác minh."),
        "own_work": own_work_in_words(),
        "no_source": _("Bạn ghi nguồn hoặc đường dẫn tới bản gốc trước khi xác minh."),
    }
    return messages[code]
