"""The tally's pages, from the outside."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts import people
from portal.accounts.queries import holders
from portal.core import clock
from portal.core.audit import AuditFilter, count
from portal.core.db import unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from portal.teams import service
from portal.teams.tally import MOST_PEOPLE
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.tally import KEY, arrive, milliseconds, rows
from tests.factories.teams import signed_in, team, team_of
from tests.queries import count_queries
from tests.web.page import check

HERE = "/can-bo/to-cua-toi/da-giup"
GUIDE = "dang-ky-khai-sinh"
JSON = {"key": KEY, "guide": GUIDE, "people": "3"}


@pytest.fixture(autouse=True)
def known(content: None) -> None:
    load_places()


def leader(app: Flask, *slugs: str) -> Browser:
    return signed_in(app, *[Grant(Role.TEAM_LEADER, Scope("team", slug)) for slug in slugs])


def counted() -> list[tuple[str, int]]:
    return [(row.guide, row.people) for row in rows() if row.undone_at is None]


def test_two_taps_without_a_script(app: Flask) -> None:
    slug = team("Tổ Vĩnh An")
    browser = leader(app, slug)
    page = check(browser.get(HERE), HERE)
    assert "Tổ Vĩnh An" in page.words
    html = browser.get(HERE).get_data(as_text=True)
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', html) == [HERE], "“My team”, around it, isn't the page"
    (key,) = re.findall(r'name="key" value="([\w-]+)"', html)
    sent = {"to": slug, "key": key, "guide": GUIDE, "people": "4", "typed": "", "other": ""}
    for _twice in range(2):
        response = browser.post(HERE, sent)
        assert (response.status_code, response.headers["Location"]) == (303, f"{HERE}?to={slug}")
    assert counted() == [(GUIDE, 4)]
    shown = check(browser.get(f"{HERE}?to={slug}"), HERE)
    assert "4 người" in shown.words
    assert f'name="key" value="{key}"' in browser.get(HERE).get_data(as_text=True), "it can be taken back"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"guide": "viec-khac", "people": "1"}, ("", 1)),
        ({"guide": "trong-danh-sach", "other": GUIDE, "people": "1"}, (GUIDE, 1)),
        ({"other": GUIDE, "people": "1"}, (GUIDE, 1)),
        # Enter in the field presses the first button.
        ({"guide": GUIDE, "typed": "37", "people": "1"}, (GUIDE, 37)),
        ({"guide": GUIDE, "typed": " 7 "}, (GUIDE, 7)),
    ],
)
def test_how_the_form_is_read(app: Flask, sent: dict[str, str], stored: tuple[str, int]) -> None:
    slug = team()
    assert leader(app, slug).post(HERE, {"to": slug, "key": KEY, **sent}).status_code == 303
    assert counted() == [stored]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"people": "1"}, 422, "Bạn chọn việc đã giúp."),
        ({"guide": "trong-danh-sach", "people": "1"}, 422, "Bạn chọn việc đã giúp."),
        ({"guide": GUIDE}, 422, f"từ 1 đến {MOST_PEOPLE}"),
        ({"guide": GUIDE, "typed": "0"}, 422, f"từ 1 đến {MOST_PEOPLE}"),
        ({"guide": GUIDE, "typed": "<script>"}, 422, f"từ 1 đến {MOST_PEOPLE}"),
        ({"guide": GUIDE, "typed": "9" * 100_000}, 422, f"từ 1 đến {MOST_PEOPLE}"),
        ({"guide": "x" * 100_000, "people": "1"}, 422, "Bạn chọn việc đã giúp."),
        ({"guide": GUIDE, "people": "1", "key": "<b>"}, 422, "chưa đúng"),
        ({"guide": GUIDE, "people": "1", "moment": "9" * 14}, 422, "tương lai"),
        ({"guide": GUIDE, "people": "1", "moment": "0"}, 422, "31 ngày"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_counts_nothing(
    app: Flask, sent: dict[str, str], status: int, words: str
) -> None:
    slug = team()
    response = leader(app, slug).post(HERE, {"to": slug, "key": KEY, **sent})
    assert response.status_code == status
    page = check(response, HERE)
    assert words in page.words
    assert counted() == []


def test_a_megabyte_is_not_read(app: Flask) -> None:
    slug = team()
    assert leader(app, slug).post(HERE, {"to": slug, "guide": "x" * 1_100_000}).status_code == 413


def test_the_script_sends_once_and_is_told_the_same_twice(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)
    door = browser.get(f"{HERE}/gui")
    assert json.loads(door.data) == {"token": browser.form_token, "teams": [slug]}
    for _twice in range(2):
        response = browser.post(f"{HERE}/gui", {"to": slug, **JSON, "moment": milliseconds(clock.now())})
        assert (response.status_code, json.loads(response.data)) == (200, {"saved": True})
        assert response.headers["Cache-Control"] == "no-store"
    assert counted() == [(GUIDE, 3)]
    other = browser.post(f"{HERE}/gui", {"to": slug, **JSON, "people": "5"})
    assert other.status_code == 409
    assert "nội dung khác" in json.loads(other.data)["message"]
    old = browser.post(f"{HERE}/gui", {"to": slug, **JSON, "key": "another-key", "moment": "1"})
    assert (old.status_code, "31 ngày" in json.loads(old.data)["message"]) == (422, True)
    assert counted() == [(GUIDE, 3)]


def outsiders(app: Flask, other: str) -> list[Browser]:
    coordinator = signed_in(app, Grant(Role.COORDINATOR, EVERYWHERE))
    return [leader(app, other), coordinator, Browser.with_roles(app, Role.OFFICER), Browser.with_roles(app, Role.ADMIN)]


def test_nobody_else_enters_sees_or_takes_back(app: Flask) -> None:
    slug, other = team(), team("Tổ khác")
    arrive(slug, now=clock.now())
    sent = {"to": slug, **JSON, "key": "of-an-outsider"}
    for browser in outsiders(app, other):
        refused = {404, 403}
        for path in (f"{HERE}?to={slug}", f"{HERE}/khong-mang?to={slug}"):
            assert browser.get(path).status_code in refused
        for path in (HERE, f"{HERE}/gui"):
            assert browser.post(path, sent).status_code in refused
        assert browser.post(f"{HERE}/bo", {"to": slug, "key": KEY}).status_code in refused
        assert slug.encode() not in browser.get(f"{HERE}/gui").data
    assert counted() == [("", 2)]


def test_a_visitor_is_led_to_the_door(app: Flask) -> None:
    visitor = Browser(app)
    for path in (HERE, f"{HERE}/gui", f"{HERE}/khong-mang"):
        assert visitor.get(path).headers["Location"].startswith("/can-bo/dang-nhap")
    for path in (HERE, f"{HERE}/gui", f"{HERE}/bo"):
        assert visitor.client.post(path, data=JSON).headers["Location"].startswith("/can-bo/dang-nhap")
    assert counted() == []


def test_forms_of_other_sites_and_without_the_token_are_refused(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)
    for path in (HERE, f"{HERE}/gui", f"{HERE}/bo"):
        sent = {"to": slug, **JSON}
        assert browser.client.post(path, data=sent).status_code == 403
        assert browser.post(path, {**sent, "csrf_token": "0" * 64}).status_code == 403
        assert browser.post(path, sent, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert counted() == []


def test_taking_back(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)
    arrive(slug, now=clock.now(), guide=GUIDE)
    for _twice in range(2):
        assert browser.post(f"{HERE}/bo", {"to": slug, "key": KEY}).status_code == 303
    assert counted() == []
    assert count(AuditFilter(action="team_tally_removed")) == 1
    assert "Hôm nay chưa ghi lượt nào" in check(browser.get(HERE), HERE).words
    arrive(slug, now=clock.now() - timedelta(days=1), key="of-yesterday")
    late = browser.post(f"{HERE}/bo", {"to": slug, "key": "of-yesterday"})
    assert (late.status_code, "trong ngày hôm nay" in late.get_data(as_text=True)) == (422, True)
    assert counted() == [("", 2)]


def test_a_leader_of_two_teams_chooses_and_each_keeps_its_own(app: Flask) -> None:
    one, two = team("Tổ một"), team("Tổ hai")
    browser = leader(app, one, two)
    page = check(browser.get(f"{HERE}?to={two}"), HERE)
    assert "Đổi tổ" in page.words
    browser.post(f"{HERE}/gui", {"to": two, **JSON})
    assert [row.team_id for row in rows()] == [team_of(two).id]
    with unit_of_work():
        service.disband(team_of(two), clock.today(), actor=OPERATOR, now=clock.now())
    assert "Đổi tổ" not in check(browser.get(HERE), HERE).words


def test_who_leads_no_team_of_today_is_told_so(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)
    with unit_of_work():
        # Disbanding it in the usual way would end the role too.
        team_of(slug).ended_on = clock.today() - timedelta(days=1)
    assert "chưa phụ trách tổ nào" in check(browser.get(HERE), HERE).words


def test_what_is_most_used_comes_first(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)
    values = re.findall(r'type="radio" name="guide" value="([\w-]+)"', browser.get(HERE).get_data(as_text=True))
    assert values[-2:] == ["viec-khac", "trong-danh-sach"]
    arrive(slug, now=clock.now(), guide=GUIDE)
    values = re.findall(r'type="radio" name="guide" value="([\w-]+)"', browser.get(HERE).get_data(as_text=True))
    assert values[0] == GUIDE


def test_what_the_telephone_keeps_has_nobodys_name_and_no_number(app: Flask) -> None:
    slug = team("Tổ Vĩnh An")
    browser = leader(app, slug)
    arrive(slug, now=clock.now(), people="173")
    response = browser.get(f"{HERE}/khong-mang?to={slug}")
    page = check(response, HERE)
    text = response.get_data(as_text=True)
    assert "Tổ Vĩnh An" in page.words
    for secret in (browser.form_token, "Lê Thị Phối", "quangngai.gov.vn", "173", "Đăng xuất"):
        assert secret not in text
    assert 'name="csrf_token" value=""' in text
    assert "Set-Cookie" not in response.headers


def test_however_many_entries_there_are_the_page_asks_as_often(app: Flask) -> None:
    slug = team()
    browser = leader(app, slug)

    def asked() -> int:
        with count_queries() as seen:
            assert browser.get(HERE).status_code == 200
        return len(seen)

    arrive(slug, now=clock.now())
    asked()  # from now on what the process keeps is there
    few = asked()
    for number in range(9):
        arrive(slug, now=clock.now(), key=f"key-number-{number}", guide=GUIDE)
    asked()  # what was counted is content, so what the process kept is read anew once
    assert asked() == few


def test_the_fragment_is_what_changes(app: Flask) -> None:
    slug = team()
    response = leader(app, slug).get(f"{HERE}?to={slug}", **{"HX-Request": "true"})
    text = response.get_data(as_text=True).strip()
    assert text.startswith('<div id="tong">')
    assert text.endswith("</div>")


def test_who_loses_the_role_enters_no_more(app: Flask) -> None:
    slug = team()
    browser, grant = leader(app, slug), Grant(Role.TEAM_LEADER, Scope("team", slug))
    with unit_of_work():
        (user,) = holders(grant)
        people.end_role(user, grant, actor=OPERATOR, now=clock.now())
    assert browser.post(f"{HERE}/gui", {"to": slug, **JSON}).status_code in {303, 403}
    assert counted() == []


def test_the_worker_names_its_files_and_is_asked_for_anew(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    response = client.get("/sw.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "Service-Worker-Allowed" not in response.headers
    assert "Set-Cookie" not in response.headers
    text = response.get_data(as_text=True)
    names = re.findall(r'"/static/(\S+?)"', text)
    assert len(names) > 8
    for name in names:
        with client.get(f"/static/{name}") as file:
            assert file.status_code == 200, name
    again = client.get("/sw.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_switched_off_the_worker_removes_itself(another_app: object) -> None:
    off = another_app(OFFLINE_TALLY="0")  # type: ignore[operator]
    assert '"isOn": false, "assets": []' in off.test_client().get("/sw.js").get_data(as_text=True)
    with off.app_context():
        slug = team()
        text = leader(off, slug).get(HERE).get_data(as_text=True)
    assert 'data-version=""' in text


def test_public_pages_name_none_of_it(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    for path in ("/", f"/huong-dan/{GUIDE}", "/to-cong-nghe-so", "/phan-anh"):
        text = client.get(path).get_data(as_text=True)
        assert not re.search(r"tally|sw\.js|sign-out|serviceWorker", text), path
