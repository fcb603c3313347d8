"""What the person who wrote is shown of their case: nothing of others, and no officer's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.core import clock, formats, workdays
from portal.core.text import clean_line
from portal.feedback import citizen, history, labels, queries
from portal.feedback.deadlines import working_days_left
from portal.feedback.models import FeedbackCase, FeedbackEvent, FeedbackFile
from portal.feedback.states import PENDING, CaseState, EventKind

_ANSWERS = (EventKind.ANSWERED, EventKind.CLOSED)
_MOST_MERGES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: when, what, by whom (an agency, or "" for the person and the clock), in what words."""

    at: str
    title: str
    details: str
    agency: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agency said to it, and how it ended."""

    at: str
    agency: str
    outcome: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """A case as its page shows it. `due` is the next deadline in words, `left` how many working days until then;
    `answer_by` the promised day of the answer where another deadline comes before it, `answer_source` who says so."""

    state: str
    tone: str
    agency: str
    category: str
    about: str
    place: str
    message: str
    received: str
    due: str
    due_is_answer: bool
    left: int
    answer_by: str
    answer_source: str
    paused_since: str
    answer: Answer | None
    is_merged: bool
    steps: Sequence[Step]
    files: Sequence[FeedbackFile]
    asked: str
    may_add: bool
    may_rate: bool
    would_reopen: bool
    rating: str
    is_erased: bool


def status_view(case: FeedbackCase, *, now: datetime, locale: str) -> StatusView:
    """The page of a case."""
    events = queries.events_of(case, public_only=True)
    answer, shown = _answer(case, events, locale)
    today, done = clock.local_day(now), case.state in {CaseState.ANSWERED, CaseState.CLOSED}
    asked = [event for event in events if event.kind == EventKind.ASKED]
    is_erased = case.erased_at is not None
    return StatusView(
        state=labels.state_for_person(case),
        tone="ok" if done else "warning" if case.state == CaseState.WAITING else "",
        agency=labels.agency_name(case.agency),
        category=labels.category_label(case.category),
        about=case.subject_title,
        place=labels.place_name(case.place_given or case.place),
        message=case.message,
        received=formats.instant(case.received_at, locale),
        due=labels.day_in_words(case.due_on, locale) if case.due_on else "",
        due_is_answer=case.due_on is not None and case.due_on == case.answer_due,
        left=working_days_left(case.due_on, today, workdays.calendar()) if case.due_on else 0,
        answer_by=_day(case.answer_due, locale) if case.due_on and case.due_on != case.answer_due else "",
        answer_source=case.answer_source,
        paused_since=_day(case.paused_on, locale),
        answer=answer,
        is_merged=case.state == CaseState.MERGED,
        steps=[_step(event, locale, hides=event is shown) for event in events],
        files=queries.files_of(case),
        asked=asked[-1].text if asked and case.state == CaseState.WAITING else "",
        may_add=case.state in PENDING and not is_erased,
        may_rate=done and not case.rating and not is_erased,
        would_reopen=citizen.may_reopen(case, now),
        rating=labels.rating_label(case.rating) if case.rating else "",
        is_erased=citizen.is_erased(case),
    )


def _day(day: date | None, locale: str) -> str:
    return labels.day_in_words(day, locale) if day else ""


def _answer(
    case: FeedbackCase, events: Sequence[FeedbackEvent], locale: str
) -> tuple[Answer | None, FeedbackEvent | None]:
    """The answer that stands, and the event of this case that it is."""
    if case.state == CaseState.MERGED:
        return _answer_of_other(case, locale), None
    if case.state not in {CaseState.ANSWERED, CaseState.CLOSED}:
        return None, None
    found = [event for event in events if event.kind in _ANSWERS]
    return (_as_answer(found[-1], locale), found[-1]) if found else (None, None)


def _answer_of_other(case: FeedbackCase, locale: str) -> Answer | None:
    """What was answered to the case that this one was merged into; whatever may be its person's is masked."""
    other: FeedbackCase | None = case
    for _step_of_way in range(_MOST_MERGES):
        if other is None or other.merged_into_id is None:
            break
        other = queries.case_by_id(other.merged_into_id)
    if other is None or other.state not in {CaseState.ANSWERED, CaseState.CLOSED}:
        return None
    found = [event for event in queries.events_of(other, public_only=True) if event.kind in _ANSWERS]
    if not found:
        return None
    answer = _as_answer(found[-1], locale)
    return Answer(answer.at, answer.agency, answer.outcome, citizen.without_person(answer.text, other))


def _as_answer(event: FeedbackEvent, locale: str) -> Answer:
    outcome = labels.outcome_label(str(event.details.get("outcome", "")))
    return Answer(formats.instant(event.at, locale), labels.agency_name(event.agency), outcome, event.text)


def _step(event: FeedbackEvent, locale: str, *, hides: bool) -> Step:
    is_agency = event.actor_kind not in {history.PERSON.kind, history.SYSTEM.kind}
    agency = labels.agency_name(event.agency) if is_agency else ""
    details = "" if event.kind == EventKind.MERGED else clean_line(labels.event_details(event), 400)
    # The reason for reopening stands at the rating.
    text = "" if hides or event.kind == EventKind.REOPENED else event.text
    return Step(formats.instant(event.at, locale), labels.event_for_person(event), details, agency, text)
