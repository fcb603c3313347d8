"""Taking what people send: once, with a code for them and a reference for the staff, on its way to an agency."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import update
from sqlalchemy.sql.dml import ReturningInsert

from portal.core import clock, workdays
from portal.core.content import as_published
from portal.core.db import db, insert_into, table_of
from portal.core.driver_insert import DriverInsert
from portal.feedback import clockwork, codes, history, personal, queries
from portal.feedback.categories import is_taken
from portal.feedback.deadlines import Deadline, pass_due, promised, remind_on
from portal.feedback.models import FeedbackCase, FeedbackCounter, FeedbackFile
from portal.feedback.routing import Question, Route, route
from portal.feedback.states import CaseState
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
    # What makes it itself: sent twice, it is one case; with other words, another.
    key: str = field(init=False)
    searched: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Here already: when it is written, others wait for the database.
        object.__setattr__(self, "searched", personal.searchable(self.message, self.subject.title))
        parts = (
            self.category, self.message, self.subject.kind, self.subject.key, self.place, self.contact_name,
            self.contact_email, self.contact_phone, *sorted(self.files),
        )  # fmt: skip
        object.__setattr__(self, "key", codes.submission_key(self.nonce, parts))


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is told of a case that was received this moment."""

    id: int
    reference: str
    category: str
    agency: str
    place: str
    state: str
    received_at: datetime
    pass_due: date
    answer_due: date | None
    answer_source: str
    due_on: date | None
    contact_email: str
    contact_phone: str
    is_demo: bool


_TOLD = tuple(one.name for one in fields(NewCase) if one.name != "id")


@dataclass(frozen=True, slots=True)
class Received:
    """A case and the code that opens it; `code` is None where the person has had a new one since."""

    told: NewCase | FeedbackCase
    code: str | None
    is_new: bool

    @property
    def case(self) -> FeedbackCase:
        """Its row."""
        found = queries.case_by_id(self.told.id)
        if found is None:
            raise RuntimeError("a case that was there is gone")
        return found


@dataclass(frozen=True, slots=True)
class Preview:
    """Where feedback would go, and what is promised: until when it is passed on, and answered, if anything is.

    `due_on` is what is due first, `watch_on` when the clock looks at it.
    """

    route: Route
    pass_due: date
    answer: Deadline | None
    answer_due: date | None
    due_on: date
    watch_on: date


def preview(category: str, place: str, about: Subject, *, now: datetime) -> Preview:
    """What sending it now would bring about."""
    question = Question(category, place, competent_agency(about, place))
    found, today, calendar = route(queries.world(), question), clock.local_day(now), workdays.calendar()
    promise = promised(queries.deadlines(), category, found.agency)
    answer_due = calendar.add_working_days(today, promise.days) if promise else None
    passed_on = pass_due(today, calendar)
    due_on = clockwork.first_due(passed_on, answer_due)
    return Preview(found, passed_on, promise, answer_due, due_on, remind_on(due_on, calendar))


def taken_before(submission: Submission, *, secret: str) -> Received | None:
    """The case that it has become before; `secret` as of `submit`."""
    known = queries.case_by_submission(submission.key)
    if known is None:
        return None
    code = codes.code_of(submission.key, secret)
    return Received(known, code if codes.code_hash(code) == known.code_hash else None, is_new=False)


def submit(submission: Submission, *, secret: str, now: datetime, expected: Preview | None = None) -> Received:
    """Take it as a case, or find the case that it has become before. Raises NotTakenError.

    `secret` makes the person's code: the same for the same form, so that a replay shows it again. `expected` is its
    preview of this `now`: whoever has it already holds the database's locks for less long.
    """
    if not is_taken(submission.category):
        raise NotTakenError(submission.category)
    if expected is None:
        with as_published():
            expected = preview(submission.category, submission.place, submission.subject, now=now)
    code = codes.code_of(submission.key, secret)
    case = _new_case(submission, expected, code, now)
    if case is None:
        known = taken_before(submission, secret=secret)
        if known is None:
            raise RuntimeError("a case that was there is gone")
        return known
    _take_files(case, submission)
    event = history.received(case, now=now)
    history.tell_person(case, event, now=now)
    history.tell(event, history.TO_AGENCY, now=now)
    history.send_code_to_phone(case, code, now=now)
    return Received(case, code, is_new=True)


def _new_case(submission: Submission, expected: Preview, code: str, now: datetime) -> NewCase | None:
    """Its case; None where the form has one."""
    about, year = submission.subject, clock.local_day(now).year
    values: dict[str, Any] = {
        "reference": _next_reference(year),
        "code_hash": codes.code_hash(code),
        "submission_key": submission.key,
        "category": submission.category,
        "message": submission.message,
        "searched": submission.searched,
        "locale": submission.locale,
        "subject_kind": about.kind,
        "subject_key": about.key,
        "subject_title": about.title,
        "subject_version": submission.seen_version or about.version,
        "place": expected.route.place,
        "place_given": submission.place if submission.place != expected.route.place else "",
        "agency": expected.route.agency,
        "route": expected.route.as_json(),
        "state": CaseState.OPEN.value,
        "received_at": now,
        "updated_at": now,
        "pass_due": expected.pass_due,
        "answer_due": expected.answer_due,
        "answer_source": expected.answer.source if expected.answer else "",
        "due_on": expected.due_on,
        "watch_on": expected.watch_on,
        "contact_name": submission.contact_name,
        "contact_email": submission.contact_email,
        "contact_phone": submission.contact_phone,
        "is_demo": submission.is_demo,
    }
    id_ = _INSERTING.insert(values)
    if id_ is None:
        _give_back_reference(year)
        return None
    return NewCase(id_, **{name: values[name] for name in _TOLD})


def _take_files(case: NewCase, submission: Submission) -> None:
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


def _inserting() -> ReturningInsert[Any]:
    statement = insert_into(table_of(FeedbackCase))
    statement = statement.on_conflict_do_nothing(index_elements=[FeedbackCase.submission_key])
    return cast("ReturningInsert[Any]", statement.returning(FeedbackCase.id))


def _counting() -> ReturningInsert[Any]:
    statement = (
        insert_into(table_of(FeedbackCounter))
        .values(last=1)
        .on_conflict_do_update(index_elements=[FeedbackCounter.year], set_={"last": FeedbackCounter.last + 1})
    )
    return cast("ReturningInsert[Any]", statement.returning(FeedbackCounter.last))


_INSERTING, _COUNTING = DriverInsert(_inserting), DriverInsert(_counting)


def _next_reference(year: int) -> str:
    """The staff's name of the next case of a year. The row's lock makes writers of one moment take turns."""
    return f"PA-{year}-{_COUNTING.insert({'year': year}):05d}"


def _give_back_reference(year: int) -> None:
    """Let the next case have it; nobody else has taken one meanwhile."""
    taken_back = update(FeedbackCounter).where(FeedbackCounter.year == year).values(last=FeedbackCounter.last - 1)
    db.session.execute(taken_back)
