"""Members, consent, hours at the counter, and the handover to a new leader."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask

from portal.accounts import queries as accounts
from portal.core import audit, clock, links
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.links import Purpose
from portal.core.permissions import Grant, Role, Scope
from portal.teams import queries, roster, service
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import HERE, LEADER_NAME, LEADER_PHONE, member, member_of, signed_in, stamp_at, team, team_of
from tests.web.page import Visitor, check

pytestmark = pytest.mark.usefixtures("app")
TYPED = {"name": "Đinh Văn Hai", "role": "deputy", "phone": "0900 222 333", "zalo": "0900222333",
         "consented_on": "2026-10-05"}  # fmt: skip


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def logged() -> str:
    """Everything that the audit log holds."""
    db.session.rollback()
    return json.dumps(
        [[one.action, one.subject_name, one.actor_name, one.before, one.after]
         for one in audit.entries(AuditFilter(), limit=500)], ensure_ascii=False,
    )  # fmt: skip


def contacts(slug: str) -> list[tuple[str, str]]:
    """Whom everybody sees."""
    db.session.rollback()
    fact = queries.team_fact(slug)
    assert fact is not None
    return [(one.name, one.phone) for one in fact.contacts]


def test_a_member_comes_changes_and_leaves_no_trace(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    new = f"{HERE}/{slug}/thanh-vien/them"
    check(admin.get(new), new)
    assert admin.post(new, {**TYPED, "stamp": stamp_at(admin, new)}).status_code == 303
    assert contacts(slug) == [("Đinh Văn Hai", "0900 222 333")]
    code = roster.members_of(team_of(slug))[0].code
    page = f"{HERE}/{slug}/thanh-vien/{code}"
    assert 'value="2026-10-05"' in admin.get(page).get_data(as_text=True)
    check(admin.get(page), page)
    assert admin.post(page, {**TYPED, "phone": "+84 900 222 444"}).status_code == 303
    row = member_of(slug, code)
    assert (row.phone, row.confirmed_on) == ("+84 900 222 444", clock.today())
    assert admin.post(f"{page}/xoa").status_code == 303
    assert roster.members_of(team_of(slug)) == []
    said = logged()
    assert "team_member_removed" in said
    for secret in ("Đinh Văn Hai", "222 333", "222 444", "0900222333"):
        assert secret not in said


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "<>"}, "Bạn chưa điền tên"),
        ({"name": "a" * 81}, "Nội dung dài quá"),
        ({"phone": "gọi anh Ba"}, "Số điện thoại chưa đúng"),
        ({"phone": "0900 1; 0900 222 333"}, "Số điện thoại chưa đúng"),
        ({"phone": "0 2 5 5 - 3 8 2 2 - 2 2 2"}, "Số điện thoại chưa đúng"),
        ({"zalo": "https://zalo.me/x"}, "Số điện thoại chưa đúng"),
        ({"role": "boss"}, "Bạn chọn vai trò"),
        ({"role": "leader"}, "Tổ đã có tổ trưởng"),
        ({"consented_on": "mai"}, "Ngày chưa đúng"),
        ({"consented_on": "2099-01-01"}, "Ngày chưa đúng"),
    ],
)
def test_a_wrong_member_is_refused_with_what_was_typed(app: Flask, wrong: dict[str, str], message: str) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    member(slug)
    code = member(slug, "Người thứ hai", "member", "0900 555 666")
    for path in ("them", code):
        response = admin.post(f"{HERE}/{slug}/thanh-vien/{path}", {**TYPED, **wrong})
        assert response.status_code == 422
        assert message in check(response, path).words
        typed = {**TYPED, **wrong}["phone"]
        assert f'value="{typed}"' in response.get_data(as_text=True)
    assert [row.name for row in roster.members_of(team_of(slug))] == [LEADER_NAME, "Người thứ hai"]


def test_consent_that_ends_takes_the_contact_away_at_once(app: Flask, visitor: Visitor) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code = member(slug, zalo="0900 777 888")
    page = f"{HERE}/{slug}/thanh-vien/{code}"
    typed = {"name": LEADER_NAME, "role": "leader", "phone": LEADER_PHONE, "zalo": "0900 777 888"}
    refused = admin.post(page, {**typed, "consented_on": ""})
    assert refused.status_code == 422
    assert "Dừng công khai" in check(refused, page).words
    assert contacts(slug) == [(LEADER_NAME, LEADER_PHONE)]
    assert admin.post(f"{page}/dung-cong-khai").status_code == 303
    assert contacts(slug) == []
    row = member_of(slug, code)
    assert (row.phone, row.zalo, row.withdrawn_on) == ("", "", clock.today())
    for path in (f"{HERE}/{slug}", f"{HERE}/thanh-vien?xuat=csv", page):
        assert LEADER_PHONE not in admin.get(path).get_data(as_text=True)
    assert admin.post(f"{page}/dung-cong-khai").status_code == 422
    assert LEADER_PHONE not in logged()
    early = admin.post(page, {**typed, "consented_on": "2026-10-02"})
    assert early.status_code == 422, "no consent from before it was taken back"
    assert admin.post(page, {**typed, "consented_on": clock.today().isoformat()}).status_code == 303
    assert contacts(slug) == [(LEADER_NAME, LEADER_PHONE)]


def test_members_change_places(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    first, second, third = (member(slug, name, "member") for name in ("A", "B", "C"))
    for code, way in ((third, "len"), (first, "xuong"), (third, "len"), (second, "xuong"), (first, "gi-do")):
        admin.post(f"{HERE}/{slug}/thanh-vien/{code}/{way}")
    assert [row.name for row in roster.members_of(team_of(slug))] == ["C", "A", "B"]


def test_hours_at_the_counter(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code, other = member(slug), member(team("Tổ khác"), "Người tổ khác")
    add = f"{HERE}/{slug}/truc"
    good = {"weekday": "2", "starts": "7h30", "ends": "11:00", "member": code}
    for wrong, message in (
        ({"weekday": "8"}, "Bạn chọn một ngày"), ({"starts": "25"}, "Giờ chưa đúng"), ({"ends": ""}, "Giờ chưa đúng"),
        ({"ends": "7:30"}, "phải sau giờ bắt đầu"), ({"member": other}, "không còn trong tổ"),
    ):  # fmt: skip
        response = admin.post(add, {**good, **wrong})
        assert response.status_code == 422
        assert message in check(response, add).words
    assert admin.post(add, good).status_code == 303
    assert f"Thứ Ba, 07:30–11:00, {LEADER_NAME}" in check(admin.get(f"{HERE}/{slug}"), HERE).words
    shift = roster.shifts_of(team_of(slug))[0]
    assert (shift.weekday, shift.starts, shift.ends) == (2, 450, 660)
    for given in ("", "x", "999999", "9" * 30):
        assert admin.post(f"{add}/bo", {"shift": given}).status_code == 404
    assert admin.post(f"{HERE}/to-khac-xa-ba-xa/truc/bo", {"shift": str(shift.id)}).status_code == 404
    assert admin.post(f"{HERE}/{slug}/thanh-vien/{code}/xoa").status_code == 303
    assert list(roster.shifts_of(team_of(slug))) == [], "who has left is not at the counter"


def leaders(slug: str) -> list[str]:
    """The names of those who lead the team."""
    db.session.rollback()
    return [row.name for row in roster.members_of(team_of(slug)) if row.role == "leader"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_team_is_handed_over_and_the_former_leader_is_gone(app: Flask, is_known: bool) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code, second = member(slug, zalo="0900 111 999"), member(slug, "Người thứ hai", "member", "0900 555 666")
    admin.post(f"{HERE}/{slug}/truc", {"weekday": "2", "starts": "7", "ends": "8", "member": code})
    lead = Grant(Role.TEAM_LEADER, Scope("team", slug))
    only, also = signed_in(app, lead), signed_in(app, lead, Grant(Role.ANALYST, Scope("portal")))
    with unit_of_work():
        token = service.make_link(team_of(slug), actor=OPERATOR, now=clock.now())
    page = f"{HERE}/{slug}/ban-giao"
    assert LEADER_NAME in check(admin.get(page), page).words
    values = {"successor": second} if is_known else dict(TYPED)
    assert admin.post(page, {**values, "stamp": stamp_at(admin, page)}).status_code == 303
    successor = "Người thứ hai" if is_known else "Đinh Văn Hai"
    assert leaders(slug) == [successor]
    assert roster.member_of(team_of(slug), code) is None
    assert [row.member_id for row in roster.shifts_of(team_of(slug))] == [
        next(row.id for row in roster.members_of(team_of(slug)) if row.name == successor)
    ]
    for secret in (LEADER_NAME, LEADER_PHONE, "0900 111 999"):
        assert secret not in logged()
        for path in (f"{HERE}/{slug}", f"{HERE}/thanh-vien?xuat=csv"):
            assert secret not in admin.get(path).get_data(as_text=True)
    assert "team_handed_over" in logged()
    assert links.purpose_of(token, now=clock.now()) is None
    for browser in (only, also):
        assert browser.get("/can-bo").status_code == 303, "signed out"
    assert accounts.holders(lead) == []
    assert [user.grants for user in accounts.people() if not user.is_active] == [()], "nor when they are let in again"
    roles = {tuple(grant.role for grant in user.grants) for user in accounts.people() if user.is_active}
    assert roles == {(Role.ADMIN,), (Role.ANALYST,)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"successor": "khong-co"}, "không còn trong tổ"),
        ({"name": "", "phone": "0900 222 333"}, "Bạn chưa điền tên"),
        ({"name": "Đinh Văn Hai", "phone": "abc"}, "Số điện thoại chưa đúng"),
        ({"name": "Đinh Văn Hai", "consented_on": "mai"}, "Ngày chưa đúng"),
    ],
)
def test_a_refused_handover_leaves_everything(app: Flask, values: dict[str, str], message: str) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code = member(slug)
    response = admin.post(f"{HERE}/{slug}/ban-giao", dict(values))
    assert response.status_code == 422
    assert message in check(response, HERE).words
    row = member_of(slug, code)
    assert (row.role, row.phone) == ("leader", LEADER_PHONE)
    assert "team_handed_over" not in logged()


def test_a_team_without_a_leader_has_nothing_to_hand_over(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    check(admin.get(f"{HERE}/{slug}/ban-giao"), HERE)
    assert admin.post(f"{HERE}/{slug}/ban-giao", dict(TYPED)).status_code == 422
    assert roster.members_of(team_of(slug)) == []


def test_who_lost_the_right_to_a_link_makes_no_link(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    with unit_of_work():
        service.disband(team_of(slug), date(2026, 11, 1), actor=OPERATOR, now=clock.now())
    assert admin.post(f"{HERE}/{slug}/lien-ket").status_code == 409
    assert links.open_until(Purpose.TEAM_CONFIRM, slug, now=clock.now()) is None
