"""The editor's tools: buttons over Markdown, the phone beside the form, pictures, and what guards unsaved text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_editing import EDITOR, GUIDE, STATUS, begin, drop, staff
from tests.browser.test_tally import sign_in
from tests.factories.media import photo

__all__ = ["staff"]
WHO = '[id="vi.who"]'
FRAME = ".phone__frame"


def select(page: Page, text: str, start: int, end: int) -> None:
    page.locator(WHO).fill(text)
    page.evaluate(
        "([selector, start, end]) => { const f = document.querySelector(selector); f.focus();"
        " f.setSelectionRange(start, end); }",
        [WHO, start, end],
    )


def test_the_toolbar_writes_markdown_by_mouse_and_keyboard(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    field = page.locator(WHO)
    bar = page.get_by_role("toolbar", name="Định dạng: Ai làm, khi nào").first
    select(page, "Mang căn cước gốc", 5, 13)
    bar.get_by_role("button", name="Đậm").click()
    expect(field).to_have_value("Mang **căn cước** gốc")
    expect(field).to_be_focused()
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Mang căn cước gốc")
    select(page, "Mang **căn cước** gốc", 7, 15)
    bar.get_by_role("button", name="Đậm").click()
    expect(field).to_have_value("Mang căn cước gốc")
    select(page, "Cần:\nMột\nHai", 5, 12)
    bar.get_by_role("button", name="Danh sách", exact=True).click()
    expect(field).to_have_value("Cần:\n\n- Một\n- Hai")
    select(page, "- Một\n- Hai", 0, 11)
    bar.get_by_role("button", name="Danh sách số").click()
    expect(field).to_have_value("1. Một\n2. Hai")
    select(page, "1. Một\n2. Hai", 0, 13)
    bar.get_by_role("button", name="Danh sách số").click()
    expect(field).to_have_value("Một\nHai")
    select(page, "Xem cổng", 4, 8)
    page.keyboard.press("Control+k")
    page.keyboard.type("https://dichvucong.gov.vn")
    expect(field).to_have_value("Xem [cổng](https://dichvucong.gov.vn)")
    page.locator(WHO).fill("Ai đi")
    bar.get_by_role("button", name="Đậm").focus()
    page.keyboard.press("ArrowLeft")
    expect(bar.get_by_role("button", name="Đề mục")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("### Ai đi")
    assert bar.locator('[tabindex="0"]').count() == 1, "one stop of the tab key"
    tips = page.get_by_role("toolbar", name=re.compile("Khi nào cần, lưu ý")).first
    expect(tips.get_by_role("button")).to_have_count(2), "no lists in a line"
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


def test_added_rows_get_their_toolbar_and_every_field_its_label(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    before = page.get_by_role("toolbar").count()
    page.locator('[value^="add:vi.mistakes"]').click()
    expect(page.get_by_role("toolbar")).to_have_count(before + 1)
    assert page.evaluate("[...document.querySelectorAll('textarea')].every(field => field.labels.length)")
    assert (
        page.evaluate(
            "(() => { const ids = [...document.querySelectorAll('[id]')].map(one => one.id);"
            " return ids.filter((id, index) => ids.indexOf(id) < index); })()"
        )
        == []
    )
    drop(page, draft)


def test_the_phone_shows_what_is_typed_and_stores_nothing(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/xem-thu") else None)
    frame = page.frame_locator(FRAME)
    expect(frame.locator("h1")).to_be_visible()
    assert frame.locator("body").evaluate("() => innerWidth") == 360
    asked.clear()
    evil = "Chữ **mới**, [xem](/giam-phi). <script>parent.evil = 1</script><img src=x onerror='parent.evil = 1'>"
    page.locator(WHO).press_sequentially(evil, delay=5)
    expect(frame.locator("#ai-lam ~ .prose strong").first).to_have_text("mới")
    expect(frame.locator("#ai-lam ~ .prose")).to_contain_text("<script>")
    assert len(asked) <= 2, "not at each key"
    assert page.evaluate("window.evil") is None
    frame.get_by_role("link").first.evaluate("link => link.click()")
    expect(frame.locator("h1")).to_be_visible()
    assert page.url == draft and len(page.context.pages) == 1
    page.locator('[id="en.title"]').focus()
    expect(frame.locator("html")).to_have_attribute("lang", "en")
    drop(page, draft)


def test_without_a_script_the_preview_opens_beside_what_is_typed(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE, java_script_enabled=False, viewport=PHONE)
    draft = begin(page)
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.locator("[data-preview]")).to_be_hidden()
    page.locator(WHO).fill("Chưa **lưu**.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Xem thử", exact=True).click()
    expect(opened.value.locator("#ai-lam ~ .prose strong")).to_have_text("lưu")
    expect(page.locator(WHO)).to_have_value("Chưa **lưu**.")
    page.goto(draft)
    expect(page.locator(WHO)).not_to_have_value("Chưa **lưu**.")
    drop(page, draft)


def test_looking_at_the_draft_in_another_tab_does_not_stop_the_saving(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    page.locator(WHO).fill("Sẽ được lưu.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Xem thử", exact=True).click()
    opened.value.close()
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


def test_who_leaves_is_asked_only_while_something_is_unsaved(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == []
    page.locator(WHO).fill("Chưa lưu.")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_role("button", name="Lấy lại chữ đó")).to_be_visible()
    page.locator(WHO).press_sequentially("x")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    page.reload()
    assert asked == ["beforeunload"]
    drop(page, draft)


def test_the_save_button_after_the_session_ended_loses_nothing(staff: Callable[..., Page], folder: Path) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    page.locator(WHO).fill("Bấm Lưu khi phiên đã hết.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Lưu", exact=True).click()
    sign_in(page, folder, EDITOR)
    page.get_by_role("button", name="Đăng xuất").wait_for()
    page.goto(draft)
    page.get_by_role("button", name="Lấy lại chữ đó").click()
    expect(page.locator(WHO)).to_have_value("Bấm Lưu khi phiên đã hết.")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


def test_what_was_typed_in_a_row_that_is_gone_is_shown(staff: Callable[..., Page]) -> None:
    page = staff(EDITOR, GUIDE)
    draft = begin(page)
    # As it is kept where the saving failed, and somebody took the row away meanwhile.
    kept = '{"counter": "1", "typed": [["vi.mistakes.59", "Chữ trong dòng đã mất."]]}'
    page.evaluate(
        "([key, kept]) => localStorage.setItem(key, kept)", [f"gan-dan:draft:{draft.rpartition('/')[2]}", kept]
    )
    page.reload()
    page.get_by_role("button", name="Lấy lại chữ đó").click()
    expect(page.get_by_label("Có dòng không còn")).to_have_value("Chữ trong dòng đã mất.")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc", timeout=15_000)
    drop(page, draft)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_picture_from_the_editors_machine_to_the_draft(
    staff: Callable[..., Page], tmp_path: Path, has_script: bool
) -> None:
    file, name = tmp_path / "man hinh.jpg", f"nut nop {'co' if has_script else 'khong'} js"
    file.write_bytes(photo(1600, 1200))
    page = staff(EDITOR, "/can-bo/hinh", java_script_enabled=has_script, viewport=PHONE)
    page.get_by_role("link", name="Tải hình lên").click()
    page.get_by_label("Tệp").set_input_files(file)
    page.get_by_label("Tên ngắn").fill(name)
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_role("alert")).to_contain_text("Bạn chưa ghi hình cho thấy gì")
    page.get_by_label("Cho thấy gì, cho người không nhìn được (Tiếng Việt)").fill("Nút nộp.")
    page.get_by_label("Cho thấy gì, cho người không nhìn được (English)").fill("The button.")
    page.get_by_label("Tệp").set_input_files(file)
    page.get_by_role("button", name="Tải lên").click()
    image = page.get_by_role("img", name="Nút nộp.")
    expect(image).to_be_visible()
    if has_script:
        image.scroll_into_view_if_needed()
        page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth)")
    page.goto(GUIDE)
    draft = begin(page)
    page.locator('[id="vi.steps.0.picture"]').select_option(name.replace(" ", "-"))
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.goto(f"{draft}/xem")
    expect(page.get_by_role("img", name="Nút nộp.")).to_have_attribute("width", "400")
    drop(page, draft)
    page.goto(f"/can-bo/hinh/{name.replace(' ', '-')}")
    page.locator("summary", has_text="Bỏ tệp này").click()
    page.get_by_role("button", name="Bỏ tệp này").click()
    page.wait_for_url("**/can-bo/hinh")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit(staff: Callable[..., Page], tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(photo(900, 600, "PNG"))
    page = staff(EDITOR, "/can-bo/hinh/them", color_scheme=scheme)
    page.get_by_label("Tệp").set_input_files(file)
    page.get_by_label("Tên ngắn").fill(f"de xem {scheme}")
    page.get_by_label("Cho thấy gì, cho người không nhìn được (Tiếng Việt)").fill("Nút nộp.")
    page.get_by_role("button", name="Tải lên").click()
    page.get_by_role("img", name="Nút nộp.").wait_for()
    here = page.url
    page.goto(GUIDE)
    draft = begin(page)
    page.locator('[value^="add:vi.videos"]').click()
    page.locator('[id="vi.videos.0.transcript"]').wait_for()
    for path in (draft, "/can-bo/hinh", here, "/can-bo/hinh/them", "/can-bo/hinh/them?loai=video"):
        page.goto(path)
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            results = Axe().run(page)
            assert results.violations_count == 0, (path, results.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    drop(page, draft)
