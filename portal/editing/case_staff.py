"""From feedback to a draft: the cases about a guide as editors see them, and the drafts that answer them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.formats import day
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, current_locale
from portal.core.permissions import Permission
from portal.core.registry import Drafting
from portal.core.staff import render_staff
from portal.core.text import clean_line
from portal.editing import case_queries, from_feedback, queries
from portal.editing.case_words import shown_cases
from portal.editing.events import EditingError
from portal.editing.labels import refusal, state_label
from portal.editing.staff import crumbs, draft_url, guide_url
from portal.editing.states import DraftState
from portal.guides.queries import values_of_guide

guide_cases_staff = Blueprint("guide_cases_staff", __name__, url_prefix="/can-bo/huong-dan")
draft_cases_staff = Blueprint("draft_cases_staff", __name__, url_prefix="/can-bo/ban-thao")
_WRITE = Permission.EDIT_CONTENT
_CASES = "/phan-anh"
_LONGEST_REFERENCE = 30


def cases_url(slug: str) -> str:
    """The page of the feedback about a guide."""
    return guide_url(slug, _CASES)


@guide_cases_staff.get(f"/<slug:slug>{_CASES}")
@requires(_WRITE)
def cases(slug: str) -> ResponseReturnValue:
    return _cases_page(slug)


def _cases_page(slug: str, problem: str = "", status: int = 200) -> Response:
    guide, draft = queries.guide_row(slug) or abort(404), queries.open_draft(slug)
    answered = {case.id for case in case_queries.cases_of_draft(draft)} if draft else set()
    title = values_of_guide(guide)[DEFAULT_LOCALE.code]["title"]
    about = case_queries.cases_about(slug, clock.now())
    found = [(shown, case.id in answered) for case, shown in zip(about, shown_cases(about), strict=True)]
    return render_staff(
        "staff/editing/cases.html", title=_("Phản ánh về trang này"), status=status, crumbs=crumbs(slug, title),
        problem=refusal(problem) if problem else "", cases=found, url=cases_url(slug), most=case_queries.MOST_CASES,
        draft_url=draft_url(draft.code) if draft else "",
    )  # fmt: skip


@guide_cases_staff.post(f"/<slug:slug>{_CASES}")
@requires(_WRITE)
def open_draft(slug: str) -> ResponseReturnValue:
    try:
        row = from_feedback.open_from_case(slug, _reference(), actor=principal().actor, now=clock.now())
    except EditingError as error:
        return _cases_page(slug, error.code, 409)
    return see_other(draft_url(row.code))


@draft_cases_staff.post(f"/<slug:code>{_CASES}/go")
@requires(_WRITE)
def take_off(code: str) -> ResponseReturnValue:
    row = queries.draft(code) or abort(404)
    try:
        from_feedback.remove_case(row, _reference(), actor=principal().actor, now=clock.now())
    except EditingError as error:
        if queries.guide_row(row.slug) is None:
            abort(409)
        return _cases_page(row.slug, error.code, 409)
    return see_other(draft_url(code))


def _reference() -> str:
    return clean_line(request.form.get("case", ""), _LONGEST_REFERENCE).upper()


def drafting_of(kind: str, key: str, reference: str, case_id: int) -> Drafting | None:
    """How this person may mend the guide that a case is about, for the case's own page."""
    if kind != case_queries.GUIDE or not principal().may(_WRITE):
        return None
    if case_queries.case_about(key, reference) is None or queries.guide_row(key) is None:
        return None
    shown = [draft for draft in case_queries.drafts_of_case(case_id) if draft.state != DraftState.DROPPED]
    locale = current_locale().code
    labels = [
        (f"{state_label(draft.state)}, {day(clock.local_day(draft.updated_at), locale)}", draft_url(draft.code))
        for draft in shown
    ]
    return Drafting(cases_url(key), labels)
