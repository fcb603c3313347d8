"""A QR code on paper, weeks later, on a cheap phone: where it leads, and what is counted of it."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Opener

ENDED = "/giam-phi/minh-hoa-giam-phi-da-het"
GUIDE = "/huong-dan/dang-ky-khai-sinh"
# The browser of the tests calls itself headless, and would not be counted.
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)
_WRITTEN_WITHIN = 12


class Poster:
    """Links that were made for a team, and what was counted of them."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "portal.db"

    def link(self, code: str, path: str, title: str = "Một trang") -> str:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection, connection:
            connection.execute(
                "INSERT OR IGNORE INTO share_links (code, team, path, title, created_at) VALUES (?, ?, ?, ?, ?)",
                (code, f"to-{code}", path, title, "2026-11-22 00:00:00"),
            )
        return f"/g/{code}/q"

    def counted(self, code: str) -> dict[tuple[str, str], int]:
        """Numbers by event and channel."""
        with closing(sqlite3.connect(self._database, timeout=20)) as connection:
            rows = connection.execute(
                "SELECT event, channel, number FROM share_counts JOIN share_links ON link_id = id WHERE code = ?",
                (code,),
            )
            return {(event, channel): number for event, channel, number in rows}

    def wait_for(self, code: str, **wanted: int) -> None:
        """Until so much was counted by QR code; what a visit counted is written within seconds."""
        expected = {(event, "qr"): number for event, number in wanted.items()}
        ends = time.monotonic() + _WRITTEN_WITHIN
        while self.counted(code) != expected and time.monotonic() < ends:
            time.sleep(0.2)
        assert self.counted(code) == expected


@pytest.fixture
def poster(server: str, folder: Path) -> Poster:
    return Poster(folder)


def test_journey_2_an_old_poster_by_its_qr_code(open_page: Opener, poster: Poster) -> None:
    page = open_page(poster.link("aaaaaa2", ENDED), java_script_enabled=False, user_agent=PHONE)
    expect(page).to_have_url(re.compile(f"{ENDED}#"))
    notice = page.locator(".notice--expired")
    expect(notice).to_contain_text("Chính sách này đã hết hiệu lực")
    expect(notice).to_be_in_viewport()
    notice.get_by_role("link", name="Xem phí hôm nay").click()
    fees = page.locator("section", has=page.locator("#phi-hom-nay"))
    expect(fees).to_contain_text(re.compile(r"\d\sđ|chưa rõ"))
    expect(page.get_by_role("link", name="MH-03/NQ-HĐND")).to_be_visible()
    poster.wait_for("aaaaaa2", landing=1)


def test_a_guide_that_was_taken_out_says_so_and_leads_to_the_search(open_page: Opener, poster: Poster) -> None:
    link = poster.link("aaaaaa3", "/huong-dan/da-go", "Đăng ký khai sinh tại nhà")
    page = open_page(link, java_script_enabled=False, user_agent=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này không còn ở đây")
    expect(page.locator(".notice--expired")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.get_by_label("Tìm trang nói về việc này")
    expect(box).to_have_value("Đăng ký khai sinh tại nhà")
    box.press("Enter")
    expect(page.locator("#ket-qua .card__title a").first).to_be_visible()
    poster.wait_for("aaaaaa3", landing=1)


def test_a_reading_counts_after_ten_seconds_and_a_start_at_its_press(open_page: Opener, poster: Poster) -> None:
    page = open_page("about:blank", user_agent=PHONE)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.post_data or "") if request.method == "POST" else None)
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    page.goto(poster.link("aaaaaa4", GUIDE))
    # The address that somebody copies is the page's own.
    page.wait_for_url(re.compile(f"{GUIDE}$"))
    page.clock.run_for(9_000)
    assert told == []
    page.clock.run_for(30_000)
    start = page.locator(".answer .btn--start")
    expect(start).to_have_attribute("href", re.compile("^https://dichvucong.gov.vn/"))
    assert told == ["aaaaaa4/q"]
    poster.wait_for("aaaaaa4", landing=1, read=1)
    led_to: list[str] = []

    def press(route: Route) -> None:
        """Ask for where it leads, and stay: tests go to no other site."""
        led_to.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(status=204)

    page.route("**/bat-dau/**", press)
    start.click()
    poster.wait_for("aaaaaa4", landing=1, read=1, start=1)
    assert [address.startswith("https://dichvucong.gov.vn/") for address in led_to] == [True]


def test_on_the_way_to_a_guide_the_link_goes_along(open_page: Opener, poster: Poster) -> None:
    page = open_page("about:blank", user_agent=PHONE)
    page.goto(poster.link("aaaaaa5", "/huong-dan"))
    page.wait_for_url(re.compile("/huong-dan$"))
    page.locator("main a[href='/huong-dan/dang-ky-khai-sinh']").first.click()
    page.wait_for_url(re.compile(f"{GUIDE}$"))
    page.locator(".answer .btn--start").evaluate(
        "(start) => { start.addEventListener('click', (e) => e.preventDefault()) }"
    )
    page.locator(".answer .btn--start").click()
    expect(page.locator(".answer .btn--start")).to_have_attribute(
        "href", "/bat-dau/dang-ky-khai-sinh?g=aaaaaa5/q"
    )  # fmt: skip
    poster.wait_for("aaaaaa5", landing=1)


def test_who_asks_not_to_be_tracked_fetches_nothing_more(open_page: Opener, poster: Poster) -> None:
    page = open_page("about:blank", user_agent=PHONE, extra_http_headers={"Sec-GPC": "1"})
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(poster.link("aaaaaa6", GUIDE))
    assert page.url.endswith(GUIDE)
    page.wait_for_load_state("networkidle")
    assert [url for url in fetched if "/g/js" in url or url.endswith("/g")] == []


def test_without_a_link_no_page_fetches_the_script(open_page: Opener) -> None:
    page = open_page(GUIDE)
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [name for name in names if "/g/" in name or "landed" in name] == []
