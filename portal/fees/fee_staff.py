"""The province's own fees as staff keep them."""

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
from portal.core.registry import explained_procedures
from portal.core.saving import Refusals, saved_or_shown
from portal.core.second_person import has_written
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.fees import queries, service
from portal.fees.arithmetic import FeeStatus
from portal.fees.forms import FeeForm
from portal.fees.models import LocalFee
from portal.fees.present import CHANNELS, channel_label, money
from portal.fees.queries import LocalFeeFacts
from portal.fees.service import FeeError
from portal.fees.staff_parts import Rows, document_choices, iso, problem_in_words, territory_choices, with_links
from portal.fees.territories import territory_name
from portal.legal import queries as legal
from portal.places.queries import atlas

fees_staff = Blueprint("fees_staff", __name__, url_prefix="/can-bo/phi")
_EDIT = Permission.EDIT_CONTENT


@fees_staff.get("")
@requires(_EDIT)
def fees() -> ResponseReturnValue:
    text, locale = clean_line(request.args.get("q", ""), 100), current_locale().code
    names = {code: guides[0].title for code, guides in explained_procedures(locale).items()}
    found = [
        fee
        for own in queries.tariff(renderer().config.demo).fees.values()
        for fee in own
        if fold(text) in fold(f"{fee.procedure} {names.get(fee.procedure, '')} {fee.document.number}")
    ]
    columns = [
        Column[LocalFeeFacts](
            "ma", _("Mã thủ tục"), lambda row: Link(row.procedure, staff_url(f"/phi/{row.code}")), True
        ),
        Column[LocalFeeFacts]("ten", _("Dịch vụ"), lambda row: names.get(row.procedure)),
        Column[LocalFeeFacts]("cach", _("Cách nộp"), lambda row: channel_label(row.channel)),
        Column[LocalFeeFacts]("muc", _("Mức thu"), lambda row: amount_text(row, locale), is_number=True),
        Column[LocalFeeFacts]("noi", _("Nơi áp dụng"), lambda row: territory_name(row.territory, locale, atlas())),
        Column[LocalFeeFacts]("den", _("Đến hết ngày"), lambda row: row.valid_to, True),
        Column[LocalFeeFacts]("van-ban", _("Văn bản"), lambda row: row.document.number),
    ]
    source = Rows(found, {"ma": lambda row: row.procedure, "den": lambda row: iso(row.valid_to)})
    table = table_page(columns, source, Order("ma"), parameters={"q": text}, name="phi")
    if isinstance(table, Response):
        return table
    return render_staff("staff/fees/fees.html", title=_("Phí của tỉnh"), table=table, text=text)


def amount_text(row: LocalFeeFacts, locale: str) -> str:
    """What is known of a fee: an amount, free, or unknown."""
    if row.status is FeeStatus.AMOUNT and row.amount:
        return money(row.amount, locale)
    return str(_("Không thu")) if row.status is FeeStatus.FREE else str(_("Chưa biết"))


@fees_staff.get("/them")
@requires(_EDIT)
def new_fee() -> ResponseReturnValue:
    return _form(None, FeeForm(data={"status": FeeStatus.AMOUNT.value}))


@fees_staff.post("/them")
@requires(_EDIT)
def add_fee() -> ResponseReturnValue:
    form, actor, now = FeeForm(request.form), principal().actor, clock.now()
    return _save(None, form, lambda: service.add_fee(form.values, actor=actor, now=now))


@fees_staff.get("/<slug:code>")
@requires(_EDIT)
def fee(code: str) -> ResponseReturnValue:
    row = _row(code)
    return _form(row, _filled(row))


@fees_staff.post("/<slug:code>")
@requires(_EDIT)
def change_fee(code: str) -> ResponseReturnValue:
    row, form, actor, now = _row(code), FeeForm(request.form), principal().actor, clock.now()
    return _save(row, form, lambda: service.change_fee(row, form.values, actor=actor, now=now))


@fees_staff.post("/<slug:code>/het")
@requires(_EDIT)
def end_fee(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    day = parse_day(request.form.get("last_day", "").strip())
    return _act(row, lambda: service.end_fee(row, day, actor=actor, now=now), "/phi")


@fees_staff.post("/<slug:code>/xac-minh")
@requires(Permission.REVIEW_CONTENT)
def verify_fee(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    return _act(row, lambda: service.verify(row, actor=actor, now=now), f"/phi/{code}")


@fees_staff.post("/<slug:code>/bo-xac-minh")
@requires(Permission.REVIEW_CONTENT)
def withdraw_verification(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    return _act(row, lambda: service.withdraw_verification(row, actor=actor, now=now), f"/phi/{code}")


def _row(code: str) -> LocalFee:
    return queries.local_fee(code) or abort(404)


def _filled(row: LocalFee) -> FeeForm:
    document = legal.document_by_id(row.document_id)
    names = ("procedure", "channel", "territory", "status", "unit", "condition_vi", "condition_en")
    texts = {name: getattr(row, name) for name in names} | {"amount": str(row.amount or "")}
    days = {"valid_from": iso(row.valid_from), "valid_to": iso(row.valid_to)}
    return FeeForm(data=texts | days | {"document": document.slug if document else ""})


_REFUSALS: Refusals = {FeeError: lambda error: (problem_in_words(error), error.field)}


def _save(row: LocalFee | None, form: FeeForm, change: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _form(row, form, problem, status), first="procedure",
        refusals=_REFUSALS, then=lambda _saved: see_other(staff_url("/phi")),
    )  # fmt: skip


def _act(row: LocalFee, act: Callable[[], object], then: str) -> ResponseReturnValue:
    return saved_or_shown(
        None, row, act, first="procedure", refusals=_REFUSALS, then=lambda _done: see_other(staff_url(then)),
        show=lambda problem, status: _form(row, _filled(row), problem, status, stamp=stamp_of(row)),
    )  # fmt: skip


def _form(
    row: LocalFee | None, form: FeeForm, problem: tuple[str, str] | None = None, status: int = 200, *, stamp: str = ""
) -> Response:
    errors = [*([problem] if problem else []), *errors_of(form)]
    locale = current_locale()
    labels = [
        (FeeStatus.AMOUNT, _("Có mức thu")), (FeeStatus.FREE, _("Không thu")), (FeeStatus.UNKNOWN, _("Chưa biết")),
    ]  # fmt: skip
    guides = explained_procedures(locale.code).get(row.procedure, ()) if row else ()
    uses = [(guide.title, localised_path(guide.path, locale)) for guide in guides]
    return render_staff(
        "staff/fees/fee.html", title=_("Mức phí %(code)s", code=row.procedure) if row else _("Thêm mức phí"),
        crumbs=[(_("Phí của tỉnh"), staff_url("/phi"))], form=form, errors=errors, status=status, row=row,
        problems={field: message for message, field in errors},
        states=[(kind.value, label, kind.value == form.status.data) for kind, label in labels],
        channels=[(channel, channel_label(channel), channel == form.channel.data) for channel in ("", *CHANNELS)],
        territories=territory_choices(form.territory.data or "", locale.code),
        documents=document_choices(form.document.data or ""),
        uses=with_links([*uses, *_always(locale.prefix)], locale.prefix) if row else [],
        url=staff_url(f"/phi/{row.code}") if row else "", last_day=request.form.get("last_day", ""),
        may_verify=principal().may(Permission.REVIEW_CONTENT),
        is_own=row is not None and has_written(row.written_by, principal().actor),
        stamp=stamp or sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip


def _always(prefix: str) -> list[tuple[str, str]]:
    return [(str(_("Tính thử phí")), prefix + LINKS["calculator"])]
