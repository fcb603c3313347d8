"""The reductions as staff keep them: entered once, with every page that uses them beside."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, renderer
from portal.core.permissions import Permission
from portal.core.saving import Refusals, saved_or_shown
from portal.core.second_person import has_written
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.fees import queries, service
from portal.fees.forms import ReductionForm
from portal.fees.models import FeeReduction
from portal.fees.panel import Here
from portal.fees.present import CHANNELS, channel_label, off, reduction_url, state_of
from portal.fees.queries import ReductionFacts
from portal.fees.service import FeeError
from portal.fees.snapshot import snapshot
from portal.fees.staff_parts import Rows, document_choices, iso, problem_in_words, territory_choices, with_links
from portal.fees.territories import territory_name
from portal.fees.usage import services_of
from portal.fees.views import state_label
from portal.legal import queries as legal
from portal.places.queries import atlas
from portal.search.folding import sort_key

reductions_staff = Blueprint("reductions_staff", __name__, url_prefix="/can-bo/giam-phi")
_EDIT = Permission.EDIT_CONTENT


@reductions_staff.get("")
@requires(_EDIT)
def reductions() -> ResponseReturnValue:
    text, locale, today = clean_line(request.args.get("q", ""), 100), current_locale().code, clock.today()
    found = [
        reduction
        for reduction in queries.tariff(renderer().config.demo).reductions.values()
        if fold(text) in fold(f"{reduction.name_vi} {reduction.document.number}")
    ]
    columns = [
        Column[ReductionFacts](
            "ten", _("Tên"), lambda row: Link(row.name(locale), staff_url(f"/giam-phi/{row.rule.slug}")), True
        ),
        Column[ReductionFacts]("muc", _("Mức giảm"), lambda row: off(row.rule, locale), is_number=True),
        Column[ReductionFacts](
            "noi", _("Nơi áp dụng"), lambda row: territory_name(row.rule.territory, locale, atlas())
        ),
        Column[ReductionFacts]("den", _("Đến hết ngày"), lambda row: row.rule.valid_to, True),
        Column[ReductionFacts]("van-ban", _("Văn bản"), lambda row: row.document.number),
        Column[ReductionFacts]("trang-thai", _("Trạng thái"), lambda row: state_label(state_of(row, today))),
    ]
    source = Rows(found, {"ten": lambda row: sort_key(row.name(locale)), "den": lambda row: iso(row.rule.valid_to)})
    table = table_page(columns, source, Order("ten"), parameters={"q": text}, name="giam-phi")
    if isinstance(table, Response):
        return table
    return render_staff("staff/fees/reductions.html", title=_("Giảm phí"), table=table, text=text)


@reductions_staff.get("/them")
@requires(_EDIT)
def new_reduction() -> ResponseReturnValue:
    return _form(None, ReductionForm())


@reductions_staff.post("/them")
@requires(_EDIT)
def add_reduction() -> ResponseReturnValue:
    form, actor, now = ReductionForm(request.form), principal().actor, clock.now()
    return _save(None, form, lambda: service.add_reduction(form.values, actor=actor, now=now))


@reductions_staff.get("/<slug:slug>")
@requires(_EDIT)
def reduction(slug: str) -> ResponseReturnValue:
    row = _row(slug)
    return _form(row, _filled(row))


@reductions_staff.post("/<slug:slug>")
@requires(_EDIT)
def change_reduction(slug: str) -> ResponseReturnValue:
    row, form, actor, now = _row(slug), ReductionForm(request.form), principal().actor, clock.now()
    return _save(row, form, lambda: service.change_reduction(row, form.values, actor=actor, now=now))


@reductions_staff.post("/<slug:slug>/het")
@requires(_EDIT)
def end_reduction(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    day = parse_day(request.form.get("last_day", "").strip())
    return _act(row, lambda: service.end_reduction(row, day, actor=actor, now=now), "/giam-phi")


@reductions_staff.post("/<slug:slug>/xac-minh")
@requires(Permission.REVIEW_CONTENT)
def verify_reduction(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    return _act(row, lambda: service.verify(row, actor=actor, now=now), f"/giam-phi/{slug}")


@reductions_staff.post("/<slug:slug>/bo-xac-minh")
@requires(Permission.REVIEW_CONTENT)
def withdraw_verification(slug: str) -> ResponseReturnValue:
    row, actor, now = _row(slug), principal().actor, clock.now()
    return _act(row, lambda: service.withdraw_verification(row, actor=actor, now=now), f"/giam-phi/{slug}")


def _row(slug: str) -> FeeReduction:
    return queries.reduction(slug) or abort(404)


def _filled(row: FeeReduction) -> ReductionForm:
    document = legal.document_by_id(row.document_id)
    texts = {
        "percent": str(row.percent or ""), "amount": str(row.amount or ""), "procedures": "\n".join(row.procedures),
        "fields": "\n".join(row.fields), "valid_from": iso(row.valid_from), "valid_to": iso(row.valid_to),
        "document": document.slug if document else "",
    }  # fmt: skip
    return ReductionForm(
        data={
            "name_vi": row.name_vi, "name_en": row.name_en, "channels": row.channels, "territory": row.territory,
            "applies_to_national_rates": row.applies_to_national_rates, **texts,
        }
    )  # fmt: skip


_REFUSALS: Refusals = {FeeError: lambda error: (problem_in_words(error), error.field)}


def _save(row: FeeReduction | None, form: ReductionForm, change: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _form(row, form, problem, status), first="name_vi",
        refusals=_REFUSALS, then=lambda _saved: see_other(staff_url("/giam-phi")),
    )  # fmt: skip


def _act(row: FeeReduction, act: Callable[[], object], then: str) -> ResponseReturnValue:
    return saved_or_shown(
        None, row, act, first="name_vi", refusals=_REFUSALS, then=lambda _done: see_other(staff_url(then)),
        show=lambda problem, status: _form(row, _filled(row), problem, status, stamp=stamp_of(row)),
    )  # fmt: skip


def _form(
    row: FeeReduction | None, form: ReductionForm, problem: tuple[str, str] | None = None, status: int = 200,
    *, stamp: str = "",
) -> Response:  # fmt: skip
    errors = [*([problem] if problem else []), *errors_of(form)]
    return render_staff(
        "staff/fees/reduction.html", title=row.name_vi if row else _("Thêm chính sách giảm phí"),
        crumbs=[(_("Giảm phí"), staff_url("/giam-phi"))], form=form, errors=errors, status=status, row=row,
        problems={field: message for message, field in errors}, texts=_texts(form),
        channels=[(channel, channel_label(channel), channel in (form.channels.data or ())) for channel in CHANNELS],
        territories=territory_choices(form.territory.data or "", current_locale().code),
        documents=document_choices(form.document.data or ""),
        uses=with_links(_uses(row), current_locale().prefix) if row else [],
        url=staff_url(f"/giam-phi/{row.slug}") if row else "", last_day=request.form.get("last_day", ""),
        may_verify=principal().may(Permission.REVIEW_CONTENT),
        is_own=row is not None and has_written(row.written_by, principal().actor),
        stamp=stamp or sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip


def _texts(form: ReductionForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("name_vi", "name_en", "percent", "amount", "procedures", "fields",
                                                     "valid_from", "valid_to")}  # fmt: skip


def _uses(row: FeeReduction) -> list[tuple[str, str]]:
    """Every page that shows the reduction: the guides and records that it is about, and the pages of all fees."""
    locale = current_locale()
    known = snapshot()
    found = known.tariff.reductions.get(row.slug)
    services = services_of(found.rule, Here(known, None, clock.today(), locale)) if found else []
    return [
        (str(_("Trang của chính sách này")), reduction_url(row.slug, locale)),
        (str(_("Chính sách giảm phí")), localised_path(LINKS["reductions"], locale)),
        (str(_("Tính thử phí")), localised_path(LINKS["calculator"], locale)),
        *((service.title, service.url) for service in services),
    ]
