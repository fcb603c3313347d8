"""Journey 12, its beginning: two people in two browsers write, check and publish a guide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_tally import sign_in

EDITOR, REVIEWER = "bien-tap@minh-hoa.example", "duyet-bai@minh-hoa.example"
GUIDE = "/can-bo/huong-dan/chup-giay-to-cho-ro"
STATUS = "[data-editor-status]"


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


def begin(page: Page) -> str:
    """The address of the open draft of the guide whose page this is."""
    start = page.get_by_role("button", name="Bắt đầu sửa")
    if start.count():
        start.click()
    else:
        page.get_by_role("link", name=re.compile("^Mở bản thảo")).click()
    page.wait_for_url("**/can-bo/ban-thao/*")
    return page.url


def drop(page: Page, draft: str) -> None:
    page.goto(draft)
    page.locator("summary", has_text="Bỏ bản thảo").click()
    page.get_by_role("button", name="Bỏ bản thảo").click()
    page.wait_for_url(f"**{GUIDE}")


def test_two_people_bring_a_draft_to_its_page(staff: Callable[..., Page]) -> None:
    editor = staff(EDITOR, GUIDE)
    draft = begin(editor)
    first = editor.locator('[id="vi.steps.0.title"]').input_value()
    editor.locator('[value="down:vi.steps.0"]').click()
    expect(editor.locator('[id="vi.steps.1.title"]')).to_have_value(first)
    expect(editor.locator('[id="vi.steps.1.title"]')).to_be_focused()
    editor.locator('[value="up:vi.steps.1"]').press("Enter")
    expect(editor.locator('[id="vi.steps.0.title"]')).to_have_value(first)
    editor.locator('[id="vi.summary"]').fill("Chụp giấy tờ sao cho nơi nhận đọc được ngay.")
    expect(editor.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    editor.locator("#note\\.vi").fill("Viết lại tóm tắt.")
    editor.get_by_role("button", name="Lưu và gửi duyệt").click()
    expect(editor.get_by_text("Bạn đã viết vào bản thảo này")).to_be_visible()
    expect(editor.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)

    reviewer = staff(REVIEWER, "/can-bo", viewport=PHONE)
    reviewer.get_by_role("link", name="1 bản thảo chờ duyệt").click()
    reviewer.goto(draft)
    expect(reviewer.locator(".diff ins").first).to_be_visible()
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(reviewer.get_by_text("Đã duyệt").first).to_be_visible()

    editor.reload()
    editor.get_by_role("button", name="Đăng ngay").click()
    editor.wait_for_url(f"**{GUIDE}")
    expect(editor.get_by_text("Viết lại tóm tắt.")).to_be_visible()
    editor.get_by_role("link", name="Xem trang đang đăng").click()
    expect(editor.locator(".lead")).to_have_text("Chụp giấy tờ sao cho nơi nhận đọc được ngay.")


def test_what_is_typed_without_a_network_is_saved_with_it(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    page.context.set_offline(True)
    page.locator('[id="vi.who"]').fill("Chữ gõ lúc mất mạng.")
    expect(page.locator(STATUS)).to_contain_text("Chưa lưu được", timeout=15_000)
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


def test_what_is_typed_after_the_session_ended_waits_on_the_device(staff: Callable[..., Page], folder: Path) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    page.context.clear_cookies()
    page.locator('[id="vi.who"]').fill("Chữ gõ lúc phiên đã hết.")
    expect(page.locator(STATUS)).to_contain_text("Chưa lưu được", timeout=15_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(draft)
    sign_in(page, folder, EDITOR)
    page.get_by_role("button", name="Lấy lại chữ đó").click()
    expect(page.locator('[id="vi.who"]')).to_have_value("Chữ gõ lúc phiên đã hết.")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


def test_who_saves_second_is_told_and_loses_nothing(staff: Callable[..., Page]) -> None:
    one = staff(EDITOR, GUIDE)
    draft = begin(one)
    other = staff(REVIEWER, draft.partition("/can-bo")[1] + draft.partition("/can-bo")[2])
    one.locator('[id="vi.who"]').fill("Của người thứ nhất.")
    expect(one.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    other.locator('[id="vi.result"]').fill("Của người thứ hai.")
    expect(other.locator(STATUS)).to_contain_text("Có người vừa sửa", timeout=15_000)
    expect(other.locator('[id="vi.result"]')).to_have_value("Của người thứ hai.")
    drop(one, draft)


def test_without_a_script_the_buttons_do_the_same(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE, java_script_enabled=False, viewport=PHONE)
    draft = begin(page)
    first = page.locator('[id="vi.steps.0.title"]').input_value()
    page.locator('[id="vi.who"]').fill("Gõ không cần JavaScript.")
    page.locator('[value="down:vi.steps.0"]').click()
    expect(page.locator('[id="vi.steps.1.title"]')).to_have_value(first)
    expect(page.locator('[id="vi.who"]')).to_have_value("Gõ không cần JavaScript.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    drop(page, draft)


FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head><body>
<p class=MsoNormal style='margin:0'><b>Nộp</b> hồ sơ <i>tại quầy</i><o:p></o:p></p>
<p class=MsoListParagraph>·<span>       </span>Căn cước</p><p class=MsoListParagraph>·<span>    </span>Tờ khai</p>
<ul><li>Một</li><li>Hai</li></ul>
<p>Xem <a href="https://dichvucong.gov.vn/x" onclick="alert(1)">Cổng</a>, <a href="javascript:alert(1)">không</a>.</p>
<script>alert(1)</script><img src=x onerror=alert(1)></body></html>"""
AS_MARKDOWN = """**Nộp** hồ sơ *tại quầy*

- Căn cước
- Tờ khai
- Một
- Hai

Xem [Cổng](https://dichvucong.gov.vn/x), không."""


def test_what_is_pasted_from_word_becomes_markdown(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    paste = """([id, html]) => {
      const field = document.getElementById(id), data = new DataTransfer();
      data.setData("text/html", html);
      field.value = "";
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      return field.value;
    }"""
    assert page.evaluate(paste, ["vi.who", FROM_WORD]) == AS_MARKDOWN
    assert page.evaluate(paste, ["vi.keywords", FROM_WORD]) == "", "left to the browser, which pastes plain text"
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editors_pages_are_accessible_and_fit(staff: Callable[..., Page], scheme: str) -> None:
    page = staff(EDITOR, GUIDE, color_scheme=scheme)
    draft = begin(page)
    for path in ("/can-bo/huong-dan", GUIDE, draft, f"{draft}/xem", "/can-bo/can-xem", "/can-bo/huong-dan/them"):
        page.goto(path)
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            results = Axe().run(page)
            assert results.violations_count == 0, (path, results.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    drop(page, draft)
