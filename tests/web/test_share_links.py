"""Short links: where they lead, and what is counted on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.guides import service as guides
from portal.guides.models import Guide
from portal.guides.starting import start_address
from portal.places.models import Place
from portal.sharing import floods, service
from portal.sharing.attribution import attribution
from portal.sharing.counting import settle_share_counts
from portal.sharing.figures import Tally
from portal.sharing.floods import Ceilings
from portal.sharing.models import ShareCount
from portal.sharing.targets import Target, target_of
from portal.teams.models import Team
from tests.factories import guide_data
from tests.factories.places import load_places, shipped_facts
from tests.queries import count_queries
from tests.unit.sharing.test_visitors import CHROME, MACHINES
from tests.web.page import Visitor

SLUG = "dang-ky-khai-sinh"
GUIDE = f"/huong-dan/{SLUG}"
TEAM = "to-nghia-lo"
PHONE = {"User-Agent": CHROME}

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture(autouse=True)
def _fresh_ceilings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application outlives a test, and with it what it remembers of networks."""
    monkeypatch.setattr(attribution(), "_ceilings", Ceilings())


def new_link(path: str = GUIDE, title: str = "Đăng ký khai sinh", team: str = TEAM) -> str:
    with unit_of_work():
        code = service.share_link(team, path, title, now=clock.now()).code
    db.session.remove()
    return code


def counted() -> dict[str, Tally]:
    """By channel."""
    settle_share_counts()
    db.session.rollback()
    numbers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in db.session.scalars(select(ShareCount)):
        numbers[row.channel][f"{row.event}s"] += row.number
    return {channel: Tally(**of_channel) for channel, of_channel in numbers.items()}


def opened(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    response = client.get(path, headers=PHONE | headers)
    assert response.status_code == 303
    return response


def withdraw(slug: str = SLUG) -> None:
    with unit_of_work() as session:
        session.delete(session.scalar(select(Guide).where(Guide.slug == slug)))
    db.session.remove()


@pytest.mark.parametrize(
    ("letter", "channel"),
    [("/q", "qr"), ("/z", "zalo"), ("/f", "facebook"), ("/s", "sms"), ("/c", "copy"), ("/x", ""), ("", "")],
)
def test_a_link_leads_to_its_page_and_counts_by_channel(client: FlaskClient, letter: str, channel: str) -> None:
    code = new_link()
    for _door in ("view", "below Flask"):
        answer = opened(client, f"/g/{code}{letter}")
        handed_on = letter if channel else ""
        assert answer.headers["Location"] == f"{GUIDE}#g={code}{handed_on}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    assert counted() == {channel: Tally(landings=2)}


def test_capitals_and_languages(client: FlaskClient) -> None:
    code = new_link()
    for _door in range(2):
        assert opened(client, f"/G/{code.upper()}/Q").headers["Location"] == f"{GUIDE}#g={code}/q"
        assert opened(client, f"/en/g/{code}/q").headers["Location"] == f"/en{GUIDE}#g={code}/q"
        assert opened(client, f"/g/{code}/q/").headers["Location"] == f"{GUIDE}#g={code}/q"
    assert counted() == {"qr": Tally(landings=6)}


def test_the_language_of_a_browser_changes_nothing(client: FlaskClient) -> None:
    location = opened(client, f"/g/{new_link()}", **{"Accept-Language": "en"}).headers["Location"]
    assert location.startswith(GUIDE)


def test_a_link_that_was_opened_asks_no_database_again(client: FlaskClient) -> None:
    code = new_link()
    opened(client, f"/g/{code}")
    with count_queries() as seen:
        for _ in range(20):
            opened(client, f"/g/{code}")
    assert seen == []
    assert counted() == {"": Tally(landings=21)}


def test_a_new_link_works_at_once_in_every_process(client: FlaskClient, another_app: Callable[..., Flask]) -> None:
    other = another_app().test_client(use_cookies=False)
    unknown = "2345678"
    assert other.get(f"/g/{unknown}").status_code == 404
    code = new_link()
    assert opened(other, f"/g/{code}/q").headers["Location"] == f"{GUIDE}#g={code}/q"
    opened(client, f"/g/{code}/q")
    assert counted() == {"qr": Tally(landings=2)}


@pytest.mark.parametrize("name", MACHINES[:12])
def test_machines_and_previews_go_on_uncounted(client: FlaskClient, name: str) -> None:
    code = new_link()
    for _door in range(2):
        answer = client.get(f"/g/{code}/z", headers={"User-Agent": name})
        assert answer.status_code == 303
        assert answer.headers["Location"] == GUIDE
    assert counted() == {}


def test_head_and_prefetch_go_on_uncounted(client: FlaskClient) -> None:
    code = new_link()
    for _door in range(2):
        assert client.head(f"/g/{code}", headers=PHONE).status_code == 303
        assert opened(client, f"/g/{code}", **{"Sec-Purpose": "prefetch"}).headers["Location"] == GUIDE
    assert counted() == {}


@pytest.mark.parametrize("asks", ["Sec-GPC", "DNT"])
def test_who_asks_not_to_be_told_apart_adds_to_the_total_alone(client: FlaskClient, asks: str) -> None:
    code = new_link()
    for _door in range(2):
        assert opened(client, f"/g/{code}/q", **{asks: "1"}).headers["Location"] == GUIDE
    client.post("/g", data=f"{code}/q", content_type="text/plain", headers=PHONE | {asks: "1"})
    client.get(f"/bat-dau/{SLUG}?g={code}/q", headers=PHONE | {asks: "1"})
    assert counted() == {"": Tally(landings=2)}


def test_a_reading_and_a_start_count(client: FlaskClient) -> None:
    code = new_link()
    answer = client.post("/g", data=f"{code}/q", content_type="text/plain;charset=UTF-8", headers=PHONE)
    assert answer.status_code == 204
    started = opened(client, f"/bat-dau/{SLUG}?g={code}/q")
    assert started.headers["Location"] == start_address(SLUG)
    assert counted() == {"qr": Tally(landings=0, reads=1, starts=1)}


def test_the_start_leads_where_the_guides_own_button_leads(visitor: Visitor) -> None:
    address = start_address(SLUG)
    assert address is not None
    assert address.startswith("https://dichvucong.gov.vn/")
    assert address in visitor.get(GUIDE).links()


@pytest.mark.parametrize(
    "query", ["?g=//evil.example", "?url=https://evil.example", "?g=2345678/q", "?g=%0d%0aLocation:%20x", ""]
)
def test_a_start_leads_nowhere_else(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/bat-dau/{SLUG}{query}", headers=PHONE)
    assert answer.headers["Location"] == start_address(SLUG)
    assert client.get(f"/bat-dau/khong-co{query}").headers["Location"] == "/huong-dan/khong-co"
    assert counted() == {}


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        ("", {}, 204), ("2345678/q", {}, 204), ("x" * 5_000, {}, 204), ("\u00e0\u0000", {}, 204),
        ("{code}/q", {"Sec-Fetch-Site": "cross-site"}, 403), ("{code}/q", {"Origin": "https://evil.example"}, 403),
        ("{code}/q", {"User-Agent": "curl/8.5.0"}, 204),
    ],
)  # fmt: skip
def test_a_forged_reading_counts_nothing(client: FlaskClient, data: str, headers: dict[str, str], status: int) -> None:
    body = data.replace("{code}", new_link())
    answer = client.post("/g", data=body.encode(), content_type="text/plain", headers=PHONE | headers)
    assert answer.status_code == status
    assert counted() == {}


def test_a_flood_goes_on_and_counts_up_to_the_ceiling(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "PER_DAY", 30)
    monkeypatch.setattr(attribution(), "_ceilings", Ceilings())
    code = new_link()
    for _ in range(200):
        opened(client, f"/g/{code}/q")
        client.post("/g", data=f"{code}/q", content_type="text/plain", headers=PHONE)
    neighbour = client.get(f"/g/{code}/q", headers=PHONE, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert neighbour.status_code == 303
    assert counted() == {"qr": Tally(landings=31, reads=30)}


def test_behind_a_proxy_each_client_has_a_ceiling_that_it_cannot_pass(
    another_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "PER_DAY", 2)
    client = another_app(PROXY_HOPS="1").test_client(use_cookies=False)
    code = new_link()
    for number in range(10):
        opened(client, f"/g/{code}", **{"X-Forwarded-For": f"10.1.1.{number}, 203.0.113.7"})
    opened(client, f"/g/{code}", **{"X-Forwarded-For": "203.0.113.8"})
    assert counted() == {"": Tally(landings=3)}


def test_an_unknown_code_gets_a_page_with_a_search(visitor: Visitor) -> None:
    page = visitor.get("/g/2345678", 404)
    assert any(field.get("name") == "q" for field in page.all("input"))
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/g/", "/g/abc", "/g/2345678/qq", "/g/2345678/q/q", "/g//evil.example", "/g/%2f%2fevil.example", "/g/..",
     "/g/" + "a" * 400, "/g/àbcdefg"],
)  # fmt: skip
def test_what_is_no_code_leads_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=PHONE)
    assert answer.status_code in {404, 308}
    assert "evil.example" not in (answer.headers.get("Location") or "").partition("/")[0]


def test_guessing_is_limited_and_links_still_lead_on(another_app: Callable[..., Flask]) -> None:
    client = another_app(CODES_PER_HOUR="5").test_client(use_cookies=False)
    codes = [f"234567{letter}" for letter in "abcdefghjk"]
    assert [client.get(f"/g/{code}").status_code for code in codes] == [404] * 5 + [429] * 5
    opened(client, f"/g/{new_link()}")


def test_a_guide_that_was_taken_out_is_explained_and_counted(client: FlaskClient, visitor: Visitor) -> None:
    code = new_link()
    opened(client, f"/g/{code}/q")
    withdraw()
    for _door in range(2):
        location = opened(client, f"/g/{code}/q").headers["Location"]
        assert location == f"/lien-ket-cu?g={code}"
    page = visitor.get(location)
    assert "Trang này không còn ở đây" in page.text("h1")
    assert "Hướng dẫn in trên tờ giấy" in page.words
    boxes = [field.get("value") for field in page.all("input") if field.get("id") == "tim-lai"]
    assert boxes == ["Đăng ký khai sinh"]
    assert counted() == {"qr": Tally(landings=3)}
    with unit_of_work():
        guides.import_guides([guide_data()], now=clock.now())
    assert opened(client, f"/g/{code}/q").headers["Location"] == f"{GUIDE}#g={code}/q"
    assert GUIDE in visitor.get(location).links()


def test_a_guide_under_a_new_address_is_found_by_its_title(client: FlaskClient) -> None:
    code = new_link(f"{GUIDE}?xa=phuong-cam-thanh")
    withdraw()
    with unit_of_work():
        guides.import_guides([guide_data("khai-sinh-cho-be")], now=clock.now())
    db.session.remove()
    location = opened(client, f"/g/{code}").headers["Location"]
    assert location == f"/huong-dan/khai-sinh-cho-be?xa=phuong-cam-thanh#g={code}"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/nhan-vien", "/phan-anh", "x"])
def test_a_row_that_names_no_page_of_ours_leads_to_the_explanation(client: FlaskClient, path: str) -> None:
    code = new_link(path, title="<script>alert(1)</script>")
    assert opened(client, f"/g/{code}").headers["Location"] == f"/lien-ket-cu?g={code}"
    page = client.get(f"/lien-ket-cu?g={code}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.data


@pytest.mark.parametrize("query", ["", "?g=2345678", "?g=../x", "?g=" + "a" * 300])
def test_the_explanation_is_for_links_alone(visitor: Visitor, query: str) -> None:
    visitor.get(f"/lien-ket-cu{query}", 404)


def test_the_script_is_ours_and_only_named_by_its_short_address(client: FlaskClient) -> None:
    location = client.get("/g/js").headers["Location"]
    assert location.startswith("/static/js/landed.")
    with client.get(location) as script:
        assert script.mimetype == "text/javascript"
    assert "js/landed" not in client.get(GUIDE).get_data(as_text=True)


def test_pages_are_the_same_for_who_comes_by_a_link(client: FlaskClient) -> None:
    code = new_link()
    plain = client.get(GUIDE)
    location = opened(client, f"/g/{code}/q").headers["Location"].partition("#")[0]
    assert client.get(location).headers["ETag"] == plain.headers["ETag"]


def test_a_foreign_host_is_refused_for_known_links_too(client: FlaskClient) -> None:
    code = new_link()
    opened(client, f"/g/{code}")
    assert client.get(f"/g/{code}", headers=PHONE | {"Host": "evil.example"}).status_code == 400
    assert counted() == {"": Tally(landings=1)}


def test_nothing_of_a_visitor_is_stored() -> None:
    assert set(ShareCount.__table__.columns.keys()) == {"link_id", "day", "channel", "event", "number"}


def test_the_page_says_what_the_code_does(visitor: Visitor) -> None:
    for prefix in ("", "/en"):
        words = visitor.get(f"{prefix}/chung-toi-dem-gi").words
        assert f"{floods.PER_MINUTE} " in words
        assert f"{floods.PER_DAY} " in words
        assert "JavaScript" in words
        assert "Global Privacy Control" in words
        assert f"{prefix}/chung-toi-dem-gi" in visitor.get(f"{prefix}/quyen-rieng-tu").links()
    assert "/chung-toi-dem-gi<" in visitor.client.get("/sitemap.xml").get_data(as_text=True)


def test_links_are_deleted_with_their_counts(client: FlaskClient) -> None:
    from portal.sharing.models import ShareLink

    opened(client, f"/g/{new_link()}")
    assert counted()
    with unit_of_work() as session:
        session.execute(delete(ShareLink))
    assert counted() == {}


def test_a_merged_commune_leads_to_what_it_became(client: FlaskClient, visitor: Visitor) -> None:
    load_places()
    former = next(place for place in shipped_facts() if place.valid_to is not None and place.level == "commune")
    location = opened(client, f"/g/{new_link(f'/dia-ban/{former.slug}')}").headers["Location"].partition("#")[0]
    assert location == f"/dia-ban/{former.slug}"
    links = visitor.get(location).links()
    assert any(link.startswith(f"/dia-ban/{after.slug}") for after in former.successors for link in links)


def test_the_page_of_a_team_that_was_disbanded_stays_its_links_target(client: FlaskClient) -> None:
    load_places()
    with unit_of_work() as session:
        place_id = session.scalar(select(Place.id).where(Place.slug == "phuong-cam-thanh"))
        team = Team(slug="to-cam-thanh", name="Tổ Cẩm Thành", place_id=place_id, updated_at=clock.now())
        team.ended_on = clock.today()
        session.add(team)
    db.session.remove()
    path = "/to-cong-nghe-so/to-cam-thanh"
    assert target_of(path, "") == Target(path, "Tổ Cẩm Thành")
    assert opened(client, f"/g/{new_link(path)}").headers["Location"].startswith(f"{path}#g=")
    assert opened(client, f"/g/{new_link(f'{path}-cu')}").headers["Location"].startswith("/lien-ket-cu?")
