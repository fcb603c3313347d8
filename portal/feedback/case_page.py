"""The page of one case as an officer sees it: what came, what is due, what has happened, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.formats import day as format_day
from portal.core.gate import principal
from portal.core.i18n import current_locale, localised_path
from portal.core.registry import drafting_for
from portal.core.staff import render_staff, staff_url
from portal.feedback import personal, queries, queue
from portal.feedback.answer_templates import filled
from portal.feedback.beside import provisional_years, similar, stamp_of_case
from portal.feedback.deadlines import is_overdue
from portal.feedback.desk import Desk, officers, officers_for
from portal.feedback.labels import (
    agency_name,
    category_label,
    event_details,
    event_label,
    outcome_label,
    pass_on_source,
    personal_labels,
    rating_label,
    state_label,
    told_above,
)
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.publishing import SUBJECT_KINDS, answers_of_case
from portal.feedback.routing import superior_of
from portal.feedback.staff import QUEUE, case_url, ending, excerpt, tabs_of
from portal.feedback.staff_forms import ANSWERS, CLOSINGS, ActForm, read_filters, warning_key
from portal.feedback.staff_words import TimeLeft, place_name, route_in_words, time_left
from portal.feedback.states import PENDING, CaseState, EventKind, Outcome
from portal.feedback.subjects import subject
from portal.guides.queries import has_version

_IN_THE_LIST = 25
_HIDDEN = personal.MASK * 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody sent that came back: which act, what they typed, why it wasn't done.

    `warned` are the kinds of personal data that they are asked about before it goes out.
    """

    act: str = ""
    form: ActForm = field(default_factory=ActForm)
    errors: Sequence[tuple[str, str]] = ()
    warned: Sequence[str] = ()
    candidates: Sequence[tuple[str, str]] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as the page tells it."""

    at: datetime
    label: str
    who: str
    text: str
    details: str
    is_public: bool


def show_case(case: FeedbackCase, desk: Desk, asked: Asked | None = None, *, unmasked: bool = False) -> Response:
    """The page of a case; `unmasked` for one answer shows what is personal, which is for the caller to write down."""
    asked, filters, today = asked or Asked(), read_filters(desk), clock.today()
    shown = queue.cases(filters.wanted, today, limit=_IN_THE_LIST)
    return render_staff(
        "staff/feedback/case.html", title=case.reference, status=asked.status, case=case, asked=asked,
        crumbs=[(_("Phản ánh cần xử lý"), staff_url(QUEUE + filters.query))], desk_tabs=tabs_of(desk, filters),
        rows=[_line(row, case, filters.query) for row in shown], here=case_url(case.reference), query=filters.query,
        filters=filters, left=time_left(case.state, case.due_on, today), is_unmasked=unmasked,
        done=request.args.get("xong", ""), is_pending=case.state in PENDING, stamp=stamp_of_case(case),
        **facts_of(case, unmasked=unmasked), **_beside(case, desk), **_acts(case, asked),
    )  # fmt: skip


def _line(row: queue.Listed, case: FeedbackCase, query: str) -> dict[str, Any]:
    left = time_left(row.state, row.due_on, clock.today())
    return {
        "url": case_url(row.reference, query), "reference": row.reference, "text": excerpt(row.message, 70),
        "left": left if left.text else TimeLeft(ending(row), left.urgency),
        "is_current": row.reference == case.reference,
    }  # fmt: skip


def facts_of(case: FeedbackCase, *, unmasked: bool) -> dict[str, Any]:
    """What came in, and what is due."""
    due = max((day for day in (case.due_on, case.answer_due) if day), default=None) if case.state in PENDING else None
    place_given = place_name(case.place_given)
    contact = [
        (label, value if unmasked else _hidden(value))
        for label, value in (
            (_("Họ tên"), case.contact_name), (_("E-mail"), case.contact_email), (_("Điện thoại"), case.contact_phone),
        )
        if value
    ]  # fmt: skip
    return {
        "message": case.message if unmasked else personal.mask(case.message),
        "has_masked": bool(contact) or any(personal.find(text) for text in _texts(case)),
        "contact": contact,
        "category": category_label(case.category),
        "state": state_label(case.state),
        "outcome": outcome_label(case.outcome) if case.outcome else "",
        "rating": rating_label(case.rating) if case.rating else "",
        "agency": agency_name(case.agency),
        "escalated_to": _told_above(case),
        "place": place_name(case.place),
        "place_given": place_given if unmasked else personal.mask(place_given),
        "route": route_in_words(case),
        "pass_source": pass_on_source(),
        "years": provisional_years(clock.today(), due) if due and due >= clock.today() else [],
        "files": [
            (case_url(case.reference) + f"/tep/{file.code}", file.media_type.startswith("image/"), file.size)
            for file in queries.files_of(case)
        ],
        "history": [_told(event, unmasked=unmasked) for event in reversed(queries.events_of(case))],
        **_subject(case),
    }


def _told_above(case: FeedbackCase) -> str:
    """Who was told that it is late; that there is nobody, where it is; "" where it isn't."""
    above = agencies.superiors()
    if case.escalated_to:
        return told_above(case.escalated_to, is_general=above.get(case.agency) != case.escalated_to)
    is_late = case.state == CaseState.OPEN and is_overdue(case.due_on, clock.today())
    if is_late and superior_of(queries.world(), case.agency, above) is None:
        return str(_("Không có cơ quan nào ở trên để báo."))
    return ""


def _texts(case: FeedbackCase) -> list[str]:
    return [case.message, case.place_given, *(event.text for event in queries.events_of(case))]


def _hidden(value: str) -> str:
    """A contact that is there, and not to be read."""
    masked = personal.mask(value)
    return masked if masked != value else _HIDDEN


def _told(event: FeedbackEvent, *, unmasked: bool) -> Event:
    who = {"citizen": _("Người gửi phản ánh"), "system": _("Hệ thống")}.get(event.actor_kind, event.actor_name)
    return Event(
        event.at, event_label(event.kind), str(who), event.text if unmasked else personal.mask(event.text),
        event_details(event), event.is_public,
    )  # fmt: skip


def _subject(case: FeedbackCase) -> dict[str, Any]:
    """The page that it is about, and whether it is still the one that the person saw."""
    if not case.subject_key:
        return {"subject_title": "", "subject_url": "", "subject_state": "", "seen_url": ""}
    found = subject(f"{case.subject_kind}:{case.subject_key}", case.locale)
    if not found.key:
        state = "gone"
    else:
        state = "changed" if case.subject_version and found.version != case.subject_version else "same"
    return {
        "subject_title": case.subject_title,
        "subject_url": localised_path(found.path, current_locale()) if found.path else "",
        "subject_state": state,
        "seen_url": f"{case_url(case.reference)}/trang-da-xem" if _is_kept(case) else "",
    }


def _is_kept(case: FeedbackCase) -> bool:
    """Whether the guide is kept as the person saw it."""
    return case.subject_kind == "guide" and has_version(case.subject_key, case.subject_version)


def _beside(case: FeedbackCase, desk: Desk) -> dict[str, Any]:
    into = queries.case_by_id(case.merged_into_id)
    # Who was told of one late case is told of no other.
    alike = similar(case, clock.now()) if desk.holds(case.agency) else []
    return {
        "similar": [
            (case_url(one.reference), one.reference, excerpt(one.message), state_label(one.state), one.is_same_page)
            for one in alike
        ],
        "merged_here": [(case_url(one.reference), one.reference) for one in queries.merged_into(case)],
        "merged_into": (case_url(into.reference), into.reference) if into else None,
        "answers": answers_of_case(case),
        "drafting": drafting_for(case.subject_kind, case.subject_key, case.reference, case.id),
    }


def _acts(case: FeedbackCase, asked: Asked) -> dict[str, Any]:
    """What the forms of the page offer."""
    form, known = asked.form, officers_for(officers(), case.agency, agencies.superiors())
    return {
        "texts": _typed(case, form),
        "problems": {name: message for message, name in asked.errors},
        "warning": personal_labels(asked.warned),
        "seen": warning_key(*asked.warned) if asked.warned else "",
        "templates": [
            (one.code, one.title, one.code == form.text("template")) for one in queries.templates(case.category)
        ],
        "answer_outcomes": _outcomes(ANSWERS, form.text("answer_outcome") or ANSWERS[0]),
        "close_outcomes": _outcomes(CLOSINGS, form.text("close_outcome")),
        "officers": [(one.code, one.name, one.code == case.assignee) for one in known],
        "assignee": next((one.name for one in known if one.code == case.assignee), case.assignee),
        "me": principal().code,
        "agency_choices": [(slug, name, False) for slug, name in asked.candidates],
        "agency_names": [one.name for one in agencies.agencies() if one.slug != case.agency],
        "is_accepted": case.accepted_at is not None,
        "is_waiting": case.state == CaseState.WAITING,
        "may_propose": case.subject_kind in SUBJECT_KINDS and case.state in {CaseState.ANSWERED, CaseState.CLOSED},
    }


def _outcomes(outcomes: Sequence[Outcome], chosen: str) -> list[tuple[str, str, bool]]:
    return [(one.value, outcome_label(one.value), one.value == chosen) for one in outcomes]


def _typed(case: FeedbackCase, form: ActForm) -> dict[str, str]:
    """What stands in the fields: what was typed, else a beginning."""
    texts = {name: form.text(name) for name in form._fields}
    last = next(
        (one.text for one in reversed(queries.events_of(case)) if one.kind in {EventKind.ANSWERED, EventKind.CLOSED}),
        "",
    )
    texts["question"] = texts["question"] or personal.mask(case.message)
    texts["published"] = texts["published"] or personal.mask(last)
    return texts


def with_prepared(case: FeedbackCase, typed: str, code: str) -> str:
    """What was typed, and below it a prepared answer with its variables filled in; once, however often it is asked."""
    prepared = queries.template_by_code(code) if code else None
    text = filled(prepared.text, _variables(case)) if prepared is not None else ""
    return typed if text in typed else f"{typed}\n\n{text}".strip()


def _variables(case: FeedbackCase) -> Mapping[str, str]:
    """What prepared answers may name."""
    return {
        "reference": case.reference,
        "agency": agency_name(case.agency),
        "subject": case.subject_title or category_label(case.category),
        "date": format_day(clock.today(), case.locale),
    }
