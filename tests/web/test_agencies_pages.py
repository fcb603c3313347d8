"""Agencies on the staff's screens."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.agencies import queries, service
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from tests.factories.staff import Browser, member
from tests.web.page import check

HERE = "/can-bo/co-quan"
pytestmark = pytest.mark.usefixtures("app")


def test_an_agency_is_added_moved_and_given_to_an_officer(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    assert "Chưa có cơ quan nào" in check(admin.get(HERE), HERE).words
    for name, superior in (("UBND tỉnh", ""), ("Sở Tư pháp", "ubnd-tinh"), ("Phòng Hộ tịch", "ubnd-tinh")):
        typed = {"name": f"  {name} ", "kind": "other", "superior": superior}
        assert admin.post(f"{HERE}/them", typed).status_code == 303
    moved = {"name": "Phòng HT", "kind": "other", "superior": "so-tu-phap"}
    assert admin.post(f"{HERE}/phong-ho-tich", moved).status_code == 303
    assert queries.subordinates("so-tu-phap") == ["phong-ho-tich"]
    page = check(admin.get(HERE), HERE)
    assert "Phòng HTCơ quan khác–Sở Tư pháp" in page.words
    check(admin.get(f"{HERE}/phong-ho-tich"), HERE)
    assert "Cán bộ trả lời – Phòng HT" in admin.get("/can-bo/nguoi-dung/moi").get_data(as_text=True)
    entry = audit.entries(AuditFilter(action="agency_changed"), limit=1)[0]
    assert entry.before == {"name": "Phòng Hộ tịch", "superior": "UBND tỉnh"}
    assert entry.after == {"name": "Phòng HT", "superior": "Sở Tư pháp"}


@pytest.mark.parametrize(
    ("path", "name", "superior", "message"),
    [
        ("/them", " \u200b ", "", "Bạn chưa điền tên cơ quan"),
        ("/them", "???", "", "Bạn chưa điền tên cơ quan"),
        ("/them", "sở tư pháp", "", "Đã có cơ quan tên này"),
        ("/them", "Sở Y tế", "khong-co", "không còn trong danh sách"),
        ("/ubnd-tinh", "UBND", "so-tu-phap", "không thể là chính cơ quan này"),
        ("/ubnd-tinh", "UBND", "ubnd-tinh", "không thể là chính cơ quan này"),
    ],
)
def test_a_wrong_agency_is_refused_and_keeps_what_was_typed(
    app: Flask, path: str, name: str, superior: str, message: str
) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    admin.post(f"{HERE}/them", {"name": "UBND tỉnh", "kind": "committee", "superior": ""})
    admin.post(f"{HERE}/them", {"name": "Sở Tư pháp", "kind": "department", "superior": "ubnd-tinh"})
    response = admin.post(HERE + path, {"name": name, "kind": "other", "superior": superior})
    assert response.status_code == 422
    page = check(response, HERE)
    assert message in page.words
    db.session.rollback()
    assert [row.name for row in queries.agencies()] == ["Sở Tư pháp", "UBND tỉnh"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "gì đó"}, {"superior": "khong-co"}, {"territory": "khong-co"}, {"name": "SỞ TƯ PHÁP"}]
)
def test_a_refused_change_changes_nothing(app: Flask, wrong: dict[str, str]) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    for name in ("UBND tỉnh", "Sở Tư pháp"):
        admin.post(f"{HERE}/them", {"name": name, "kind": "committee"})
    typed = {"name": "Tên khác", "kind": "police", "superior": "so-tu-phap", "hours": "7:30", **wrong}
    assert admin.post(f"{HERE}/ubnd-tinh", typed).status_code == 422
    db.session.remove()
    row = queries.agency("ubnd-tinh")
    assert row is not None
    assert (row.name, row.kind, row.superior_id, row.hours) == ("UBND tỉnh", "committee", None, "")
    assert audit.entries(AuditFilter(action="agency_changed"), limit=1) == []


def test_an_agency_goes_only_when_nothing_leans_on_it(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    for name, superior in (("UBND tỉnh", ""), ("Sở Tư pháp", "ubnd-tinh")):
        admin.post(f"{HERE}/them", {"name": name, "kind": "other", "superior": superior})
    officer = member(Role.OFFICER)  # of so-tu-phap
    for path, why in (("/ubnd-tinh/xoa", "Còn cơ quan đứng dưới"), ("/so-tu-phap/xoa", "Còn cán bộ giữ vai trò")):
        refused = admin.post(HERE + path)
        assert refused.status_code == 409
        assert why in check(refused, HERE + path).words
    admin.post(f"/can-bo/nguoi-dung/{officer}/khoa")
    assert admin.post(f"{HERE}/so-tu-phap/xoa").status_code == 409, "who is disabled may come back"
    admin.post(f"/can-bo/nguoi-dung/{officer}/vai-tro", {"roles": ["editor"]})
    for slug in ("so-tu-phap", "ubnd-tinh"):
        assert admin.post(f"{HERE}/{slug}/xoa").status_code == 303
    assert admin.post(f"{HERE}/ubnd-tinh/xoa").status_code == 404
    db.session.rollback()
    assert queries.agencies() == ()
    removed = [entry.before for entry in audit.entries(AuditFilter(action="agency_removed"), limit=5)]
    assert removed[1] is not None
    assert (removed[1]["name"], removed[1]["superior"]) == ("Sở Tư pháp", "UBND tỉnh")


def test_a_refused_change_leaves_nothing_behind(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    admin.post(f"{HERE}/them", {"name": "Sở Tư pháp", "kind": "department", "superior": ""})
    typed = {"name": "Tên khác", "kind": "hotline", "superior": "", "territory": "khong-co"}
    assert admin.post(f"{HERE}/so-tu-phap", typed).status_code == 422
    db.session.rollback()
    assert [(row.name, row.kind) for row in queries.agencies()] == [("Sở Tư pháp", "department")]
    assert audit.count(AuditFilter(action="agency_changed")) == 0


def test_a_standing_agency_that_staff_removed_stays_away(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    standing = [
        Standing("ubnd-tinh", "UBND tỉnh", AgencyKind.COMMITTEE, "", ""),
        Standing("trung-tam-tinh", "Trung tâm tỉnh", AgencyKind.SERVICE_CENTER, "ubnd-tinh", ""),
    ]
    with unit_of_work():
        assert service.add_missing(standing) == 2
    assert admin.post(f"{HERE}/trung-tam-tinh/xoa").status_code == 303
    with unit_of_work():
        assert service.add_missing(standing) == 0
    assert [row.slug for row in queries.agencies()] == ["ubnd-tinh"]
    admin.post(f"{HERE}/them", {"name": "Trung tâm tỉnh", "kind": "service_center"})
    assert queries.agency("trung-tam-tinh") is not None, "by hand it comes back"
