"""What editors put on the home page and tell every reader, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.core.clock import LOCAL_ZONE
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_tally import sign_in

EDITOR = "bien-tap@minh-hoa.example"
PICKS, NOTICES = "/can-bo/trang-dau", "/can-bo/thong-bao"
TITLE = "Cổng quốc gia bảo trì"
PAGES = (
    NOTICES, f"{NOTICES}/them", PICKS, "/can-bo/tu-dong-nghia?q=khai+sinh", "/can-bo/tu-dong-nghia/them?tu=chao+doi",
    "/can-bo/tu-dong-nghia/sua?tu=gks", "/can-bo/noi-dung", "/can-bo/trang-cong/gioi-thieu/vi", "/can-bo/tu-cua-quan",
)  # fmt: skip


@pytest.fixture
def opened(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens a page, each in a browser of its own."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, **options: object) -> Page:
        context = browser.new_context(base_url=server, **{"viewport": PHONE, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def editor(opened: Callable[..., Page], folder: Path) -> Callable[..., Page]:
    """Opens a page of the staff's as the editor."""

    def open_as(path: str, **options: object) -> Page:
        page = opened(path, **{"viewport": DESKTOP, **options})
        sign_in(page, folder, EDITOR)
        page.get_by_role("button", name="Đăng xuất").wait_for()
        return page

    return open_as


def tell(page: Page, title: str = TITLE) -> None:
    """Enter a downtime of tomorrow, which is told from today on."""
    tomorrow = datetime.now(LOCAL_ZONE) + timedelta(days=1)
    page.goto(f"{NOTICES}/them")
    page.get_by_label("Bảo trì, tạm dừng").check()
    page.get_by_label("Dòng đầu (Tiếng Việt)").fill(title)
    page.get_by_label("Người đọc nên làm gì (Tiếng Việt)").fill("Bạn nộp trước 22 giờ.")
    for name, hour in (("starts", "22:00"), ("ends", "23:30")):
        page.fill(f"#{name}_day", f"{tomorrow:%Y-%m-%d}")
        page.fill(f"#{name}_hour", hour)
    page.fill("#url", "/huong-dan/nop-truc-tuyen")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url(f"**{NOTICES}")


def take_away(page: Page, title: str = TITLE) -> None:
    page.get_by_role("link", name=title).click()
    page.locator("summary", has_text="Gỡ ngay").click()
    page.get_by_role("button", name="Gỡ ngay").click()
    page.wait_for_url(f"**{NOTICES}")


def test_a_downtime_is_told_on_every_page_until_it_is_taken_away(
    editor: Callable[..., Page], opened: Callable[..., Page]
) -> None:
    staff = editor(NOTICES)
    tell(staff)
    expect(staff.get_by_text("Đang hiện")).to_be_visible()
    for scheme in ("light", "dark"):
        reader = opened("/", color_scheme=scheme, java_script_enabled=True)
        for path in ("/", "/huong-dan/cap-ho-chieu", "/en/huong-dan/cap-ho-chieu"):
            reader.goto(path)
            told = reader.get_by_role("region", name="Thông báo của cổng").or_(reader.locator(".site-notices"))
            expect(told.first).to_contain_text(TITLE)
            # Part of the page from the first moment on, so that nothing moves; and no wider than a phone.
            assert reader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert Axe().run(reader).response["violations"] == []
    printed = opened("/huong-dan/cap-ho-chieu")
    printed.emulate_media(media="print")
    expect(printed.get_by_text(TITLE)).to_be_visible()
    take_away(staff)
    plain = opened("/", java_script_enabled=False)
    expect(plain.get_by_text(TITLE)).to_have_count(0)


def first_guides(page: Page) -> list[str]:
    page.goto("/")
    return page.locator("[aria-labelledby=thuong-gap] li a").all_inner_texts()


def test_the_home_page_follows_what_is_picked_by_keyboard(
    editor: Callable[..., Page], opened: Callable[..., Page]
) -> None:
    staff, reader = editor(PICKS, viewport=PHONE, java_script_enabled=False), opened("/")
    before = first_guides(reader)
    section = staff.locator("#featured")
    section.locator("li").nth(1).get_by_role("button", name="Lên").focus()
    staff.keyboard.press("Enter")
    staff.get_by_role("button", name="Trở về danh sách có sẵn").wait_for()
    after = first_guides(reader)
    assert (after[0], after[1]) == (before[1], before[0])
    section.get_by_label("Thêm trang vào phần này").fill("Không có trang này")
    section.get_by_role("button", name="Thêm").click()
    expect(staff.locator(".errors")).to_contain_text("Không có hướng dẫn tên như vậy")
    expect(section.get_by_label("Thêm trang vào phần này")).to_have_value("Không có trang này")
    section.get_by_role("button", name="Trở về danh sách có sẵn").click()
    expect(section.get_by_role("button", name="Trở về danh sách có sẵn")).to_have_count(0)
    assert first_guides(reader) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(editor: Callable[..., Page], scheme: str) -> None:
    for size in (PHONE, DESKTOP):
        page = editor("/can-bo", viewport=size, color_scheme=scheme)
        for path in PAGES:
            page.goto(path)
            look(page, path, size["width"])


def look(page: Page, where: str, width: int) -> None:
    found = Axe().run(page).response["violations"]
    assert found == [], (where, [(one["id"], one["nodes"][0]["html"]) for one in found])
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where


def test_what_the_pages_answer_is_accessible_and_fits(editor: Callable[..., Page]) -> None:
    page = editor("/can-bo/tu-dong-nghia/them?tu=chao+doi", viewport=PHONE)
    page.get_by_label("Cổng tìm thành").fill("đăng ký khai sinh")
    page.get_by_role("button", name="Thử, chưa lưu").click()
    expect(page.get_by_role("heading", name="Sau khi lưu")).to_be_visible()
    look(page, "a trial", PHONE["width"])
    page.get_by_label("Cổng tìm thành").fill("chào đời")
    page.get_by_label("Người dân gõ").fill("chào đời")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".errors")).to_be_visible()
    look(page, "a refusal", PHONE["width"])
    page.goto("/can-bo/trang-cong/gioi-thieu/vi")
    page.get_by_label("Nội dung").fill("Chữ **đậm** " + "dài" * 60 + "\n\n- một\n- hai")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("strong", has_text="đậm")).to_be_visible()
    page.get_by_role("button", name="Lưu và đăng").click()
    page.locator("details summary").last.click()
    look(page, "former versions", PHONE["width"])
    page.get_by_role("button", name="Trở về bản có sẵn").click()
    expect(page.get_by_text("Bản có sẵn của phần mềm.")).to_be_visible()
