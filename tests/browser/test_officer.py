"""Journeys 10 and 11 in a real browser: an officer at a desk, and a case that is late."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from portal import create_app
from portal.agencies.demo import FIRST
from portal.config import Config
from portal.core import clock, workdays
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.core.workdays import DayValues
from portal.feedback import handling, queries, rulebook
from portal.feedback.models import FeedbackCase
from portal.feedback.receiving import Submission, submit
from portal.feedback.scheduler import watch_deadlines
from tests.browser.conftest import DESKTOP, PHONE, settings_free_environment

ADMIN = Actor("command", "", "")
SO, XA = 1, 2  # the lines of the demo's accounts


@dataclass
class Desk:
    """The portal's database, beside the server that serves it."""

    app: Flask

    def receive(self, nonce: str, message: str, *, days_ago: int = 0, to: str = FIRST) -> str:
        """A case at an agency; returns its reference."""
        now = clock.now() - timedelta(days=days_ago)
        with self.app.app_context():
            with unit_of_work():
                sent = Submission(nonce=nonce, category="other", message=message, locale="vi")
                case = submit(sent, secret="s" * 32, now=now).case
                handling.forward(case, to, "Thuộc cơ quan này.", actor=ADMIN, now=now)
                reference = case.reference
            db.session.remove()
        return reference

    def ask(self, question: Callable[[FeedbackCase], object], reference: str) -> object:
        """What the database says of a case now."""
        with self.app.app_context():
            case = queries.case_by_reference(reference)
            assert case is not None
            answer = question(case)
            db.session.remove()
        return answer


@pytest.fixture(scope="module")
def desk(server: str, folder: Path) -> Desk:
    """The data of the running portal, with a template and a promise."""
    environ = {"DATA_DIR": str(folder), "SITE_URL": server, "DEMO": "1"}
    app = create_app(Config.from_env({**settings_free_environment(), **environ}))
    with app.app_context():
        with unit_of_work():
            values = rulebook.TemplateValues(title="Đã nhận việc", text="Chào bạn, {agency} đã nhận {reference}.")
            rulebook.add_template(values, actor=ADMIN, now=clock.now())
            if not any(row.agency == FIRST for row in queries.deadline_rows()):
                promise = rulebook.PromiseValues(agency=FIRST, days=10, source="Cam kết minh họa")
                rulebook.add_promise(promise, actor=ADMIN, now=clock.now())
        db.session.remove()
    return Desk(app)


@pytest.fixture
def officer(browser: Browser, server: str, folder: Path) -> Iterator[Callable[..., Page]]:
    """Signs in somebody of the demo; nothing may fail in their browser."""
    contexts, complaints = [], []

    def sign_in(line: int, *, viewport: dict[str, int] | None = None) -> Page:
        email, password = (folder / "demo-accounts.txt").read_text().splitlines()[line].split()[:2]
        context = browser.new_context(viewport=viewport or DESKTOP, base_url=server)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/can-bo/dang-nhap")
        page.fill("#email", email)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Việc của tôi").wait_for()
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert [text for text in complaints if "403" not in text and "422" not in text] == []


def examine(page: Page, path: str) -> None:
    """axe in both widths and themes, and nothing that sticks out sideways."""
    for scheme, viewport in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 320, f"{path} is {wide} wide"
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def dues(case: FeedbackCase) -> tuple[date, date | None]:
    return case.pass_due, case.answer_due


def public_texts(case: FeedbackCase) -> list[str]:
    return [event.text for event in queries.events_of(case, public_only=True)]


def test_journey_10_an_officer_at_the_desk(officer: Callable[..., Page], desk: Desk) -> None:
    later = desk.receive("j10-later", "Biển chỉ dẫn ở sân bị gãy.")
    urgent = desk.receive("j10-urgent", "Quầy số 3 đóng từ đầu tuần, dân chờ rất lâu.", days_ago=12)
    page = officer(SO)
    page.goto("/can-bo/phan-anh")
    shown = page.locator("[data-open]").all_inner_texts()
    assert shown.index(urgent) < shown.index(later), "by the time that is left"
    examine(page, "queue")
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.textContent") == shown[0]
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.locator("[data-open]", has_text=urgent).focus()
    page.keyboard.press("o")
    page.get_by_role("heading", name=urgent, level=1).wait_for()
    examine(page, "case")

    page.select_option("#mau", label="Đã nhận việc")
    page.fill("#answer", "Chào ông bà.")
    page.get_by_role("button", name="Thêm mẫu vào ô trả lời").click()
    assert f"đã nhận {urgent}." in page.input_value("#answer")
    assert page.input_value("#answer").startswith("Chào ông bà."), "what was typed stays"
    page.fill("#answer", page.input_value("#answer") + " Quầy 3 mở lại ngày mai.")

    page.get_by_text("Ghi chú nội bộ", exact=True).first.click()
    page.fill("#note", "Hỏi lại lịch trực của phường.")
    page.get_by_role("button", name="Lưu ghi chú").click()
    page.get_by_text("Người gửi không thấy ghi chú này").wait_for()

    stranger = officer(XA)
    response = stranger.goto(f"/can-bo/phan-anh/{urgent.lower()}")
    assert response is not None
    assert response.status == 403
    before = desk.ask(dues, urgent)

    page.get_by_text("Chuyển cơ quan khác", exact=True).click()
    page.fill("#to", "xã minh họa")
    page.fill("#forward", "Quầy số 3 thuộc xã.")
    page.get_by_role("button", name="Chuyển", exact=True).click()
    page.get_by_text("Người gửi thấy lý do; thời hạn vẫn tiếp tục.").wait_for()
    assert page.url.split("?")[0].endswith("/can-bo/phan-anh")

    assert desk.ask(dues, urgent) == before, "the deadline keeps running"
    told = desk.ask(public_texts, urgent)
    assert isinstance(told, list)
    assert "Quầy số 3 thuộc xã." in told
    assert "Hỏi lại lịch trực của phường." not in told
    gone = page.goto(f"/can-bo/phan-anh/{urgent.lower()}")
    assert gone is not None
    assert gone.status == 403
    page.goto("/can-bo/phan-anh/da-chuyen")
    assert urgent in page.locator("main").inner_text()

    stranger.goto(f"/can-bo/phan-anh/{urgent.lower()}")
    stranger.fill("#answer", "Quầy đã mở. Gọi 0905 123 456 nếu còn vướng.")
    stranger.get_by_role("button", name="Gửi trả lời").click()
    stranger.get_by_role("button", name="Vẫn gửi như vậy").click()
    stranger.get_by_text("Đã gửi trả lời").wait_for()
    assert "Quầy đã mở" in str(desk.ask(public_texts, urgent))


def test_the_queue_works_without_javascript_and_on_a_phone(
    officer: Callable[..., Page], browser: Browser, server: str, desk: Desk
) -> None:
    reference = desk.receive("phone", "Ghế chờ bị hỏng.")
    state = officer(SO).context.storage_state()
    context = browser.new_context(viewport=PHONE, base_url=server, storage_state=state, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/can-bo/phan-anh?q=" + reference)
    assert not page.locator("[data-keys]").is_visible(), "keys need JavaScript"
    page.get_by_label(f"Chọn {reference}").check()
    page.get_by_role("button", name="Giao", exact=True).click()
    assert "Đã giao việc" in page.locator("main").inner_text()
    page.get_by_role("link", name=reference).click()
    assert re.search(r"Người xử lý\s+Cán bộ Sở", page.locator("main").inner_text())
    context.close()


@contextmanager
def changed_calendar(app: Flask, off: date, worked: date) -> Iterator[None]:
    """A weekday off and a Saturday worked instead, until the end."""
    days = {off: workdays.OFF, worked: workdays.WORK}
    with app.app_context():
        with unit_of_work():
            for day, kind in days.items():
                values = DayValues(kind=kind, name="Hoán đổi", source="", is_confirmed=True)
                workdays.add_day(day, values, actor=ADMIN, now=clock.now())
        db.session.remove()
    try:
        yield
    finally:
        with app.app_context():
            with unit_of_work():
                for day in days:
                    row = workdays.find_day(day)
                    assert row is not None
                    workdays.remove_day(row, actor=ADMIN, now=clock.now())
            db.session.remove()


def watch(app: Flask, day: date) -> None:
    """The scheduler, twice on a morning."""
    moment = datetime.combine(day, time(8), clock.LOCAL_ZONE)
    with app.app_context():
        for _again in range(2):
            with unit_of_work():
                watch_deadlines(moment)
        db.session.remove()


def test_journey_11_a_late_case(officer: Callable[..., Page], desk: Desk) -> None:
    """Over a weekend, a day off and a Saturday that is worked instead: counted right, told once."""
    calendar, today = desk_calendar(desk.app), clock.today()
    # Three weeks ago on a Monday: no listed day stands in the two weeks that follow, or the test looks further back.
    monday = today - timedelta(days=today.weekday() + 21)
    while any(monday + timedelta(days=passed) in calendar.kinds for passed in range(14)):
        monday -= timedelta(days=7)
    ago = (today - monday).days
    with changed_calendar(desk.app, monday + timedelta(days=2), monday + timedelta(days=5)):
        reference = desk.receive("j11", "Bảng phí không ai cập nhật.", days_ago=ago)
    due = monday + timedelta(days=7)
    assert desk.ask(lambda case: case.due_on, reference) == due, "Tue, Thu, Fri, the Saturday, Monday"
    for passed in range(6, 20):
        watch(desk.app, monday + timedelta(days=passed - 2))
    kinds = desk.ask(lambda case: [event.kind for event in queries.events_of(case)], reference)
    assert isinstance(kinds, list)
    assert [kinds.count(kind) for kind in ("reminded", "overdue", "escalated")] == [1, 1, 1]

    page = officer(SO)
    assert "phản ánh quá hạn" in page.locator("main").inner_text()
    page.goto("/can-bo/phan-anh?phan=qua-han")
    page.get_by_role("link", name=reference).click()
    text = page.locator(".history").inner_text()
    assert text.count("Nhắc sắp đến hạn") == text.count("Báo cơ quan cấp trên") == 1
    assert "Quá hạn" in page.locator(".staff-head").inner_text()


def desk_calendar(app: Flask) -> workdays.Calendar:
    """The list of days off as the portal has it."""
    with app.app_context():
        calendar = workdays.calendar()
        db.session.remove()
    return calendar
