"""A leader hands links on and sees them counted; a team gets another leader. Both on a phone."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from portal import create_app
from portal.accounts.demo import TEAM
from portal.config import Config
from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.sharing import figures
from portal.sharing.figures import Tally
from portal.sharing.models import ShareLink
from portal.teams.models import Team
from tests.browser.conftest import PHONE, Opener, settings_free_environment
from tests.browser.test_officer import examine
from tests.browser.test_share_links import PHONE as A_PHONE
from tests.browser.test_share_links import Poster
from tests.factories import team_rows as teams
from tests.unit.sharing.posters import pictures, words_of

COORDINATOR, LEADER = 3, 4  # the lines of the demo's accounts
GUIDE = "/huong-dan/dang-ky-khai-sinh"
COMMUNE, HANDED = "xa-tinh-khe", "to-thu-ban-giao"
OLD_NAME, OLD_PHONE, OLD_ZALO = "Hồ Thị Người Cũ", "0911 222 333", "0911222444"
NEW_NAME, NEW_PHONE = "Hồ Văn Người Mới", "0944 555 666"
ROBOT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
# As long as a process may go on with what it knows.
KNOWN_FOR = 0.8
SignIn = Callable[[int], Page]


@dataclass
class Staff:
    """The running portal's data."""

    app: Flask

    def ask(self, question: Callable[[], object]) -> object:
        """What the database says now."""
        with self.app.app_context():
            answer = question()
            db.session.remove()
        return answer


@pytest.fixture(scope="module")
def staff(server: str, folder: Path) -> Iterator[Staff]:
    """A team with a leader and a member who agreed to be named."""
    app = create_app(Config.from_env({**settings_free_environment(), "DATA_DIR": str(folder), "SITE_URL": server}))
    with app.app_context():
        teams.team(HANDED, COMMUNE, name="Tổ Cổ Lũy")
        teams.member(HANDED, OLD_NAME, phone=OLD_PHONE, zalo=OLD_ZALO)
        teams.member(HANDED, NEW_NAME, phone=NEW_PHONE, zalo="", role="member", position=1)
        time.sleep(KNOWN_FOR)
    yield Staff(app)
    with app.app_context():
        with unit_of_work():
            db.session.execute(delete(ShareLink).where(ShareLink.team == HANDED))
            db.session.execute(delete(Team).where(Team.slug == HANDED))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sign_in(browser: Browser, server: str, folder: Path) -> Iterator[SignIn]:
    """Signs in somebody of the demo on a phone; nothing may fail in their browser."""
    contexts, complaints = [], []

    def enter(line: int) -> Page:
        email, password = (folder / "demo-accounts.txt").read_text().splitlines()[line].split()[:2]
        context = browser.new_context(viewport=PHONE, base_url=server)  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/can-bo/dang-nhap")
        page.fill("#email", email)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Việc của tôi").wait_for()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert [text for text in complaints if "422" not in text] == []


def download(page: Page, name: str) -> bytes:
    """The file behind a link of the page."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return waiting.value.path().read_bytes()


def read_code(picture: Image.Image) -> str:
    """What the only QR code of a picture says, by a library that is not ours."""
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_journey_8_a_leader_shares_and_sees_it_counted(
    sign_in: SignIn, staff: Staff, open_page: Opener, folder: Path, server: str
) -> None:
    keeper, page, poster = sign_in(COORDINATOR), sign_in(LEADER), Poster(folder)
    visits = landings(keeper)
    page.locator("main").get_by_role("link", name="Chia sẻ").click()
    examine_on_a_phone(page, "what can be shared")
    page.get_by_label("Tìm trang để chia sẻ").fill("khai tử")
    page.get_by_role("button", name="Tìm", exact=True).click()
    found = page.get_by_role("region", name="Tìm thấy")
    found.get_by_role("button", name=re.compile(r"Lấy liên kết, áp phích\s*: Đăng ký khai tử$")).click()
    page.wait_for_url(re.compile(r"/can-bo/chia-se/[a-z0-9]{6,7}$"))
    code = page.url.rpartition("/")[2]

    address = page.locator("#dia-chi").inner_text()
    assert address == f"{server}/g/{code}/c"
    page.get_by_role("button", name="Sao chép", exact=True).first.click()
    expect(page.locator("[data-share-status]")).to_have_text("Đã sao chép")
    assert page.evaluate("navigator.clipboard.readText()") == address

    by_code = read_code(Image.open(io.BytesIO(download(page, "Ảnh PNG, để in và gửi"))))
    assert by_code == f"{server}/g/{code}/q"
    (sheet,) = pictures(download(page, "Áp phích A4 (PDF)"))
    assert read_code(sheet) == by_code
    preview = page.locator(".kit__card img")
    preview.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.kit__card img').naturalWidth === 1200")
    examine_on_a_phone(page, "the kit")

    page.get_by_role("link", name="Xem trang, không tính lượt").click()
    page.wait_for_url(re.compile("/huong-dan/dang-ky-khai-tu$"))
    robot = page.context.request.get(f"/g/{code}/f", headers={"User-Agent": ROBOT}, max_redirects=0)
    assert robot.status == 303
    visitor = open_page(by_code, user_agent=A_PHONE)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Đăng ký khai tử")
    poster.wait_for(code, landing=1)

    today = clock.today()
    seen = staff.ask(lambda: figures.total([TEAM], today, today + timedelta(days=1)))
    assert seen == Tally(landings=1), "the visit alone: neither the leader's own look nor the robot's"
    assert landings(keeper) == visits + 1


def landings(page: Page) -> int:
    """How often links of the team were opened, as the coordinator sees it."""
    page.goto("/can-bo/to-cong-nghe?trang-thai=&xa=xa-tinh-khe")
    row = page.get_by_role("row", name=re.compile("Tổ công nghệ số minh họa 1 "))
    return int(row.locator("td").nth(4).inner_text().replace(".", ""))


def examine_on_a_phone(page: Page, name: str) -> None:
    """axe on all sizes and in both themes; back to the phone."""
    examine(page, name)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_journey_9_a_team_gets_another_leader(
    sign_in: SignIn, staff: Staff, open_page: Opener, browser: Browser, server: str
) -> None:
    page = sign_in(COORDINATOR)
    page.goto(f"/can-bo/chia-se?to={HANDED}")
    page.get_by_role("button", name=re.compile(r"Lấy liên kết, áp phích\s*: Tổ Cổ Lũy$")).click()
    page.wait_for_url(re.compile(r"/can-bo/chia-se/[a-z0-9]{6,7}$"))
    kit = page.url
    printed = download(page, "Áp phích A4 (PDF)")
    assert OLD_PHONE in words_of(printed)
    by_code = read_code(pictures(printed)[0])
    public = [
        f"/to-cong-nghe-so/{HANDED}", f"/to-cong-nghe-so?xa={COMMUNE}", f"/dia-ban/{COMMUNE}", f"{GUIDE}?xa={COMMUNE}",
        f"/api/v1/teams?place={COMMUNE}", "/tim-kiem?q=ho+thi+nguoi+cu", "/tim-kiem?q=0911222333",
    ]  # fmt: skip
    stranger = browser.new_context(base_url=server).request
    tags = {path: stranger.get(path).headers.get("etag", "") for path in public}
    for path in public[:2]:
        assert OLD_PHONE in stranger.get(path).text(), "from the cache of pages by now"

    page.goto(f"/can-bo/to-cong-nghe/{HANDED}")
    page.get_by_role("link", name="Bàn giao tổ trưởng").click()
    expect(page.locator(".notice")).to_contain_text(f"{OLD_NAME} sẽ bị xóa khỏi cổng")
    examine_on_a_phone(page, "the handover")
    page.get_by_role("button", name="Bàn giao", exact=True).click()
    expect(page.locator(".errors")).to_contain_text("Bạn chưa điền tên")
    page.select_option("#successor", label=f"{NEW_NAME} (Thành viên)")
    page.get_by_role("button", name="Bàn giao", exact=True).click()
    page.wait_for_url(re.compile(f"/can-bo/to-cong-nghe/{HANDED}$"))
    expect(page.locator("main")).not_to_contain_text(OLD_NAME)
    time.sleep(KNOWN_FOR)

    hidden = re.compile("|".join((OLD_NAME, OLD_PHONE, OLD_PHONE.replace(" ", ""), OLD_ZALO)))
    for path in public:
        answer = stranger.get(path, headers={"If-None-Match": tags[path]} if tags[path] else {})
        shown = answer.text().replace("q=0911222333", "").replace('value="0911222333"', "")
        assert not hidden.search(shown) or path.startswith("/tim-kiem"), path
    for query in public[-2:]:
        results = open_page(query).locator("#ket-qua")
        expect(results).not_to_contain_text(OLD_PHONE)
        expect(results.get_by_role("link", name=re.compile("Tổ Cổ Lũy"))).to_have_count(0)
    for export in ("/can-bo/to-cong-nghe/thanh-vien?xuat=csv", "/can-bo/to-cong-nghe?xuat=csv"):
        text = page.context.request.get(export).text()
        assert "Tổ Cổ Lũy" in text
        assert not hidden.search(text), export
    again = words_of(page.context.request.get(f"{kit}/ap-phich-a4.pdf").body())
    assert NEW_PHONE in again
    assert not hidden.search(again)

    visitor = open_page(by_code, user_agent=A_PHONE)
    visitor.wait_for_url(re.compile(f"/to-cong-nghe-so/{HANDED}"))
    expect(visitor.get_by_role("link", name=re.compile(f"Gọi {NEW_NAME}"))).to_have_attribute("href", "tel:0944555666")
    assert not hidden.search(visitor.content())
    stranger.dispose()

    (entry,) = staff.ask(lambda: audit.entries(AuditFilter(action="team_handed_over"), limit=5))  # type: ignore[misc]
    assert entry.actor_name == "Điều phối các tổ (minh họa)"
    assert entry.subject_key == HANDED
    assert not hidden.search(f"{entry.before} {entry.after}")


@pytest.mark.parametrize(
    "path",
    ["", f"/{HANDED}", f"/{HANDED}/sua", f"/{HANDED}/thanh-vien/them", "/them", "/thanh-vien", "/xa-chua-co-to"],
)
def test_the_pages_of_the_teams_are_accessible_and_fit(sign_in: SignIn, staff: Staff, path: str) -> None:
    page = sign_in(COORDINATOR)
    page.goto(f"/can-bo/to-cong-nghe{path}")
    examine(page, path)
