"""A leader in a village without a network: what is tapped is kept, sent once, and never somebody else's."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE

HERE = "/can-bo/to-cua-toi/da-giup"
LEADER = "to-truong@minh-hoa.example"
# Nothing arrives, or the answer is lost: a browser says so by itself.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "422 (UNPROCESSABLE ENTITY)", "410 (GONE)")

COVERED = """() => {
  const focus = document.activeElement.getBoundingClientRect();
  const numbers = document.querySelector(".tally__people").getBoundingClientRect();
  return focus.bottom > numbers.top;
}"""


class Tally:
    """What the database has, beside the server that serves it."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "portal.db"

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection, connection:
            return list(connection.execute(statement, values))

    def people(self) -> list[object]:
        """The numbers in the order in which they were tapped, which is that in which they arrive."""
        return [row[0] for row in self.ask("SELECT people FROM team_tallies WHERE undone_at IS NULL ORDER BY id")]


@pytest.fixture
def tally(server: str, folder: Path) -> Iterator[Tally]:
    found = Tally(folder)
    found.ask("DELETE FROM team_tallies")
    yield found
    found.ask("DELETE FROM team_tallies")


def password_of(folder: Path, email: str) -> str:
    lines = (folder / "demo-accounts.txt").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(email))


def sign_in(page: Page, folder: Path, email: str = LEADER) -> None:
    page.fill("#email", email)
    page.fill("#password", password_of(folder, email))
    page.keyboard.press("Enter")


@pytest.fixture
def leader(browser: Browser, server: str, folder: Path) -> Iterator[Callable[..., Page]]:
    """Opens the tally as its leader on a telephone that will show it without a network."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_tally(**options: object) -> Page:
        context = browser.new_context(viewport=PHONE, base_url=server, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(HERE)
        sign_in(page, folder)
        page.get_by_role("heading", name="Ghi lượt đã giúp").wait_for()
        if options.get("java_script_enabled", True):
            page.locator("[data-tally][data-ready]").wait_for()  # a tap before that sends the plain form
        return page

    yield open_tally
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(one in text for one in EXPECTED)] == []


KEPT = """async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated"
  && Boolean(await caches.match(document.querySelector("[data-tally]").dataset.shell))"""


def is_kept(page: Page) -> None:
    """Until the telephone has all that it needs to show the page."""
    ends = time.monotonic() + 20
    while not page.evaluate(KEPT):  # `wait_for_function` takes a promise for true
        assert time.monotonic() < ends, "the page is not kept"
        page.wait_for_timeout(50)


def tap(page: Page, guide: int, people: int) -> None:
    """Two taps."""
    page.locator(".tally__guide").nth(guide).click()
    page.get_by_role("button", name=f"{people} người").click()


def says(page: Page, text: str) -> None:
    expect(page.locator(".tally__status")).to_contain_text(text, timeout=15_000)


def test_two_taps_at_once(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    tap(page, 1, 4)
    says(page, "Đã ghi: 4 người")
    says(page, "Đã gửi: 1 lượt")
    expect(page.locator("#tong")).to_contain_text("4 người")
    assert tally.people() == [4]
    page.get_by_role("button", name=re.compile("^Bỏ")).click()
    expect(page.locator("#tong")).to_contain_text("Hôm nay chưa ghi lượt nào")
    assert tally.people() == []


def test_offline_twice_closed_opened_and_sent_once(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    is_kept(page)
    context = page.context
    context.set_offline(True)
    tap(page, 0, 2)
    says(page, "Đang chờ mạng: 1 lượt")
    tap(page, 1, 5)
    says(page, "Đang chờ mạng: 2 lượt")
    page.close()
    page = context.new_page()
    page.goto(HERE)
    says(page, "Đang chờ mạng: 2 lượt")
    expect(page.locator(".tally__waiting li")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("Đang mất mạng")
    expect(page.locator("body")).not_to_contain_text("Đăng xuất")
    tap(page, 2, 1)
    says(page, "Đang chờ mạng: 3 lượt")
    assert tally.people() == []
    context.set_offline(False)
    says(page, "Đã gửi")
    expect(page.locator(".tally__waiting li")).to_have_count(0)
    expect(page.locator("#tong")).to_contain_text("8 người")
    expect(page.get_by_text("Đang mất mạng")).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Đăng xuất").wait_for()
    assert tally.people() == [2, 5, 1]


def test_an_answer_that_is_lost_doubles_nothing(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    lost: list[int] = []

    def lose(route: object) -> None:
        if route.request.method != "POST" or lost:  # type: ignore[attr-defined]
            route.continue_()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch().status)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route(f"**{HERE}/gui", lose)
    tap(page, 0, 3)
    # Until it is sent once more: by the page, or by the worker in the background, whichever comes first.
    expect(page.locator(".tally__status")).to_contain_text(
        re.compile("Đang chờ mạng: 1 lượt|Đã gửi: 1 lượt"), timeout=15_000
    )
    assert (lost, tally.people()) == ([200], [3])
    page.evaluate("dispatchEvent(new Event('online'))")
    says(page, "Đã gửi: 1 lượt")
    expect(page.locator(".tally__waiting li")).to_have_count(0)
    assert tally.people() == [3]


def test_a_session_that_ended_keeps_them_until_somebody_signs_in(
    leader: Callable[..., Page], tally: Tally, folder: Path
) -> None:
    page = leader()
    is_kept(page)
    page.context.clear_cookies()
    tap(page, 0, 2)
    expect(page.locator("[data-tally-shut]")).to_contain_text("mở lại liên kết riêng của tổ")
    expect(page.locator(".tally__status")).not_to_contain_text("Đang chờ mạng")
    page.get_by_role("link", name="Đăng nhập lại").click()
    assert tally.people() == []
    sign_in(page, folder)
    says(page, "Đã gửi: 1 lượt")
    assert tally.people() == [2]


def test_who_came_by_a_link_that_ended_is_not_told_to_wait_for_the_network(
    leader: Callable[..., Page], tally: Tally
) -> None:
    page = leader()
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "gandan-link-team_workspace", "value": "over", "url": page.url}])
    tap(page, 0, 2)
    expect(page.locator("[data-tally-shut]")).to_be_visible(timeout=15_000)
    expect(page.locator(".tally__status")).not_to_contain_text("Đang chờ mạng")
    assert tally.people() == []


def test_on_a_shared_telephone_nobody_sends_what_is_anothers(
    leader: Callable[..., Page], tally: Tally, folder: Path
) -> None:
    page = leader()
    is_kept(page)
    page.evaluate(
        """() => tallyStore.put({ key: "0123456789abcdef", to: "to-khac", team: "Tổ khác", guide: "", title: "Khác",
           people: 3, moment: Date.now() })"""
    )
    page.reload()
    says(page, "còn 1 lượt của Tổ khác")
    tap(page, 0, 1)
    says(page, "Đã gửi: 1 lượt")
    assert tally.people() == [1], "those of the other team wait on"
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/can-bo/dang-nhap")
    kept = page.evaluate("async () => Boolean(await caches.match('" + HERE + "/khong-mang', { ignoreSearch: true }))")
    assert kept is False
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(HERE)
    page.context.set_offline(False)
    page.goto(HERE)
    sign_in(page, folder)
    says(page, "còn 1 lượt của Tổ khác")
    is_kept(page)


TOO_OLD = """() => tallyStore.put({
  key: "0123456789abcdef", to: document.querySelector("[data-tally]").dataset.team,
  team: "", guide: "", title: "Khác", people: 3, moment: Date.now() - 32 * 86400000,
})"""


def test_what_is_refused_says_why_and_can_be_removed(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    page.evaluate(TOO_OLD)
    page.reload()
    row = page.locator(".tally__waiting li")
    expect(row).to_contain_text("31 ngày")
    tap(page, 0, 1)
    says(page, "Đã gửi: 1 lượt")
    row.get_by_role("button").press("Enter")
    expect(row).to_have_count(0)
    says(page, "Đã bỏ một lượt chưa gửi")
    assert tally.people() == [1]


def test_what_is_removed_while_it_is_refused_stays_removed(leader: Callable[..., Page]) -> None:
    page = leader()
    page.evaluate(TOO_OLD)
    held: list[Route] = []
    page.route(
        f"**{HERE}/gui", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    with page.expect_request(lambda request: request.method == "POST"):
        page.reload()
    row = page.locator(".tally__waiting li")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        held[0].continue_()
    assert refused.value.status in {409, 422}
    page.unroute(f"**{HERE}/gui")
    # Behind what was being sent, so that this has ended.
    assert page.evaluate("navigator.locks.request(tallyStore.NAME, () => tallyStore.all())") == []
    expect(row).to_have_count(0)


def test_two_tabs_that_send_at_once_count_once(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    is_kept(page)
    other = page.context.new_page()
    other.goto(HERE)
    page.context.set_offline(True)
    for people in (1, 2, 3):
        tap(page, 0, people)
        says(page, f"Đang chờ mạng: {people} lượt")
    page.context.set_offline(False)
    says(page, "Đã gửi")
    expect(page.locator(".tally__waiting li")).to_have_count(0)
    expect(other.locator("#tong")).to_contain_text("6 người")
    assert tally.people() == [1, 2, 3]


def test_the_worker_touches_nothing_else(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    is_kept(page)
    for path in ("/", "/can-bo", "/can-bo/chia-se", "/huong-dan/dang-ky-khai-sinh"):
        page.goto(path)
        assert page.evaluate("navigator.serviceWorker.controller") is None, path
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto("/can-bo")


def test_with_the_keyboard(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    first = page.locator("[name=guide]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate(COVERED) is False, "the numbers stand over what has the focus"
    page.locator("#people").focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    says(page, "Đã ghi: 12 người")
    says(page, "Đã gửi: 1 lượt")
    page.wait_for_timeout(1_000)  # a second press at once is one too many, and says nothing
    page.keyboard.press("Enter")
    says(page, "Bạn chọn việc đã giúp trước")
    assert tally.people() == [12]


def test_without_a_script(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader(java_script_enabled=False)
    tap(page, 0, 2)
    expect(page.locator("#tong")).to_contain_text("2 người")
    assert tally.people() == [2]


def test_the_page_is_accessible_and_fits(leader: Callable[..., Page], tally: Tally) -> None:
    page = leader()
    is_kept(page)
    tap(page, 0, 2)
    says(page, "Đã gửi")
    examine(page)
    page.context.set_offline(True)
    page.reload()
    tap(page, 0, 2)
    says(page, "Đang chờ mạng")
    examine(page)


def examine(page: Page) -> None:
    for scheme, viewport in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
