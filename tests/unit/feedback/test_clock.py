"""Deadlines, pauses, reminders, escalation: in working days, each thing once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from portal.agencies.models import Agency
from portal.core import workdays
from portal.core.db import db, unit_of_work
from portal.core.workdays import DayValues
from portal.feedback import citizen, handling, queries
from portal.feedback.receiving import Received
from portal.feedback.scheduler import watch_deadlines
from portal.feedback.states import EventKind, Outcome, Rating
from portal.outbox.models import OutboxMessage
from tests.factories.feedback import (
    COMMUNE,
    COMMUNE_CENTER,
    COMMUNE_COMMITTEE,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    answer,
    case_of,
    load_agencies,
    promise,
    receive,
)


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


def watch(now: datetime) -> None:
    with unit_of_work():
        watch_deadlines(now)


def kinds(received: Received) -> list[str]:
    return [event.kind for event in queries.events_of(case_of(received))]


def to_commune(received: Received, *, now: datetime = MONDAY) -> None:
    with unit_of_work():
        handling.forward(case_of(received), COMMUNE_CENTER, "Thuộc phường.", actor=OFFICER, now=now)


def test_one_reminder_one_overdue_one_escalation() -> None:
    promise(10)
    received = receive(place=COMMUNE)
    to_commune(received)
    with unit_of_work():
        handling.accept(case_of(received), actor=OFFICER, now=MONDAY)
    due = case_of(received).due_on
    assert due == date(2026, 11, 23)
    for day in range(30):
        moment = MONDAY + timedelta(days=day)
        watch(moment)
        watch(moment)
    found = kinds(received)
    assert [found.count(kind) for kind in ("reminded", "overdue", "escalated")] == [1, 1, 1]
    events = {event.kind: event for event in queries.events_of(case_of(received))}
    assert events["reminded"].at.date() == date(2026, 11, 20), "the working day before, a Friday"
    assert events["overdue"].at.date() == date(2026, 11, 24)
    assert case_of(received).escalated_to == COMMUNE_COMMITTEE


def test_two_schedulers_at_the_same_moment_tell_everybody_once(app: Flask) -> None:
    references = [receive(f"n{number}").case.reference for number in range(8)]
    for day in (4, 8):

        def schedule(moment: datetime = MONDAY + timedelta(days=day)) -> None:
            with app.app_context():
                watch(moment)
                db.session.remove()

        db.session.remove()
        threads = [Thread(target=schedule) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # What a scheduler left to another one, the next hour does.
        watch(MONDAY + timedelta(days=day))
    for reference in references:
        case = queries.case_by_reference(reference)
        assert case is not None
        told = [event.kind for event in queries.events_of(case)]
        assert [told.count(kind) for kind in ("reminded", "overdue", "escalated")] == [1, 1, 1]
    keys = db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == "feedback.notice")).all()
    assert len(keys) == 8 * 4, "received, reminded, overdue, and the superior"


def test_a_day_off_and_a_worked_saturday_count() -> None:
    with unit_of_work():
        off = DayValues(kind="off", name="Nghỉ bù", source="", is_confirmed=True)
        work = DayValues(kind="work", name="Làm bù", source="", is_confirmed=True)
        workdays.add_day(date(2026, 11, 12), off, actor=OFFICER, now=MONDAY)
        workdays.add_day(date(2026, 11, 14), work, actor=OFFICER, now=MONDAY)
    assert receive().case.pass_due == date(2026, 11, 16)


def test_waiting_for_the_person_stops_the_clock() -> None:
    promise(10)
    received = receive()
    with unit_of_work():
        handling.ask(case_of(received), "Bạn gửi số biên nhận?", actor=OFFICER, now=MONDAY + timedelta(days=2))
    case = case_of(received)
    assert (case.state, case.due_on) == ("waiting", None)
    watch(MONDAY + timedelta(days=60))
    assert "overdue" not in kinds(received)
    back = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)  # a Monday
    with unit_of_work():
        citizen.follow_up(case_of(received), "Số 12.", now=back)
    # Eight working days were left on Wednesday the 11th.
    assert case_of(received).due_on == date(2027, 1, 21)


def test_who_gets_a_case_after_a_pause_is_not_late_because_of_it() -> None:
    received = receive()
    with unit_of_work():
        handling.ask(case_of(received), "Ở đâu?", actor=OFFICER, now=MONDAY + timedelta(days=1))
    back = MONDAY + timedelta(days=21)
    with unit_of_work():
        citizen.follow_up(case_of(received), "Ở phường.", now=back)
    to_commune(received, now=back)
    # Four of the five working days were left.
    assert case_of(received).due_on == date(2026, 12, 4)
    watch(back)
    assert "overdue" not in kinds(received)


def test_forwarding_keeps_the_clock() -> None:
    promise(10)
    received = receive()
    before = case_of(received)
    dues = before.pass_due, before.answer_due
    to_commune(received, now=MONDAY + timedelta(days=3))
    after = case_of(received)
    assert (after.pass_due, after.answer_due, after.agency) == (*dues, COMMUNE_CENTER)
    assert after.due_on == after.pass_due


def test_poor_with_a_reason_goes_one_level_up_once() -> None:
    received = receive(place=COMMUNE)
    to_commune(received)
    answer(received)
    with unit_of_work():
        assert citizen.rate(case_of(received), Rating.POOR, "Chưa trả lời đúng việc.", now=MONDAY)
    case = case_of(received)
    assert (case.state, case.level, case.agency) == ("open", 1, COMMUNE_COMMITTEE)
    answer(received)
    with unit_of_work():
        assert not citizen.rate(case_of(received), Rating.POOR, "Vẫn vậy.", now=MONDAY)
    assert case_of(received).state == "answered"
    with pytest.raises(citizen.NotPossibleError), unit_of_work():
        citizen.rate(case_of(received), Rating.GOOD, "", now=MONDAY)


def test_who_rates_late_or_without_a_reason_reopens_nothing() -> None:
    for nonce, reason, days in (("a", "", 1), ("b", "Sai.", 31)):
        received = receive(nonce)
        answer(received)
        with unit_of_work():
            assert not citizen.rate(case_of(received), Rating.POOR, reason, now=MONDAY + timedelta(days=days))
        assert case_of(received).state == "answered"


def late(received: Received) -> list[str]:
    """What has happened to a case three weeks on."""
    for day in range(20):
        watch(MONDAY + timedelta(days=day))
    return kinds(received)


def without_superior(agency: str) -> None:
    with unit_of_work():
        row = db.session.scalars(select(Agency).where(Agency.slug == agency)).one()
        row.superior_id = None


def test_where_no_superior_is_entered_the_general_agency_is_told() -> None:
    without_superior(COMMUNE_COMMITTEE)
    without_superior(PROVINCE_CENTER)
    received = receive()
    with unit_of_work():
        handling.forward(case_of(received), COMMUNE_COMMITTEE, "Thuộc phường.", actor=OFFICER, now=MONDAY)
    assert late(received).count(EventKind.ESCALATED) == 1
    assert case_of(received).escalated_to == PROVINCE_CENTER
    told = next(one for one in queries.events_of(case_of(received)) if one.kind == EventKind.ESCALATED)
    assert told.details == {"to": PROVINCE_CENTER, "is_general": True}
    answer(received)
    with unit_of_work():
        assert citizen.rate(case_of(received), Rating.POOR, "Chưa đúng việc.", now=MONDAY + timedelta(days=21))
    case = case_of(received)
    assert (case.agency, case.escalated_to) == (PROVINCE_CENTER, "")


def test_nobody_is_told_by_whom_they_are_above() -> None:
    received = receive()
    without_superior(PROVINCE_CENTER)
    assert late(received).count(EventKind.OVERDUE) == 1
    assert EventKind.ESCALATED not in kinds(received)
    assert case_of(received).agency == PROVINCE_CENTER


def test_what_ended_is_never_due() -> None:
    promise(2)
    received = receive()
    answer(received)
    watch(MONDAY + timedelta(days=40))
    assert kinds(received) == ["received", "answered"]
    with pytest.raises(handling.RefusedError), unit_of_work():
        handling.answer(case_of(received), "Lần nữa.", Outcome.FIXED, actor=OFFICER, now=MONDAY)
