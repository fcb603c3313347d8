"""Teams on the staff's screens."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.sharing.models import ShareCount
from portal.sharing.service import share_link
from portal.teams import queries, roster
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.factories.teams import (
    COMMUNE,
    HERE,
    LEADER_NAME,
    LEADER_PHONE,
    NOW,
    OTHER_COMMUNE,
    add_village,
    coordinator,
    member,
    member_of,
    stamp_at,
    team,
    team_of,
)
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")
TYPED = {"name": "Tổ công nghệ số thôn Vĩnh An", "commune": COMMUNE, "meeting_place": "Nhà văn hóa",
         "meeting_hours": "Thứ Bảy", "notes": "dòng một\r\ndòng hai"}  # fmt: skip
SLUG = "to-cong-nghe-so-thon-vinh-an-xa-ba-xa"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def test_a_team_is_added_changed_and_listed(app: Flask) -> None:
    admin, village = Browser.with_roles(app, Role.ADMIN), add_village()
    assert "Chưa có tổ nào khớp" in check(admin.get(HERE), HERE).words
    check(admin.get(f"{HERE}/them"), HERE)
    assert "Thôn Vĩnh An" in check(admin.get(f"{HERE}/them?xa={COMMUNE}"), HERE).words
    response = admin.post(f"{HERE}/them", {**TYPED, "villages": [village]})
    assert (response.status_code, response.headers["Location"]) == (303, f"{HERE}/{SLUG}")
    page = check(admin.get(f"{HERE}/{SLUG}"), HERE)
    assert "Nhà văn hóa" in page.words
    assert "Thôn Vĩnh An" in page.words
    check(admin.get(f"{HERE}/{SLUG}/sua"), HERE)
    changed = {**TYPED, "name": "Tổ Vĩnh An", "notes": "gọi 0900 999 888"}
    assert admin.post(f"{HERE}/{SLUG}/sua", changed).status_code == 303
    assert team_of(SLUG).name == "Tổ Vĩnh An", "the slug stays"
    assert roster.villages_of(team_of(SLUG)) == []
    assert "Tổ Vĩnh Anchưa có tổ trưởngXã Ba Xa" in check(admin.get(HERE), HERE).words
    entry = audit.entries(AuditFilter(action="team_changed"), limit=1)[0]
    assert entry.before == {"name": TYPED["name"], "villages": village}
    assert entry.after == {"name": "Tổ Vĩnh An", "villages": "", "texts": "notes"}
    assert "Sửa tổ công nghệ số" in admin.get("/can-bo/nhat-ky").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " \u200b "}, "Bạn chưa điền tên"),
        ({"name": "???"}, "Bạn chưa điền tên"),
        ({"name": "a" * 121}, "Nội dung dài quá"),
        ({"name": "tổ SỐ một"}, "đã có tổ tên này"),
        ({"commune": "khong-co"}, "Bạn chọn một xã, phường"),
        ({"commune": "tinh-quang-ngai"}, "Bạn chọn một xã, phường"),
        ({"commune": "xa-ba-xa-huyen-ba-to"}, "Bạn chọn một xã, phường"),
        ({"villages": "thon-mot-xa-tinh-khe"}, "không thuộc xã, phường này"),
        ({"villages": "xa-ba-xa"}, "không thuộc xã, phường này"),
        ({"meeting_place": "a" * 201}, "Nội dung dài quá"),
        ({"notes": "a\n" * 1500}, "Nội dung dài quá"),
    ],
)
@pytest.mark.parametrize("path", ["/them", "/to-so-hai-xa-ba-xa/sua"])
def test_a_wrong_team_is_refused_and_keeps_what_was_typed(
    app: Flask, path: str, wrong: dict[str, str], message: str
) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    add_village("Một", OTHER_COMMUNE)
    team()
    team("Tổ số hai")
    response = admin.post(HERE + path, {**TYPED, "meeting_hours": "Chiều & tối", **wrong})
    assert response.status_code == 422
    assert message in check(response, HERE).words
    assert 'value="Chiều &amp; tối"' in response.get_data(as_text=True)
    db.session.rollback()
    assert [row.name for row in roster.team_rows()] == ["Tổ số một", "Tổ số hai"]
    assert audit.count(AuditFilter(action="team_changed")) == 0


def test_two_who_change_one_team_at_the_same_time(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code = member(slug)
    forms = {
        f"{HERE}/{slug}/sua": {**TYPED, "name": "Tổ số một"},
        f"{HERE}/{slug}/thanh-vien/{code}": {"name": "Tên khác", "role": "leader", "consented_on": "2026-10-01"},
        f"{HERE}/{slug}/xac-nhan": {},
        f"{HERE}/{slug}/lien-ket": {},
        f"{HERE}/{slug}/thanh-vien/{code}/len": {},
        f"{HERE}/{slug}/truc": {"weekday": "1", "starts": "7:30", "ends": "11:00"},
        f"{HERE}/{slug}/giai-the": {"ended_on": "2026-11-01"},
    }
    old = stamp_at(admin, f"{HERE}/{slug}")
    assert admin.post(f"{HERE}/{slug}/xac-nhan", {"stamp": old}).status_code == 303
    before = audit.count(AuditFilter())
    for path, values in forms.items():
        response = admin.post(path, {**values, "stamp": old})
        assert response.status_code == 409, path
        assert "vừa sửa trước bạn" in check(response, path).words
    assert audit.count(AuditFilter()) == before
    assert member_of(slug, code).name == LEADER_NAME


def test_the_states_that_administrators_look_for(app: Flask) -> None:
    admin, first = Browser.with_roles(app, Role.ADMIN), team()
    second, third = team("Tổ số hai", OTHER_COMMUNE), team("Tổ số ba", OTHER_COMMUNE)
    member(first)
    with unit_of_work():
        team_of(second).confirmed_on = team_of(second).confirmed_on.replace(year=2025)  # type: ignore[union-attr]
    assert admin.post(f"{HERE}/{third}/giai-the", {"ended_on": "2026-11-01"}).status_code == 303
    with unit_of_work():
        link = share_link(first, "/huong-dan/x", "X", now=NOW)
        db.session.add(ShareCount(link_id=link.id, day=NOW.date(), channel="qr", event="landing", number=3))
        other = share_link(third, "/huong-dan/x", "X", now=NOW)
        db.session.add(ShareCount(link_id=other.id, day=NOW.date(), channel="qr", event="read", number=3))
    shown = {
        "": [first, second], "chua-xac-nhan": [second], "chua-co-to-truong": [second], "da-giai-the": [third],
        "gi-do": [first, second], "chua-co-lien-ket": [second], "chua-co-luot-mo": [second],
    }  # fmt: skip
    for state, slugs in shown.items():
        links = check(admin.get(f"{HERE}?trang-thai={state}&sap-xep=-xac-nhan"), HERE).links()
        assert [link for link in links if link in {f"{HERE}/{one}" for one in (first, second, third)}] == [
            f"{HERE}/{one}" for one in slugs
        ]
    assert f"{HERE}/{second}" not in check(admin.get(f"{HERE}?q=so+mot"), HERE).links()
    assert f"{HERE}/{second}" not in check(admin.get(f"{HERE}?xa={COMMUNE}"), HERE).links()
    without = check(admin.get(f"{HERE}/xa-chua-co-to"), HERE).words
    assert "Xã Ba Xa" not in without
    assert "Xã Tịnh Khê" not in without
    assert "Đặc khu Lý Sơn" in without
    csv = admin.get(f"{HERE}?xuat=csv").get_data(as_text=True)
    assert "Tổ số một,,Xã Ba Xa,1,1,3" in csv
    assert "Tổ số hai,chưa có tổ trưởng; hơn 6 tháng chưa xác nhận,Xã Tịnh Khê" in csv
    assert admin.post(f"{HERE}/{third}/lay-lai").status_code == 303
    assert team_of(third).ended_on is None


@pytest.mark.parametrize("day", ["", "hôm qua", "31/12/2999"])
def test_a_team_ends_on_a_day_that_has_been(app: Flask, day: str) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    assert admin.post(f"{HERE}/{slug}/giai-the", {"ended_on": day}).status_code == 422
    assert team_of(slug).ended_on is None


def test_names_that_are_html_are_text(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    evil = "<script>alert(1)</script>Tổ\u202e e\u0301"
    slug = team(evil)
    code = member(slug, name='"><img src=x onerror=alert(1)>')
    for path in (HERE, f"{HERE}/{slug}", f"{HERE}/{slug}/sua", f"{HERE}/{slug}/thanh-vien/{code}", f"{HERE}/thanh-vien",
                 f"{HERE}/{slug}/ban-giao"):  # fmt: skip
        text = admin.get(path).get_data(as_text=True)
        check(admin.get(path), path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert team_of(slug).name == "<script>alert(1)</script>Tổ é"


def test_the_slug_of_a_second_team_of_a_name_is_free(app: Flask) -> None:
    assert [team(), team("Tổ, số một!"), team("Tổ số một", OTHER_COMMUNE)] == [
        "to-so-mot-xa-ba-xa", "to-so-mot-xa-ba-xa-2", "to-so-mot-xa-tinh-khe",
    ]  # fmt: skip


def test_a_coordinator_of_a_commune_keeps_its_teams_alone(app: Flask) -> None:
    mine, theirs = team(), team("Tổ khác", OTHER_COMMUNE)
    code = member(theirs)
    here = coordinator(app, COMMUNE)
    page = check(here.get(HERE), HERE)
    assert f"{HERE}/{mine}" in page.links()
    assert f"{HERE}/{theirs}" not in page.links()
    assert HERE in page.links(), "the menu has it"
    assert "Nhập từ tệp" not in page.words
    assert here.get(f"{HERE}/{mine}").status_code == 200
    assert "Xã Tịnh Khê" not in check(here.get(f"{HERE}/xa-chua-co-to"), HERE).words
    assert LEADER_NAME not in check(here.get(f"{HERE}/thanh-vien"), HERE).words
    assert LEADER_PHONE not in here.get(f"{HERE}/thanh-vien?xuat=csv").get_data(as_text=True)
    before = audit.count(AuditFilter())
    for path in ("", "/sua", "/thanh-vien/them", f"/thanh-vien/{code}", "/ban-giao"):
        assert here.get(f"{HERE}/{theirs}{path}").status_code == 404, path
    acts = ["/sua", "/thanh-vien/them", "/ban-giao", "/xac-nhan", "/giai-the", "/lay-lai", "/truc", "/truc/bo",
            "/lien-ket", "/lien-ket/huy"]  # fmt: skip
    acts += [f"/thanh-vien/{code}{act}" for act in ("", "/xoa", "/dung-cong-khai", "/len", "/xuong")]
    for path in acts:
        values = {**TYPED, "ended_on": "2026-01-01", "weekday": "1", "starts": "7", "ends": "8"}
        assert here.post(f"{HERE}/{theirs}{path}", dict(values)).status_code == 404, path
    assert audit.count(AuditFilter()) == before
    for path in ("/them", f"/{mine}/sua"):
        refused = here.post(HERE + path, {**TYPED, "commune": OTHER_COMMUNE})
        assert refused.status_code == 422, "neither is a team put there"
    assert here.post(f"{HERE}/them", dict(TYPED)).status_code == 303
    assert here.get("/can-bo/nhap-du-lieu").status_code == 403


@pytest.mark.parametrize("path", ["/thanh-vien/{code}", "/thanh-vien/{code}/xoa", "/thanh-vien/{code}/dung-cong-khai",
                                  "/thanh-vien/{code}/len"])  # fmt: skip
def test_a_member_is_not_reached_through_another_team(app: Flask, path: str) -> None:
    mine, theirs = team(), team("Tổ khác", OTHER_COMMUNE)
    code = member(theirs)
    here = coordinator(app, COMMUNE)
    values = {"name": "Kẻ lạ", "role": "member", "phone": "0900 000 000"}
    assert here.post(f"{HERE}/{mine}{path.format(code=code)}", dict(values)).status_code == 404
    row = member_of(theirs, code)
    assert (row.name, row.phone) == (LEADER_NAME, LEADER_PHONE)


def test_the_province_keeps_all_and_an_agency_without_territory_none(app: Flask) -> None:
    slug = team()
    assert coordinator(app).get(f"{HERE}/{slug}").status_code == 200
    assert coordinator(app, "tinh-quang-ngai").get(f"{HERE}/{slug}").status_code == 200
    assert coordinator(app, OTHER_COMMUNE).get(f"{HERE}/{slug}").status_code == 404
    assert coordinator(app, "khong-co").get(f"{HERE}/{slug}").status_code == 404
    assert Browser.with_roles(app, Role.TEAM_LEADER).get(f"{HERE}/{slug}").status_code == 403
    assert Browser.with_roles(app, Role.EDITOR).get(HERE).status_code == 403
    assert app.test_client().get(f"{HERE}/{slug}").status_code == 303


def test_a_team_of_today_is_what_everybody_sees(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    member(slug)
    member(slug, "Không đồng ý", "member", "0900 333 444", consented_on=None)
    fact = queries.team_fact(slug)
    assert fact is not None
    assert [(one.name, one.phone) for one in fact.contacts] == [(LEADER_NAME, LEADER_PHONE)]
    csv = admin.get(f"{HERE}/thanh-vien?xuat=csv").get_data(as_text=True)
    assert LEADER_PHONE in csv
    assert "Không đồng ý" in csv
    assert "0900 333 444" not in csv
