"""The places' public pages: finder, pages of today's and of former units, the choice, the API."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import delete, update

from portal.core import registry
from portal.core.db import db, unit_of_work
from portal.core.registry import PlaceSection
from portal.places.models import Place, Succession
from tests.factories.places import load_places, shipped_facts
from tests.queries import count_queries
from tests.web.page import Visitor

SPLIT = "xa-tra-bui-huyen-tra-bong"
OLD = "phuong-nguyen-nghiem-thanh-pho-quang-ngai"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def places(app: object) -> None:
    """The places that ship."""
    load_places()


pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_ambiguous_name_is_never_chosen_for_anybody(visitor: Visitor, prefix: str) -> None:
    page = visitor.get(f"{prefix}/dia-ban?q=phuong+nguyen+nghiem")
    for text in ("thành phố Quảng Ngãi", "thị xã Đức Phổ", "Phường Cẩm Thành", "Phường Đức Phổ", "Xã Nguyễn Nghiêm"):
        assert text in page.words
    cards = [link for link in page.links() if link.startswith(f"{prefix}/dia-ban/")][:3]
    expected = ("phuong-cam-thanh", "phuong-duc-pho", "xa-nguyen-nghiem")
    assert cards == [f"{prefix}/dia-ban/{slug}" for slug in expected]
    if not prefix:
        assert "Có 3 nơi tên như vậy hoặc gần giống. Bạn ở nơi nào?" in page.words
        assert "Không phải nơi cùng tên trước đây" in page.words


def test_a_split_unit_leads_to_the_page_that_asks(visitor: Visitor) -> None:
    page = visitor.get("/dia-ban?q=tra+bui")
    assert f"/dia-ban/{SPLIT}" in page.links()
    page = visitor.get(f"/dia-ban/{SPLIT}")
    assert "Bạn ở phần nào?" in page.words
    for slug in ("xa-ca-dam", "xa-tay-tra-bong"):
        assert f"/dia-ban/{slug}" in page.links()
        assert f"/dia-ban/{slug}?xa={slug}" in page.links()
    heir = visitor.get("/dia-ban/xa-ca-dam")
    assert "Xã Trà Bùi (một phần)" in heir.words


def test_a_unit_that_lives_on_is_one_result(visitor: Visitor) -> None:
    page = visitor.get("/dia-ban?q=xa+ba+xa")
    assert "Tìm thấy một nơi" in page.words
    assert "Giữ nguyên, không sáp nhập" in page.words
    assert f"/dia-ban/{'xa-ba-xa-huyen-ba-to'}" not in page.links()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Tên gọi trước ngày 01/7/2025"),
        ("q=%00", "Tên gọi trước ngày"),
        ("q=!!!", "không có chữ nào để tìm"),
        ("q=x%C3%A3", "Bạn mới gõ loại đơn vị"),
        ("q=zzzz", "Không thấy nơi nào tên giống “zzzz”"),
        ("q=" + "ba+xa+" * 2000, "chỉ phần đầu được dùng"),
        ("q=%ff%fe", ""),
        ("q[]=1&xa[]=2&tiep=//evil.example", ""),
        ("q=%3Cscript%3E", "“<script>”"),
        ("xa=khong-co", "Không rõ xã, phường"),
        (f"xa={SPLIT}", "Xã Trà Bùi nay thuộc nhiều nơi"),
    ],
)
def test_whatever_is_asked_is_answered(visitor: Visitor, query: str, words: str) -> None:
    page = visitor.get(f"/dia-ban?{query}")
    assert words in page.words
    assert "evil" not in page.response.get_data(as_text=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_absurd_addresses_are_answered(client: FlaskClient, text: str, choice: str, back: str) -> None:
    typed = {"q": text, "xa": choice, "tiep": back}
    query = {name: value.encode("utf-8", "surrogatepass") for name, value in typed.items()}
    for path in ("/dia-ban", "/dia-ban/goi-y", "/dia-ban/xa-ba-xa", "/api/v1/places"):
        assert client.get(path, query_string=query).status_code == 200


def test_the_form_and_htmx_get_the_same_result(visitor: Visitor) -> None:
    response = visitor.client.get("/dia-ban?q=son+ha", headers=HTMX)
    fragment = response.get_data(as_text=True)
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in fragment
    assert fragment.count('id="ket-qua"') == 1
    whole = visitor.get("/dia-ban?q=son+ha").response.get_data(as_text=True)
    assert fragment[fragment.index('<p class="result-count') :].strip()[:-6].strip() in whole.replace("\r", "")


def test_suggestions_are_a_list_and_a_page(visitor: Visitor) -> None:
    response = visitor.client.get("/dia-ban/goi-y?q=nguyen+ngh", headers=HTMX)
    text = response.get_data(as_text=True)
    assert text.count('role="option"') == 4
    assert 'href="/dia-ban/phuong-cam-thanh"' in text
    page = visitor.get("/dia-ban/goi-y?q=nguyen+ngh")
    assert "/dia-ban/xa-nguyen-nghiem" in page.links()
    assert "Không có gợi ý" in visitor.get("/dia-ban/goi-y?q=zzzz").words


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_place_has_its_page(visitor: Visitor, prefix: str) -> None:
    """Old addresses never end in a 404, and no page is a dead end."""
    for place in shipped_facts():
        page = visitor.get(f"{prefix}/dia-ban/{place.slug}")
        for after in place.successors:
            assert f"{prefix}/dia-ban/{after.slug}" in page.links()
        if place.valid_to and not place.successors:
            assert len([link for link in page.links() if link.startswith(f"{prefix}/dia-ban/")]) >= 1, place.slug
    visitor.get(f"{prefix}/dia-ban/khong-co", 404)


def test_the_finder_lists_and_draws_all_communes(visitor: Visitor) -> None:
    page = visitor.get("/dia-ban")
    listed = [link for link in page.links() if link.startswith("/dia-ban/")]
    assert len(set(listed)) == 96
    assert "Thành phố Quảng Ngãi 5 xã, phường" in page.words
    svg = [
        element for element in page.root.iter() if element.tag.endswith("}svg") and "map" in element.get("class", "")
    ]
    assert len([1 for element in svg[0].iter() if element.tag.endswith("}a")]) == 96


def test_two_communes_in_turn_are_two_pages(visitor: Visitor) -> None:
    """The choice is part of the page cache's key, and other parameters aren't."""
    for _time in range(2):
        for slug, name in (("xa-ba-xa", "Xã Ba Xa"), ("phuong-cam-thanh", "Phường Cẩm Thành")):
            for path in ("/dia-ban", "/dia-ban/xa-mo-cay"):
                page = visitor.get(f"{path}?xa={slug}&utm_source=zalo")
                assert f"Xã, phường của bạn: {name}" in page.words
                assert f"/dia-ban/xa-mo-cay?xa={slug}" in page.links() or path != "/dia-ban"
    assert "chưa chọn" in visitor.get("/dia-ban").words


@pytest.mark.usefixtures("content")
def test_a_guide_says_and_carries_the_chosen_commune(visitor: Visitor) -> None:
    address = "/huong-dan/dang-ky-khai-sinh"
    plain = visitor.get(address)
    assert "Xã, phường của bạn" not in plain.words
    assert "place." not in plain.response.get_data(as_text=True), "nothing for those who chose nothing"
    for slug, name in (("xa-ba-xa", "Xã Ba Xa"), ("phuong-cam-thanh", "Phường Cẩm Thành")):
        page = visitor.get(f"{address}?xa={slug}")
        assert f"Xã, phường của bạn: {name}" in page.words
        assert f"/en{address}?xa={slug}" in page.links()
        assert address in page.links(), "the way to forget it"
        assert "/dia-ban?tiep=%2Fhuong-dan%2Fdang-ky-khai-sinh" in page.links()
    assert "(trước là Phường Nguyễn Nghiêm)" in visitor.get(f"{address}?xa={OLD}").words
    assert "Không rõ xã, phường" in visitor.get(f"{address}?xa=zzz").words
    asked = visitor.get(f"{address}?xa={SPLIT}")
    assert f"{address}?xa=xa-ca-dam" in asked.links()


def test_who_came_from_a_guide_goes_back_to_it_with_the_choice(visitor: Visitor) -> None:
    back = "tiep=%2Fhuong-dan%2Fx"
    page = visitor.get(f"/dia-ban?q=ba+xa&{back}")
    assert f"/dia-ban/xa-ba-xa?{back}" in page.links()
    page = visitor.get(f"/dia-ban/xa-ba-xa?{back}")
    assert "/huong-dan/x?xa=xa-ba-xa" in page.links()
    for evil in ("//evil.example", "https://evil.example", "/huong-dan/../x", "javascript:alert(1)", "/can-bo/x"):
        text = visitor.client.get("/dia-ban/xa-ba-xa", query_string={"tiep": evil}).get_data(as_text=True)
        assert "/dia-ban/xa-ba-xa?xa=xa-ba-xa" in text
        assert "evil" not in text
        assert "alert" not in text


def test_a_communes_page_shows_what_other_domains_know(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nơi nộp thử" not in visitor.get("/dia-ban/xa-ba-xa").words
    asked = []

    def counter(slug: str, locale: str) -> PlaceSection | None:
        asked.append((slug, locale))
        html = Markup("<p>Bộ phận một cửa</p>")
        return PlaceSection("noi-nop", "Nơi nộp thử", html) if slug == "xa-mo-cay" else None

    monkeypatch.setattr(registry, "_place_sections", [])
    registry.register_place_sections(counter)
    assert "Nơi nộp thử Bộ phận một cửa" in visitor.get("/en/dia-ban/xa-mo-cay").words
    assert "Nơi nộp thử" not in visitor.get("/dia-ban/xa-mo-rai").words
    assert asked == [("xa-mo-cay", "en"), ("xa-mo-rai", "vi")]


def test_a_page_asks_the_database_little(visitor: Visitor) -> None:
    visitor.get("/dia-ban/xa-ba-xa")
    with count_queries() as queries:
        visitor.get("/dia-ban/xa-mo-cay")
    assert len(queries) <= 2


def test_machines_are_told_of_todays_communes(visitor: Visitor) -> None:
    sitemap = visitor.client.get("/sitemap.xml").get_data(as_text=True)
    assert "/dia-ban/xa-ba-xa<" in sitemap
    assert "xa-ba-xa-huyen-ba-to" not in sitemap
    assert 'content="noindex"' in visitor.get("/dia-ban?q=ba").response.get_data(as_text=True)
    assert 'content="noindex"' not in visitor.get("/dia-ban/xa-ba-xa").response.get_data(as_text=True)


def test_other_systems_find_places(client: FlaskClient) -> None:
    response = client.get("/api/v1/places?q=phường nguyễn nghiêm, tp quảng ngãi")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert json.loads(response.data) == {
        "results": [
            {
                "id": OLD, "code": "21025", "name": "Phường Nguyễn Nghiêm", "kind": "phuong", "active": False,
                "valid_from": None, "valid_to": "2025-06-30", "former_district": "Thành phố Quảng Ngãi",
                "successors": [{"id": "phuong-cam-thanh", "code": "21025", "name": "Phường Cẩm Thành"}],
            }
        ]
    }  # fmt: skip
    found = client.get("/api/v1/places?q=xã trà bùi").get_json()["results"]
    assert [one["id"] for one in found[0]["successors"]] == ["xa-ca-dam", "xa-tay-tra-bong"]
    today = client.get("/api/v1/places?q=đặc khu lý sơn").get_json()["results"][0]
    assert (today["active"], today["valid_from"], today["successors"]) == (True, "2025-07-01", [])
    assert client.get("/api/v1/places").get_json() == {"results": []}
    assert client.get("/api/v1/places?q=xã").get_json() == {"results": []}
    assert len(client.get("/api/v1/places?q=tra").get_json()["results"]) <= 50


@pytest.mark.usefixtures("content")
def test_the_sites_search_leads_to_the_places_that_are_named(visitor: Visitor) -> None:
    for text in ("xã Ba Xa", "nguyen nghiem", "phường trần hưng đạo"):
        page = visitor.get(f"/tim-kiem?q={text}")
        assert any(link.startswith("/dia-ban?q=") for link in page.links()), text
    for text in ("khai sinh", "ba xq", "zzzz", ""):
        page = visitor.get(f"/tim-kiem?q={text}")
        assert not any(link.startswith("/dia-ban?q=") for link in page.links()), text


def test_a_portal_without_places_says_so(visitor: Visitor) -> None:
    with unit_of_work():
        db.session.execute(delete(Succession))
        db.session.execute(update(Place).values(superior_id=None))
        db.session.execute(delete(Place))
    page = visitor.get("/dia-ban?q=ba+xa")
    assert "Chưa có danh sách xã, phường" in page.words
    assert "Không thấy nơi nào tên giống" in page.words


def test_a_unit_that_did_not_change_is_not_said_to_be_new(visitor: Visitor) -> None:
    page = visitor.get("/dia-ban/xa-ba-xa")
    assert "Không đổi khi sắp xếp ngày 01/07/2025." in page.words
    assert "Có từ ngày" not in page.words
    assert "hai nơi khác nhau" not in page.words
    reused = visitor.get("/dia-ban/phuong-cam-thanh")
    assert "Có từ ngày 01/07/2025." in reused.words
    assert "hai nơi khác nhau" in reused.words
    assert "hai nơi khác nhau" in visitor.get(f"/dia-ban/{OLD}").words


def test_the_map_says_how_to_see_all_of_it(visitor: Visitor) -> None:
    page = visitor.get("/dia-ban")
    assert "Vuốt ngang để xem hết bản đồ" in page.words
    text = visitor.client.get("/dia-ban").get_data(as_text=True)
    assert text.count('class="map__touch"') == text.count('class="map__pin') > 90
