"""The ledger of directives: staff report, strangers see what the province shows, and nobody sees another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.agencies.models import Agency
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor, Grant, Role, Scope
from portal.directives import queries, service
from portal.directives.models import Directive, DirectiveTask
from portal.directives.service import DirectiveValues, TaskValues
from tests.factories.figures_written import report
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser, hashed
from tests.web.page import Visitor, check

NOBODY = Actor("command", "", "")
HERE = "/can-bo/nhiem-vu"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def ledger() -> tuple[Directive, DirectiveTask, DirectiveTask]:
    """A document with a task of Sở A and one of Sở B."""
    with unit_of_work():
        db.session.add_all([Agency(slug="so-a", name="Sở A"), Agency(slug="so-b", name="Sở B")])
        db.session.flush()
        values = DirectiveValues(number="12/CT-UBND", title="<b>Chỉ thị</b>", issuer="UBND tỉnh", source="bản gốc")
        document = service.create(values, actor=NOBODY, now=clock.now())
        first, second = (
            service.add_task(
                document,
                TaskValues(text=f"Việc của {slug}", owner="Các sở", agency=slug, agency_source="QĐ 1",
                           deadline=date(2026, 1, 5)),
                actor=NOBODY, now=clock.now(),
            )
            for slug in ("so-a", "so-b")
        )  # fmt: skip
    return document, first, second


def officer(app: Flask, agency: str) -> Browser:
    from portal.accounts import people

    with unit_of_work():
        user, _token = people.invite(
            f"{agency}@quangngai.gov.vn", "Cán bộ", [Grant(Role.OFFICER, Scope("agency", agency))],
            actor=OPERATOR, now=clock.now(),
        )  # fmt: skip
        user.password_hash = hashed()
    return Browser.of(app, user.code)


def test_an_officer_reports_on_the_own_agencys_tasks_alone(
    app: Flask, ledger: tuple[Directive, DirectiveTask, DirectiveTask]
) -> None:
    _document, own, others = ledger
    browser = officer(app, "so-a")
    page = check(browser.get(HERE), HERE)
    assert "Việc của so-a" in page.words
    assert "Việc của so-b" not in page.words
    assert browser.get(f"{HERE}/viec/{others.code}").status_code == 404
    values = {"state": "done", "note": "Đã gửi"}
    assert browser.post(f"{HERE}/viec/{others.code}", values).status_code == 404
    assert browser.get(f"{HERE}/van-ban").status_code == 403
    assert browser.post(f"{HERE}/viec/{own.code}/sua", {"text": "x", "owner": "y"}).status_code == 403
    assert browser.post(f"{HERE}/viec/{own.code}", values).status_code == 303
    shown = check(browser.get(f"{HERE}/viec/{own.code}"), HERE)
    assert "Đã xong" in shown.words
    assert "Đã gửi" in shown.words


def test_the_start_page_says_what_is_overdue(
    app: Flask, ledger: tuple[Directive, DirectiveTask, DirectiveTask]
) -> None:
    page = check(officer(app, "so-a").get("/can-bo"), "/can-bo")
    assert "Nhiệm vụ chỉ đạo quá hạn" in page.words


@pytest.mark.parametrize("state", ["", "late", "DONE", "unknown' OR 1=1"])
def test_a_wrong_report_keeps_what_was_typed(
    app: Flask, ledger: tuple[Directive, DirectiveTask, DirectiveTask], state: str
) -> None:
    browser = Browser.with_roles(app, Role.ANALYST)
    address = f"{HERE}/viec/{ledger[1].code}"
    answer = browser.post(address, {"state": state, "note": "Lời đã gõ"})
    assert answer.status_code == 422
    page = check(answer, address)
    assert "Lời đã gõ" in page.words
    assert queries.reports(ledger[1].id) == []


def test_two_who_report_at_once_are_told(app: Flask, ledger: tuple[Directive, DirectiveTask, DirectiveTask]) -> None:
    browser = Browser.with_roles(app, Role.ANALYST)
    address = f"{HERE}/viec/{ledger[1].code}"
    stamp = browser.get(address).get_data(as_text=True).split('name="stamp" value="')[1].split('"')[0]
    assert browser.post(address, {"state": "done", "note": "một", "stamp": stamp}).status_code == 303
    assert browser.post(address, {"state": "ended", "note": "hai", "stamp": stamp}).status_code == 409


def test_a_document_and_a_task_are_written_in_the_browser(app: Flask) -> None:
    browser = Browser.with_roles(app, Role.ANALYST)
    answer = browser.post(
        f"{HERE}/van-ban/them", {"number": "7/CT", "title": "Chỉ thị", "issuer": "UBND", "source": "x"}
    )
    assert answer.headers["Location"] == f"{HERE}/van-ban/7-ct"
    assert browser.post(f"{HERE}/van-ban/them", {"title": "thiếu"}).status_code == 422
    assert browser.post(f"{HERE}/van-ban/7-ct/viec", {"text": "Làm ngay", "owner": "Các sở"}).status_code == 303
    (fact,) = queries.tasks(slug="7-ct")
    edited = {"text": "Làm ngay hôm nay", "owner": "Các sở", "deadline": "2026-13-99"}
    assert browser.post(f"{HERE}/viec/{fact.code}/sua", edited).status_code == 422
    assert browser.post(f"{HERE}/viec/{fact.code}/sua", {**edited, "deadline": "31/12/2026"}).status_code == 303
    db.session.rollback()
    assert [(one.text, one.deadline) for one in queries.tasks()] == [("Làm ngay hôm nay", date(2026, 12, 31))]
    check(browser.get(f"{HERE}/viec/{fact.code}/sua"), HERE)
    check(browser.get(f"{HERE}/van-ban/7-ct"), HERE)


def test_an_export_is_safe_against_formulas(app: Flask, ledger: tuple[Directive, DirectiveTask, DirectiveTask]) -> None:
    with unit_of_work():
        row = queries.task(ledger[1].code)
        assert row is not None
        row.text = "=HYPERLINK(1)"
    text = Browser.with_roles(app, Role.ANALYST).get(f"{HERE}?xuat=csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in text


@pytest.fixture
def publish(ledger: tuple[Directive, DirectiveTask, DirectiveTask]) -> Callable[[bool], None]:
    slug = ledger[0].slug

    def change(is_public: bool) -> None:
        with unit_of_work():
            row = queries.directive(slug)
            assert row is not None
            row.is_public = is_public

    return change


def test_figures_lead_to_what_is_public_and_to_nothing_else(visitor: Visitor, publish: Callable[[bool], None]) -> None:
    load_places()
    report("2026-10", {"xa-ba-xa": (30, 100)})
    for is_public in (False, True, False):
        publish(is_public)
        for prefix in ("", "/en"):
            assert (f"{prefix}/nhiem-vu-chi-dao" in visitor.get(f"{prefix}/so-lieu").links()) is is_public


def test_nothing_is_public_until_the_province_says_so(visitor: Visitor, publish: Callable[[bool], None]) -> None:
    for path in ("/nhiem-vu-chi-dao", "/nhiem-vu-chi-dao/12-ct-ubnd"):
        visitor.get(path, 404)
    assert "nhiem-vu" not in visitor.client.get("/sitemap.xml").get_data(as_text=True)
    publish(True)
    for prefix in ("", "/en"):
        assert "12/CT-UBND" in visitor.get(f"{prefix}/nhiem-vu-chi-dao").words
        page = visitor.get(f"{prefix}/nhiem-vu-chi-dao/12-ct-ubnd")
        assert "<b>Chỉ thị</b>" in page.words
        assert "Việc của so-b" in page.words
    assert "/nhiem-vu-chi-dao/12-ct-ubnd" in visitor.client.get("/sitemap.xml").get_data(as_text=True)
    publish(False)
    visitor.get("/nhiem-vu-chi-dao/12-ct-ubnd", 404)
