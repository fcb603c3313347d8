"""What ships and what is illustrative: once, marked, and gone with one command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback import figures, queries, starter
from portal.feedback.models import (
    FeedbackCase,
    FeedbackDeadline,
    FeedbackEvent,
    FeedbackRule,
    FeedbackTemplate,
    PublishedAnswer,
)  # fmt: skip
from portal.feedback.scheduler import watch_deadlines
from portal.feedback.states import CaseState
from portal.guides import service as guides
from tests.factories import guide_data
from tests.factories.feedback import (
    COMMUNE,
    COMMUNE_CENTER,
    COMMUNE_COMMITTEE,
    MONDAY,
    PROVINCE_CENTER,
    case_of,
    load_agencies,
    receive,
)  # fmt: skip
from tests.factories.records import import_records, record_row


def put() -> int:
    with unit_of_work():
        return starter.add_missing(MONDAY)


def test_the_rules_that_ship_lead_where_they_say(app: Flask) -> None:
    load_agencies()
    assert put() == 5
    agencies = {
        (category, place): case_of(receive(f"{category}{place}", category=category, place=place)).agency
        for category in ("delay", "other") for place in ("", COMMUNE)
    }  # fmt: skip
    assert agencies == {
        ("delay", COMMUNE): COMMUNE_COMMITTEE, ("other", COMMUNE): COMMUNE_CENTER,
        ("delay", ""): PROVINCE_CENTER, ("other", ""): PROVINCE_CENTER,
    }  # fmt: skip


def test_what_staff_changed_is_left_alone(app: Flask) -> None:
    load_agencies()
    put()
    with unit_of_work():
        for rule in queries.rules()[:-1]:
            db.session.delete(rule)
        for template in queries.templates():
            db.session.delete(template)
    assert put() == 0
    assert [rule.is_default for rule in queries.rules()] == [True] and list(queries.templates()) == []


def test_without_agencies_there_are_no_rules(app: Flask) -> None:
    assert put() == 0


@pytest.fixture
def demo_app(app: Flask, another_app: Callable[..., Flask]) -> Flask:
    import_records([record_row()])
    with unit_of_work():
        guides.import_guides([guide_data()], now=clock.now())
    db.session.remove()
    return another_app(DEMO="1")


def run(demo_app: Flask, *arguments: str) -> None:
    with demo_app.app_context():
        result = demo_app.test_cli_runner().invoke(args=["demo", *arguments])
        assert result.exit_code == 0, result.output
    db.session.rollback()


def count(table: type[FeedbackCase | FeedbackEvent | PublishedAnswer]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_demo_is_alive_marked_and_loaded_once(demo_app: Flask) -> None:
    run(demo_app)
    cases = list(db.session.scalars(select(FeedbackCase)))
    assert len(cases) == 40 and all(case.is_demo for case in cases)
    assert {case.state for case in cases} >= {"open", "waiting", "answered", "closed", "abuse"}
    assert {case.rating for case in cases} >= {"good", "fair", ""} and any(case.level for case in cases)
    assert any(case.due_on and case.due_on < clock.today() for case in cases if case.state == CaseState.OPEN)
    assert all(case.agency.startswith("minh-hoa-") for case in cases)
    now = clock.now()
    assert all(now - timedelta(days=61) < event.at <= now for event in db.session.scalars(select(FeedbackEvent)))
    (promise,) = queries.deadline_rows()
    assert (promise.days, promise.is_demo) == (10, True)
    assert count(PublishedAnswer) == 1
    run(demo_app)
    assert count(FeedbackCase) == 40


def test_the_demo_goes_wholly(demo_app: Flask) -> None:
    load_agencies()
    put()
    kept = receive().case.reference
    run(demo_app)
    with unit_of_work():
        watch_deadlines(clock.now())
    figures.refresh(clock.now())
    run(demo_app, "--remove")
    assert [case.reference for case in db.session.scalars(select(FeedbackCase))] == [kept]
    assert count(FeedbackEvent) >= 1 and count(PublishedAnswer) == 0
    for table in (FeedbackRule, FeedbackDeadline, FeedbackTemplate):
        assert not any(row.is_demo for row in db.session.scalars(select(table)))
    assert len(queries.rules()) == 5 and figures.snapshot() is None


def test_commands(app: Flask) -> None:
    load_agencies()
    run_ = app.test_cli_runner()
    assert "5 added" in run_.invoke(args=["feedback", "starter"]).output
    assert "left as they are" in run_.invoke(args=["feedback", "starter"]).output
    case = receive(now=clock.now() - timedelta(days=30)).case.reference
    assert run_.invoke(args=["feedback", "overdue"]).output.startswith(f"{case} {PROVINCE_CENTER} ")
    assert "anonymised: 0" in run_.invoke(args=["feedback", "sweep"]).output
    db.session.rollback()
    found = figures.snapshot()
    assert found is not None and found.overdue == 1
