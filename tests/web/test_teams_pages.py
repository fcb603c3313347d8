"""The directory of the community digital teams: by commune, village, old and new name; a page for each team."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.agencies import queries as agency_queries
from portal.agencies import service as agencies
from portal.agencies.contacts import Contacts
from portal.agencies.standing import standing_agencies
from portal.core.db import db, unit_of_work
from portal.places.queries import atlas
from tests.factories import team_rows as teams
from tests.factories.places import load_places
from tests.web.page import Visitor

HERE = "/to-cong-nghe-so"
COMMUNE = "phuong-cam-thanh"
OLD = "phuong-nguyen-nghiem-thanh-pho-quang-ngai"
SPLIT = "xa-tra-bui-huyen-tra-bong"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def standing(app: Flask) -> None:
    """The places that ship, with their committees and counters."""
    load_places()
    with unit_of_work():
        agencies.add_missing(standing_agencies(atlas()))
    db.session.remove()


def enter(slug: str, **contacts: object) -> None:
    with unit_of_work():
        row = agency_queries.agency(slug)
        assert row is not None
        agencies.write_contacts(row, Contacts(**contacts))  # type: ignore[arg-type]
    db.session.remove()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_old_name_is_never_chosen_for_anybody(visitor: Visitor, prefix: str) -> None:
    page = visitor.get(f"{prefix}{HERE}?q=phuong+nguyen+nghiem")
    for text in ("thành phố Quảng Ngãi", "thị xã Đức Phổ", "Phường Cẩm Thành", "Phường Đức Phổ", "Xã Nguyễn Nghiêm"):
        assert text in page.words
    found = [link for link in page.links() if link.startswith(f"{prefix}{HERE}?xa=")][:3]
    expected = ("phuong-cam-thanh", "phuong-duc-pho", "xa-nguyen-nghiem")
    assert found == [f"{prefix}{HERE}?xa={slug}" for slug in expected]


def test_the_commune_shows_its_teams_with_all_that_is_known(visitor: Visitor) -> None:
    village = teams.village("Tân An", COMMUNE, "to-dan-pho")
    one = teams.team("to-tan-an", COMMUNE, villages=(village,), meeting_place="Nhà văn hóa", meeting_hours="Tối thứ Ba")
    lan = teams.member(one, phone="+84 (912) 345.678", zalo="0912.345.678")
    teams.member(one, "Trần Văn Bình", role="deputy", phone="113", zalo="", confirmed_on=None)
    teams.shift(one, 1, 7 * 60 + 30, 11 * 60 + 30, lan)
    teams.shift(one, 1, 13 * 60, 17 * 60, lan)
    teams.shift(one, 4, 7 * 60, 8 * 60)
    page = visitor.get(f"{HERE}?xa={COMMUNE}")
    for text in (
        "Ai giúp bạn ở phường Cẩm Thành", "Tổ to-tan-an", "Giúp bà con: Tổ dân phố Tân An", "Nhà văn hóa",
        "Tối thứ Ba", "Nguyễn Thị Lan, tổ trưởng", "Trần Văn Bình, tổ phó", "Xác nhận ngày 01/11/2026",
        "Chưa xác nhận lại", "Thứ Hai 7:30–11:30, 13:00–17:00 (Nguyễn Thị Lan)", "Thứ Năm 7:00–8:00",
        "Thông tin về tổ xác nhận ngày 01/11/2026", "Trung tâm Phục vụ hành chính công phường Cẩm Thành",
    ):  # fmt: skip
        assert text in page.words, text
    assert {"tel:+84912345678", "https://zalo.me/0912345678", "tel:113", f"{HERE}/to-tan-an"} <= set(page.links())
    assert page.response.get_data(as_text=True).count("https://zalo.me") == 1
    english = visitor.get(f"/en{HERE}?xa={COMMUNE}")
    assert "Monday 7:30–11:30" in english.words
    assert "Nguyễn Thị Lan" in english.words


def test_what_is_not_confirmed_or_not_public_says_so(visitor: Visitor) -> None:
    one = teams.team("to-x", COMMUNE, confirmed_on=None)
    teams.member(one, "Ẩn Danh", phone="0999999999", consented_on=None)
    page = visitor.get(f"{HERE}?xa={COMMUNE}")
    assert "Thông tin về tổ chưa được xác nhận" in page.words
    assert "Tổ chưa công khai số điện thoại" in page.words
    assert "Giúp cả phường Cẩm Thành" in page.words
    for hidden in ("Ẩn Danh", "0999999999"):
        assert hidden not in page.response.get_data(as_text=True)


def test_a_team_of_a_merged_commune_stands_in_the_new_one(visitor: Visitor) -> None:
    teams.team("to-cu", OLD)
    for address in (f"{HERE}?xa={COMMUNE}", f"{HERE}?xa={OLD}"):
        page = visitor.get(address)
        assert "Tổ to-cu" in page.words
        assert "Giúp cả phường Nguyễn Nghiêm trước đây" in page.words
    assert "Phường Cẩm Thành 1 tổ" in visitor.get(HERE).words
    assert "phường Cẩm Thành" in visitor.get(f"{HERE}/to-cu").words


def test_a_split_commune_asks_which_part(visitor: Visitor) -> None:
    teams.team("to-tra-bui", SPLIT)
    page = visitor.get(f"{HERE}?xa={SPLIT}")
    assert "Xã Trà Bùi nay thuộc nhiều nơi. Bạn ở nơi nào?" in page.words
    for part in ("xa-ca-dam", "xa-tay-tra-bong"):
        assert f"{HERE}?xa={part}" in page.links()
        assert "Tổ to-tra-bui" in visitor.get(f"{HERE}?xa={part}").words
    teams.disband("to-tra-bui")
    teams.team("to-khac", "xa-ca-dam")
    assert f"{HERE}?xa=xa-ca-dam" in visitor.get(f"{HERE}/to-tra-bui").links()


def test_a_village_without_a_team_finds_the_counter_the_province_and_the_hotline(visitor: Visitor) -> None:
    with_team, without = teams.village("Nước Nẻ", "xa-ba-xa"), teams.village("Ba Ha", "xa-ba-xa")
    teams.team("to-nuoc-ne", "xa-ba-xa", villages=(with_team,))
    enter("trung-tam-xa-ba-xa", phones=("19001234",), hours="7:30–11:30")
    page = visitor.get(f"{HERE}?xa=xa-ba-xa&thon={without}")
    for text in (
        "Chưa có tổ nào cho thôn Ba Ha trong danh bạ", "Trung tâm Phục vụ hành chính công xã Ba Xa", "7:30–11:30",
        "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi", "Đường dây nóng của tỉnh", "chưa có thông tin",
        "Tổ khác trong xã Ba Xa", "Tổ to-nuoc-ne",
    ):  # fmt: skip
        assert text in page.words, text
    assert "tel:19001234" in page.links()
    page = visitor.get(f"{HERE}?xa=xa-ba-xa&thon={with_team}")
    assert "Chưa có tổ" not in page.words
    assert "Tổ khác" not in page.words


def test_a_commune_without_a_team_is_no_empty_page(visitor: Visitor) -> None:
    page = visitor.get(f"{HERE}?xa=xa-ba-xa")
    assert "Chưa có tổ công nghệ số nào của xã Ba Xa trong danh bạ" in page.words
    assert "Điện thoại chưa có thông tin" in page.words
    assert "Giờ làm việc chưa có thông tin" in page.words
    page = visitor.get(HERE)
    assert "Chưa có tổ nào trong danh bạ" in page.words
    assert "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi" in page.words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nuoc ne", ["xa-ba-xa", "xa-ca-dam"]),
        ("thôn Nước Nẻ", ["xa-ba-xa", "xa-ca-dam"]),
        ("thon nuoc ne xa ba xa", ["xa-ba-xa"]),
        ("nước nẻ, cà đam", ["xa-ca-dam"]),
        ("thon nuoc ne huyen tra bong", ["xa-ca-dam"]),
        ("tdp 5", [COMMUNE]),
        ("tổ dân phố 05 phường cẩm thành", [COMMUNE]),
        ("tổ dân phố 5 xã ba xa", []),
        ("5", []),
    ],
)
def test_villages_are_found_alone_and_in_their_commune(visitor: Visitor, text: str, found: list[str]) -> None:
    for commune in ("xa-ba-xa", "xa-ca-dam"):
        teams.village("Nước Nẻ", commune)
    teams.village("5", COMMUNE, "to-dan-pho")
    links = visitor.get(f"{HERE}?q={text.replace(' ', '+')}").links()
    communes = [link.rpartition("xa=")[2] for link in links if f"{HERE}?thon=" in link]
    assert sorted(communes) == found


def test_a_team_has_a_page_and_keeps_it_when_it_ends(visitor: Visitor) -> None:
    one = teams.team("to-mot", COMMUNE, name="Tổ một")
    teams.member(one)
    teams.team("to-hai", COMMUNE)
    page = visitor.get(f"{HERE}/to-mot")
    assert page.text("h1") == "Tổ một"
    assert "Xem 1 tổ khác ở phường Cẩm Thành" in page.words
    assert f"/phan-anh?ve=team:to-mot&loai=team&xa={COMMUNE}" in page.links()
    assert f"<loc>http://localhost{HERE}/to-mot</loc>" in visitor.client.get("/sitemap.xml").get_data(as_text=True)
    teams.disband("to-mot")
    page = visitor.get(f"{HERE}/to-mot")
    assert "Tổ hoạt động đến hết ngày 01/11/2026" in page.words
    assert f"{HERE}?xa={COMMUNE}" in page.links()
    assert "Nguyễn Thị Lan" not in page.words
    assert teams.PHONE not in page.words
    assert "Trung tâm Phục vụ hành chính công phường Cẩm Thành" in page.words
    assert "to-mot" not in visitor.client.get("/sitemap.xml").get_data(as_text=True)
    assert "Tổ một" not in visitor.get(f"{HERE}?xa={COMMUNE}").words
    visitor.get(f"{HERE}/khong-co", 404)


def test_illustrative_teams_are_marked(visitor: Visitor) -> None:
    teams.team("to-minh-hoa", COMMUNE, is_demo=True)
    assert "1 tổ Minh họa" in visitor.get(HERE).words
    assert "Minh họa" in visitor.get(f"{HERE}?xa={COMMUNE}").words
    assert "Nội dung minh họa" in visitor.get(f"{HERE}/to-minh-hoa").words
    assert "Minh họa" in visitor.get(f"/dia-ban/{COMMUNE}").words


EVIL = "<img src=x onerror=alert(1)>\"'</li>{{ 7*7 }}"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_names_are_text_and_never_markup(visitor: Visitor, prefix: str) -> None:
    one = teams.team("to-xau", COMMUNE, name=EVIL, meeting_place=EVIL, meeting_hours=EVIL, notes="riêng của cán bộ")
    code = teams.member(one, EVIL, phone="javascript:1", zalo="javascript:x")
    teams.shift(one, 2, 0, 1440, code)
    for path in (f"{HERE}?xa={COMMUNE}", f"{HERE}/to-xau", f"/dia-ban/{COMMUNE}"):
        page = visitor.get(prefix + path)
        assert "<img src=x onerror=alert(1)>" in page.words
        assert "onerror" not in {name for element in page.root.iter() for name in element.attrib}
        assert not [link for link in page.links() if "javascript" in link]
        assert "riêng của cán bộ" not in page.words


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("xa=khong-co", 200), ("xa=&thon=x", 200), (f"xa={COMMUNE}&thon=khong-co", 200), (f"xa={COMMUNE}&trang=2", 404),
        (f"xa={COMMUNE}&trang=abc", 404), ("q=%00", 200), ("q=tinh+quang+ngai", 200), ("q=" + "a+" * 900, 200),
    ],
)  # fmt: skip
def test_whatever_is_asked_is_answered(visitor: Visitor, query: str, status: int) -> None:
    assert len(visitor.get(f"{HERE}?{query}", status).text("main")) > 60


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_absurd_addresses_are_answered(client: FlaskClient, text: str, choice: str, village: str) -> None:
    typed = {"q": text, "xa": choice, "thon": village}
    query = {name: value.encode("utf-8", "surrogatepass") for name, value in typed.items()}
    for path in (HERE, f"{HERE}/goi-y"):
        assert client.get(path, query_string=query).status_code == 200


def test_the_form_and_htmx_get_the_same_result(visitor: Visitor) -> None:
    response = visitor.client.get(f"{HERE}?q=son+ha", headers=HTMX)
    fragment = response.get_data(as_text=True)
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in fragment
    assert fragment.count('id="ket-qua"') == 1
    assert "Sơn Hà" in visitor.get(f"{HERE}/goi-y?q=son+ha").words
