"""Every route of the feedback from the outsider's side; a route that nobody has thought of here is a failure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.access import Access, access_of
from portal.core.gate import Entry
from portal.core.permissions import Role
from portal.feedback import queries
from portal.feedback.receiving import Received
from tests.factories.feedback import COMMUNE_COMMITTEE, case_of, load_agencies, receive
from tests.factories.officers import at_desk
from tests.factories.staff import Browser


class Door(StrEnum):
    """Who a route is for, and so what everybody else gets from it."""

    PUBLIC = "public"  # anybody, and caches may keep it
    FORM = "form"  # anybody; nothing is told that isn't about them
    CODE = "code"  # whoever holds the code of a case
    CASE = "case"  # officers of the case's agency, and those above
    DESK = "desk"  # officers; each sees their own cases
    REVIEW = "review"  # who lets content out
    MANAGE = "manage"  # who manages feedback


DOORS: Mapping[str, Door] = {
    "feedback.feedback_form": Door.FORM, "feedback.feedback_sent": Door.FORM, "feedback.code_file": Door.FORM,
    "votes.vote_form": Door.FORM, "votes.voted": Door.FORM, "votes.reason_given": Door.FORM,
    "tracking.tracking_form": Door.FORM, "tracking.lost_code_form": Door.FORM, "tracking.lost_code": Door.FORM,
    "tracking.tracked": Door.CODE, "tracking.follow_up": Door.CODE, "tracking.rated": Door.CODE,
    "tracking.own_file": Door.CODE, "tracking.erased": Door.CODE,
    "feedback_figures.figures": Door.PUBLIC, "feedback_figures.data": Door.PUBLIC,
    "feedback_figures.dictionary": Door.PUBLIC,
    "case_staff.case_page": Door.CASE, "case_staff.attachment": Door.CASE, "case_staff.accept": Door.CASE,
    "case_staff.answer": Door.CASE, "case_staff.ask": Door.CASE, "case_staff.assign": Door.CASE,
    "case_staff.close": Door.CASE, "case_staff.forward": Door.CASE, "case_staff.mark_abuse": Door.CASE,
    "case_staff.merge": Door.CASE, "case_staff.note": Door.CASE, "case_staff.prepare_answer": Door.CASE,
    "case_staff.propose": Door.CASE, "case_staff.unmask": Door.CASE, "seen_staff.seen_guide": Door.CASE,
    "feedback_staff.queue_page": Door.DESK, "feedback_staff.passed_on": Door.DESK,
    "feedback_staff.assign_many": Door.DESK,
    "answers_staff.answers": Door.REVIEW, "answers_staff.publish": Door.REVIEW,
    "answers_staff.withdraw": Door.REVIEW,
    "all_cases_staff.cases": Door.MANAGE, "all_cases_staff.case": Door.MANAGE, "all_cases_staff.forward": Door.MANAGE,
    "rules_staff.rules": Door.MANAGE, "rules_staff.new_rule": Door.MANAGE, "rules_staff.add_rule": Door.MANAGE,
    "rules_staff.rule": Door.MANAGE, "rules_staff.change_rule": Door.MANAGE, "rules_staff.remove_rule": Door.MANAGE,
    "rules_staff.earlier": Door.MANAGE, "rules_staff.later": Door.MANAGE, "rules_staff.change_default": Door.MANAGE,
    "promises_staff.promises": Door.MANAGE, "promises_staff.new_promise": Door.MANAGE,
    "promises_staff.add_promise": Door.MANAGE, "promises_staff.promise": Door.MANAGE,
    "promises_staff.change_promise": Door.MANAGE, "promises_staff.remove_promise": Door.MANAGE,
    "promises_staff.templates": Door.MANAGE, "promises_staff.new_template": Door.MANAGE,
    "promises_staff.add_template": Door.MANAGE, "promises_staff.template": Door.MANAGE,
    "promises_staff.change_template": Door.MANAGE, "promises_staff.remove_template": Door.MANAGE,
}  # fmt: skip
SECRET = "Quầy số ba đóng cửa, tôi là người ở ngõ mười bảy."
# What a wrong code gets; a bad token, an unknown guide or nothing typed.
_NOT_IT, _HARMLESS = {422, 429}, {200, 404, 422}


@pytest.fixture
def received(app: Flask) -> Received:
    """A case of the province's centre, with an address of its person."""
    load_agencies()
    return receive(message=SECRET, contact_email="nguoi-gui@example.vn")


def of_feedback(app: Flask) -> dict[str, str]:
    """Every endpoint whose view stands in the feedback's package, and a method that it takes."""
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if view.__module__.startswith("portal.feedback."):
            found[rule.endpoint] = "POST" if "POST" in (rule.methods or ()) else "GET"
    return found


def addresses(app: Flask, received: Received, *doors: Door) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route behind these doors; its case is the one received."""
    values = {"code": received.case.reference.lower(), "slug": "khong-co"}
    found = []
    for rule in app.url_map.iter_rules():
        if DOORS.get(rule.endpoint) in doors:
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            found.append((rule.endpoint, of_feedback(app)[rule.endpoint], built[1]))
    assert found
    return found


def opened(browser: Browser, method: str, path: str) -> tuple[int, str]:
    """What somebody gets who sends what an act would need."""
    typed = {
        "answer": "x", "answer_outcome": "fixed", "ask": "x", "note": "x", "forward": "x", "agency": COMMUNE_COMMITTEE,
        "into": "PA-2026-00001", "close": "x", "close_outcome": "accepted", "officer": "-", "question": "x",
        "published": "x",
    }  # fmt: skip
    response = browser.post(path, typed) if method == "POST" else browser.get(path)
    return response.status_code, response.get_data(as_text=True)


def history(received: Received) -> tuple[list[str], str, str]:
    case = case_of(received)
    return [event.kind for event in queries.events_of(case)], case.state, case.agency


def test_every_route_has_its_door(app: Flask) -> None:
    assert of_feedback(app).keys() == DOORS.keys()


def test_a_door_says_what_its_declaration_does(app: Flask) -> None:
    for endpoint, door in DOORS.items():
        entry = access_of(app.view_functions[endpoint])
        if door is Door.PUBLIC:
            assert isinstance(entry, Access), endpoint
            assert entry.kind == "public", endpoint
        elif door in {Door.FORM, Door.CODE}:
            assert isinstance(entry, Access), endpoint
            assert entry.kind == "visitor_form", endpoint
        else:
            assert isinstance(entry, Entry), endpoint
            wanted = {Door.CASE: "answer_cases", Door.DESK: "answer_cases", Door.REVIEW: "review_content"}
            assert entry.permission is not None, endpoint
            assert entry.permission.value == wanted.get(door, "manage_feedback"), endpoint


def test_nobody_in_particular(app: Flask, client: FlaskClient, received: Received) -> None:
    """Staff's doors lead to the sign-in page, a case's to nothing without its code, the others tell nothing of it."""
    before = history(received)
    for endpoint, method, path in addresses(app, received, *Door):
        door = DOORS[endpoint]
        guess = {"ma": "PA-2345-6789-BCDF", "tep": "t2v7kq", "bo_sung": "x", "muc": "poor", "chac": "1"}
        response = client.open(path, method=method, data=guess if method == "POST" else None)
        text = response.get_data(as_text=True)
        if door in {Door.FORM, Door.CODE}:
            assert response.status_code in (_NOT_IT if door is Door.CODE else _HARMLESS), path
            assert response.headers["Cache-Control"] == "no-store", path
        elif door is Door.PUBLIC:
            assert response.status_code == 200, path
        else:
            assert response.status_code == 303, path
            assert response.headers["Location"].startswith("/can-bo/dang-nhap?"), path
        assert SECRET not in text, path
        assert received.case.reference not in text, path
    assert history(received) == before


def test_an_officer_of_another_agency(app: Flask, received: Received) -> None:
    outsider, before = at_desk(app, COMMUNE_COMMITTEE, "Người Ngoài"), history(received)
    for _endpoint, method, path in addresses(app, received, Door.CASE, Door.REVIEW, Door.MANAGE):
        status, text = opened(outsider, method, path)
        assert status == 403, path
        assert SECRET not in text, path
    for _endpoint, method, path in addresses(app, received, Door.DESK):
        status, text = opened(outsider, method, path)
        assert status in {200, 422}, path
        assert SECRET not in text, path
        assert received.case.reference not in text, path
    given = outsider.post("/can-bo/phan-anh/giao", {"case": [received.case.reference], "officer": "-"})
    assert given.status_code == 403
    assert history(received) == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_other_staff(app: Flask, received: Received, role: Role) -> None:
    """Nobody but officers works on cases, and nobody but who may decides what is published or where cases go."""
    browser, before = Browser.with_roles(app, role), history(received)
    own = {Role.REVIEWER: Door.REVIEW, Role.ADMIN: Door.MANAGE}.get(role)
    closed = [door for door in (Door.CASE, Door.DESK, Door.REVIEW, Door.MANAGE) if door is not own]
    for _endpoint, method, path in addresses(app, received, *closed):
        status, text = opened(browser, method, path)
        assert status == 403, f"{role} {path}"
        assert SECRET not in text, path
    assert history(received) == before


def test_nobodys_contact_is_shown_to_who_manages(app: Flask, received: Received) -> None:
    browser = Browser.with_roles(app, Role.ADMIN)
    for _endpoint, method, path in addresses(app, received, Door.MANAGE):
        if method == "GET":
            assert "nguoi-gui@example.vn" not in browser.get(path).get_data(as_text=True), path
