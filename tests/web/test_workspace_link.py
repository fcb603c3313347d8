"""The private link to a team's workspace, from the side of who has it, and of who shouldn't."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.core import audit, clock, gate
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.links import PrivateLink, PrivateLinkSession, Purpose, open_until
from portal.guides.queries import URL_PREFIX
from portal.sharing import queries as links
from portal.teams import service
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import COMMUNE, HERE, OTHER_COMMUNE, coordinator, member, stamp_at, team, team_of
from tests.factories.workspace import WORKSPACE, leader, load_services
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")
GUIDE = f"{URL_PREFIX}viec-a"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


def link_of(staff: Browser, slug: str) -> str:
    """The path of a link that staff have made."""
    here = f"{HERE}/{slug}"
    response = staff.post(f"{here}/trang-cua-to", {"stamp": stamp_at(staff, here)})
    assert response.status_code == 200, response.status_code
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(check(response, HERE).words))
    assert found
    return found[1]


def came_by(app: Flask, link: str) -> Browser:
    """The browser of somebody who pressed the link's button."""
    browser = Browser(app)
    assert "Vào trang của tổ" in browser.get(link).get_data(as_text=True)
    response = browser.submit(link, {})
    assert (response.status_code, response.headers["Location"]) == (303, WORKSPACE)
    return browser


@pytest.fixture
def staff(app: Flask) -> Browser:
    return coordinator(app)


def until(slug: str) -> datetime | None:
    """Until when a team's link to its workspace is good."""
    db.session.rollback()
    return open_until(Purpose.TEAM_WORKSPACE, slug, now=clock.now())


def share(who: Browser, slug: str, path: str = GUIDE) -> str:
    """Press for the link of a guide; returns where that leads."""
    return share_status(who, slug, path)[1]


def share_status(who: Browser, slug: str, path: str = GUIDE) -> tuple[int, str]:
    response = who.client.post(
        f"{WORKSPACE}/chia-se", data={"csrf_token": token_at(who), "to": slug, "trang": path, "viec": "ma-qr.png"}
    )
    return response.status_code, response.headers.get("Location", "")


def token_at(who: Browser) -> str:
    shown = who.get(WORKSPACE).get_data(as_text=True)
    found = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', shown)
    return found[-1] if found else ""


def test_without_an_account_a_leader_sees_and_shares(app: Flask, staff: Browser) -> None:
    slug = team()
    link = link_of(staff, slug)
    guest = came_by(app, link)
    page = check(guest.get(WORKSPACE), WORKSPACE)
    assert "Tổ số một" in page.text("h1")
    assert "Đăng xuất" not in page.words
    picture = share(guest, slug)
    made = links.link_of(slug, GUIDE)
    assert made is not None
    assert picture == f"/can-bo/chia-se/{made.code}/ma-qr.png"
    assert guest.get(picture).mimetype == "image/png"
    kit = check(guest.get(f"/can-bo/chia-se/{made.code}"), "kit")
    assert WORKSPACE in kit.links(), "the way back"
    assert check(guest.get("/can-bo/chia-se?q=viec"), "chia-se").words
    assert check(guest.get(f"{WORKSPACE}/khi-giup-ba-con"), "sheet").words
    entry = audit.entries(AuditFilter(action="share_link_made"), limit=1)[0]
    assert (entry.actor_kind, entry.actor_key, entry.actor_name) == ("link", slug, "Tổ số một")


def test_looking_spends_nothing_and_only_the_hash_is_kept(app: Flask, staff: Browser) -> None:
    slug = team()
    link = link_of(staff, slug)
    for _look in range(3):
        response = Browser(app).get(link)
        assert (response.status_code, response.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert db.session.scalars(select(PrivateLinkSession)).all() == []
    came_by(app, link)
    came_by(app, link)
    token = link.rpartition("/")[2]
    assert all(token not in (row.token_hash, row.subject) for row in db.session.scalars(select(PrivateLink)))


def test_it_opens_nothing_but_its_own_team(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    theirs = share_for(app, other)
    guest = came_by(app, link_of(staff, own))
    assert guest.get(f"{WORKSPACE}?to={other}").status_code == 404
    assert share_status(guest, other)[0] == 404
    assert links.link_of(other, f"{URL_PREFIX}viec-b") is None
    for file in ("", "/ma-qr.png", "/ap-phich-a4.pdf"):
        assert guest.get(f"/can-bo/chia-se/{theirs}{file}").status_code == 404
    form = {"csrf_token": token_at(guest), "to": other, "trang": GUIDE}
    assert guest.client.post("/can-bo/chia-se", data=form).status_code == 404
    form["to"] = ""
    assert guest.client.post("/can-bo/chia-se", data=form).status_code == 422, "nor the portal's own"
    assert "Tổ khác" not in guest.get("/can-bo/chia-se").get_data(as_text=True)
    for path in ("/can-bo", HERE, f"{HERE}/{own}", "/can-bo/tai-khoan"):
        assert guest.get(path).status_code == 303, f"{path} asks for an account"
    assert guest.get("/can-bo/xac-nhan-to").status_code == 410, "nor what another link is for"


def share_for(app: Flask, slug: str) -> str:
    """The code of a link that a team's own leader made."""
    assert share(leader(app, slug), slug)
    made = links.link_of(slug, GUIDE)
    assert made is not None
    return made.code


def test_a_confirmation_link_opens_no_workspace(app: Flask, staff: Browser) -> None:
    slug = team()
    response = staff.post(f"{HERE}/{slug}/lien-ket", {"stamp": stamp_at(staff, f"{HERE}/{slug}")})
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", response.get_data(as_text=True))
    assert found
    guest = Browser(app)
    guest.submit(found[1], {})
    assert guest.get("/can-bo/xac-nhan-to").status_code == 200
    assert guest.get(WORKSPACE).headers["Location"].startswith("/can-bo/dang-nhap"), "as for anybody"


def end_link(staff: Browser, slug: str) -> None:
    assert staff.post(f"{HERE}/{slug}/trang-cua-to/huy").status_code == 303


def new_link(staff: Browser, slug: str) -> None:
    link_of(staff, slug)


def disband(staff: Browser, slug: str) -> None:
    values = {"ended_on": clock.today().isoformat()}
    assert staff.post(f"{HERE}/{slug}/giai-the", values).status_code == 303


def hand_over(staff: Browser, slug: str) -> None:
    values = {"name": "Người Kế Tục", "phone": "", "zalo": "", "consented_on": "", "successor": ""}
    assert staff.post(f"{HERE}/{slug}/ban-giao", values).status_code == 303


def remove_leader(staff: Browser, slug: str) -> None:
    (code,) = re.findall(rf"{HERE}/{slug}/thanh-vien/([\w-]+)/xoa", staff_page(staff, slug))
    assert staff.post(f"{HERE}/{slug}/thanh-vien/{code}/xoa").status_code == 303


def staff_page(staff: Browser, slug: str) -> str:
    listed = staff.get(f"{HERE}/{slug}").get_data(as_text=True)
    found = re.search(rf'"({HERE}/{slug}/thanh-vien/(?!them)[\w-]+)"', listed)
    assert found
    return staff.get(found[1]).get_data(as_text=True)


@pytest.mark.parametrize("end", [end_link, new_link, disband, hand_over, remove_leader])
def test_it_ends_at_once_for_who_is_inside(app: Flask, staff: Browser, end: Callable[[Browser, str], None]) -> None:
    slug, kept = team(), team("Tổ khác")
    member(slug)
    guest, other = came_by(app, link_of(staff, slug)), came_by(app, link_of(staff, kept))
    token = token_at(guest)
    end(staff, slug)
    assert (until(slug) is not None) == (end is new_link)
    assert guest.get(WORKSPACE).status_code == 410
    assert guest.get("/can-bo/chia-se").status_code == 410
    refused = guest.client.post(f"{WORKSPACE}/chia-se", data={"csrf_token": token, "to": slug, "trang": GUIDE})
    assert refused.status_code == 410
    assert links.links_of_team(slug) == []
    assert other.get(WORKSPACE).status_code == 200, "another team's goes on"


def test_what_ended_between_reading_the_form_and_the_lock_is_refused(
    app: Flask, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = team()
    guest = came_by(app, link_of(staff, slug))
    values = {"csrf_token": token_at(guest), "to": slug, "trang": GUIDE}
    way_in = gate._enter

    def slowly(entry: gate.Entry) -> object:
        came = way_in(entry)
        monkeypatch.setattr(gate, "_enter", way_in)
        with unit_of_work():
            service.end_link(team_of(slug), Purpose.TEAM_WORKSPACE, actor=OPERATOR, now=clock.now())
        return came

    monkeypatch.setattr(gate, "_enter", slowly)
    assert guest.client.post(f"{WORKSPACE}/chia-se", data=values).status_code == 410
    assert links.links_of_team(slug) == []


@pytest.mark.parametrize(
    ("later", "visit", "link_page"),
    [(timedelta(hours=11, minutes=59), 200, 200), (timedelta(hours=12), 410, 200), (timedelta(days=90), 410, 410)],
)
def test_visits_and_links_expire(app: Flask, staff: Browser, later: timedelta, visit: int, link_page: int) -> None:
    with time_machine.travel("2026-11-25T03:00:00Z", tick=False) as traveller:
        slug = team()
        link = link_of(coordinator(app, COMMUNE), slug)
        guest = came_by(app, link)
        kept = guest.cookie("gandan-link-team_workspace")
        traveller.shift(later)
        late = Browser(app)
        late.client.set_cookie("gandan-link-team_workspace", kept)
        assert late.get(WORKSPACE).status_code == visit
        assert Browser(app).get(link).status_code == link_page
    assert staff


def test_forged_visits_and_forms_are_refused(app: Flask, staff: Browser) -> None:
    slug = team()
    link = link_of(staff, slug)
    stranger = Browser(app)
    stranger.client.set_cookie("gandan-link-team_workspace", link.rpartition("/")[2])
    assert stranger.get(WORKSPACE).status_code == 410, "the link's token is not the visit's"
    guest = came_by(app, link)
    values = {"to": slug, "trang": GUIDE}
    assert guest.client.post(f"{WORKSPACE}/chia-se", data=values).status_code == 403, "without the form's token"
    headers = {"Origin": "https://evil.example"}
    values["csrf_token"] = token_at(guest)
    assert guest.client.post(f"{WORKSPACE}/chia-se", data=values, headers=headers).status_code == 403
    assert links.links_of_team(slug) == []


def test_who_leaves_is_out_in_this_browser_alone(app: Flask, staff: Browser) -> None:
    slug = team()
    link = link_of(staff, slug)
    first, second = came_by(app, link), came_by(app, link)
    kept = first.cookie("gandan-link-team_workspace")
    response = first.client.post(f"{WORKSPACE}/thoat", data={"csrf_token": token_at(first)})
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert first.cookie("gandan-link-team_workspace") == ""
    first.client.set_cookie("gandan-link-team_workspace", kept)
    assert first.get(WORKSPACE).status_code == 410
    assert second.get(WORKSPACE).status_code == 200
    assert Browser(app).get(link).status_code == 200


def test_an_account_goes_before_a_link(app: Flask, staff: Browser) -> None:
    own, other = team(), team("Tổ khác")
    who = leader(app, own)
    who.submit(link_of(staff, other), {})
    assert "Tổ số một" in check(who.get(WORKSPACE), WORKSPACE).text("h1")
    officer = coordinator(app, COMMUNE)
    assert officer.get(WORKSPACE).status_code == 403
    officer.submit(link_of(staff, other), {})
    assert "Tổ khác" in check(officer.get(WORKSPACE), WORKSPACE).text("h1"), "who has no workspace of their own"


def test_only_who_keeps_the_team_makes_and_ends_links(app: Flask) -> None:
    slug = team()
    for who in (coordinator(app, OTHER_COMMUNE), leader(app, slug)):
        for path in ("trang-cua-to", "trang-cua-to/huy"):
            assert who.post(f"{HERE}/{slug}/{path}").status_code in {403, 404}
    assert until(slug) is None
    own = coordinator(app, COMMUNE)
    assert link_of(own, slug)
    assert "dùng được đến" in check(own.get(f"{HERE}/{slug}"), HERE).words
    end_link(own, slug)
    assert "dùng được đến" not in check(own.get(f"{HERE}/{slug}"), HERE).words
    actions = [one.action for one in audit.entries(AuditFilter(), limit=3)]
    assert actions[:2] == ["team_workspace_link_ended", "team_workspace_link_made"]


def test_a_team_that_ended_gets_no_link(app: Flask, staff: Browser) -> None:
    slug = team()
    disband(staff, slug)
    assert staff.post(f"{HERE}/{slug}/trang-cua-to").status_code == 409
    assert until(slug) is None
