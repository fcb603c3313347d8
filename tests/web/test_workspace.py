"""A leader's page of their own team: what it offers, by which rule, and who may see it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.queries import holders
from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.fees.arithmetic import FeeStatus
from portal.guides.queries import URL_PREFIX
from portal.places.queries import atlas
from portal.sharing import queries as links
from portal.teams import service, signals
from portal.teams.queries import SCOPE_KIND
from tests.factories.fees import document, local_fee, reduction
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import COMMUNE, OTHER_COMMUNE, coordinator, team, team_of
from tests.factories.workspace import SERVICES, WORKSPACE, counted, leader, load_services, title_of
from tests.queries import count_queries
from tests.web.feedback_forms import Person, code_on, fields_of
from tests.web.page import HtmlPage, check

pytestmark = pytest.mark.usefixtures("app")
# A Wednesday; what is counted ends on Sunday, 22 November.
TODAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


@pytest.fixture(autouse=True)
def wednesday() -> object:
    with time_machine.travel("2026-11-25T03:00:00Z", tick=False):
        yield


def page_of(who: Browser, path: str = WORKSPACE) -> HtmlPage:
    response = who.get(path)
    assert response.status_code == 200, path
    return check(response, path)


def picked(who: Browser) -> list[str]:
    """The slugs of this week's guides, in their order."""
    page = page_of(who)
    titles = ["".join(one.itertext()).strip() for one in page.all("h3")]
    return [next(slug for slug in SERVICES if title_of(slug) == title) for title in titles]


def saves(slug: str, amount: int, paper: str, territory: str = "") -> None:
    local_fee(paper, amount, procedure=SERVICES[slug], territory=territory, status=FeeStatus.AMOUNT)


def test_without_figures_the_page_says_so_and_chooses_all_the_same(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    page = page_of(who)
    assert picked(who) == ["viec-a", "viec-b", "viec-c"], "not what can't be filed online, and three"
    for words in (
        "theo danh sách việc thường gặp của tỉnh", "lượt tìm không được tính", "chưa có số liệu, nên chưa tính",
        "chưa có khoản giảm phí nào đã xác minh", "hết Chủ nhật, 29/11/2026", "Chưa đếm được lượt nào",
    ):  # fmt: skip
        assert words in page.words, words
    assert "Tổ số một" in page.text("h1")


def test_what_is_read_in_the_commune_goes_first(app: Flask) -> None:
    slug, far = team(), team("Tổ xa", OTHER_COMMUNE)
    counted(slug, "viec-d", SUNDAY, reads=30)
    counted(far, "viec-c", SUNDAY, reads=500)
    who = leader(app, slug)
    assert picked(who) == ["viec-d", "viec-a", "viec-b"]
    assert "liên kết của các tổ trong xã, phường, từ 26/10/2026 đến 22/11/2026" in page_of(who).words


def test_a_few_readings_in_the_commune_are_chance(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slug, far = team(), team("Tổ xa", OTHER_COMMUNE)
    counted(slug, "viec-d", SUNDAY, reads=29)
    counted(far, "viec-c", SUNDAY, reads=20)
    monkeypatch.setattr(signals, "_votes", [lambda since, until: {"viec-b": 200} if until == SUNDAY else {}])
    who = leader(app, slug)
    assert picked(who) == ["viec-b", "viec-d", "viec-c"]
    assert "toàn tỉnh và số lần bấm “có ích”" in page_of(who).words


def test_only_verified_savings_of_this_commune_count(app: Flask) -> None:
    slug = team()
    paper, unread = document(), document("09/2026/NQ-HĐND", is_verified=False)
    saves("viec-d", 8_000, paper)
    saves("viec-c", 6_000, paper, COMMUNE)
    saves("viec-b", 90_000, paper, OTHER_COMMUNE)
    reduction(unread, is_verified=False)
    who = leader(app, slug)
    assert picked(who) == ["viec-a", "viec-b", "viec-c"], "an unverified reduction ranks nothing"
    assert "Tiết kiệm 4.000" not in page_of(who).words
    reduction(paper)
    assert picked(who) == ["viec-d", "viec-c", "viec-a"]
    words = page_of(who).words
    assert "Tiết kiệm 4.000" in words
    assert "05/2025/NQ-HĐND" in words
    assert "chỉ theo văn bản đã xác minh" in words


def test_where_little_is_filed_online_goes_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, date]] = []

    def rates(commune: str, day: date) -> dict[str, float]:
        asked.append((commune, day))
        return {"viec-a": 0.9, "viec-d": 0.1, "tai-quay": 0.0}

    monkeypatch.setattr(signals, "_rates", [rates])
    who = leader(app, team())
    assert picked(who)[0] == "viec-d"
    assert asked == [(COMMUNE, date(2026, 11, 23))]
    assert "theo tỷ lệ nộp trực tuyến của xã, phường" in page_of(who).words


def test_the_choice_stays_for_a_week(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    counted(slug, "viec-c", SUNDAY, reads=40)
    chosen = picked(who)
    assert chosen[0] == "viec-c"
    counted(slug, "viec-d", TODAY, reads=900)
    for day in range(7):
        # From Monday 00:00 to Sunday 23:59 in Việt Nam.
        for hour in ("2026-11-22T17:00:00Z", "2026-11-23T16:59:00Z"):
            moment = date.fromisoformat(hour[:10]) + timedelta(days=day)
            with time_machine.travel(f"{moment}{hour[10:]}"):
                assert picked(leader_again(app, slug)) == chosen, (day, hour)
    with time_machine.travel("2026-11-29T17:00:00Z"):
        assert picked(leader_again(app, slug))[0] == "viec-d"


def leader_again(app: Flask, slug: str) -> Browser:
    """The same leader, signed in at this moment."""
    db.session.rollback()
    (holder,) = holders(Grant(Role.TEAM_LEADER, Scope(SCOPE_KIND, slug)))
    return Browser.of(app, holder.code)


def test_one_press_makes_the_link_and_leads_to_what_was_wanted(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    path = f"{URL_PREFIX}viec-a"
    response = who.post(f"{WORKSPACE}/chia-se", {"to": slug, "trang": path, "viec": "ap-phich-a4.pdf"})
    link = links.link_of(slug, path)
    assert link is not None
    assert response.status_code == 303
    assert response.headers["Location"] == f"/can-bo/chia-se/{link.code}/ap-phich-a4.pdf"
    assert who.get(response.headers["Location"]).mimetype == "application/pdf"
    again = who.post(f"{WORKSPACE}/chia-se", {"to": slug, "trang": path, "viec": "lien-ket"})
    assert again.headers["Location"] == f"{WORKSPACE}?to={slug}#g-{link.code}"
    page = page_of(who)
    assert f"http://localhost/g/{link.code}/c" in page.words
    assert f"/can-bo/chia-se/{link.code}/ma-qr.png" in page.links()
    assert [one.action for one in audit.entries(AuditFilter(action="share_link_made"), limit=9)] == ["share_link_made"]
    previews = [one for one in page.links() if one.startswith(URL_PREFIX)]
    assert previews, "a leader looks at the page without its code"
    assert not [one for one in page.links() if one.startswith("/g/")]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "/huong-dan/khong-co", "/can-bo", ""])
def test_only_our_own_public_pages_are_shared(app: Flask, wanted: str) -> None:
    slug = team()
    response = leader(app, slug).post(f"{WORKSPACE}/chia-se", {"to": slug, "trang": wanted, "viec": "//evil.example"})
    assert response.status_code == 404


def test_nobody_elses_team_opens(app: Flask, client: FlaskClient) -> None:
    own, other = team(), team("Tổ khác")
    who = leader(app, own)
    assert who.get(f"{WORKSPACE}?to={other}").status_code == 404
    values = {"to": other, "trang": f"{URL_PREFIX}viec-a"}
    assert who.post(f"{WORKSPACE}/chia-se", values).status_code == 404
    assert links.links_of_team(other) == []
    assert coordinator(app, COMMUNE).get(WORKSPACE).status_code == 403, "theirs is the page of all teams"
    assert Browser.with_roles(app, Role.ADMIN).get(WORKSPACE).status_code == 403
    assert client.get(WORKSPACE).headers["Location"].startswith("/can-bo/dang-nhap")


def test_who_leads_several_teams_chooses(app: Flask) -> None:
    first, second, ended = team(), team("Tổ số hai"), team("Tổ đã nghỉ")
    with unit_of_work():
        service.disband(team_of(ended), TODAY, actor=OPERATOR, now=clock.now())
    who = leader(app, first, second, ended)
    page = page_of(who)
    assert {parse_qs(urlsplit(one).query)["to"][0] for one in page.links() if "?to=" in one} == {first, second}
    assert "Tổ số hai" in page_of(who, f"{WORKSPACE}?to={second}").text("h1")
    assert who.get(f"{WORKSPACE}?to={ended}").status_code == 404
    assert who.post(f"{WORKSPACE}/chia-se", {"trang": f"{URL_PREFIX}viec-a"}).status_code == 404, "for which team?"
    assert "2 tổ bạn phụ trách" in page_of(who, "/can-bo").words


def test_a_leader_whose_team_has_ended_is_told_so(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    with unit_of_work():
        # Disbanding it in the usual way would end the role too.
        team_of(slug).ended_on = TODAY
    assert "chưa phụ trách tổ nào đang hoạt động" in page_of(who).words


def test_questions_go_to_the_agencys_form_filled_in(app: Flask) -> None:
    slug = team()
    page = page_of(leader(app, slug))
    asked = [parse_qs(urlsplit(one).query) for one in page.links() if one.startswith("/phan-anh?")]
    assert asked[0] == {"loai": ["team"], "ve": [f"team:{slug}"], "xa": [COMMUNE]}
    assert asked[1] == {"loai": ["procedure"], "ve": ["guide:viec-a"], "xa": [COMMUNE]}
    form = app.test_client().get(f"/phan-anh?loai=team&ve=team:{slug}&xa={COMMUNE}").get_data(as_text=True)
    place = atlas().get(COMMUNE)
    assert place is not None
    assert re.search(rf'value="team:{slug}"', form)
    assert place.name in form


def test_a_question_about_the_team_reaches_the_committee_of_its_commune(app: Flask) -> None:
    slug = team()
    coordinator(app, COMMUNE)  # whose agency is the committee
    page = page_of(leader(app, slug))
    path = next(one for one in page.links() if one.startswith("/phan-anh?loai=team"))
    person = Person(app.test_client())
    fields = {
        **fields_of(person.get(path)).to_dict(flat=False),
        "noi_dung": "Tổ xin thêm giấy in áp phích.",
        "viec": "xem",
    }
    shown = person.post("/phan-anh", fields)
    assert f"UBND {COMMUNE}" in shown.words
    assert code_on(person.send(shown))


def test_lessons_and_the_sheet(app: Flask) -> None:
    who = leader(app, team())
    page = page_of(who)
    assert f"{URL_PREFIX}chup-giay-to-cho-ro" in page.links()
    assert f"{WORKSPACE}/khi-giup-ba-con" in page.links()
    assert "mật khẩu" in page_of(who, f"{WORKSPACE}/khi-giup-ba-con").words


def test_the_page_asks_the_database_a_bounded_number_of_times(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    page_of(who)
    with count_queries() as few:
        page_of(who)
    for number in range(12):
        counted(team(f"Tổ đông {number}"), "viec-b", SUNDAY, landings=3, reads=9)
    page_of(who)
    with count_queries() as many:
        page_of(who)
    assert len(many) <= len(few) + 5, "averages of three teams or more ask for their weeks"
    assert len(many) <= 45, "\n".join(many)
