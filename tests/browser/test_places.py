"""Somebody who knows the old name of her commune finds the new one, and keeps it on her phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Opener

GUIDE = "/huong-dan/dang-ky-khai-sinh"


def kept(page: Page) -> object:
    return page.evaluate("localStorage.getItem('gan-dan:xa')")


@pytest.mark.parametrize("enabled", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_journey_3_an_old_name_leads_to_the_new_commune(open_page: Opener, enabled: bool) -> None:
    page = open_page("/", java_script_enabled=enabled)
    page.get_by_role("link", name="Xã, phường", exact=True).click()
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("phuong nguyen nghiem")
    page.get_by_role("button", name="Tìm", exact=True).click()
    cards = page.locator("#ket-qua .card")
    expect(cards).to_have_count(3)
    assert page.url.count("/dia-ban") == 1, "nobody chose for her"
    expect(cards.nth(0)).to_contain_text("thành phố Quảng Ngãi")
    expect(cards.nth(1)).to_contain_text("thị xã Đức Phổ")
    expect(cards.nth(2)).to_contain_text("Không phải nơi cùng tên trước đây")
    cards.nth(0).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Cẩm Thành")
    expect(page.locator("main")).to_contain_text("Phường Nguyễn Nghiêm")
    page.get_by_role("link", name="Chọn nơi này").click()
    expect(page.locator(".choice")).to_contain_text("Xã, phường của bạn: Phường Cẩm Thành")
    assert page.url.endswith("?xa=phuong-cam-thanh")
    if enabled:
        page.goto("/dia-ban")
    expect(page.locator(".choice")).to_contain_text("Phường Cẩm Thành")
    page.get_by_role("link", name="Bỏ chọn").click()
    expect(page.locator(".choice")).to_contain_text("chưa chọn")
    if enabled:
        assert kept(page) is None
        page.reload()
        expect(page.locator(".choice")).to_contain_text("chưa chọn")


def test_the_choice_is_carried_to_guides_and_changed_from_there(open_page: Opener) -> None:
    page = open_page("/dia-ban/xa-ba-xa")
    page.get_by_role("link", name="Chọn nơi này").click()
    expect(page.locator(".choice")).to_contain_text("Xã Ba Xa")
    page.goto("/")
    page.locator("main a[href$='/huong-dan/dang-ky-khai-sinh']").first.click()
    page.wait_for_url(f"**{GUIDE}?xa=xa-ba-xa")
    expect(page.locator(".choice")).to_contain_text("Xã Ba Xa")
    page.get_by_role("link", name="Đổi", exact=True).click()
    page.get_by_role("combobox").fill("đặc khu lý sơn")
    page.get_by_role("combobox").press("Enter")
    page.locator("#ket-qua .card").first.get_by_role("link").click()
    page.get_by_role("link", name="Chọn nơi này").click()
    page.wait_for_url(f"**{GUIDE}?xa=dac-khu-ly-son")
    expect(page.locator(".choice")).to_contain_text("Đặc khu Lý Sơn")
    assert "dac-khu-ly-son" in str(kept(page))


def test_a_guide_opened_directly_offers_the_commune_that_is_kept(open_page: Opener) -> None:
    page = open_page(GUIDE)
    ask = page.get_by_role("link", name="Chọn xã, phường")
    ask.click()
    page.wait_for_url(f"**/dia-ban?tiep={GUIDE}")
    page.goto("/dia-ban/xa-ba-xa")
    page.get_by_role("link", name="Chọn nơi này").click()
    page.wait_for_url("**?xa=xa-ba-xa")
    page.goto(GUIDE)
    page.locator(".answer").get_by_role("link", name="Xã Ba Xa").click()
    page.wait_for_url(f"**{GUIDE}?xa=xa-ba-xa")
    expect(page.get_by_role("heading", name="Ở xã Ba Xa, bạn đến đâu")).to_be_visible()
    expect(page.locator(".answer").get_by_role("link", name="Xem nơi nộp ở xã Ba Xa")).to_be_visible()


def test_a_neighbours_link_does_not_change_what_is_kept(open_page: Opener) -> None:
    page = open_page("/dia-ban/xa-ba-xa")
    page.get_by_role("link", name="Chọn nơi này").click()
    expect(page.locator(".choice")).to_contain_text("Xã Ba Xa")
    page.goto("/dia-ban/xa-mo-cay?xa=xa-mo-cay")
    expect(page.locator(".choice")).to_contain_text("Xã Mỏ Cày")
    assert "xa-ba-xa" in str(kept(page))


@pytest.mark.parametrize("value", ["{}", "null", "[]", '{"slug":"//evil.example","name":"<img src=x>"}'])
def test_a_guide_stands_whatever_was_kept(open_page: Opener, value: str) -> None:
    page = open_page(GUIDE)
    page.evaluate("(value) => localStorage.setItem('gan-dan:xa', value)", value)
    page.reload()
    expect(page.get_by_role("button", name="In trang này")).to_be_visible()
    link = page.locator("[data-place]")
    assert page.locator("[data-place] img").count() == 0
    assert link.inner_text().strip()
    assert str(link.evaluate("(one) => one.href")).startswith(page.url.partition("/huong-dan")[0] + "/")


def test_what_was_kept_is_of_no_use_to_an_attacker(open_page: Opener) -> None:
    page = open_page("/dia-ban")
    for value in ("{", '{"slug":"\\"><img src=x>","name":"x"}', '{"slug":"a","name":"<b>x</b>"}', "null", "[]"):
        page.evaluate("value => localStorage.setItem('gan-dan:xa', value)", value)
        page.reload()
        assert page.locator(".choice img, .choice b b").count() == 0


def test_suggestions_are_reached_by_keyboard(open_page: Opener) -> None:
    page = open_page("/dia-ban")
    box = page.get_by_role("combobox")
    box.press_sequentially("tra bu", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(options.first).to_contain_text("Xã Trà Bùi")
    expect(options.first).to_contain_text("Xã Cà Đam, Xã Tây Trà Bồng")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Trà Bùi")


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize(
    "path", ["/dia-ban", "/dia-ban?q=nguyen+nghiem", "/dia-ban/xa-ba-xa", "/dia-ban/xa-tra-bui-huyen-tra-bong"]
)
def test_no_page_scrolls_sideways(open_page: Opener, path: str, width: int) -> None:
    page = open_page(path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_leads_to_a_commune(open_page: Opener) -> None:
    page = open_page("/dia-ban", viewport=DESKTOP)
    page.locator(".map--wide a", has_text="Ba Xa").locator("circle").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Ba Xa")
