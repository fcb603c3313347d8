"""Journey 13 in a real browser: a leader of the province, the screen of the meeting room, and a phone a month later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from portal import create_app
from portal.adoption import choosing, queries, service
from portal.adoption.models import Observation
from portal.adoption.queries import Key, place_unit
from portal.adoption.service import Counted, Provenance
from portal.config import Config
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.places.queries import overview
from tests.browser.conftest import DESKTOP, PHONE, Opener, settings_free_environment

WALL = {"width": 1920, "height": 1080}


@pytest.fixture
def figures(server: str, folder: Path) -> Iterator[Flask]:
    """The data of the running portal; what a test adds for the month after the newest is taken away again."""
    environ = {"DATA_DIR": str(folder), "SITE_URL": server, "DEMO": "1"}
    app = create_app(Config.from_env({**settings_free_environment(), **environ}))
    with app.app_context():
        newest = choosing.newest()
        assert newest is not None
        db.session.remove()
    yield app
    with app.app_context(), unit_of_work():
        db.session.execute(delete(Observation).where(Observation.starts_on > newest.end))


def next_month(app: Flask) -> None:
    """Every commune reports the month after the newest, of online filing alone."""
    with app.app_context():
        newest = choosing.newest()
        assert newest is not None
        following, now = newest.shifted(1), clock.now()
        with unit_of_work():
            source = service.add_report(Provenance(document="Báo cáo tháng sau", entered_by="Minh họa"), now=now)
            ids = queries.unit_ids()
            rows = {
                Key("online_filing", "month", following.start, ids[place_unit(place.slug)]): Counted(7, 70, source)
                for place in overview()
                if place_unit(place.slug) in ids
            }
            service.write(rows, now=now)
        db.session.remove()


@pytest.fixture
def leader(browser: Browser, server: str, folder: Path) -> Iterator[Callable[..., Page]]:
    """Signs in the demo's leader; nothing may fail in their browser."""
    contexts, complaints = [], []

    def sign_in(viewport: dict[str, int]) -> Page:
        lines = (folder / "demo-accounts.txt").read_text().splitlines()
        email, password = next(line for line in lines if line.startswith("lanh-dao")).split()[:2]
        context = browser.new_context(viewport=viewport, base_url=server)  # type: ignore[arg-type]
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
    assert complaints == []


def on_screens(page: Page) -> list[str]:
    """What the screens say, without who made them and when."""
    found = page.locator("[data-screen] .meet__head, [data-screen] .meet__body").all_text_contents()
    return [" ".join(text.split()) for text in found]


def visible(page: Page) -> list[str]:
    return [one.inner_text() for one in page.locator("[data-screen] h2").all() if one.is_visible()]


def examine(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    page.emulate_media(color_scheme="light")


def test_journey_13_a_leader_in_the_meeting_room(leader: Callable[..., Page], figures: Flask) -> None:
    page = leader(WALL)
    page.goto("/can-bo/hop")
    page.get_by_role("link", name="Trình chiếu", exact=True).click()
    expect(page.locator("[data-screen] >> visible=true")).to_have_count(1)
    assert visible(page) == ["Toàn tỉnh"]
    page.keyboard.press("PageDown")
    assert visible(page) == ["Đang chậm: Nộp trực tuyến"]
    examine(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"]
    # Nobody is ranked whose rate is made of fewer than thirty.
    counts = page.locator("[data-screen]:not([hidden]) .meet__rows .meet__fine").all_inner_texts()
    made_of = [int(found[1].replace(".", "")) for text in counts if (found := re.search(r"· [\d.]+/([\d.]+)", text))]
    assert len(made_of) == len(counts) > 3
    assert min(made_of) >= 30
    worst = page.locator("[data-screen]:not([hidden]) .meet__row a").first
    name = worst.inner_text()
    worst.click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    trust = page.locator(".stat .trust").first.inner_text()
    assert "Nguồn:" in trust
    assert re.search(r"Kỳ kết thúc \d+ ngày trước · nhập ngày", trust)

    page.goto("/can-bo/hop")
    page.get_by_role("button", name="Chốt số liệu này").click()
    page.wait_for_url(re.compile(r"/can-bo/hop/da-chot/"))
    kept, frozen = page.url, on_screens(page)
    assert len(frozen) > 6

    next_month(figures)
    phone = leader(PHONE)
    phone.goto(kept)
    assert on_screens(phone) == frozen
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    examine(phone)
    phone.goto("/can-bo/hop")
    assert on_screens(phone) != frozen
    tile = phone.locator(".meet__tile", has_text="Thanh toán trực tuyến")
    expect(tile).to_contain_text("Số liệu cũ")
    fresh = phone.locator(".meet__tile", has_text="Nộp trực tuyến")
    colour = "one => getComputedStyle(one.querySelector('.meet__figure')).color"
    assert tile.evaluate(colour) != fresh.evaluate(colour)


def test_the_screens_go_by_keys_clicker_and_links(open_page: Opener) -> None:
    page = open_page("/so-lieu/hop?man=2", viewport=WALL)
    total = page.locator("[data-screen]").count()
    for key, number in (("ArrowRight", 3), ("ArrowLeft", 2), ("PageUp", 1), ("PageUp", 1), ("PageDown", 2),
                        ("End", total), ("ArrowDown", total), ("Home", 1)):  # fmt: skip
        page.keyboard.press(key)
        expect(page.locator("[data-count]")).to_have_text(f"{number}/{total}")
        assert page.url.endswith(f"man={number}")
        assert page.evaluate("document.activeElement.closest('[data-screen]').id") == f"man-{number}"
    expect(page.locator("[data-said]")).to_have_text(f"1/{total}: Toàn tỉnh")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")
    page.keyboard.press("Escape")
    expect(page.locator("[data-screen] >> visible=true")).to_have_count(total)
    assert page.url.endswith("/so-lieu/hop")
    for number in range(1, total + 1):
        page.goto(f"/so-lieu/hop?man={number}")
        assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"], number


def test_without_javascript_links_lead_from_screen_to_screen(open_page: Opener) -> None:
    page = open_page("/so-lieu/hop", viewport=DESKTOP, java_script_enabled=False)
    page.get_by_role("link", name="Trình chiếu", exact=True).click()
    assert visible(page) == ["Toàn tỉnh"]
    page.get_by_role("link", name="Màn sau").click()
    assert visible(page) == ["Đang chậm: Nộp trực tuyến"]
    page.get_by_role("link", name="Thoát trình chiếu").click()
    assert len(visible(page)) > 4


def test_the_screens_and_a_report_are_pages_for_a_phone_and_for_paper(open_page: Opener) -> None:
    page = open_page("/so-lieu/hop")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    examine(page)
    page.emulate_media(media="print")
    assert not page.locator(".meet__bar").is_visible()
    sheets = [one.bounding_box() for one in page.locator("[data-screen]").all()]
    assert {round(one["height"]) for one in sheets if one} == {703}
    page.emulate_media(media="screen")
    page.goto("/so-lieu/bao-cao")
    page.locator(".reports a").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    examine(page)


def test_paper_shows_the_tables_that_are_folded_on_the_screen(open_page: Opener) -> None:
    page = open_page("/so-lieu", viewport=DESKTOP)
    table = page.locator(".chart__table table")
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
