"""Journey 12, the agency's part: an editor asks, somebody without an account answers, a second person decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_editing import EDITOR, REVIEWER, begin, staff

__all__ = ["staff"]
GUIDE, OTHER = "/can-bo/huong-dan/tranh-lua-dao", "tra-cuu-ho-so"


def fits(page: Page) -> None:
    """No rule of WCAG is broken, and nothing is wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, (page.url, results.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def ask(editor: Page, draft: str) -> str:
    """The private link to check a draft, as the editor gets it."""
    editor.goto(draft)
    editor.locator("summary", has_text="Nhờ một cơ quan kiểm tra").click()
    editor.get_by_label("Cơ quan hoặc người được nhờ").fill("Công an tỉnh")
    fits(editor)
    editor.get_by_role("button", name="Nhờ kiểm tra", exact=True).click()
    fits(editor)
    return editor.locator("#lien-ket-moi").inner_text()


@pytest.fixture
def agency(browser: Browser) -> Callable[[str], Page]:
    """Somebody of an agency with an old phone: no JavaScript, no account."""

    def come_by(link: str) -> Page:
        page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()  # type: ignore[arg-type]
        page.goto(link)
        page.get_by_role("button", name="Xem bản thảo").click()
        return page

    return come_by


def test_an_agency_checks_and_a_second_person_approves(
    staff: Callable[..., Page], agency: Callable[[str], Page], browser: Browser
) -> None:
    editor = staff(EDITOR, GUIDE)
    draft = begin(editor)
    editor.locator('[id="vi.summary"]').fill("Nhận ra kẻ giả danh trước khi mất tiền.")
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    link = ask(editor, draft)

    officer = agency(link)
    expect(officer.get_by_text("Nhận ra kẻ giả danh trước khi mất tiền.")).to_be_visible()
    officer.locator("summary", has_text="Góp ý: Các bước").click()
    officer.get_by_label("Góp ý: Các bước").fill("Nên thêm số điện thoại trực ban.")
    officer.get_by_role("button", name="Gửi", exact=True).click()
    expect(officer.get_by_role("alert")).to_contain_text("Bạn ghi họ tên và chức vụ")
    expect(officer.get_by_label("Góp ý: Các bước")).to_have_value("Nên thêm số điện thoại trực ban.")
    officer.get_by_label("Có chỗ cần sửa").check()
    officer.get_by_label("Họ tên, chức vụ của bạn").fill("Lê Văn Tám, phó phòng")
    officer.get_by_role("button", name="Gửi", exact=True).click()
    expect(officer.get_by_text("Đã gửi, cảm ơn bạn")).to_be_visible()
    assert officer.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    officer.context.close()

    # Axe needs scripts; the link opens as often as it is needed.
    for scheme in ("light", "dark"):
        looker = browser.new_context(viewport=PHONE, color_scheme=scheme).new_page()  # type: ignore[arg-type]
        looker.goto(link)
        fits(looker)
        looker.get_by_role("button", name="Xem bản thảo").click()
        for viewport in (PHONE, DESKTOP):
            looker.set_viewport_size(viewport)  # type: ignore[arg-type]
            fits(looker)
        looker.context.close()

    reviewer = staff(REVIEWER, "/can-bo", viewport=PHONE)
    reviewer.goto(draft)
    expect(reviewer.get_by_text("Nên thêm số điện thoại trực ban.").first).to_be_visible()
    fits(reviewer)
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(reviewer.get_by_text("vẫn duyệt thì tích ô xác nhận")).to_be_visible()

    editor.goto(draft)
    editor.get_by_role("button", name="Lấy lại để sửa").click()
    expect(editor.locator("aside")).to_contain_text("Nên thêm số điện thoại trực ban.")
    editor.locator('[id="vi.result"]').fill("Bạn biết gọi ai.")
    editor.get_by_role("button", name=re.compile("^Đã xử lý")).click()
    expect(editor.locator("aside")).to_contain_text("đã xử lý")
    expect(editor.locator('[id="vi.result"]')).to_have_value("Bạn biết gọi ai.")
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    expect(editor.get_by_text("Bài đã đổi từ lần trả lời đó")).to_be_visible()
    editor.get_by_role("link", name="Xem chỗ đã đổi").click()
    expect(editor.locator(".diff ins").first).to_contain_text("Bạn biết gọi ai.")

    reviewer.goto(draft)
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(reviewer.get_by_text("liên kết đã kết thúc")).to_be_visible()
    gone = browser.new_context().new_page()
    answer = gone.goto(link)
    assert answer is not None and answer.status == 410
    gone.context.close()
    editor.goto(draft)
    editor.get_by_role("button", name="Lấy lại để sửa").click()
    editor.locator("summary", has_text="Bỏ bản thảo").click()
    editor.get_by_role("button", name="Bỏ bản thảo").click()
    editor.wait_for_url(f"**{GUIDE}")


def test_a_page_is_withdrawn_and_comes_back(
    staff: Callable[..., Page], browser: Browser, server: str, folder: Path
) -> None:
    reader = browser.new_context(viewport=PHONE, base_url=server).new_page()  # type: ignore[arg-type]

    def status() -> int:
        answer = reader.goto(f"/huong-dan/{OTHER}")
        assert answer is not None
        return answer.status

    assert status() == 200
    here = f"/can-bo/go-trang/{OTHER}"
    editor = staff(EDITOR, here)
    fits(editor)
    editor.locator('[id="explanation.vi"]').fill("Việc này nay làm ở trang khác.")
    editor.get_by_role("button", name="Đề nghị gỡ trang").click()
    expect(editor.get_by_role("button", name="Duyệt: gỡ trang ngay")).to_have_count(0)
    assert status() == 200
    reviewer = staff(REVIEWER, here, viewport=PHONE)
    fits(reviewer)
    reviewer.get_by_role("button", name="Duyệt: gỡ trang ngay").click()
    fits(reviewer)
    assert status() == 410
    expect(reader.get_by_text("Việc này nay làm ở trang khác.")).to_be_visible()
    fits(reader)

    editor.goto(here)
    editor.get_by_role("button", name="Lấy lại bản này làm bản thảo").click()
    editor.wait_for_url("**/can-bo/ban-thao/*")
    draft = editor.url
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    reviewer.goto(draft)
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    editor.goto(draft)
    editor.get_by_role("button", name="Đăng ngay").click()
    editor.wait_for_url(f"**/can-bo/huong-dan/{OTHER}")
    assert status() == 200
    reader.context.close()
