"""Teams on the pages of other domains, in the caches, the search, the API and the feedback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from portal.agencies import service as agencies
from portal.agencies.standing import standing_agencies
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback import starter
from portal.feedback.subjects import NOTHING, competent_agency, subject
from portal.pages.site_pages import index_site_pages
from portal.places.models import Level, Place
from portal.places.queries import atlas
from portal.teams.models import Team, TeamMember, TeamShift
from tests.factories import team_rows as teams
from tests.factories.places import load_places
from tests.queries import count_queries
from tests.web.caching import from_the_cache
from tests.web.page import Visitor, check

HERE = "/to-cong-nghe-so"
COMMUNE = "phuong-cam-thanh"
GUIDE = "/huong-dan/dang-ky-khai-sinh"
NAME = "Nguyễn Thị Lan"
API = f"/api/v1/teams?place={COMMUNE}"
pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture(autouse=True)
def standing(app: Flask, content: None) -> Iterator[None]:
    """The places that ship, with their committees and counters."""
    load_places()
    with unit_of_work():
        agencies.add_missing(standing_agencies(atlas()))
    db.session.remove()
    yield


def test_a_guide_names_the_teams_of_the_chosen_commune(visitor: Visitor) -> None:
    for number in range(1, 6):
        teams.member(teams.team(f"to-{number}", COMMUNE, name=f"Tổ số {number}"), f"{NAME} {number}")
    page = visitor.get(f"{GUIDE}?xa={COMMUNE}")
    assert "Ai giúp tôi gần đây" in page.words
    assert "Tổ số 1Nguyễn Thị Lan 1 0912 345 678" in page.words
    assert "Tổ số 4" not in page.words
    assert "Xem giờ và nơi gặp 5 tổ công nghệ số" in page.words
    assert {f"{HERE}?xa={COMMUNE}", f"{HERE}/to-1", "tel:0912345678"} <= set(page.links())
    other = visitor.get(f"{GUIDE}?xa=xa-ba-xa")
    assert NAME not in other.words
    assert f"{HERE}?xa=xa-ba-xa" in other.links()
    plain = visitor.get(GUIDE)
    assert HERE in plain.links()
    assert NAME not in plain.words


def test_a_communes_page_has_its_teams(visitor: Visitor) -> None:
    assert "Chưa có tổ công nghệ số nào của phường Cẩm Thành" in visitor.get(f"/dia-ban/{COMMUNE}").words
    teams.member(teams.team("to-1", COMMUNE), "Trần <b>Văn</b> An")
    page = visitor.get(f"/dia-ban/{COMMUNE}")
    assert "Trần <b>Văn</b> An" in page.words
    assert f"{HERE}?xa={COMMUNE}" in page.links()


@pytest.mark.parametrize(
    "path", [f"{HERE}?xa={COMMUNE}", f"{HERE}/to-1", f"/dia-ban/{COMMUNE}", f"{GUIDE}?xa={COMMUNE}", API]
)
def test_a_contact_is_gone_at_once_when_its_consent_ends(
    app: Flask, client: FlaskClient, another_app: Callable[..., Flask], path: str
) -> None:
    other = another_app().test_client(use_cookies=False)
    code = teams.member(teams.team("to-1", COMMUNE), zalo="0900111222")
    tags = []
    for asker in (client, other):
        first = asker.get(path)
        assert NAME in first.get_data(as_text=True)
        tags.append(first.headers["ETag"])
        assert asker.get(path, headers={"If-None-Match": tags[-1]}).status_code == 304
    with from_the_cache():
        assert NAME in client.get(path).get_data(as_text=True)
    teams.end_consent(code)
    for asker, tag in zip((client, other), tags, strict=True):
        after = asker.get(path, headers={"If-None-Match": tag})
        assert after.status_code == 200
        text = after.get_data(as_text=True)
        for hidden in (NAME, teams.PHONE, "0912345678", "0900111222"):
            assert hidden not in text


def test_the_search_finds_the_directory_and_nobodys_name(visitor: Visitor) -> None:
    teams.member(teams.team("to-1", COMMUNE), "Nguyễn Duy Nhất")
    with unit_of_work():
        index_site_pages()
    db.session.remove()
    for text in ("tổ công nghệ số", "to cong nghe so", "ai giúp tôi", "người hỗ trợ"):
        links = visitor.get(f"/tim-kiem?q={text}").links()
        assert HERE in links, text
    assert f'href="/en{HERE}"' in visitor.client.get("/en/tim-kiem?q=who+can+help+me").get_data(as_text=True)
    assert "/to-1" not in visitor.client.get("/tim-kiem?q=nguyen duy nhat").get_data(as_text=True)


def test_other_systems_get_only_who_agreed(client: FlaskClient) -> None:
    one = teams.team("to-1", "phuong-nguyen-nghiem-thanh-pho-quang-ngai", is_demo=True, notes="riêng")
    code = teams.member(one)
    teams.member(one, "Ẩn Danh", phone="0999999999", consented_on=None)
    teams.shift(one, 1, 450, 690, code)
    response = client.get(API)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.get_json() == {
        "places": [{"id": COMMUNE, "name": "Phường Cẩm Thành"}],
        "results": [
            {
                "id": "to-1", "name": "Tổ to-1", "url": f"http://localhost{HERE}/to-1",
                "place": {"id": "phuong-nguyen-nghiem-thanh-pho-quang-ngai", "name": "Phường Nguyễn Nghiêm"},
                "villages": [], "meeting_place": "", "meeting_hours": "",
                "counter_hours": [{"weekday": 1, "from": "7:30", "to": "11:30", "name": NAME}],
                "contacts": [{"name": NAME, "role": "leader", "phone": teams.PHONE, "zalo": "0912345678",
                              "confirmed_on": "2026-11-01"}],
                "confirmed_on": "2026-11-01", "is_demo": True,
            }
        ],
    }  # fmt: skip
    split = client.get("/api/v1/teams?place=xa-tra-bui-huyen-tra-bong").get_json()
    assert {one["id"] for one in split["places"]} == {"xa-ca-dam", "xa-tay-tra-bong"}
    for unknown in ("", "?place=", "?place=khong-co", "?place=tinh-quang-ngai"):
        answer = client.get(f"/api/v1/teams{unknown}")
        assert answer.status_code == 404
        assert answer.get_json()["status"] == 404


def test_feedback_about_a_team_goes_to_the_communes_committee(app: Flask, client: FlaskClient) -> None:
    teams.team("to-1", COMMUNE, name="Tổ số 1")
    with unit_of_work():
        starter.add_missing(clock.now())
    db.session.remove()
    about = subject("team:to-1", "vi")
    assert (about.title, about.path, about.kind) == ("Tổ số 1", f"{HERE}/to-1", "team")
    assert competent_agency(about, "") == f"ubnd-{COMMUNE}"
    assert subject("team:khong-co", "vi") is NOTHING
    path = f"/phan-anh?ve=team:to-1&loai=team&xa={COMMUNE}"
    page = check(client.get(path), path)
    assert "Tổ số 1" in page.words
    chosen = [one.get("value") for one in page.all("option") if one.get("selected") is not None]
    chosen += [one.get("value") for one in page.all("input") if one.get("checked") is not None]
    assert "team" in chosen


def fill(number: int) -> None:
    """So many teams, over the communes of today, three people and two shifts in each."""
    with unit_of_work():
        communes = db.session.scalars(
            select(Place.id).where(Place.level == Level.COMMUNE, Place.valid_to.is_(None)).order_by(Place.id)
        ).all()
        shared = {"meeting_place": "Nhà văn hóa", "meeting_hours": "Tối", "notes": "", "is_demo": True}
        rows = [
            {"slug": f"to-{n}", "name": f"Tổ số {n}", "place_id": communes[n % len(communes)],
             "updated_at": teams.MOMENT, **shared}
            for n in range(number)
        ]  # fmt: skip
        db.session.execute(insert(Team), rows)
        ids = db.session.scalars(select(Team.id)).all()
        people = [
            {"code": f"{id_}-{n}", "team_id": id_, "position": n, "role": "member", "name": f"Người {n}",
             "phone": "0900000000", "zalo": "0900000000", "consented_on": teams.DAY}
            for id_ in ids for n in range(3)
        ]  # fmt: skip
        db.session.execute(insert(TeamMember), people)
        hours = [{"team_id": id_, "weekday": day, "starts": 450, "ends": 690} for id_ in ids for day in (1, 4)]
        db.session.execute(insert(TeamShift), hours)
    db.session.remove()


def test_five_thousand_teams_take_as_many_statements_as_a_hundred(
    app: Flask, another_app: Callable[..., Flask]
) -> None:
    paths = (HERE, f"{HERE}?xa={COMMUNE}", f"{HERE}/to-7", f"{GUIDE}?xa={COMMUNE}", API)
    counts: list[list[int]] = []
    for number in (100, 5_000):
        with unit_of_work():
            db.session.execute(delete(Team))
        fill(number)
        # Without kept pages, and with nothing remembered: the worst case.
        client = another_app(PAGE_CACHE_MB="0").test_client(use_cookies=False)
        counts.append([])
        for path in paths:
            with count_queries() as queries:
                response = client.get(path)
            assert response.status_code == 200
            assert len(response.data) < 120_000
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


def test_a_commune_with_many_teams_has_pages(visitor: Visitor) -> None:
    fill(5_000)
    seen: set[str] = set()
    first = visitor.get(f"{HERE}?xa={COMMUNE}")
    for address in [f"{HERE}?xa={COMMUNE}", *(link for link in first.links() if "trang=" in link)]:
        seen |= {link for link in visitor.get(address).links() if link.startswith(f"{HERE}/to-")}
    assert 50 <= len(seen) <= 53
