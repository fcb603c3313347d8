"""Attacks on visits by private links: several in one browser, shared telephones, replays, links that outlive a team."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.links import PrivateLinkSession, Purpose
from portal.core.permissions import Role
from portal.teams import service
from portal.teams.exchange import TeamImport
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.staff import member as person
from tests.factories.teams import HERE, coordinator, member, stamp_at, team, team_of
from tests.factories.workspace import WORKSPACE, leader, load_services
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")
CONFIRM = "/can-bo/xac-nhan-to"
NAMES = {"trang-cua-to": Purpose.TEAM_WORKSPACE, "lien-ket": Purpose.TEAM_CONFIRM}


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


@pytest.fixture
def staff(app: Flask) -> Browser:
    return coordinator(app)


def link(staff: Browser, slug: str, kind: str = "trang-cua-to") -> str:
    """The path of a new link of a team."""
    here = f"{HERE}/{slug}"
    response = staff.post(f"{here}/{kind}", {"stamp": stamp_at(staff, here)})
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(response.get_data(as_text=True)))
    assert found, response.status_code
    return found[1]


def came_by(app: Flask, *paths: str) -> Browser:
    """A browser in which the buttons of these links were pressed, one after the other."""
    browser = Browser(app)
    for path in paths:
        assert browser.submit(path, {}).status_code == 303
    return browser


def title(who: Browser, path: str = WORKSPACE) -> str:
    return check(who.get(path), path).text("h1")


def test_confirming_ends_no_visit_of_the_workspace(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    member(own)
    guest = came_by(app, link(staff, own), link(staff, other, "lien-ket"))
    assert "Tổ số một" in title(guest), "another link was opened meanwhile"
    assert guest.get(CONFIRM).status_code == 200
    values = {"meeting_place": "Nhà văn hóa", "stamp": stamp_at(guest, CONFIRM)}
    assert guest.submit(CONFIRM, values).status_code == 200
    assert team_of(other).meeting_place == "Nhà văn hóa"
    assert guest.get(CONFIRM).status_code == 410, "that one is used up"
    assert "Tổ số một" in title(guest)


def test_what_is_done_with_one_visit_proves_nothing_for_another(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    guest = came_by(app, link(staff, own), link(staff, other, "lien-ket"))
    (token,) = set(re.findall(r'name="csrf_token" value="(\w+)"', guest.get(CONFIRM).get_data(as_text=True)))
    values = {"csrf_token": token, "to": own, "trang": "/huong-dan/viec-a"}
    assert guest.client.post(f"{WORKSPACE}/chia-se", data=values).status_code == 403
    values["to"] = other
    assert guest.client.post(f"{WORKSPACE}/chia-se", data=values).status_code == 403


def test_the_cookie_of_one_purpose_is_worthless_for_another(app: Flask, staff: Browser) -> None:
    slug = team()
    guest = came_by(app, link(staff, slug, "lien-ket"))
    stolen = [cookie.value for cookie in guest.client._cookies.values() if cookie.key.startswith("gandan-link")]
    for name in [f"gandan-link-{one.value}" for one in Purpose] + ["gandan-link"]:
        thief = Browser(app)
        for value in stolen:
            thief.client.set_cookie(name, value)
        assert thief.get(WORKSPACE).status_code in {303, 410}


def test_on_a_shared_telephone_the_second_leader_has_nothing_of_the_first(app: Flask, staff: Browser) -> None:
    first, second = team(), team("Tổ khác")
    guest = came_by(app, link(staff, first), link(staff, second))
    assert "Tổ khác" in title(guest)
    assert guest.get(f"{WORKSPACE}?to={first}").status_code == 404
    assert guest.get(f"{WORKSPACE}/da-giup/gui").get_json()["teams"] == [second]
    db.session.rollback()
    assert len(db.session.scalars(select(PrivateLinkSession)).all()) == 1, "the visit before is over, not only hidden"


def test_who_signs_out_leaves_no_visit_behind(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    who = leader(app, own)
    who.submit(link(staff, other), {})
    kept = [(cookie.key, cookie.value) for cookie in who.client._cookies.values()]
    assert who.post("/can-bo/dang-xuat").status_code == 303
    assert who.get(WORKSPACE).headers["Location"].startswith("/can-bo/dang-nhap")
    again = Browser(app)
    for name, value in kept:
        again.client.set_cookie(name, value)
    assert again.get(WORKSPACE).status_code != 200, "nor does the cookie open it"


def test_who_signs_in_goes_on_as_nobody_else_afterwards(app: Flask, staff: Browser) -> None:
    """Somebody leaves a team's page open in a shared browser, and waits for another's session to end."""
    other = team("Tổ khác")
    person(Role.EDITOR, email="bien-tap@quangngai.gov.vn")
    victim = came_by(app, link(staff, other))
    assert victim.sign_in("bien-tap@quangngai.gov.vn").status_code == 303
    victim.client.delete_cookie("gandan-staff")
    assert victim.get(WORKSPACE).headers["Location"].startswith("/can-bo/dang-nhap")


def test_a_link_does_not_outlive_its_team(app: Flask, staff: Browser) -> None:
    """An import brought a team, its link was given out, and the import was undone: the slug may be given anew."""
    slug = team()
    path = link(staff, slug)
    guest = came_by(app, path)
    with unit_of_work():
        TeamImport().remove([slug], clock.now())
    assert guest.get(WORKSPACE).status_code == 410
    assert team() == slug, "the next team of that name gets the address"
    assert guest.get(WORKSPACE).status_code == 410
    assert guest.get(path).status_code == 410


def test_doors_say_no_more_to_who_guesses(app: Flask, staff: Browser) -> None:
    slug = team()
    path = link(staff, slug)
    with unit_of_work():
        service.end_link(team_of(slug), Purpose.TEAM_WORKSPACE, actor=OPERATOR, now=clock.now())
    ended, never = Browser(app).get(path), Browser(app).get(f"/lien-ket/{'a' * 43}")
    assert ended.status_code == never.status_code == 410
    assert ended.data == never.data
    for odd in ("%00", "a" * 5000, "%F0%9F%98%80", "..%2f..", "%ED%A0%80"):
        assert Browser(app).get(f"/lien-ket/{odd}").status_code in {400, 404, 410, 414}, odd


@pytest.mark.parametrize("cookie", ["", "\x00", "a" * 8000, "é", "' OR 1=1 --", '"'])
def test_forged_cookies_open_nothing(app: Flask, cookie: str) -> None:
    for name in ("gandan-link", *(f"gandan-link-{one.value}" for one in Purpose)):
        raw = f"{name}={cookie}".encode().decode("latin-1").replace("\x00", "%00")
        response = app.test_client(use_cookies=False).get(WORKSPACE, headers={"Cookie": raw})
        assert response.status_code in {303, 400, 410}


def test_a_guest_finds_no_dead_end_on_the_pages_of_the_team(app: Flask, staff: Browser) -> None:
    slug = team()
    member(slug)
    guest = came_by(app, link(staff, slug))
    seen = set()
    for path in (WORKSPACE, "/can-bo/chia-se", f"{WORKSPACE}/da-giup", f"{WORKSPACE}/khi-giup-ba-con"):
        for target in check(guest.get(path), path).links():
            address = target.partition("#")[0]
            if address.startswith("/can-bo") and address not in seen:
                seen.add(address)
                assert guest.get(address).status_code == 200, f"{address} on {path}"


@pytest.mark.parametrize("path", [f"{WORKSPACE}/da-giup", "/can-bo/chia-se", "/can-bo/chia-se/goi-thon"])
def test_a_guest_has_a_way_back_and_chooses_among_one_team_nowhere(app: Flask, staff: Browser, path: str) -> None:
    guest = came_by(app, link(staff, team()))
    page = check(guest.get(path), path)
    assert WORKSPACE in page.links()
    assert not [one for one in page.all("select") if one.get("name") == "to"]
    assert guest.get(f"{path}?to=khac").status_code in {200, 404}


def test_a_guest_makes_the_pack_of_the_own_team_alone(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    guest = came_by(app, link(staff, own))
    (token,) = set(re.findall(r'name="csrf_token" value="(\w+)"', guest.get(WORKSPACE).get_data(as_text=True)))
    here, values = "/can-bo/chia-se/goi-thon", {"csrf_token": token, "hd": "viec-a"}
    made = guest.client.post(here, data=values | {"to": own})
    assert guest.get(made.headers["Location"]).mimetype == "text/html"
    assert guest.client.post(here, data=values | {"to": other}).status_code == 404
    assert guest.get(f"{here}/{other}.html?hd=viec-a").status_code == 404
    entry = audit.entries(AuditFilter(action="village_pack_made"), limit=2)[0]
    assert (entry.actor_kind, entry.actor_key) == ("link", own)
