"""Feedback, draft, published, told: a citizen and two people of the staff, each in a browser of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.config import ROOT
from portal.outbox.mail_folder import newest
from tests.browser.conftest import DESKTOP, PHONE, Opener, settings_free_environment
from tests.browser.test_feedback import send, track, write
from tests.browser.test_tally import sign_in

EDITOR, REVIEWER = "bien-tap@minh-hoa.example", "duyet-bai@minh-hoa.example"
SLUG = "thanh-toan-truc-tuyen"
GUIDE, STAFF_GUIDE = f"/huong-dan/{SLUG}", f"/can-bo/huong-dan/{SLUG}"
MAIL, NUMBER, NOTE = "ba-lan@example.vn", "0912345678", "Nói rõ bước quét mã QR."


@pytest.fixture
def staff(browser: Browser, server: str, folder: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page of the staff's as somebody, each in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_as(email: str, path: str, **options: object) -> Page:
        context = browser.new_context(base_url=server, **{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        sign_in(page, folder, email)
        page.get_by_role("button", name="Đăng xuất").wait_for()
        return page

    yield open_as
    for context in contexts:
        context.close()


def deliver(folder: Path) -> None:
    """What a worker does: what one message brings about, the next run delivers."""
    environ = {**settings_free_environment(), "DATA_DIR": str(folder), "DEMO": "1", "DEBUG": "1"}
    command = [str(Path(sys.executable).parent / "portal"), "worker", "--once"]
    for _ in range(3):
        subprocess.run(command, cwd=ROOT, env=environ, check=True)


def accessible(page: Page) -> None:
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, (page.url, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_from_feedback_to_who_wrote_it(open_page: Opener, staff: Callable[..., Page], folder: Path) -> None:
    citizen = open_page(GUIDE, java_script_enabled=False)
    citizen.get_by_role("link", name="Trang này có sai sót?").click()
    citizen.locator("details", has=citizen.locator("#email")).locator("summary").click()
    citizen.locator("#email").fill(MAIL)
    citizen.locator("#dong_y").check()
    write(citizen, f"Bước quét mã viết khó hiểu quá, gọi tôi {NUMBER} nhé.")
    code = send(citizen)

    editor = staff(EDITOR, "/can-bo/can-xem", java_script_enabled=False)
    editor.locator(f'[href="{STAFF_GUIDE}/phan-anh"]').click()
    expect(editor.get_by_text("Bước quét mã viết khó hiểu quá")).to_be_visible()
    assert NUMBER not in editor.content() and MAIL not in editor.content()
    editor.get_by_role("button", name="Mở bản thảo từ phản ánh này").click()
    expect(editor.get_by_role("complementary", name="Xem cạnh bản thảo")).to_contain_text("viết khó hiểu quá")
    assert NUMBER not in editor.content() and MAIL not in editor.content()
    draft = editor.url
    editor.locator('[id="vi.summary"]').fill("Trả phí trên mạng bằng mã QR, thẻ hoặc ví, rồi giữ lại biên lai.")
    editor.locator("#note\\.vi").fill(NOTE)
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    expect(editor.get_by_text("Cần người khác duyệt")).to_be_visible()

    reviewer = staff(REVIEWER, draft)
    expect(reviewer.get_by_text("viết khó hiểu quá")).to_be_visible()
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    editor.reload()
    editor.get_by_role("button", name="Đăng ngay").click()
    editor.wait_for_url(f"**{STAFF_GUIDE}")

    deliver(folder)
    told = [mail for mail in newest(folder / "mail", 200) if MAIL in mail.recipient and "hướng dẫn" in mail.subject]
    assert len(told) == 1 and NOTE in told[0].text and NUMBER not in told[0].text
    editor.goto(draft)
    expect(editor.get_by_text("Báo tin sau khi đăng")).to_be_visible()
    track(citizen, code)
    expect(citizen.get_by_text("Hướng dẫn bạn phản ánh đã được sửa")).to_be_visible()
    expect(citizen.get_by_text(NOTE)).to_be_visible()
    accessible(reviewer)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(staff: Callable[..., Page], scheme: str) -> None:
    page = staff(EDITOR, "/can-bo/huong-dan/dang-ky-khai-sinh/phan-anh", color_scheme=scheme)
    accessible(page)
    page.goto("/can-bo/thu-tuc")
    accessible(page)
    page.locator("tbody a").first.click()
    accessible(page)
    page.get_by_role("button", name="Tạo hướng dẫn từ thủ tục").click()
    page.wait_for_url("**/can-bo/ban-thao/*")
    expect(page.get_by_role("complementary", name="Xem cạnh bản thảo")).to_be_visible()
    accessible(page)
    page.locator("summary", has_text="Bỏ bản thảo").click()
    page.get_by_role("button", name="Bỏ bản thảo").click()
    for path in ("/can-bo/can-xem", "/can-bo/van-ban", "/can-bo/huong-dan/dang-ky-khai-sinh/thu-tuc-doi"):
        page.goto(path)
        accessible(page)
    page.goto("/can-bo/van-ban")
    page.locator("tbody a").first.click()
    accessible(page)
    page.goto("/can-bo/giam-phi")
    page.locator("tbody a").first.click()
    accessible(page)
