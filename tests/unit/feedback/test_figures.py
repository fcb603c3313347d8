"""The public figures: counted by the formulas, late and unhappy in their first round, nothing small shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.core.workdays import Calendar
from portal.feedback import citizen, counting, figures, handling
from portal.feedback.counting import OTHERS, Figures, Told, count
from portal.feedback.figures import Snapshot, snapshot
from portal.feedback.scheduler import watch_deadlines
from portal.feedback.small_cells import TOTAL
from portal.feedback.states import Outcome, Rating
from tests.factories.feedback import (
    COMMUNE_CENTER,
    MONDAY,
    OFFICER,
    PROVINCE_CENTER,
    answer,
    case_of,
    load_agencies,
    promise,
    receive,
)  # fmt: skip

WEEK = Calendar(MappingProxyType({}))
DAY = timedelta(days=1)


def told(number: int, agency: str = "a", *, days: int | None = 2, late: bool = False, unhappy: bool = False,
         month: int = 11, competent: bool = True) -> list[Told]:  # fmt: skip
    came = date(2026, month, 2)
    one = Told(
        agency=agency, received_on=came, answered_on=None if days is None else came + timedelta(days=days),
        is_late=late, is_unhappy=unhappy, is_within_competence=competent,
    )  # fmt: skip
    return [one] * number


def test_the_formulas() -> None:
    cases = (told(20) + told(5, late=True) + told(3, unhappy=True) + told(2, late=True, unhappy=True)
             + told(4, days=None) + told(1, days=None, late=True) + told(6, competent=False))  # fmt: skip
    one = count(cases, WEEK)[TOTAL, TOTAL]
    assert (one.received, one.counted, one.on_time, one.satisfied) == (41, 31, 23, 20)
    assert one.on_time_share == pytest.approx(23 / 31) and one.satisfied_share == pytest.approx(20 / 31)


def test_days_are_counted_twice_over_a_weekend() -> None:
    one = count(told(11, days=7), WEEK)[TOTAL, TOTAL]
    assert (one.median_working, one.median_calendar) == (5, 7)
    two = count(told(6, days=1) + told(6, days=4), WEEK)[TOTAL, TOTAL]
    assert (two.median_working, two.median_calendar) == (2.5, 2.5)


def test_small_agencies_stand_together() -> None:
    cells = count(told(40) + told(9, "b") + told(8, "c"), WEEK)
    assert {agency for agency, _ in cells} == {"a", OTHERS, TOTAL}
    assert cells[OTHERS, TOTAL].received == 17


def test_nothing_under_ten_is_shown_and_nothing_gives_it_away() -> None:
    cells = count(told(40) + told(4, month=10) + told(30, "b") + told(30, "b", month=10), WEEK)
    assert cells["a", "2026-10"] == Figures()
    shown = {cell: one.received for cell, one in cells.items() if one.received is not None}
    assert (TOTAL, TOTAL) in shown and min(shown.values()) >= 10
    for line in (["2026-10", "2026-11", TOTAL],):
        assert sum(("a", month) not in shown for month in line) != 1
        assert sum((agency, "2026-10") not in shown for agency in ("a", "b", TOTAL)) != 1


def test_shares_of_few_are_hidden_though_many_came() -> None:
    one = count(told(9) + told(30, days=None), WEEK)[TOTAL, TOTAL]
    assert one == Figures(received=39)


# Out of cases.


@pytest.fixture
def _agencies(app: Flask) -> None:
    load_agencies()


def counted(now: datetime = MONDAY + 40 * DAY) -> Snapshot:
    figures.refresh(now)
    db.session.rollback()
    found = snapshot()
    assert found is not None
    return found


def told_of(now: datetime) -> list[Told]:
    db.session.rollback()
    return figures._told(date(2026, 1, 1), (now + timedelta(hours=7)).date())


@pytest.mark.usefixtures("_agencies")
def test_what_is_no_feedback_is_not_counted() -> None:
    kept, merged, abuse = receive("a"), receive("b"), receive("c")
    target = case_of(kept)
    with unit_of_work():
        handling.merge(db.session.merge(merged.case), target, actor=OFFICER, now=MONDAY)
    with unit_of_work():
        handling.mark_abuse(case_of(abuse), actor=OFFICER, now=MONDAY)
    assert len(told_of(MONDAY)) == 1


@pytest.mark.usefixtures("_agencies")
def test_what_was_withdrawn_or_another_bodys_is_received_and_no_more() -> None:
    withdrawn, foreign = receive("a"), receive("b")
    with unit_of_work():
        citizen.erase(case_of(withdrawn), now=MONDAY)
    with unit_of_work():
        handling.close(case_of(foreign), "Việc của tỉnh khác.", Outcome.NOT_COMPETENT, actor=OFFICER, now=MONDAY)
    assert [one.is_within_competence for one in told_of(MONDAY)] == [False, False]


@pytest.mark.usefixtures("_agencies")
def test_late_is_who_missed_a_deadline_before_the_first_answer() -> None:
    promise(10)
    in_time, too_late, pending = receive("a"), receive("b"), receive("c")
    for one in (in_time, too_late, pending):
        with unit_of_work():
            handling.accept(case_of(one), actor=OFFICER, now=MONDAY)
    answer(in_time, now=MONDAY + 14 * DAY)  # the tenth working day
    answer(too_late, now=MONDAY + 15 * DAY)
    assert [one.is_late for one in told_of(MONDAY + 14 * DAY)] == [False, True, False]
    assert [one.is_late for one in told_of(MONDAY + 15 * DAY)] == [False, True, True]


@pytest.mark.usefixtures("_agencies")
def test_without_a_promise_the_deadline_is_that_of_passing_on() -> None:
    slow, quick = receive("a"), receive("b")
    with unit_of_work():
        handling.accept(case_of(quick), actor=OFFICER, now=MONDAY + 7 * DAY)
    with unit_of_work():
        watch_deadlines(MONDAY + 8 * DAY)
    for one in (slow, quick):
        answer(one, now=MONDAY + 20 * DAY)
    assert [one.is_late for one in told_of(MONDAY + 30 * DAY)] == [True, False]


@pytest.mark.usefixtures("_agencies")
def test_another_round_changes_neither_days_nor_agency() -> None:
    received = receive("a")
    with unit_of_work():
        handling.forward(case_of(received), COMMUNE_CENTER, "Việc của xã.", actor=OFFICER, now=MONDAY)
    answer(received, now=MONDAY + DAY)
    with unit_of_work():
        assert citizen.rate(case_of(received), Rating.POOR, "Chưa được.", now=MONDAY + 2 * DAY)
    with unit_of_work():
        watch_deadlines(MONDAY + 20 * DAY)
    (one,) = told_of(MONDAY + 20 * DAY)
    assert (one.agency, one.answered_on, one.is_late, one.is_unhappy) == (
        COMMUNE_CENTER, date(2026, 11, 10), False, True,
    )  # fmt: skip


@pytest.mark.usefixtures("_agencies")
def test_the_overdue_are_counted_one_by_one() -> None:
    receive("a")
    receive("b")
    assert counted(MONDAY).overdue == 0
    assert counted(MONDAY + 8 * DAY).overdue == 2


@pytest.mark.usefixtures("_agencies")
def test_what_is_kept_holds_nothing_that_is_hidden() -> None:
    for number in range(12):
        receive(f"n{number}")
    receive("m1", now=MONDAY - 30 * DAY)
    kept = counted(MONDAY)
    assert kept.cells[PROVINCE_CENTER, "2026-10"] == kept.cells[TOTAL, "2026-10"] == Figures()
    assert len(kept.months) == figures.MONTHS and kept.months[0] == "2026-11"
    assert not kept.has_demo


@pytest.mark.usefixtures("_agencies")
def test_it_is_written_where_it_differs_or_the_day_does() -> None:
    receive("a")
    assert counted(MONDAY).counted_at == MONDAY
    assert counted(MONDAY + timedelta(hours=1)).counted_at == MONDAY
    receive("b", is_demo=True)
    assert counted(MONDAY + timedelta(hours=2)).counted_at == MONDAY + timedelta(hours=2)
    assert counted(MONDAY + DAY).counted_at == MONDAY + DAY
    assert counted(MONDAY + DAY).has_demo


@pytest.mark.usefixtures("_agencies")
def test_two_workers_may_count_for_the_first_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    receive("a")
    counted_first, ready = figures._count, Barrier(4)

    def count_together(now: datetime) -> dict[str, Any]:
        found = counted_first(now)
        ready.wait()
        return found

    def work() -> None:
        with app.app_context():
            figures.refresh(MONDAY)
            db.session.remove()

    monkeypatch.setattr(figures, "_count", count_together)
    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(work) for _ in range(4)]:
            done.result()
    kept = snapshot()
    assert kept is not None and kept.counted_at == MONDAY


@pytest.mark.usefixtures("_agencies")
def test_the_hour_is_counted_once(app: Flask) -> None:
    from portal.outbox.queries import counts

    for minutes in (0, 30, 60):
        with unit_of_work():
            figures.ask_for_count(MONDAY + timedelta(minutes=minutes))
    assert counts()["waiting"] == 2


def test_the_page_shows_agencies_by_the_month_of_receipt() -> None:
    assert counting.month_of(date(2026, 1, 31)) == "2026-01"
    assert figures._last_months(date(2026, 2, 1))[:3] == ["2026-02", "2026-01", "2025-12"]
