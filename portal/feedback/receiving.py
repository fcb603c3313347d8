"""Taking what people send: once, with a code for them and a reference for the staff, on its way to an agency."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from portal.core import clock, workdays
from portal.core.content import as_published
from portal.core.db import db, insert_into
from portal.feedback import clockwork, codes, history, queries
from portal.feedback.categories import is_taken
from portal.feedback.deadlines import Deadline, pass_due, promised
from portal.feedback.models import FeedbackCase, FeedbackCounter, FeedbackFile
from portal.feedback.routing import Question, Route, route
from portal.feedback.states import CaseState, EventKind
from portal.feedback.subjects import NOTHING, Subject, competent_agency

MOST_FILES = 3


class NotTakenError(Exception):
    """Feedback of this category has a way of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form as it was sent. `place` is as it was named, also a unit of before; `files` are the codes of its files.

    `seen_version` is the state of the subject that the person was looking at, where they said so.
    """

    nonce: str
    category: str
    message: str
    locale: str
    subject: Subject = NOTHING
    seen_version: str = ""
    place: str = ""
    contact_name: str = field(default="", repr=False)
    contact_email: str = field(default="", repr=False)
    contact_phone: str = field(default="", repr=False)
    files: tuple[str, ...] = ()
    is_demo: bool = False

    @property
    def key(self) -> str:
        """What makes it itself: sent twice, it is one case; with other words, another."""
        return codes.submission_key(
            self.nonce,
            (self.category, self.message, self.subject.kind, self.subject.key, self.place, self.contact_name,
             self.contact_email, self.contact_phone, *sorted(self.files)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """A case and the code that opens it; `code` is None where the person has had a new one since."""

    case: FeedbackCase
    code: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Where feedback would go, and what is promised: until when it is passed on, and answered, if anything is."""

    route: Route
    pass_due: date
    answer: Deadline | None
    answer_due: date | None


def preview(category: str, place: str, about: Subject, *, now: datetime) -> Preview:
    """What sending it now would bring about."""
    question = Question(category, place, competent_agency(about, place))
    found, today, calendar = route(queries.world(), question), clock.local_day(now), workdays.calendar()
    promise = promised(queries.deadlines(), category, found.agency)
    answer_due = calendar.add_working_days(today, promise.days) if promise else None
    return Preview(found, pass_due(today, calendar), promise, answer_due)


def submit(submission: Submission, *, secret: str, now: datetime) -> Received:
    """Take it as a case, or find the case that it has become before. Raises NotTakenError.

    `secret` makes the person's code: the same for the same form, so that a replay shows it again.
    """
    if not is_taken(submission.category):
        raise NotTakenError(submission.category)
    key = submission.key
    known = queries.case_by_submission(key)
    if known is None:
        try:
            with db.session.begin_nested():
                case = _new_case(submission, key, secret, now)
        except IntegrityError:
            # The same form, sent twice at the same moment.
            known = queries.case_by_submission(key)
            if known is None:
                raise
        else:
            return Received(case, codes.code_of(key, secret), is_new=True)
    code = codes.code_of(key, secret)
    return Received(known, code if codes.code_hash(code) == known.code_hash else None, is_new=False)


def _new_case(submission: Submission, key: str, secret: str, now: datetime) -> FeedbackCase:
    code = codes.code_of(key, secret)
    with as_published():
        expected = preview(submission.category, submission.place, submission.subject, now=now)
    about = submission.subject
    case = FeedbackCase(
        reference=_next_reference(clock.local_day(now).year),
        code_hash=codes.code_hash(code),
        submission_key=key,
        category=submission.category,
        message=submission.message,
        locale=submission.locale,
        subject_kind=about.kind,
        subject_key=about.key,
        subject_title=about.title,
        subject_version=submission.seen_version or about.version,
        place=expected.route.place,
        place_given=submission.place if submission.place != expected.route.place else "",
        agency=expected.route.agency,
        route=expected.route.as_json(),
        state=CaseState.OPEN.value,
        received_at=now,
        updated_at=now,
        pass_due=expected.pass_due,
        answer_due=expected.answer_due,
        answer_source=expected.answer.source if expected.answer else "",
        contact_name=submission.contact_name,
        contact_email=submission.contact_email,
        contact_phone=submission.contact_phone,
        is_demo=submission.is_demo,
    )
    with as_published():
        clockwork.set_due(case)
    db.session.add(case)
    db.session.flush()
    _take_files(case, submission)
    event = history.happened(case, EventKind.RECEIVED, actor=history.PERSON, now=now)
    history.tell_person(case, event, now=now)
    history.tell(event, history.TO_AGENCY, now=now)
    history.send_code_to_phone(case, code, now=now)
    return case


def _take_files(case: FeedbackCase, submission: Submission) -> None:
    """The files that the form brought, unless it has been sent before and they belong to that case."""
    if not submission.files:
        return
    for file in queries.files_of_form(submission.nonce)[:MOST_FILES]:
        if file.code in submission.files:
            file.case_id = case.id
    db.session.flush()


def add_file(
    nonce: str, store_key: str, *, code: str, media_type: str, size: int, now: datetime
) -> FeedbackFile | None:
    """Remember a stored file of a form that isn't sent yet; None where the form has as many as it may."""
    if len(queries.files_of_form(nonce)) >= MOST_FILES:
        return None
    file = FeedbackFile(
        code=code, submission=nonce, store_key=store_key, media_type=media_type, size=size, created_at=now
    )
    db.session.add(file)
    db.session.flush()
    return file


def drop_files(nonce: str, kept: Collection[str]) -> list[str]:
    """Forget the files of a form that isn't sent yet, but for those kept; returns the stored ones to delete then."""
    gone = [file for file in queries.files_of_form(nonce) if file.code not in kept]
    for file in gone:
        db.session.delete(file)
    db.session.flush()
    return [file.store_key for file in gone]


def _next_reference(year: int) -> str:
    """The staff's name of the next case of a year. The row's lock makes writers of one moment take turns."""
    statement = insert_into(FeedbackCounter).values(year=year, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=[FeedbackCounter.year], set_={"last": FeedbackCounter.last + 1}
    ).returning(FeedbackCounter.last)
    return f"PA-{year}-{db.session.execute(statement).scalar_one():05d}"
