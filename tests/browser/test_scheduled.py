"""Journey 12, its end: published by the clock, told to readers, and brought back as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.test_editing import EDITOR, REVIEWER, begin, staff
from tests.browser.test_from_feedback import deliver

__all__ = ["staff"]
SLUG = "dang-nhap-cong-dich-vu-cong"
GUIDE, PAGE = f"/can-bo/huong-dan/{SLUG}", f"/huong-dan/{SLUG}"
NEW, NOTE = "Vào Cổng Dịch vụ công quốc gia bằng VNeID, làm một lần rồi quen.", "Nói ngắn hơn."


def the_minute_has_come(folder: Path) -> None:
    """Nobody waits until tomorrow in a test: what is due then is due now."""
    now = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(folder / "portal.db", timeout=30)) as connection, connection:
        connection.execute("UPDATE outbox_messages SET due_at = ? WHERE kind = 'publish_draft'", (now,))
        connection.execute("UPDATE guide_drafts SET publish_at = ? WHERE publish_at IS NOT NULL", (now,))


def approve(reviewer: Page, draft: str) -> None:
    reviewer.goto(draft)
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(reviewer.get_by_text("Đã duyệt").first).to_be_visible()


def test_published_by_the_clock_and_brought_back(staff: Callable[..., Page], open_page: Opener, folder: Path) -> None:
    reader = open_page(PAGE, java_script_enabled=False)
    before = reader.locator(".lead").inner_text()
    editor, reviewer = staff(EDITOR, GUIDE), staff(REVIEWER, "/can-bo")
    draft = begin(editor)
    editor.locator('[id="vi.summary"]').fill(NEW)
    editor.locator("#note\\.vi").fill(NOTE)
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    approve(reviewer, draft)
    editor.reload()
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    editor.locator("#day").fill(f"{tomorrow:%Y-%m-%d}")
    editor.locator("#hour").fill("08:30")
    editor.get_by_role("button", name="Hẹn giờ đăng").click()
    expect(editor.get_by_text("Đã hẹn giờ đăng").first).to_be_visible()

    deliver(folder)
    reader.reload()
    expect(reader.locator(".lead")).to_have_text(before)
    the_minute_has_come(folder)
    deliver(folder)
    reader.reload()
    expect(reader.locator(".lead")).to_have_text(NEW)
    expect(reader.get_by_text(NOTE)).to_have_count(1)

    editor.goto(GUIDE)
    editor.get_by_role("button", name="Lấy lại bản này làm bản thảo").first.click()
    editor.wait_for_url("**/can-bo/ban-thao/*")
    again = editor.url
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    approve(reviewer, again)
    editor.goto(again)
    editor.get_by_role("button", name="Đăng ngay").click()
    editor.wait_for_url(f"**{GUIDE}")
    reader.reload()
    expect(reader.locator(".lead")).to_have_text(before)
