"""Somebody who needs help finds the people near her; where there is no team, whom to ask instead."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from portal import create_app
from portal.agencies import queries as agency_queries
from portal.agencies import service as agencies
from portal.agencies.contacts import Contacts
from portal.config import Config
from portal.core.db import db, unit_of_work
from portal.places.models import Level, Place
from portal.teams.models import Team
from tests.browser.conftest import DESKTOP, PHONE, Opener
from tests.factories import team_rows as teams

HERE = "/to-cong-nghe-so"
COMMUNE = "phuong-cam-thanh"
GUIDE = "/huong-dan/dang-ky-khai-sinh"
VILLAGE = "thon-nuoc-ne-xa-ba-to"


@pytest.fixture(scope="module", autouse=True)
def known(server: str, folder: Path) -> Iterator[None]:
    """Two teams of Cẩm Thành, one that ended; a village of Ba Tơ without any; its counter's hours."""
    app = create_app(Config.from_env({"DATA_DIR": str(folder), "SITE_URL": server}))
    with app.app_context():
        _write()
        # As long as a process may go on with what it knows.
        time.sleep(0.6)
        yield
        with unit_of_work():
            db.session.execute(delete(Team).where(Team.slug.startswith("to-thu-")))
            db.session.execute(delete(Place).where(Place.level == Level.VILLAGE, Place.is_starter.is_(False)))
        db.session.remove()
        db.engine.dispose()


def _write() -> None:
    tan_an = teams.village("Tân An", COMMUNE, "to-dan-pho")
    teams.village("Nước Nẻ", "xa-ba-to")
    one = teams.team("to-thu-1", COMMUNE, name="Tổ Tân An", villages=(tan_an,), meeting_hours="Tối thứ Ba")
    lan = teams.member(one)
    teams.shift(one, 1, 450, 690, lan)
    teams.member(teams.team("to-thu-2", COMMUNE, name="Tổ số hai"), "Trần Văn Bình", zalo="")
    teams.disband(teams.team("to-thu-3", COMMUNE, name="Tổ cũ"))
    with unit_of_work():
        counter = agency_queries.agency("trung-tam-xa-ba-to")
        assert counter is not None
        agencies.write_contacts(counter, Contacts(phones=("19001234",), hours="7:30–11:30, 13:30–17:00"))
    db.session.remove()


def kept(page: Page) -> object:
    return page.evaluate("localStorage.getItem('gan-dan:xa')")


@pytest.mark.parametrize("enabled", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_journey_3_an_old_name_leads_to_the_teams_of_today(open_page: Opener, enabled: bool) -> None:
    page = open_page("/", java_script_enabled=enabled)
    page.get_by_role("link", name="Tổ công nghệ số", exact=True).click()
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("phuong nguyen nghiem")
    page.get_by_role("button", name="Tìm", exact=True).click()
    cards = page.locator("#ket-qua .card")
    expect(cards).to_have_count(3)
    assert "xa=" not in page.url, "nobody chose for her"
    expect(cards.nth(0)).to_contain_text("thành phố Quảng Ngãi")
    expect(cards.nth(1)).to_contain_text("thị xã Đức Phổ")
    cards.nth(0).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai giúp bạn ở phường Cẩm Thành")
    expect(page.locator(".team").filter(has_not_text="minh họa")).to_have_count(2)
    main = page.locator("main")
    for text in ("Tổ Tân An", "Thứ Hai 7:30–11:30", "Trung tâm Phục vụ hành chính công phường Cẩm Thành"):
        expect(main).to_contain_text(text)
    call = page.get_by_role("link", name=re.compile("Gọi Nguyễn Thị Lan"))
    expect(call).to_have_attribute("href", "tel:0912345678")
    zalo = page.get_by_role("link", name="Nhắn Zalo Nguyễn Thị Lan")
    expect(zalo).to_have_attribute("href", "https://zalo.me/0912345678")
    for link in (call, zalo):
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    keep = page.get_by_role("link", name="Nhớ nơi này trên máy")
    if not enabled:
        expect(keep).to_be_hidden()
        return
    assert kept(page) is None
    keep.click()
    expect(keep).to_be_hidden()
    assert COMMUNE in str(kept(page))
    page.goto(HERE)
    page.get_by_role("link", name="Xem ai giúp bạn ở phường Cẩm Thành").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai giúp bạn ở phường Cẩm Thành")
    page.get_by_role("link", name="Bỏ chọn").click()
    expect(page.locator(".choice")).to_contain_text("chưa chọn")
    assert kept(page) is None
    expect(page.get_by_role("link", name="Xem ai giúp bạn ở")).to_be_hidden()


@pytest.mark.parametrize("enabled", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_journey_4_a_village_without_a_team(open_page: Opener, enabled: bool) -> None:
    page = open_page(HERE, java_script_enabled=enabled)
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("thon nuoc ne")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Thôn Nước Nẻ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai giúp bạn ở thôn Nước Nẻ")
    expect(page.locator(".lead")).to_contain_text("Chưa có tổ nào cho thôn Nước Nẻ")
    asks = page.locator(".ask")
    expect(asks).to_have_count(3)
    expect(asks.nth(0)).to_contain_text("Trung tâm Phục vụ hành chính công xã Ba Tơ")
    expect(asks.nth(0)).to_contain_text("7:30–11:30, 13:30–17:00")
    expect(asks.nth(0).get_by_role("link")).to_have_attribute("href", "tel:19001234")
    expect(asks.nth(1)).to_contain_text("tỉnh Quảng Ngãi")
    expect(asks.nth(2)).to_contain_text("Đường dây nóng")
    for number in (1, 2):
        expect(asks.nth(number)).to_contain_text("chưa có thông tin")


def test_journey_4_a_commune_without_a_team(open_page: Opener) -> None:
    page = open_page(HERE)
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("xa ba to")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.locator("#ket-qua .card").filter(has_text="Đang có").get_by_role("link", name="Xã Ba Tơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai giúp bạn ở xã Ba Tơ")
    expect(page.locator(".lead")).to_contain_text("Chưa có tổ công nghệ số nào của xã Ba Tơ")
    asks = page.locator(".ask")
    expect(asks).to_have_count(3)
    for number, name in enumerate(("xã Ba Tơ", "tỉnh Quảng Ngãi", "Đường dây nóng")):
        expect(asks.nth(number)).to_contain_text(name)
    expect(asks.nth(0)).to_contain_text("7:30–11:30, 13:30–17:00")
    expect(asks.nth(0).get_by_role("link")).to_be_in_viewport(ratio=1)
    for number in (1, 2):
        expect(asks.nth(number).get_by_text("chưa có thông tin")).to_have_count(2)
        expect(asks.nth(number).get_by_role("link")).to_have_count(0)
    keep = page.get_by_role("link", name="Nhớ nơi này trên máy")
    keep.click()
    page.goto("/dia-ban/xa-ba-to")
    page.get_by_role("link", name="Xem nơi hỏi thay").click()
    expect(page.locator(".lead")).to_contain_text("Chưa có tổ công nghệ số nào của xã Ba Tơ")


def test_who_to_call_stands_in_the_first_screen_of_a_phone(open_page: Opener) -> None:
    page = open_page(f"{HERE}?xa={COMMUNE}")
    first = page.locator(".team").first
    expect(first.get_by_role("heading", level=3)).to_be_in_viewport(ratio=1)
    expect(first.get_by_role("link", name=re.compile("^Gọi")).first).to_be_in_viewport(ratio=1)


def test_a_guide_leads_to_the_people_near_by(open_page: Opener) -> None:
    page = open_page(f"{GUIDE}?xa={COMMUNE}")
    section = page.get_by_role("region", name="Ai giúp tôi gần đây")
    expect(section).to_contain_text(re.compile(r"Tổ số hai\s*Trần Văn Bình\s+0912 345 678"))
    box = section.get_by_role("link", name="0912 345 678").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    section.get_by_role("link", name=re.compile("Xem giờ")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai giúp bạn ở phường Cẩm Thành")
    page.get_by_role("link", name="Tổ Tân An").click()
    page.get_by_role("link", name="Báo sai sót về tổ này").click()
    page.wait_for_url("**/phan-anh?ve=team:to-thu-1**")
    expect(page.locator("main")).to_contain_text("Tổ Tân An")


PAGES = [HERE, f"{HERE}?xa={COMMUNE}", f"{HERE}?xa=xa-ba-to&thon={VILLAGE}", f"{HERE}/to-thu-1", f"{HERE}/to-thu-3",
         f"{HERE}?q=nguyen+nghiem", f"{HERE}?q=nuoc+ne", f"{GUIDE}?xa={COMMUNE}"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit(open_page: Opener, path: str) -> None:
    for scheme, viewport in (("light", PHONE), ("dark", DESKTOP)):
        page = open_page(path, viewport=viewport, color_scheme=scheme)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        for width in (320, viewport["width"]):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
