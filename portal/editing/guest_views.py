"""By a private link, without an account: an agency checks a draft, or somebody just looks at it.

Nothing but the link's own draft is shown, and nothing that editors say to one another. What is sent changes no draft.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, links
from portal.core.access import by_link
from portal.core.db import unit_of_work
from portal.core.gate import link_cookie, see_other, visit
from portal.core.i18n import current_locale
from portal.core.links import Door, Purpose
from portal.core.rate_limits import is_over
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line, clean_paragraphs
from portal.editing import check_queries, checks, queries
from portal.editing.check_labels import section_labels
from portal.editing.check_mails import tell_of_answer
from portal.editing.check_models import RIGHT, WRONG, FactCheck
from portal.editing.checks import LONGEST_COMMENT, LONGEST_NAME, SECTIONS
from portal.editing.events import EditingError
from portal.editing.labels import refusal
from portal.editing.models import GuideDraft
from portal.editing.preview import draft_page
from portal.editing.states import ANSWERABLE

draft_guests = Blueprint("draft_guests", __name__, url_prefix="/can-bo")
CHECK, PREVIEW = "/kiem-tra-huong-dan", "/xem-truoc-huong-dan"
ANSWERS_PER_HOUR = 60
# Where each refusal stands in the form; the others are about the page as a whole.
_FIELDS = {"no_name": "nguoi-tra-loi", "no_answer": "ket-luan", "no_comment": "y-kien-khac"}
_CONFLICTS = ("changed_since", "not_in_review")


def check_door() -> Door:
    """What the page behind a link to check a draft says."""
    return Door(
        _("Nhờ bạn kiểm tra một hướng dẫn"),
        _("Bước sau bạn đọc bản thảo như người dân sẽ thấy và ghi ý kiến theo từng phần. Không cần tài khoản. "
          "Mở liên kết này bao nhiêu lần cũng được cho đến khi hết hạn."),
        _("Xem bản thảo"), f"/can-bo{CHECK}",
    )  # fmt: skip


def preview_door() -> Door:
    """What the page behind a link to look at a draft says."""
    return Door(
        _("Xem trước một hướng dẫn"),
        _("Liên kết này mở một bản thảo chưa đăng. Bạn chỉ xem, không thay đổi được gì."), _("Xem bản thảo"),
        f"/can-bo{PREVIEW}",
    )  # fmt: skip


def _subject() -> str:
    link = visit().link
    return link.subject if link else ""


def _arrived(code: str) -> tuple[FactCheck, GuideDraft]:
    one = check_queries.check(code)
    row = check_queries.draft_of(one) if one else None
    if one is None or row is None or not checks.is_open(one, clock.now()) or row.open_slug is None:
        abort(410)
    return one, row


@draft_guests.get(f"{CHECK}/<slug:code>")
@by_link(Purpose.FACT_CHECK)
def checked_draft(code: str) -> ResponseReturnValue:
    one, row = _arrived(code)
    return _check_page(one, row, {}, was_sent="da-gui" in request.args)


@draft_guests.post(f"{CHECK}/<slug:code>")
@by_link(Purpose.FACT_CHECK, opens_units=True)
def answer_check(code: str) -> ResponseReturnValue:
    """Keep what was said; sent with its faults it comes back as it was typed."""
    form = request.form
    typed = {f"y-kien-{name}": clean_paragraphs(form.get(f"y-kien-{name}", ""), LONGEST_COMMENT) for name in SECTIONS}
    typed |= {
        "ket-luan": form.get("ket-luan", ""),
        "nguoi-tra-loi": clean_line(form.get("nguoi-tra-loi", ""), LONGEST_NAME),
    }
    if is_over("fact check answers", ANSWERS_PER_HOUR):
        return _check_page(*_arrived(code), typed, "too_often", 429)
    counter = form.get("counter", "")
    try:
        with unit_of_work():
            # The form may have taken its time: the link can have been ended or replaced meanwhile.
            token = link_cookie(Purpose.FACT_CHECK, code).read()
            link = links.visit(token, Purpose.FACT_CHECK, now=clock.now())
            if link is None or link.subject != code:
                abort(410)
            one, row = _arrived(code)
            is_new = checks.answer(
                row, one, counter=int(counter) if counter.isdecimal() and len(counter) < 10 else -1,
                said=typed["ket-luan"], by=typed["nguoi-tra-loi"], locale=current_locale().code, now=clock.now(),
                comments={name: typed[f"y-kien-{name}"] for name in SECTIONS},
            )  # fmt: skip
            if is_new:
                tell_of_answer(row, one, now=clock.now())
    except EditingError as error:
        return _check_page(*_arrived(code), typed, error.code, 409 if error.code in _CONFLICTS else 422)
    return see_other(staff_url(f"{CHECK}/{code}?da-gui=1"))


def _check_page(
    one: FactCheck, row: GuideDraft, typed: Mapping[str, str], problem: str = "", status: int = 200, *,
    was_sent: bool = False,
) -> Response:  # fmt: skip
    if row.state not in ANSWERABLE:
        return render_staff(
            "staff/editing/check_waits.html", title=row.title or row.slug, status=status, typed=typed,
            labels=section_labels(),
        )  # fmt: skip
    sent: dict[str, list[str]] = {}
    for comment in check_queries.comments_of(one):
        sent.setdefault(comment.section, []).append(comment.text)
    message = refusal(problem) if problem else ""
    return render_staff(
        "staff/editing/check.html", title=row.title or row.slug, status=status, row=row, check=one, typed=typed,
        guide=draft_page(row, current_locale()), local=None, xa="", choose_url="", helpers="", sent=sent,
        labels=section_labels(), longest=LONGEST_COMMENT, longest_name=LONGEST_NAME, right=RIGHT, wrong=WRONG,
        errors=[(message, _FIELDS.get(problem, "ket-luan"))] if problem else [], was_sent=was_sent,
        problems={_FIELDS[problem]: message} if problem in _FIELDS else {},
    )  # fmt: skip


@draft_guests.get(PREVIEW)
@by_link(Purpose.DRAFT_PREVIEW)
def previewed_draft() -> ResponseReturnValue:
    row = queries.draft(_subject())
    if row is None or row.open_slug is None:
        abort(410)
    return render_staff(
        "staff/editing/guest_preview.html", title=row.title or row.slug, row=row,
        guide=draft_page(row, current_locale()), local=None, xa="", choose_url="", helpers="",
    )  # fmt: skip
