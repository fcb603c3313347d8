"""The link by which a leader confirms the team's own data, from the outside."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import unit_of_work
from portal.core.permissions import Role
from portal.teams import roster, service
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import HERE, LEADER_NAME, LEADER_PHONE, member, member_of, stamp_at, team, team_of
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")
FORM = "/can-bo/xac-nhan-to"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def link_of(app: Flask, slug: str) -> str:
    """The path of a link that staff have made."""
    response = Browser.with_roles(app, Role.ADMIN).post(f"{HERE}/{slug}/lien-ket")
    assert response.status_code == 200
    page = check(response, HERE)
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(page.words))
    assert found
    return found[1]


def came_by(app: Flask, link: str) -> Browser:
    """The browser of somebody who pressed the link's button."""
    browser = Browser(app)
    assert "Xem thông tin của tổ" in browser.get(link).get_data(as_text=True)
    response = browser.submit(link, {})
    assert (response.status_code, response.headers["Location"]) == (303, FORM)
    return browser


def form_of(slug: str, **changed: str) -> dict[str, str]:
    """What the leader's form sends when nothing is changed but this."""
    row = team_of(slug)
    values = {"meeting_place": row.meeting_place, "meeting_hours": row.meeting_hours}
    for one in roster.members_of(row):
        values |= {f"phone-{one.code}": one.phone, f"zalo-{one.code}": one.zalo}
        values |= {f"consented_on-{one.code}": "1"} if one.consented_on and not one.withdrawn_on else {}
    return {**values, **changed}


def test_a_leader_corrects_and_confirms_without_an_account(app: Flask) -> None:
    slug = team()
    code, quiet = member(slug), member(slug, "Người thứ hai", "member", "0900 555 666", consented_on=None)
    with unit_of_work():
        team_of(slug).confirmed_on = member_of(slug, code).confirmed_on = date(2026, 1, 1)
    link = link_of(app, slug)
    browser = came_by(app, link)
    page = check(browser.get(FORM), FORM)
    assert LEADER_NAME in page.words
    assert "Đăng xuất" not in page.words
    changed = {f"phone-{code}": "0900 111 333", f"consented_on-{quiet}": "1", "meeting_hours": "Chủ nhật, 8:00"}
    response = browser.submit(FORM, {**form_of(slug), **changed, "stamp": stamp_at(browser, FORM)})
    assert response.status_code == 200
    said = response.get_data(as_text=True)
    assert "Cảm ơn" in said or "cảm ơn" in said
    assert "Người thứ hai" in said
    row, other = member_of(slug, code), member_of(slug, quiet)
    assert (row.phone, row.confirmed_on) == ("0900 111 333", clock.today())
    assert (other.consented_on, other.phone) == (clock.today(), "0900 555 666")
    assert (team_of(slug).confirmed_on, team_of(slug).meeting_hours) == (clock.today(), "Chủ nhật, 8:00")
    entry = audit.entries(AuditFilter(action="team_confirmed"), limit=1)[0]
    assert (entry.actor_kind, entry.actor_key) == ("link", slug)
    for path in (FORM, link):
        assert browser.get(path).status_code == 410, "used up"
    assert Browser(app).get(link).status_code == 410


def test_unticking_takes_the_contact_away(app: Flask) -> None:
    slug = team()
    code = member(slug)
    browser, values = came_by(app, link_of(app, slug)), form_of(slug)
    del values[f"consented_on-{code}"]
    assert "Cổng không hiện tên ai của tổ" in browser.submit(FORM, values).get_data(as_text=True)
    row = member_of(slug, code)
    assert (row.phone, row.withdrawn_on) == ("", clock.today())


def test_another_teams_member_is_out_of_reach(app: Flask) -> None:
    slug, other = team(), team("Tổ khác")
    member(slug)
    theirs = member(other, "Người tổ khác", "leader", "0900 777 777")
    browser = came_by(app, link_of(app, slug))
    forged = {f"phone-{theirs}": "0900 666 666", f"zalo-{theirs}": "", "code": theirs, "slug": other}
    assert browser.submit(FORM, {**form_of(slug), **forged}).status_code == 200
    row = member_of(other, theirs)
    assert (row.phone, row.withdrawn_on, row.consented_on) == ("0900 777 777", None, date(2026, 10, 1))
    assert [entry.subject_key for entry in audit.entries(AuditFilter(action="team_confirmed"), limit=9)] == [slug]


def test_what_is_wrong_comes_back_and_spends_nothing(app: Flask) -> None:
    slug = team()
    code = member(slug)
    browser = came_by(app, link_of(app, slug))
    wrong = {f"phone-{code}": "gọi <b>tôi</b>", "meeting_place": "a" * 300}
    response = browser.submit(FORM, {**form_of(slug), **wrong})
    assert response.status_code == 422
    words = check(response, FORM).words
    assert "Số điện thoại chưa đúng" in words
    assert "Nội dung dài quá" in words
    assert "gọi &lt;b&gt;tôi" in response.get_data(as_text=True)
    assert member_of(slug, code).phone == LEADER_PHONE
    assert team_of(slug).meeting_place == ""
    assert browser.submit(FORM, form_of(slug)).status_code == 200


def test_staff_were_quicker(app: Flask) -> None:
    slug = team()
    code = member(slug)
    browser = came_by(app, link_of(app, slug))
    old = stamp_at(browser, FORM)
    with unit_of_work():
        service.confirm_all(team_of(slug), actor=OPERATOR, now=clock.now())
    response = browser.submit(FORM, {**form_of(slug), f"phone-{code}": "0900 111 333", "stamp": old})
    assert response.status_code == 409
    check(response, FORM)
    assert member_of(slug, code).phone == LEADER_PHONE


def test_links_end(app: Flask) -> None:
    slug = team()
    first = link_of(app, slug)
    visited = came_by(app, first)
    with unit_of_work():
        service.make_link(team_of(slug), actor=OPERATOR, now=clock.now())
    assert Browser(app).get(first).status_code == 410, "a new one ends the old"
    assert visited.get(FORM).status_code == 410, "and the browsers that came by it"
    admin = Browser.with_roles(app, Role.ADMIN, Role.EDITOR)
    assert "dùng được đến" in check(admin.get(f"{HERE}/{slug}"), HERE).words
    assert admin.post(f"{HERE}/{slug}/lien-ket/huy").status_code == 303
    assert "dùng được đến" not in check(admin.get(f"{HERE}/{slug}"), HERE).words


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(days=15)])
def test_visits_and_links_expire(app: Flask, later: timedelta) -> None:
    slug = team()
    link = link_of(app, slug)
    browser, values = came_by(app, link), form_of(slug)
    with time_machine.travel(clock.now() + later):
        assert browser.get(FORM).status_code == 410
        assert browser.client.post(FORM, data=values).status_code == 410
        assert Browser(app).get(link).status_code == (200 if later < timedelta(days=14) else 410)


def test_forged_links_and_forms_open_nothing(app: Flask) -> None:
    slug = team()
    link = link_of(app, slug)
    assert Browser(app).get(link[:-1] + ("a" if link[-1] != "a" else "b")).status_code == 410
    stranger = Browser(app)
    stranger.client.set_cookie("gandan-link-team_confirm", link.rsplit("/", 1)[1])
    assert stranger.get(FORM).status_code == 410, "the link's token is not the visit's"
    visited, values = came_by(app, link), form_of(slug)
    assert visited.client.post(FORM, data=values).status_code == 403, "without the form's token"
    assert visited.get(f"{HERE}/{slug}").status_code == 303, "and it opens nothing of the staff's"
    with unit_of_work():
        service.disband(team_of(slug), date(2026, 11, 1), actor=OPERATOR, now=clock.now())
    assert visited.get(FORM).status_code == 410
