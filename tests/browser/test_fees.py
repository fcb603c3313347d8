"""Fees as people meet them: an old poster, and the sum of what they need."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Opener

ENDED = "/giam-phi/minh-hoa-giam-phi-da-het"


def test_journey_2_an_old_poster_says_that_it_ended(open_page: Opener) -> None:
    page = open_page(ENDED, java_script_enabled=False)
    notice = page.locator(".notice--expired")
    expect(notice).to_contain_text("Chính sách này đã hết hiệu lực")
    expect(notice).to_be_in_viewport()
    notice.get_by_role("link", name="Xem phí hôm nay").click()
    fees = page.locator("section", has=page.locator("#phi-hom-nay"))
    expect(fees).to_contain_text(re.compile(r"\d\sđ|chưa rõ"))
    expect(fees.locator(".trust")).to_contain_text("Phí theo hồ sơ trên Cổng Dịch vụ công quốc gia")
    expect(page.get_by_role("link", name="MH-03/NQ-HĐND")).to_be_visible()
    expect(page.locator(".notice--illustrative")).to_be_visible()


def test_nothing_of_fees_scrolls_sideways_on_a_phone(open_page: Opener) -> None:
    for path in (ENDED, "/giam-phi", "/van-ban", "/tinh-phi?dv=1.001193_1.004194x2_1.004873"):
        page = open_page(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_sum_without_javascript(open_page: Opener) -> None:
    page = open_page("/tinh-phi", java_script_enabled=False)
    for code in ("1.004222", "1.001193"):
        page.get_by_label("Dịch vụ thường dùng").select_option(code)
        page.get_by_role("button", name="Thêm dịch vụ này").click()
    sums = page.locator(".sum")
    expect(sums.first).to_contain_text("mới được 1 trong 2 dịch vụ, 10.000 đ")
    expect(sums.first).to_contain_text("1 dịch vụ chưa rõ phí")
    line = page.locator(".bill__line", has_text="Đăng ký thường trú")
    line.locator("summary").click()
    line.get_by_label("Số lượng").fill("3")
    line.get_by_role("button", name="Cập nhật").click()
    expect(sums.first).to_contain_text("mới được 1 trong 2 dịch vụ, 30.000 đ")
    other = page.locator(".bill__line", has_text="Đăng ký khai sinh")
    other.locator("summary").click()
    other.get_by_role("link", name=re.compile("^Bỏ")).click()
    expect(sums.first).to_have_text(re.compile("30.000"))
    expect(page).to_have_url(re.compile(r"/tinh-phi\?dv=1\.004222x3$"))
    page.get_by_role("button", name="Tính", exact=True).click()
    expect(page).to_have_url(re.compile("ngay="))
