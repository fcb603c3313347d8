"""The staff's page of the working days."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from portal.config import ROOT
from portal.core import audit, workdays
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.core.permissions import Role
from portal.core.workdays import OFF
from tests.factories.staff import Browser
from tests.web.page import check

LIST = "/can-bo/ngay-nghi"
DAY = f"{LIST}/2027-09-02"


def load(app: Flask) -> str:
    result = FlaskCliRunner(app).invoke(args=["calendar", "load", str(ROOT / "portal" / "starter" / "calendar.csv")])
    assert result.exit_code == 0, result.output
    db.session.remove()
    return result.output


@pytest.fixture
def admin(app: Flask) -> Browser:
    """An admin, over the list that ships."""
    load(app)
    return Browser.with_roles(app, Role.ADMIN)


def new(**values: str) -> dict[str, str]:
    return {"day": "2027-02-03", "kind": "off", "name": "Tết Nguyên đán", "source": "Thông báo số 7", **values}


def stored(day: date) -> workdays.DayValues | None:
    db.session.rollback()
    row = workdays.find_day(day)
    return workdays.values_of(row) if row else None


def last_entry(action: str) -> audit.AuditEntry:
    db.session.rollback()
    return audit.entries(AuditFilter(action=action), limit=1)[0]


@time_machine.travel("2026-11-22T03:00:00Z", tick=False)
def test_a_year_is_shown_with_what_it_does(app: Flask) -> None:
    load(app)
    admin = Browser.with_roles(app, Role.ADMIN)
    page = check(admin.get(LIST), LIST)
    assert "5 ngày làm việc từ hôm nay là Thứ Hai 30/11/2026" in page.words, "24 November is off"
    assert "Mới tính theo thứ Bảy" not in page.words
    assert len(page.all("tbody")[0]) == 16
    assert "14 ngày chưa đối chiếu" in page.words
    assert "Thứ Bảy Làm bù: Thay cho ngày 02/01/2026" in page.words
    assert "chưa đủ" not in page.words
    english = check(admin.get("/en" + LIST), LIST)
    assert "Saturday" in english.words
    assert f"/en{LIST}/2026-01-02" in english.links()


@time_machine.travel("2028-12-27T03:00:00Z", tick=False)
def test_a_year_that_is_not_entered_is_said(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    page = check(admin.get(LIST), LIST)
    assert "Danh sách năm 2028 chưa đủ" in page.words
    assert "Mới tính theo thứ Bảy, Chủ nhật" in page.words
    assert f"{LIST}?nam=2029" in page.links()


@pytest.mark.parametrize("year", ["2019", "2101", "x", "-2026", "2026.0", "9" * 5_000, "%C2%B2026"])
def test_a_year_that_cannot_be_is_no_page(admin: Browser, year: str) -> None:
    assert admin.get(f"{LIST}?nam={year}").status_code == 404


def test_a_day_is_added(admin: Browser) -> None:
    page = check(admin.get(f"{LIST}/moi?nam=2027"), LIST)
    assert f"{LIST}?nam=2027" in page.links()
    response = admin.post(f"{LIST}/moi", new(is_confirmed="y"))
    assert (response.status_code, response.headers["Location"]) == (303, f"{LIST}?nam=2027")
    found = stored(date(2027, 2, 3))
    assert found is not None
    assert (found.kind, found.name, found.is_confirmed) == (OFF, "Tết Nguyên đán", True)
    assert not workdays.calendar().is_working_day(date(2027, 2, 3))
    entry = last_entry("calendar_day_added")
    assert (entry.subject_key, entry.actor_name) == ("2027-02-03", "Nguyễn Văn An")
    assert entry.after is not None
    assert entry.after["source"] == "Thông báo số 7"


def test_a_day_may_be_typed_as_people_do(admin: Browser) -> None:
    assert admin.post(f"{LIST}/moi", new(day="03/02/2027")).status_code == 303
    found = stored(date(2027, 2, 3))
    assert found is not None
    assert not found.is_confirmed


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"day": ""}, "Bạn chưa điền ngày"),
        ({"day": "30/02/2027"}, "Ngày chưa đúng"),
        ({"day": "<b>"}, "Ngày chưa đúng"),
        ({"day": "2019-01-01"}, "chỉ giữ các năm 2020–2100"),
        ({"day": "2027-09-02"}, "Ngày này đã có trong danh sách"),
        ({"kind": "work"}, "Ngày này vốn đã là ngày làm việc"),
        ({"kind": "half"}, "Bạn chưa chọn loại ngày"),
        ({"kind": ""}, "Bạn chưa chọn loại ngày"),
        ({"name": " \u200b "}, "Bạn chưa điền tên ngày"),
        ({"source": ""}, "Bạn chưa điền nguồn"),
    ],
)
def test_a_wrong_day_keeps_what_was_typed(admin: Browser, values: dict[str, str], message: str) -> None:
    response = admin.post(f"{LIST}/moi", new(**values))
    assert response.status_code == 422
    page = check(response, LIST)
    assert message in page.words
    assert page.all("h2")[0].get("id") == "loi-bieu-mau"
    if "source" not in values:
        assert 'value="Thông báo số 7"' in response.get_data(as_text=True)
    assert stored(date(2027, 2, 3)) is None


def test_a_day_is_changed_confirmed_and_removed(admin: Browser) -> None:
    page = check(admin.get(DAY), DAY)
    assert page.text("h1") == "Thứ Năm 02/09/2027"
    wrong = admin.post(DAY, {"kind": "work", "name": "Tên khác", "source": "Nguồn"})
    assert wrong.status_code == 422
    assert 'value="Tên khác"' in wrong.get_data(as_text=True)
    assert admin.post(DAY, {"kind": "off", "name": "Quốc khánh 2/9", "source": "Nguồn"}).status_code == 303
    entry = last_entry("calendar_day_changed")
    assert (entry.before or {})["name"] == "Quốc khánh"
    assert entry.after == {"name": "Quốc khánh 2/9", "source": "Nguồn"}
    assert admin.post(f"{DAY}/xac-nhan").status_code == 303
    found = stored(date(2027, 9, 2))
    assert found is not None
    assert found.is_confirmed
    assert last_entry("calendar_day_changed").after == {"is_confirmed": True}
    assert admin.post(f"{DAY}/xoa").status_code == 303
    assert stored(date(2027, 9, 2)) is None
    assert workdays.calendar().is_working_day(date(2027, 9, 2))
    assert (last_entry("calendar_day_removed").before or {})["name"] == "Quốc khánh 2/9"
    assert "Xóa ngày nghỉ, ngày làm bù" in check(admin.get("/can-bo/nhat-ky"), LIST).words


def test_confirming_twice_is_one_change(admin: Browser) -> None:
    for _time in range(2):
        assert admin.post(f"{DAY}/xac-nhan").status_code == 303
    assert audit.count(AuditFilter(action="calendar_day_changed")) == 1


@pytest.mark.parametrize("code", ["2027-9-2", "20270902", "02-09-2027", "2027-02-30", "2027-09-05", "moi-2"])
def test_a_day_has_one_address(admin: Browser, code: str) -> None:
    assert admin.get(f"{LIST}/{code}").status_code == 404
    assert admin.post(f"{LIST}/{code}/xoa").status_code == 404


def test_what_staff_changed_outlives_the_next_start(app: Flask, admin: Browser) -> None:
    admin.post(f"{DAY}/xoa")
    assert "calendar: 0 days changed" in load(app)
    assert stored(date(2027, 9, 2)) is None


def test_only_those_who_manage_settings(app: Flask) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.get(LIST).status_code == 403
    assert LIST not in editor.get("/can-bo").get_data(as_text=True)
