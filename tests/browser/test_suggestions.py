"""Suggestions while somebody types: few requests, all keys, never in the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener


def box(page: Page) -> Locator:
    return page.locator("#tim")


def options(page: Page) -> Locator:
    return page.locator("#goi-y [role=option]")


def asked(page: Page) -> list[str]:
    """Collects the texts that suggestions are asked for."""
    texts: list[str] = []

    def note(request: Any) -> None:
        if "/goi-y?" in request.url:
            texts.append(request.url.partition("?")[2])

    page.on("request", note)
    return texts


def type_and_wait(page: Page, text: str = "khai sinh") -> None:
    box(page).press_sequentially(text, delay=20)
    # On a busy machine the first letters have an answer of their own, and a list of its own.
    expect(page.locator("#goi-y-tat-ca")).to_contain_text(f": {text}")


@pytest.mark.parametrize("path", ["/", "/tim-kiem", "/en/"])
def test_twelve_letters_typed_fast_ask_once(open_page: Opener, path: str) -> None:
    page = open_page(path)
    texts = asked(page)
    text = "birth certif" if path == "/en/" else "khai sinh ch"
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    for letter in text:
        box(page).press_sequentially(letter)
        page.clock.run_for(60)
    page.clock.run_for(1_000)
    expect(options(page).first).to_be_visible()
    assert texts == ["q=" + text.replace(" ", "+")]  # nothing but the text: no filters
    expect(page.locator("#goi-y-bao")).to_have_text(re.compile(r"^\d (gợi ý|suggestions?)$"))


def test_short_or_known_texts_ask_nothing(open_page: Opener) -> None:
    page = open_page("/tim-kiem?q=khai+sinh")
    texts = asked(page)
    box(page).press("End")
    box(page).press_sequentially("  ", delay=20)
    page.wait_for_timeout(500)
    assert texts == []
    box(page).fill("k")
    page.wait_for_timeout(500)
    assert texts == []
    box(page).fill("khai")
    expect(options(page).first).to_be_visible()
    box(page).fill("khai ")
    page.wait_for_timeout(500)
    expect(options(page).first).to_be_visible()
    assert texts == ["q=khai"]


def test_the_keyboard_alone_is_enough(open_page: Opener) -> None:
    page = open_page("/", viewport=DESKTOP)
    type_and_wait(page)
    combobox = page.get_by_role("combobox")
    expect(combobox).to_have_attribute("aria-expanded", "true")
    expect(combobox).to_have_attribute("aria-controls", "goi-y")
    page.keyboard.press("ArrowUp")  # from the text to the last one
    expect(combobox).to_have_attribute("aria-activedescendant", "goi-y-tat-ca")
    page.keyboard.press("ArrowDown")
    expect(combobox).to_have_attribute("aria-activedescendant", "goi-y-1")
    expect(page.locator("#goi-y [aria-selected=true]")).to_have_attribute("id", "goi-y-1")
    expect(combobox).to_be_focused()
    expect(combobox).to_have_value("khai sinh")
    page.keyboard.press("Home")
    assert combobox.get_attribute("aria-activedescendant") is None
    assert combobox.evaluate("field => field.selectionStart") == 0
    page.keyboard.press("ArrowDown")
    target = options(page).first.get_attribute("href") or "?"
    page.keyboard.press("Enter")
    page.wait_for_url("**" + target)


def test_enter_without_a_choice_searches(open_page: Opener) -> None:
    page = open_page("/")
    type_and_wait(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=khai+sinh")
    expect(page.locator("#ket-qua .card").first).to_be_visible()
    expect(page.locator("#goi-y")).to_be_hidden()


def test_escape_and_tab_close_and_keep_the_text(open_page: Opener) -> None:
    page = open_page("/", viewport=DESKTOP)
    type_and_wait(page)
    page.keyboard.press("Escape")
    expect(page.locator("#goi-y")).to_be_hidden()
    expect(box(page)).to_have_value("khai sinh")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#goi-y")).to_be_hidden()
    expect(page.get_by_role("button", name="Tìm", exact=True)).to_be_focused()
    expect(box(page)).to_have_value("khai sinh")


@pytest.mark.parametrize("touch", [False, True])
def test_pressing_the_box_brings_the_closed_list_back(open_page: Opener, touch: bool) -> None:
    page = open_page("/", has_touch=touch, is_mobile=touch)
    press = box(page).tap if touch else box(page).click
    press()
    expect(page.locator("#goi-y")).to_be_hidden()
    type_and_wait(page)
    texts = asked(page)
    page.keyboard.press("Escape")
    expect(page.locator("#goi-y")).to_be_hidden()
    press()
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.locator("h1").click()
    expect(page.locator("#goi-y")).to_be_hidden()
    press()
    expect(options(page).first).to_be_visible()
    assert texts == []  # they were at hand


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_phone_shows_the_whole_list_below_the_box(open_page: Opener, motion: str) -> None:
    page = open_page("/", has_touch=True, is_mobile=True, reduced_motion=motion)
    box(page).tap()
    page.wait_for_timeout(900)
    assert abs((page.locator("form:has(#tim)").bounding_box() or {"y": 999})["y"] - 24) < 2
    type_and_wait(page, "cấp")
    assert options(page).count() == 6
    for option in options(page).all():
        lines = option.locator("span").first.evaluate(
            "e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
        )
        assert lines <= 2.05
    expect(page.locator("#goi-y-tat-ca")).to_be_in_viewport(ratio=1)


def test_with_a_mouse_the_page_stays_where_it_is(open_page: Opener) -> None:
    page = open_page("/")
    box(page).click()
    type_and_wait(page)
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("touch", [False, True])
def test_a_suggestion_is_pressed(open_page: Opener, touch: bool) -> None:
    page = open_page("/", has_touch=touch)
    type_and_wait(page)
    for option in options(page).all():
        assert (option.bounding_box() or {"height": 0})["height"] >= 44
    first = options(page).first
    target = first.get_attribute("href") or "?"
    if touch:
        first.tap()
    else:
        first.click()
    page.wait_for_url("**" + target)


def test_the_last_row_sends_the_form_with_its_filters(open_page: Opener) -> None:
    page = open_page("/tim-kiem?q=dang+ky&loai=guide")
    box(page).fill("")
    type_and_wait(page, "khai")
    page.get_by_role("option", name="Tìm tất cả: khai").click()
    page.wait_for_url("**/tim-kiem?q=khai&loai=guide")
    expect(page.locator("#ket-qua .tag", has_text="Thủ tục chính thức")).to_have_count(0)
    expect(page.locator("#goi-y")).to_be_hidden()
    expect(page).to_have_title(re.compile("^Tìm kiếm: khai "))


def compose(page: Page, text: str) -> None:
    """What an input method does: the word grows in the box and is not finished yet."""
    session = page.context.new_cdp_session(page)
    for end in range(1, len(text) + 1):
        session.send("Input.imeSetComposition", {"text": text[:end], "selectionStart": end, "selectionEnd": end})
        page.wait_for_timeout(60)


def test_an_input_method_is_waited_for(open_page: Opener) -> None:
    page = open_page("/")
    texts = asked(page)
    box(page).click()
    compose(page, "khai")
    page.wait_for_timeout(400)
    assert texts == []
    page.context.new_cdp_session(page).send("Input.insertText", {"text": "khai"})
    expect(options(page).first).to_be_visible()
    assert texts == ["q=khai"]
    # Phone keyboards hold a word until the next space: after a longer rest they are helped all the same.
    box(page).fill("")
    compose(page, "đăng")
    expect(options(page).first).to_be_visible()
    assert len(texts) == 2
    expect(box(page)).to_have_value("đăng")


def test_late_answers_are_dropped(open_page: Opener) -> None:
    page = open_page("/")
    held: list[Route] = []
    page.route("**/goi-y?q=khai", lambda route: held.append(route))  # noqa: PLW0108 (it must be a Python function)
    box(page).press_sequentially("khai", delay=20)
    page.wait_for_timeout(600)
    assert len(held) == 1
    box(page).press_sequentially(" tử", delay=20)
    expect(page.get_by_role("option", name="Tìm tất cả: khai tử")).to_be_visible()
    held[0].fulfill(body='<div id="goi-y" role="listbox"><a role="option">cũ</a></div>', content_type="text/html")
    page.wait_for_timeout(300)
    expect(page.get_by_text("cũ", exact=True)).to_have_count(0)
    box(page).press_sequentially(" x", delay=20)
    page.keyboard.press("Escape")
    page.wait_for_timeout(600)
    expect(page.locator("#goi-y")).to_be_hidden()


@pytest.mark.parametrize("connection", ["{saveData: true}", "{effectiveType: '2g'}"])
def test_who_saves_data_is_left_alone(open_page: Opener, connection: str) -> None:
    page = open_page("about:blank")
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{value: {connection}}})")
    sources: list[str] = []
    page.on("request", lambda request: sources.append(request.url))
    page.goto("/")
    box(page).press_sequentially("khai sinh", delay=20)
    page.wait_for_timeout(500)
    assert not [source for source in sources if "goi-y?" in source or "htmx" in source]
    assert box(page).get_attribute("role") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=khai+sinh")


def test_no_suggestions_are_said_and_not_shown(open_page: Opener) -> None:
    page = open_page("/")
    box(page).press_sequentially("zzzqqq", delay=20)
    expect(page.locator("#goi-y-bao")).to_have_text("Không có gợi ý")
    expect(page.locator("#goi-y")).to_be_hidden()


def test_without_javascript_the_box_searches(open_page: Opener) -> None:
    page = open_page("/", java_script_enabled=False)
    box(page).fill("khai sinh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=khai+sinh")
    expect(page.locator("#ket-qua .card").first).to_be_visible()
    expect(page.get_by_role("combobox", include_hidden=True)).to_have_count(3)  # the filters, not the box
    page.goto("/tim-kiem/goi-y?q=khai+sinh")
    page.locator("main .card a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/", "/en/tim-kiem?q=x"])
def test_the_open_list_is_accessible_and_moves_nothing(
    open_page: Opener, path: str, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page("about:blank", viewport=viewport, color_scheme=scheme)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(path)
    box(page).fill("")
    type_and_wait(page, "birth" if path.startswith("/en") else "đăng ký")
    page.keyboard.press("ArrowDown")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate("window.shift") <= 0.02


def test_results_change_in_place(open_page: Opener) -> None:
    page = open_page("/tim-kiem?q=tam+tru", viewport=DESKTOP)
    page.locator("summary", has_text="Lọc kết quả").click()
    page.evaluate("window.line = document.getElementById('so-ket-qua')")
    kind = page.get_by_label("Loại trang")
    kind.focus()
    kind.select_option("guide")
    page.wait_for_url("**/tim-kiem?q=tam+tru&loai=guide")
    expect(page.locator("#ket-qua .tag", has_text="Thủ tục chính thức")).to_have_count(0)
    expect(kind).to_be_focused()
    # The same line with a new text: only such a one is read out.
    assert page.evaluate("window.line === document.getElementById('so-ket-qua')")
    english = page.locator("header a[hreflang=en]:visible")
    expect(english).to_have_attribute("href", re.compile(r"/en/tim-kiem\?q=tam\+tru&loai=guide$"))
    page.go_back()
    page.wait_for_url("**/tim-kiem?q=tam+tru")
    expect(page.locator("#ket-qua .tag", has_text="Thủ tục chính thức").first).to_be_visible()


def shows(page: Page, text: str, kind: str = "") -> None:
    """The address, the box, the filter and the results are those of one search."""
    page.wait_for_url("**/tim-kiem?" + urlencode({"q": text} | ({"loai": kind} if kind else {})))
    expect(page).to_have_title(re.compile(f"^Tìm kiếm: {text} "))
    expect(box(page)).to_have_value(text)
    expect(page.locator("#loc-loai")).to_have_value(kind)
    expect(page.locator("#ket-qua .card").first).to_contain_text(re.compile(text, re.IGNORECASE))
    tags = page.locator("#ket-qua .tag", has_text="Hướng dẫn" if kind == "record" else "Thủ tục chính thức")
    if kind:
        expect(tags).to_have_count(0)


def test_back_and_forward_show_the_searches_as_they_were(open_page: Opener) -> None:
    page = open_page("/tim-kiem?q=khai+sinh", viewport=DESKTOP)
    for text in ("khai tử", "kết hôn"):
        box(page).fill(text)
        expect(options(page).first).to_be_visible()
        page.keyboard.press("Enter")
        shows(page, text)
    page.locator("summary", has_text="Lọc kết quả").click()
    for kind in ("guide", "record"):
        page.get_by_label("Loại trang").select_option(kind)
        shows(page, "kết hôn", kind)
    past = [("khai sinh", ""), ("khai tử", ""), ("kết hôn", ""), ("kết hôn", "guide"), ("kết hôn", "record")]
    for text, kind in reversed(past[:-1]):
        page.go_back()
        shows(page, text, kind)
    for text, kind in past[1:]:
        page.go_forward()
        shows(page, text, kind)
    page.go_back()
    shows(page, *past[-2])
    # A step within the page is no other search.
    page.evaluate("window.stays = true; location.hash = 'noi-dung'")
    page.wait_for_timeout(300)
    assert page.evaluate("window.stays")


def test_a_refused_search_is_sent_again_as_a_page(open_page: Opener) -> None:
    page = open_page("/tim-kiem?q=dang+ky", viewport=DESKTOP)
    # Any answer but 200 is the browser's to show; this one, because Chromium logs those from 400 on as errors.
    page.route(
        "**/tim-kiem?q=khai*",
        lambda route: route.fulfill(status=202, body="<p>x</p>", content_type="text/html"),
        times=1,
    )
    box(page).fill("khai sinh")
    expect(options(page).first).to_be_visible()  # htmx is there
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=khai+sinh*")
    expect(page.locator("#ket-qua .card").first).to_be_visible()
