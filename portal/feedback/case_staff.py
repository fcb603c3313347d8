"""What an officer does with one case. Another agency's officer is refused everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from portal.agencies import queries as agencies
from portal.agencies.queries import AgencyFact
from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.pages import renderer
from portal.core.permissions import Actor, Permission
from portal.core.staff import staff_url
from portal.core.stamps import sent_stamp
from portal.core.text import clean_line, fold
from portal.feedback import handling, personal, publishing, queries
from portal.feedback.beside import stamp_of_case
from portal.feedback.case_page import Asked, show_case, with_prepared
from portal.feedback.desk import Desk, desk_of, officers, officers_for
from portal.feedback.handling import RefusedError
from portal.feedback.models import FeedbackCase
from portal.feedback.personal import PersonalKind
from portal.feedback.publishing import NotPublishableError
from portal.feedback.queue import NOBODY, cases_by_reference
from portal.feedback.staff import QUEUE, case_url
from portal.feedback.staff_forms import ANSWERS, CLOSINGS, ActForm, read_filters
from portal.feedback.staff_words import refusal
from portal.feedback.states import Outcome
from portal.feedback.uploading import upload_store
from portal.media.serving import stored_file

case_staff = Blueprint("case_staff", __name__, url_prefix="/can-bo/phan-anh")
_ANSWER = Permission.ANSWER_CASES
_MOST_CANDIDATES = 12
_LONGEST_REFERENCE = 30


@dataclass(frozen=True, slots=True)
class Work:
    """One act: on which case, with what was typed, by whom, when."""

    case: FeedbackCase
    form: ActForm
    actor: Actor
    now: datetime

    def outcome(self, field: str, allowed: Sequence[Outcome]) -> Outcome:
        """The chosen outcome. Raises RefusedError."""
        chosen = next((one for one in allowed if one.value == self.form.text(field)), None)
        if chosen is None:
            raise RefusedError("no_outcome", field)
        return chosen


class _SeveralError(Exception):
    """A name that several agencies have."""

    def __init__(self, found: Sequence[AgencyFact]) -> None:
        self.found = found
        super().__init__()


def found_case(code: str) -> tuple[FeedbackCase, Desk]:
    """A case that is this officer's, and their desk; 404 for none, 403 for another's."""
    case, desk = queries.case_by_reference(code.upper()), desk_of(principal())
    if case is None:
        abort(404)
    if not desk.opens(case):
        abort(403)
    return case, desk


def _act(code: str, act: str, do: Callable[[Work], object], *, public: str = "") -> ResponseReturnValue:
    """Do it, unless somebody was quicker, or `public`, the field that people read, holds what looks personal."""
    case, desk = found_case(code)
    case = queries.locked(case)
    if not desk.opens(case):
        abort(403)
    form = ActForm(request.form)
    if not form.validate():
        return show_case(case, desk, Asked(act=act, form=form, errors=errors_of(form), status=422))
    if sent_stamp() not in {"", stamp_of_case(case)}:
        return show_case(case, desk, Asked(act=act, form=form, errors=[(refusal("changed"), "lich-su")], status=409))
    warned = _personal(form, public)
    if not form.warned_of(*warned):
        return show_case(case, desk, Asked(act=act, form=form, warned=warned, status=422))
    return _done(Work(case, form, principal().actor, clock.now()), desk, act, do)


def _personal(form: ActForm, public: str) -> tuple[PersonalKind, ...]:
    """What looks personal in what people will read; in what everybody will, names too."""
    if public == "published":
        return publishing.personal_in(form.text("question"), form.text("published"))
    return personal.kinds_in(form.text(public)) if public else ()


def _done(work: Work, desk: Desk, act: str, do: Callable[[Work], object]) -> ResponseReturnValue:
    try:
        do(work)
    except _SeveralError as error:
        candidates = [(one.slug, one.name) for one in error.found[:_MOST_CANDIDATES]]
        asked = Asked(
            act=act, form=work.form, errors=[(refusal("several_agencies"), "to")], candidates=candidates, status=422
        )
        return show_case(work.case, desk, asked)
    except (RefusedError, NotPublishableError) as error:
        where = getattr(error, "field", "") or "lich-su"
        return show_case(
            work.case, desk, Asked(act=act, form=work.form, errors=[(refusal(error.code), where)], status=422)
        )
    query = read_filters(desk).query
    mark = f"{query}&xong={act}" if query else f"?xong={act}"
    if not desk.opens(work.case):
        return see_other(staff_url(QUEUE + mark))
    return see_other(case_url(work.case.reference, mark))


@case_staff.get("/<slug:code>")
@requires(_ANSWER, is_scoped=True)
def case_page(code: str) -> ResponseReturnValue:
    return show_case(*found_case(code))


@case_staff.post("/<slug:code>/hien")
@requires(_ANSWER, is_scoped=True)
def unmask(code: str) -> ResponseReturnValue:
    case, desk = found_case(code)
    handling.unmask(case, actor=principal().actor, now=clock.now())
    return show_case(case, desk, unmasked=True)


@case_staff.get("/<slug:code>/tep/<slug:slug>")
@requires(_ANSWER, is_scoped=True)
def attachment(code: str, slug: str) -> ResponseReturnValue:
    case, _desk = found_case(code)
    file = queries.file_by_code(slug)
    if file is None or file.case_id != case.id:
        abort(404)
    store = upload_store(renderer().config)
    return stored_file(store.path(file.store_key), f"{case.reference} {file.code}")


@case_staff.post("/<slug:code>/nhan")
@requires(_ANSWER, is_scoped=True)
def accept(code: str) -> ResponseReturnValue:
    return _act(code, "nhan", lambda work: handling.accept(work.case, actor=work.actor, now=work.now))


@case_staff.post("/<slug:code>/giao")
@requires(_ANSWER, is_scoped=True)
def assign(code: str) -> ResponseReturnValue:
    return _act(code, "giao", _assign)


def _assign(work: Work) -> None:
    wished = work.form.text("officer")
    known = officers_for(officers(), work.case.agency, agencies.superiors())
    officer = next((one for one in known if one.code == wished), None)
    if officer is None and wished != NOBODY:
        raise RefusedError("no_officer", "officer")
    code, name = (officer.code, officer.name) if officer else ("", "")
    handling.assign(work.case, code, name, actor=work.actor, now=work.now)


@case_staff.post("/<slug:code>/ghi-chu")
@requires(_ANSWER, is_scoped=True)
def note(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        handling.note(work.case, work.form.text("note"), actor=work.actor, now=work.now)

    return _act(code, "ghi-chu", do)


@case_staff.post("/<slug:code>/hoi")
@requires(_ANSWER, is_scoped=True)
def ask(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        handling.ask(work.case, work.form.text("ask"), actor=work.actor, now=work.now)

    return _act(code, "hoi", do, public="ask")


@case_staff.post("/<slug:code>/tra-loi")
@requires(_ANSWER, is_scoped=True)
def answer(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        outcome = work.outcome("answer_outcome", ANSWERS)
        handling.answer(work.case, work.form.text("answer"), outcome, actor=work.actor, now=work.now)

    return _act(code, "tra-loi", do, public="answer")


@case_staff.post("/<slug:code>/mau")
@requires(_ANSWER, is_scoped=True, only_reads=True)
def prepare_answer(code: str) -> ResponseReturnValue:
    """Put a prepared answer below what has been typed; nothing is sent."""
    case, desk = found_case(code)
    form = ActForm(request.form)
    if not form.validate():
        return show_case(case, desk, Asked(act="tra-loi", form=form, errors=errors_of(form), status=422))
    form.answer.data = with_prepared(case, form.text("answer"), form.text("template"))
    if sent_stamp() not in {"", stamp_of_case(case)}:
        return show_case(
            case, desk, Asked(act="tra-loi", form=form, errors=[(refusal("changed"), "lich-su")], status=409)
        )
    return show_case(case, desk, Asked(act="tra-loi", form=form))


@case_staff.post("/<slug:code>/dong")
@requires(_ANSWER, is_scoped=True)
def close(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        outcome = work.outcome("close_outcome", CLOSINGS)
        handling.close(work.case, work.form.text("close"), outcome, actor=work.actor, now=work.now)

    return _act(code, "dong", do, public="close")


@case_staff.post("/<slug:code>/chuyen")
@requires(_ANSWER, is_scoped=True)
def forward(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        to = agency_meant(work.form, "to", "agency")
        handling.forward(work.case, to, work.form.text("forward"), actor=work.actor, now=work.now)

    return _act(code, "chuyen", do, public="forward")


def agency_meant(form: ActForm, typed: str, picked: str) -> str:
    """The agency that was picked, or whose name was typed, or a part of it that no other has.

    Raises RefusedError where there is none, _SeveralError where there are more.
    """
    text, known = fold(form.text(typed)), agencies.agencies()
    chosen = next((one.slug for one in known if one.slug == form.text(picked)), "")
    exact = next((one.slug for one in known if one.name == form.text(typed)), "")
    if chosen or exact:
        return chosen or exact
    found = [one for one in known if text and text in fold(one.name)]
    if len(found) > 1:
        raise _SeveralError(found)
    if not found:
        raise RefusedError("unknown_agency", typed)
    return found[0].slug


@case_staff.post("/<slug:code>/gop")
@requires(_ANSWER, is_scoped=True)
def merge(code: str) -> ResponseReturnValue:
    desk = desk_of(principal())

    def do(work: Work) -> None:
        into = queries.case_by_reference(work.form.text("into").upper())
        if into is None or (into.agency == work.case.agency and not desk.opens(into)):
            raise RefusedError("unknown_case", "into")
        handling.merge(work.case, into, actor=work.actor, now=work.now)

    # Both, in one order: two officers who merge two cases into each other would wait for each other.
    cases_by_reference([code.upper(), clean_line(request.form.get("into", ""), _LONGEST_REFERENCE).upper()])
    return _act(code, "gop", do)


@case_staff.post("/<slug:code>/lam-dung")
@requires(_ANSWER, is_scoped=True)
def mark_abuse(code: str) -> ResponseReturnValue:
    return _act(code, "lam-dung", lambda work: handling.mark_abuse(work.case, actor=work.actor, now=work.now))


@case_staff.post("/<slug:code>/de-xuat")
@requires(_ANSWER, is_scoped=True)
def propose(code: str) -> ResponseReturnValue:
    def do(work: Work) -> None:
        texts = work.form.text("question"), work.form.text("published")
        publishing.propose(work.case, *texts, actor=work.actor, now=work.now)

    return _act(code, "de-xuat", do, public="published")
