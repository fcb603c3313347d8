"""What a citizen does, on a cheap phone."""

from __future__ import annotations

import re
import urllib.parse

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import DESKTOP, Opener


def wire_bytes(page: Page) -> list[int]:
    """Collects what each answer weighs on the wire."""
    sizes: list[int] = []

    def finished(request: Request) -> None:
        measured = request.sizes()
        sizes.append(measured["responseBodySize"] + measured["responseHeadersSize"])

    page.on("requestfinished", finished)
    return sizes


def test_journey_1_from_home_to_the_start_without_javascript(open_page: Opener) -> None:
    page = open_page("about:blank", java_script_enabled=False)
    sizes = wire_bytes(page)
    page.goto("/")
    page.get_by_role("searchbox").fill("giam phi khai sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    hits = page.locator("#ket-qua .card__title a")
    expect(hits.first).to_be_visible()
    titles = hits.all_inner_texts()[:3]
    assert "Đăng ký khai sinh" in titles
    hits.nth(titles.index("Đăng ký khai sinh")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký khai sinh")
    for channel in ("Nộp trực tuyến", "Nộp trực tiếp", "Qua bưu chính"):
        expect(page.locator(".channels").get_by_role("heading", name=channel)).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("Chưa rõ")  # 0 without a word is unknown, never free
    expect(page.locator(".answer .trust")).to_contain_text("18/07/2026")
    start = page.locator(".answer .btn--start")
    address = urllib.parse.urlsplit(start.get_attribute("href") or "")
    assert (address.scheme, address.hostname) == ("https", "dichvucong.gov.vn")
    assert sum(sizes) < 100_000, sizes


def test_the_answer_stands_in_the_first_screen(open_page: Opener) -> None:
    page = open_page("/huong-dan/dang-ky-thuong-tru")
    box = page.locator(".answer .facts").bounding_box()
    assert box is not None
    assert box["y"] < 740 * 0.75


def test_a_service_without_online_channel_has_no_start(open_page: Opener) -> None:
    page = open_page("/huong-dan/chung-thuc-ban-sao")
    expect(page.get_by_role("link", name="Bắt đầu")).to_have_count(0)
    page.get_by_role("link", name="Xem nơi nộp").click()
    expect(page.locator("#cach-nop")).to_be_in_viewport()


def test_an_ended_fee_is_shown_as_ended(open_page: Opener) -> None:
    page = open_page("/huong-dan/cap-ho-chieu")
    expect(page.locator(".answer")).to_contain_text("đã hết hiệu lực ngày 31/12/2023")
    assert page.locator(".answer b.fee-amount").count() == 0


def test_ticked_papers_survive_a_reload_on_this_phone_only(open_page: Opener) -> None:
    page = open_page("/huong-dan/dang-ky-khai-sinh")
    page.locator(".checklist .check").first.click()
    page.reload()
    expect(page.locator(".checklist input").first).to_be_checked()
    expect(page.locator(".checklist input").nth(1)).not_to_be_checked()
    page.get_by_role("button", name="Bỏ chọn hết").click()
    page.reload()
    expect(page.locator(".checklist input").first).not_to_be_checked()


# A voice that only writes down what it is asked to say; the machine that runs the tests has none.
VOICE = """
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [{ lang: "vi-VN" }],
    speak: (one) => said.push([one.lang, one.text]),
    cancel: () => said.push("stop"),
  } });
"""


def test_a_guide_is_read_aloud_where_there_is_a_voice(open_page: Opener) -> None:
    page = open_page("about:blank")
    page.add_init_script(VOICE)
    page.goto("/huong-dan/dang-ky-khai-sinh")
    assert not page.evaluate("performance.getEntriesByType('resource').some((one) => one.name.includes('read-aloud'))")
    page.get_by_role("button", name="Đọc to").click()
    stop = page.get_by_role("button", name="Dừng đọc")
    expect(stop).to_be_visible()
    said = page.evaluate("said")
    assert ["vi", "Ai làm được"] in said
    assert not any("In trang này" in text for _lang, text in said[1:])
    stop.click()
    expect(page.get_by_role("button", name="Đọc to")).to_be_visible()
    assert page.evaluate("said.at(-1)") == "stop"
    page.get_by_role("button", name="Đọc to").click()
    assert page.evaluate("said.filter((one) => one[1] === 'Ai làm được').length") == 2


def test_without_a_voice_nobody_is_promised_one(open_page: Opener) -> None:
    page = open_page("/en/huong-dan/dang-ky-khai-sinh")
    page.add_init_script(VOICE)
    page.reload()
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    assert page.locator("[data-read-aloud]").count() == 1
    expect(page.locator("[data-read-aloud]")).to_be_hidden()


def test_filters_work_with_and_without_javascript(open_page: Opener) -> None:
    for enabled in (False, True):
        page = open_page("/tim-kiem?q=dang+ky", java_script_enabled=enabled)
        page.locator("summary", has_text="Lọc kết quả").click()
        page.get_by_label("Loại trang").select_option("guide")
        if not enabled:
            page.get_by_role("button", name="Lọc", exact=True).click()
        page.wait_for_url(re.compile("loai=guide"))
        expect(page.locator("#ket-qua .tag", has_text="Thủ tục chính thức")).to_have_count(0)
        assert page.locator("#ket-qua .card").count() > 3


def test_everything_is_reached_by_keyboard(open_page: Opener) -> None:
    page = open_page("/huong-dan/dang-ky-khai-sinh")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    wanted = page.locator("main a:visible, main summary:visible, main input:visible, main button:visible").count()
    reached = set()
    for _press in range(wanted + 40):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
            const r = getComputedStyle(e.closest('.check') || e);
            const after = getComputedStyle(e, '::after');
            return [[...document.querySelectorAll('*')].indexOf(e), e.closest('main') !== null,
                    s.outlineStyle !== 'none' || r.outlineStyle !== 'none' || s.boxShadow !== 'none' ||
                    after.outlineStyle !== 'none', e.outerHTML.slice(0, 200)]; }"""
        )
        if state[1]:
            assert state[2], f"the focus is not visible on {state[3]}"
            reached.add(state[0])
    assert len(reached) >= wanted


def test_languages_lead_to_each_other(open_page: Opener) -> None:
    page = open_page("/huong-dan/dang-ky-khai-sinh", viewport=DESKTOP)
    page.locator("header a[hreflang=en]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Register a birth")
    page.locator("header a[hreflang=vi]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký khai sinh")


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize(
    "path",
    ["/", "/tim-kiem?q=khai+sinh", "/huong-dan/dang-ky-khai-sinh", "/thu-tuc/1.004194", "/linh-vuc", "/styleguide"],
)
def test_no_page_scrolls_sideways(open_page: Opener, path: str, width: int) -> None:
    page = open_page(path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/", "/huong-dan/dang-ky-khai-sinh", "/tim-kiem?q=khai+sinh"])
def test_nothing_moves_by_itself(open_page: Opener, path: str) -> None:
    page = open_page("about:blank")
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(path)
    page.wait_for_timeout(700)
    assert page.evaluate("window.shift") <= 0.02


@pytest.mark.parametrize("path", ["/", "/huong-dan/dang-ky-khai-sinh", "/tim-kiem?q=khai+sinh", "/thu-tuc/1.004194"])
def test_a_first_visit_is_light(open_page: Opener, path: str) -> None:
    page = open_page("about:blank")
    sizes = wire_bytes(page)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 6
    assert sum(sizes) < 150_000


def test_a_guide_prints_on_a4(open_page: Opener) -> None:
    page = open_page("/huong-dan/dang-ky-khai-sinh")
    page.emulate_media(media="print")
    expect(page.locator(".site-header nav").first).to_be_hidden()
    expect(page.locator(".steps")).to_be_visible()
    expect(page.get_by_role("heading", name="Hỏi và đáp")).to_be_hidden()  # its answers are folded
    document = page.pdf(format="A4")
    assert document.count(b"/Type /Page\n") == 1
    assert len(document) > 20_000
