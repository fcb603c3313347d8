"""Questions and answers that were proposed for a page: a second person looks, and lets them out or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.stamps import stamp_of, was_changed
from portal.feedback import publishing
from portal.feedback.labels import agency_name, personal_labels
from portal.feedback.models import PublishedAnswer
from portal.feedback.publishing import NotPublishableError, SamePersonError
from portal.feedback.staff_words import refusal
from portal.feedback.subjects import subject

answers_staff = Blueprint("answers_staff", __name__, url_prefix="/can-bo/phan-anh-hoi-dap")
_ANSWERS = "/phan-anh-hoi-dap"
_REVIEW = Permission.REVIEW_CONTENT


@dataclass(frozen=True, slots=True)
class Shown:
    """A question and answer as the page shows it; `personal` is what it still seems to hold of somebody."""

    row: PublishedAnswer
    agency: str
    page: str
    page_url: str
    personal: list[str]
    is_own: bool
    stamp: str
    url: str
    at: datetime


def _shown(row: PublishedAnswer) -> Shown:
    about = subject(f"{row.subject_kind}:{row.subject_key}", current_locale().code)
    return Shown(
        row, agency_name(row.agency), about.title or row.subject_key,
        localised_path(about.path, current_locale()) if about.path else "",
        personal_labels(publishing.personal_in(row.question, row.answer)), row.proposed_by == principal().code,
        stamp_of(row), staff_url(f"{_ANSWERS}/{row.code}"), row.published_at or row.proposed_at,
    )  # fmt: skip


@answers_staff.get("")
@requires(_REVIEW)
def answers() -> ResponseReturnValue:
    return _page()


def _page(problem: str = "", status: int = 200) -> Response:
    return render_staff(
        "staff/feedback/answers.html", title=_("Hỏi đáp từ phản ánh"), status=status,
        errors=[(problem, "cho-duyet")] if problem else [], waiting=[_shown(row) for row in publishing.proposals()],
        published=[_shown(row) for row in publishing.published()],
    )  # fmt: skip


@answers_staff.post("/<slug:code>/dang")
@requires(_REVIEW)
def publish(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    return _decide(row, lambda: publishing.publish(row, actor=actor, now=now))


@answers_staff.post("/<slug:code>/go")
@requires(_REVIEW)
def withdraw(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    return _decide(row, lambda: publishing.withdraw(row, actor=actor, now=now))


def _row(code: str) -> PublishedAnswer:
    return publishing.answer_by_code(code) or abort(404)


def _decide(row: PublishedAnswer, act: Callable[[], object]) -> ResponseReturnValue:
    if was_changed(row):
        return _page(refusal("state"), 409)
    try:
        act()
    except SamePersonError:
        return _page(refusal("same_person"), 409)
    except NotPublishableError as error:
        return _page(refusal(error.code), 409)
    return see_other(staff_url(_ANSWERS))


def waiting_answers(person: Principal) -> list[Waiting]:
    """What the start page says of proposals to those who let them out."""
    if not person.may(_REVIEW):
        return []
    return [Waiting(_("hỏi đáp chờ duyệt"), len(publishing.proposals()), staff_url(_ANSWERS))]
