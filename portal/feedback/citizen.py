"""What the person who wrote may do with their case: they hold its code, and are asked nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.agencies.queries import superiors
from portal.core.db import db
from portal.feedback import clockwork, codes, history, personal, queries
from portal.feedback.models import FeedbackCase
from portal.feedback.routing import superior_of
from portal.feedback.states import PENDING, AnswerState, CaseState, EventKind, Outcome, Rating
from portal.outbox.service import FORGETS, enqueue
from portal.places.queries import atlas

REOPEN_LASTS = timedelta(days=30)
# How long after its end somebody still gets a new code for a case.
CODE_LASTS = timedelta(days=90)
SEND_CODE = "feedback.send_code"
MOST_FOLLOW_UPS = 20
ERASED_TEXT = "—"


class NotPossibleError(Exception):
    """The case is in no state for that; `code` says why: ended, rated, too_many."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def follow_up(case: FeedbackCase, text: str, *, now: datetime) -> None:
    """Something that the person adds. Where the agency had asked, the clock goes on. Raises NotPossibleError."""
    case = queries.locked(case)
    if case.state not in PENDING:
        raise NotPossibleError("ended")
    said = [event for event in queries.events_of(case) if event.kind == EventKind.FOLLOWED_UP]
    if said and said[-1].text == text:
        return  # sent twice
    if len(said) >= MOST_FOLLOW_UPS:
        raise NotPossibleError("too_many")
    if case.state == CaseState.WAITING:
        clockwork.resume(case, now)
    event = history.happened(case, EventKind.FOLLOWED_UP, actor=history.PERSON, now=now, text=text)
    history.tell(event, history.TO_AGENCY, now=now)


def may_reopen(case: FeedbackCase, now: datetime) -> bool:
    """Whether a poor rating would reopen it: once, within a month of the answer."""
    ended = case.ended_at
    is_done = case.state in {CaseState.ANSWERED, CaseState.CLOSED} and case.erased_at is None
    return is_done and case.level == 0 and ended is not None and now - ended <= REOPEN_LASTS


def rate(case: FeedbackCase, rating: Rating, reason: str, *, now: datetime) -> bool:
    """What the person thinks of the answer; poor, with a reason, reopens it one level up. Whether it did.

    Raises NotPossibleError where there is nothing to rate, or it has been rated.
    """
    case = queries.locked(case)
    if case.state not in {CaseState.ANSWERED, CaseState.CLOSED} or case.erased_at is not None:
        raise NotPossibleError("ended")
    if case.rating:
        raise NotPossibleError("rated")
    case.rating = rating.value
    history.happened(case, EventKind.RATED, actor=history.PERSON, now=now, text=reason, details={"rating": rating})
    if rating is not Rating.POOR or not reason or not may_reopen(case, now):
        return False
    _reopen(case, reason, now)
    return True


def _reopen(case: FeedbackCase, reason: str, now: datetime) -> None:
    """One level up: the superior agency answers now; without one, the same agency once more."""
    before = case.agency
    above = superior_of(queries.world(), before, superiors())
    case.agency = above.slug if above else before
    case.level = 1
    clockwork.begin_anew(case, now)
    details = {"from": before, "to": case.agency}
    event = history.happened(case, EventKind.REOPENED, actor=history.PERSON, now=now, text=reason, details=details)
    history.tell_person(case, event, now=now)
    history.tell(event, history.TO_AGENCY, now=now)


def erase(case: FeedbackCase, *, now: datetime) -> list[str]:
    """Forget who wrote and what, as they ask; returns the stored files to delete once this is committed.

    That there was a case, and what the agency answered, stays. (Luật 91/2025/QH15: the right to erasure.)
    """
    case = queries.locked(case)
    keys = forget_person(case, now=now)
    case.message, case.searched = ERASED_TEXT, ""
    if atlas().get(case.place_given) is None:
        case.place_given = ""
    for event in queries.events_of(case):
        if event.actor_kind == history.PERSON.kind and event.text:
            event.text = ERASED_TEXT
    for proposed in queries.unpublished_answers(case):
        proposed.state, proposed.question, proposed.answer = AnswerState.WITHDRAWN.value, ERASED_TEXT, ERASED_TEXT
    # Others who said the same still wait for its answer.
    if case.state in PENDING and not queries.merged_into(case):
        case.outcome = Outcome.WITHDRAWN.value
        clockwork.finish(case, CaseState.CLOSED, now)
    history.happened(case, EventKind.ERASED, actor=history.PERSON, now=now)
    return keys


def is_erased(case: FeedbackCase) -> bool:
    """Whether nothing is left of what its person wrote; where only time has passed, what they wrote is still there."""
    return case.erased_at is not None and case.message == ERASED_TEXT


def without_person(text: str, case: FeedbackCase) -> str:
    """A text about a case without what looks personal and the name that its person gave."""
    text = personal.mask(text)
    return text.replace(case.contact_name, personal.MASK * len(case.contact_name)) if case.contact_name else text


def forget_person(case: FeedbackCase, *, now: datetime) -> list[str]:
    """Take away contacts and files, and mask what is left; returns the stored files to delete after the commit."""
    files, events = queries.files_of(case), queries.events_of(case)
    keys = [file.store_key for file in files]
    for file in files:
        db.session.delete(file)
    for event in events:
        event.text = without_person(event.text, case)
    history.forget_told(case, events, now=now)
    case.contact_name = case.contact_email = case.contact_phone = ""
    case.message, case.place_given = personal.mask(case.message), personal.mask(case.place_given)
    case.erased_at = now
    db.session.flush()
    return keys


def ask_for_new_code(email: str, *, key: str, now: datetime) -> None:
    """Have the worker look for cases of this address and send each a new code; nobody learns whether there are any."""
    enqueue(SEND_CODE, {"email": email, FORGETS: True}, key=key, now=now)


def renew_code(case: FeedbackCase, *, now: datetime) -> str:
    """A new code for a case; the old one opens it no longer."""
    code = codes.new_case_code()
    case.code_hash = codes.code_hash(code)
    history.happened(case, EventKind.CODE_RENEWED, actor=history.SYSTEM, now=now)
    return code
