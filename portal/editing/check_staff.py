"""The editors' side of checks by agencies: who is asked, by which link, and what became of what they said."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.mails import link_address
from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.links import Purpose, session_lasts
from portal.core.permissions import Permission
from portal.core.rate_limits import is_over
from portal.core.staff import render_staff
from portal.core.text import clean_line, clean_paragraphs
from portal.editing import check_queries, checks, queries
from portal.editing.check_mails import is_written_to, write_to_checker
from portal.editing.check_models import FactCheck
from portal.editing.check_present import draft_path
from portal.editing.checks import LINK_LASTS, LONGEST_NAME, LONGEST_QUESTION, PREVIEW_LASTS
from portal.editing.draft_staff import draft_crumbs, overview_page
from portal.editing.events import EditingError
from portal.editing.models import GuideDraft
from portal.editing.staff import shown_differences

check_staff = Blueprint("check_staff", __name__, url_prefix="/can-bo/ban-thao")
_WRITE = Permission.EDIT_CONTENT
_LONGEST_ADDRESS = 254
# E-mails to others: nobody asks as many agencies in an hour.
ASKED_PER_HOUR = 40


def _draft(code: str) -> GuideDraft:
    return queries.draft(code) or abort(404)


def _check(row: GuideDraft, code: str) -> FactCheck:
    return check_queries.check_of(row, code) or abort(404)


@check_staff.post("/<slug:code>/kiem-tra")
@requires(_WRITE)
def ask(code: str) -> ResponseReturnValue:
    row, form = _draft(code), request.form
    typed = {
        "name": clean_line(form.get("name", ""), LONGEST_NAME),
        "email": clean_line(form.get("email", ""), _LONGEST_ADDRESS),
        "question": clean_paragraphs(form.get("question", ""), LONGEST_QUESTION),
    }  # fmt: skip
    if is_over("fact checks", ASKED_PER_HOUR):
        return overview_page(row, "too_often", status=429, asked=typed)
    agency = agencies.agency(agencies.slugs_by_name().get(typed["name"].lower(), ""))
    typed["email"] = typed["email"] or (agency.email if agency else "")
    try:
        one, token = checks.ask(
            row, agency=agency.slug if agency else "", name=typed["name"], email=typed["email"],
            question=typed["question"], actor=principal().actor, now=clock.now(),
        )  # fmt: skip
    except EditingError as error:
        return overview_page(row, error.code, status=422, asked=typed)
    return _handed_over(row, one, token)


@check_staff.post("/<slug:code>/kiem-tra/<slug:check>/lien-ket")
@requires(_WRITE)
def renew(code: str, check: str) -> ResponseReturnValue:
    row = _draft(code)
    one = _check(row, check)
    if is_over("fact checks", ASKED_PER_HOUR):
        return overview_page(row, "too_often", status=429)
    try:
        token = checks.renew(row, one, actor=principal().actor, now=clock.now())
    except EditingError as error:
        return overview_page(row, error.code, status=409)
    return _handed_over(row, one, token)


def _handed_over(row: GuideDraft, one: FactCheck, token: str) -> ResponseReturnValue:
    """By e-mail where there is an address; else the link is shown here and nowhere else: only its hash is kept."""
    if is_written_to(one):
        write_to_checker(row, one, token, now=clock.now())
        return see_other(draft_path(row) + "#kiem-tra")
    return _link_page(row, token, Purpose.FACT_CHECK, one.name)


def _link_page(row: GuideDraft, token: str, purpose: Purpose, who: str = "") -> Response:
    may_answer = purpose is Purpose.FACT_CHECK
    return render_staff(
        "staff/editing/link.html", title=_("Liên kết nhờ kiểm tra") if may_answer else _("Liên kết xem trước"),
        crumbs=draft_crumbs(row), who=who, days=(LINK_LASTS if may_answer else PREVIEW_LASTS).days,
        link=link_address(token, current_locale()), hours=int(session_lasts(purpose).total_seconds() // 3600),
        here=draft_path(row), may_answer=may_answer,
    )  # fmt: skip


@check_staff.get("/<slug:code>/kiem-tra/<slug:check>")
@requires(_WRITE)
def answered(code: str, check: str) -> ResponseReturnValue:
    """How the draft differs now from what was answered for."""
    row = _draft(code)
    one = _check(row, check)
    if one.seen is None:
        abort(404)
    return render_staff(
        "staff/editing/check_compare.html", title=_("Bài đã đổi gì từ lúc kiểm tra"), crumbs=draft_crumbs(row),
        check=one, found=shown_differences(one.seen, row.content),
    )  # fmt: skip


@check_staff.post("/<slug:code>/kiem-tra/<slug:check>/ket-thuc")
@requires(_WRITE)
def end(code: str, check: str) -> ResponseReturnValue:
    row = _draft(code)
    checks.end(row, _check(row, check), actor=principal().actor, now=clock.now())
    return see_other(draft_path(row) + "#kiem-tra")


@check_staff.post("/<slug:code>/y-kien/<slug:comment>")
@requires(_WRITE)
def deal(code: str, comment: str) -> ResponseReturnValue:
    """Mark something that was said as dealt with, or open it again."""
    row = _draft(code)
    said = check_queries.comment_on(row, comment) or abort(404)
    checks.deal(row, said, is_dealt=request.form.get("xong") == "1", actor=principal().actor, now=clock.now())
    return see_other(draft_path(row) + "#y-kien")


@check_staff.post("/<slug:code>/xem-truoc")
@requires(_WRITE)
def make_preview(code: str) -> ResponseReturnValue:
    row = _draft(code)
    try:
        token = checks.make_preview(row, actor=principal().actor, now=clock.now())
    except EditingError as error:
        return overview_page(row, error.code, status=409)
    return _link_page(row, token, Purpose.DRAFT_PREVIEW)


@check_staff.post("/<slug:code>/xem-truoc/huy")
@requires(_WRITE)
def end_preview(code: str) -> ResponseReturnValue:
    row = _draft(code)
    checks.end_preview(row, actor=principal().actor, now=clock.now())
    return see_other(draft_path(row))
