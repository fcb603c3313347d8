"""The directory says no more than it knows: of old contacts, of villages, of numbers that nobody entered."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import time_machine
from flask import Flask
from PIL import Image

from portal.agencies import service as agencies
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.core.db import unit_of_work
from tests.factories import team_rows as teams
from tests.web.page import Visitor
from tests.web.test_teams_pages import COMMUNE, HERE, standing

__all__ = ["standing"]
pytestmark = pytest.mark.usefixtures("app", "standing")
OLD = "Xác nhận ngày 02/01/2026, đã hơn 6 tháng: có thể đã đổi"
OLD_TEAM = "Thông tin về tổ xác nhận ngày 02/01/2026, đã hơn 6 tháng: có thể đã đổi. Bạn nên gọi trước khi đến."
PAGES = (f"{HERE}?xa={COMMUNE}", f"{HERE}/to-mot", f"/dia-ban/{COMMUNE}")


@pytest.mark.parametrize(("day", "is_old"), [("2026-07-02", False), ("2026-07-03", True)])
def test_an_old_contact_says_that_it_may_have_changed(visitor: Visitor, day: str, is_old: bool) -> None:
    confirmed = date(2026, 1, 2)
    teams.member(teams.team("to-mot", COMMUNE, confirmed_on=confirmed), consented_on=confirmed, confirmed_on=confirmed)
    with time_machine.travel(f"{day}T05:00:00Z"):
        for path in PAGES:
            page = visitor.get(path)
            assert teams.PHONE in page.words
            assert (OLD in page.words) is is_old, path
        assert (OLD_TEAM in visitor.get(PAGES[0]).words) is is_old


def test_the_warning_comes_with_the_day_on_pages_that_are_kept(visitor: Visitor) -> None:
    confirmed = date(2026, 1, 2)
    teams.member(teams.team("to-mot", COMMUNE), consented_on=confirmed, confirmed_on=confirmed)
    seen = []
    for day in ("2026-07-02", "2026-07-03"):
        with time_machine.travel(f"{day}T05:00:00Z"):
            seen.append(OLD in visitor.get(f"/dia-ban/{COMMUNE}").words)
    assert seen == [False, True]


def test_a_teams_page_counts_the_other_teams(visitor: Visitor) -> None:
    for number in (1, 2, 3):
        teams.team(f"to-{number}", COMMUNE)
    assert "Xem 2 tổ khác ở phường Cẩm Thành" in visitor.get(f"{HERE}/to-1").words
    teams.disband("to-1")
    assert "Xem 2 tổ ở phường Cẩm Thành" in visitor.get(f"{HERE}/to-1").words
    teams.disband("to-3")
    teams.disband("to-2")
    assert "Xem" not in visitor.get(f"{HERE}/to-1").words.partition("Tổ này không còn hoạt động")[2].partition("Hỏi")[0]


def test_a_hotline_without_a_number_says_so_and_offers_nothing_to_press(app: Flask, visitor: Visitor) -> None:
    with unit_of_work():
        agencies.add_missing([Standing("duong-day-nong", "Đường dây nóng của tỉnh", AgencyKind.HOTLINE, "", "")])
    page = visitor.get(f"{HERE}?xa=xa-ba-xa")
    html = page.response.get_data(as_text=True)
    card = html[html.index("Đường dây nóng của tỉnh") :].partition("</li>")[0]
    assert card.count("chưa có thông tin") == 2, "neither number nor hours"
    assert "<a" not in card
    assert not re.search(r'href="tel:"|href=""', html)


def test_villages_are_promised_only_where_any_is_known(visitor: Visitor) -> None:
    page = visitor.get(HERE)
    assert "Tên trước ngày 01/7/2025 cũng tìm được." in page.words
    assert "tên thôn" not in page.words
    assert "thôn" not in visitor.get(f"{HERE}?q=zzzz").words.partition("Không thấy nơi nào")[2].partition("Đừng đọc")[0]
    teams.village("Nước Nẻ", "xa-ba-xa")
    assert "Tên trước ngày 01/7/2025 và tên thôn cũng tìm được." in visitor.get(HERE).words
    assert "hoặc tên thôn" in visitor.get(f"{HERE}?q=zzzz").words


@pytest.mark.parametrize("typed", ["xa", "phuong", "..."])
def test_who_typed_too_little_is_not_told_to_type_less(visitor: Visitor, typed: str) -> None:
    page = visitor.get(f"{HERE}?q={typed}")
    assert "Gõ ít chữ hơn" not in page.words
    assert "gõ tên trước khi sáp nhập" in page.words
    assert "Gõ ít chữ hơn" in visitor.get(f"{HERE}?q=zzzz").words


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_messengers_get_a_teams_own_picture_without_anybodys_name(visitor: Visitor, prefix: str) -> None:
    teams.member(teams.team("to-mot", COMMUNE, name="Tổ Tân An"))
    tags = og_tags(visitor, f"{prefix}{HERE}/to-mot")
    address = tags["og:image"].removeprefix("http://localhost")
    assert address.startswith(f"{prefix}/xem-truoc{HERE}/to-mot.")
    assert tags["og:image:alt"] == "Tổ Tân An"
    answer = visitor.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    teams.member("to-mot", "Trần Văn Bình", role="member")
    assert og_tags(visitor, f"{prefix}{HERE}/to-mot")["og:image"] == tags["og:image"], "people aren't in it"
    teams.disband("to-mot")
    assert og_tags(visitor, f"{prefix}{HERE}/to-mot")["og:image"] != tags["og:image"], "that it ended is"
    assert visitor.client.get(address).status_code == 302
    assert visitor.client.get(f"/xem-truoc{HERE}/khong-co.00000000.png").status_code == 404


def og_tags(visitor: Visitor, path: str) -> dict[str, str]:
    page = visitor.get(path)
    return {meta.get("property") or "": meta.get("content") or "" for meta in page.all("meta") if meta.get("property")}
