"""Translating: Vietnamese beside the other language, saved while somebody writes, and read by a visitor at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_editing import EDITOR, REVIEWER, STATUS, staff

__all__ = ["staff"]  # the fixture
SLUG = "dang-nhap-cong-dich-vu-cong"
HERE = f"/can-bo/dich/en/{SLUG}"


def drop(page: Page) -> None:
    page.goto(f"/can-bo/huong-dan/{SLUG}")
    page.get_by_role("link", name="Mở bản thảo").click()
    page.locator("summary", has_text="Bỏ bản thảo").click()
    page.get_by_role("button", name="Bỏ bản thảo").click()


def test_what_is_translated_is_saved_and_stands_in_the_draft(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, HERE)
    source = page.locator(".side-by-side__source").first.bounding_box()
    own = page.locator(".side-by-side__own").first.bounding_box()
    assert source
    assert own
    assert own["x"] > source["x"] + source["width"] - 1, "beside one another"
    page.locator('[id="en.steps.0.title"]').fill("Open the national portal")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok, timeout=15_000):
        page.locator('[id="en.steps.0.title"]').fill("Open the portal")
    page.get_by_role("button", name="Lưu và mở bản thảo").click()
    page.wait_for_url("**/can-bo/ban-thao/*")
    expect(page.locator('[id="en.steps.0.title"]')).to_have_value("Open the portal")
    other = staff(REVIEWER, HERE)
    page.goto(HERE)
    other.locator('[id="en.title"]').fill("Somebody else's")
    expect(other.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    page.locator('[id="en.title"]').fill("Mine")
    expect(page.locator(STATUS)).to_contain_text("Có người vừa sửa", timeout=15_000)
    expect(page.locator('[id="en.title"]')).to_have_value("Mine")
    page.on("dialog", lambda dialog: dialog.accept())
    drop(page)


def test_without_a_script_on_a_telephone(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, HERE, java_script_enabled=False, viewport=PHONE)
    source = page.locator(".side-by-side__source").first.bounding_box()
    own = page.locator(".side-by-side__own").first.bounding_box()
    assert source
    assert own
    assert own["y"] > source["y"] + source["height"] - 1, "one under the other"
    page.locator('[id="en.who"]').fill("For everybody.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator('[id="en.who"]')).to_have_value("For everybody.")
    drop(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(staff: Callable[..., Page], scheme: str) -> None:
    page = staff(EDITOR, HERE, color_scheme=scheme)
    for path in (
        HERE,
        "/can-bo/dich",
        "/can-bo/can-xem?cua=tat-ca",
        "/can-bo/tai-khoan",
        "/can-bo/huong-dan?phu-trach=toi",
    ):
        page.goto(path)
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            results = Axe().run(page)
            assert results.violations_count == 0, (path, results.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
