"""Feedback as people give it, on a phone and without JavaScript: journeys 5 and 6; and what JavaScript adds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal.config import ROOT
from tests.browser.conftest import DESKTOP, PHONE, Opener, settings_free_environment

GUIDE = "/huong-dan/dang-ky-khai-sinh?xa=phuong-cam-thanh"
CODE = re.compile(r"PA-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
# The form's time trap.
A_MOMENT = 3_200
ANSWER = """
import sys
from portal import create_app
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor
from portal.feedback import handling, queries
from portal.feedback.codes import code_hash
from portal.feedback.states import Outcome
with create_app().app_context(), unit_of_work():
    case = queries.case_by_code_hash(code_hash(sys.argv[1]))
    officer = Actor("user", "x", "Trần Thị Hoa")
    handling.answer(case, "Đã kiểm tra và sửa mức phí.", Outcome.FIXED, actor=officer, now=clock.now())
"""


def answer(folder: Path, code: str) -> None:
    """An officer answers; how is told by the tests of the staff's pages."""
    environ = {**settings_free_environment(), "DATA_DIR": str(folder), "DEMO": "1", "DEBUG": "1"}
    subprocess.run([sys.executable, "-c", ANSWER, code], cwd=ROOT, env=environ, check=True)


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Điều bạn muốn nói").fill(text)
    page.get_by_role("button", name="Xem lại trước khi gửi").click()


def send(page: Page) -> str:
    """Press the button, when as much time has passed as a person needs to read; the code."""
    page.wait_for_timeout(A_MOMENT)
    page.get_by_role("button", name="Gửi", exact=True).click()
    return page.locator("#ma").inner_text()


def track(page: Page, code: str) -> None:
    page.goto("/phan-anh/tra-cuu")
    page.get_by_label("Mã tra cứu").fill(code)
    page.get_by_role("button", name="Xem phản ánh").click()


def test_journey_5_a_wrong_fee_sent_twice_is_one_case(open_page: Opener) -> None:
    page = open_page(GUIDE, java_script_enabled=False)
    page.get_by_role("link", name="Phí này sai?").click()
    expect(page.locator(".fb-chosen summary")).to_contain_text("Sai phí, lệ phí")
    expect(page.get_by_role("checkbox", name="Đăng ký khai sinh")).to_be_checked()
    expect(page.get_by_label("Xã, phường nơi xảy ra việc")).to_have_value("Phường Cẩm Thành")
    write(page, "Tôi bị thu 50.000 đ. Căn cước của tôi: 051234567890.")
    expect(page.get_by_role("heading", name="Gửi đến")).to_contain_text(re.compile("Trung tâm|UBND"))
    promise = page.locator(".fb-to")
    expect(promise).to_contain_text("trong 5 ngày làm việc")
    expect(promise).to_contain_text(re.compile(r"chậm nhất thứ \w+, \d\d/\d\d/\d{4}"))
    expect(promise).to_contain_text("Nghị định 20/2008/NĐ-CP")
    warning = page.locator(".notice--warning")
    expect(warning).to_contain_text("số căn cước (12 số)")
    expect(warning).to_contain_text("••••••••••90")
    expect(warning).not_to_contain_text("051234567890")
    code = send(page)
    assert CODE.fullmatch(code)
    size = page.locator("#ma").evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 36
    expect(page.locator("#ma")).to_be_in_viewport()
    page.reload()  # sends the form again
    expect(page.locator("#ma")).to_have_text(code)
    expect(page.get_by_text("chỉ được tính một lần")).to_be_visible()
    assert code not in page.url


def test_journey_6_track_and_reopen(open_page: Opener, folder: Path) -> None:
    page = open_page("/phan-anh?loai=fee_error&xa=phuong-cam-thanh", java_script_enabled=False)
    write(page, "Mức phí ghi sai.")
    code = send(page)
    answer(folder, code)
    page.locator(".fb-slip a").click()
    page.get_by_label("Mã tra cứu").fill("PA-2222-3333-4444")
    page.get_by_role("button", name="Xem phản ánh").click()
    expect(page.locator("#ma-loi")).to_contain_text("Không có phản ánh nào mang mã này")
    expect(page.get_by_label("Mã tra cứu")).to_have_value("PA-2222-3333-4444")
    page.get_by_label("Mã tra cứu").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Xem phản ánh").click()
    history = page.locator(".fb-line")
    expect(history).to_contain_text("Cổng nhận phản ánh của bạn")
    expect(history).to_contain_text("Cơ quan trả lời")
    expect(page.get_by_text("Đã kiểm tra và sửa mức phí.")).to_be_visible()
    expect(page.get_by_text("Trần Thị Hoa")).to_have_count(0)
    expect(page.get_by_text("được mở lại một lần và chuyển lên cơ quan cấp trên")).to_be_visible()
    before = page.locator(".fb-to dd").first.inner_text()
    page.get_by_label("Kém").check()
    page.get_by_label("Vì sao").fill("Chưa trả lại tiền.")
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_role("status")).to_contain_text("Phản ánh được mở lại và chuyển đến")
    assert page.locator(".fb-to dd").first.inner_text() != before
    page.reload()  # sends the rating again
    expect(page.get_by_role("button", name="Gửi đánh giá")).to_have_count(0)
    assert page.locator(".fb-line").get_by_text("Mở lại theo đánh giá của bạn").count() == 1
    assert code not in page.url


def test_the_form_opens_in_the_guide_and_sends_from_there(open_page: Opener) -> None:
    page = open_page(GUIDE)
    page.get_by_role("link", name="Trang này có sai sót?").click()
    expect(page.get_by_role("heading", name="Gửi phản ánh")).to_be_visible()
    assert "/huong-dan/" in page.url
    assert Axe().run(page).violations_count == 0
    write(page, "Bước 2 thiếu chữ.")
    expect(page.get_by_role("heading", name="Xem lại trước khi gửi")).to_be_visible()
    assert CODE.fullmatch(send(page))


def test_a_vote_in_the_guide(open_page: Opener) -> None:
    page = open_page(GUIDE)
    page.get_by_role("link", name="Chưa", exact=True).click()
    page.get_by_role("button", name="Chưa hữu ích").click()
    page.get_by_label("Còn thiếu hoặc khó hiểu chỗ nào?").fill("Thiếu giờ làm việc")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("Ý kiến của bạn giúp trang rõ hơn")).to_be_visible()
    assert "/huong-dan/" in page.url


def test_a_vote_without_javascript(open_page: Opener) -> None:
    page = open_page(GUIDE, java_script_enabled=False)
    page.get_by_role("link", name="Có", exact=True).click()
    page.get_by_role("button", name="Có, hữu ích").click()
    expect(page.get_by_text("Cảm ơn bạn")).to_be_visible()


@pytest.mark.skipif(os.environ.get("CI") == "no-clipboard", reason="a machine without a clipboard")
def test_the_code_can_be_copied_and_saved(open_page: Opener) -> None:
    page = open_page("/phan-anh?loai=other")
    write(page, "Cảm ơn.")
    code = send(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép mã").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu thành tệp").click()
    assert code in download.value.path().read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_behind_the_forms(open_page: Opener, folder: Path, scheme: str) -> None:
    viewport = PHONE if scheme == "light" else DESKTOP
    page = open_page("/phan-anh?loai=delay", viewport=viewport, color_scheme=scheme)

    def check(name: str) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name

    for path in ("/phan-anh", "/phan-anh?loai=complaint", "/phan-anh?loai=emergency", "/phan-anh/tra-cuu",
                 "/phan-anh/mat-ma", "/huu-ich/dang-ky-khai-sinh?tra-loi=chua", "/phan-anh?loai=delay"):  # fmt: skip
        page.goto(path)
        check(path)
    page.get_by_role("textbox", name="Điều bạn muốn nói").fill("Trễ hẹn. Gọi 0912 345 678.")
    page.get_by_role("button", name="Xem lại trước khi gửi").click()
    check("preview")
    code = send(page)
    check("done")
    answer(folder, code)
    track(page, code)
    check("status")
    page.get_by_role("button", name="Xóa thông tin của tôi").click()
    check("erase")
