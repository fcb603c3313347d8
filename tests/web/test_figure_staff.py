"""Targets, published figures and keys on the staff's screens: with their source, audited, for nobody else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.adoption import key_queries, keys, queries, service, staff_queries
from portal.adoption.models import PublishedFigure
from portal.adoption.service import PublishedValues
from portal.core import audit, clock
from portal.core.audit import AuditEntry, AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.web.page import Visitor, check

TARGETS, PUBLISHED, KEYS = (f"/can-bo/so-lieu/{name}" for name in ("muc-tieu", "theo-nguon", "khoa"))
TARGET = {
    "indicator": "online_filing", "percent": "77,5", "applies_to": "", "starts_on": "2026-01-01",
    "document": "Kế hoạch 189/KH-UBND",
}  # fmt: skip
FIGURE = {
    "name_vi": "Tỷ lệ <b>hồ sơ</b> trực tuyến", "form": "rate", "printed": "77,62%", "indicator": "online_filing",
    "scope_vi": "Toàn tỉnh", "place": "Xã Ba Xa", "period_vi": "Quý I năm 2026", "starts_on": "2026-01-01",
    "ends_on": "2026-03-31", "document": "Báo cáo 12/BC-UBND",
}  # fmt: skip


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


@pytest.fixture
def analyst(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.ANALYST)


def log() -> list[AuditEntry]:
    db.session.rollback()
    kinds = {"figure_target", "published_figure", "figure_key"}
    return [one for one in audit.entries(AuditFilter(), limit=50) if one.subject_kind in kinds]


def target(**values: Any) -> dict[str, Any]:
    return {**TARGET, **values}


def test_a_target_is_written_changed_ended_and_removed(analyst: Browser) -> None:
    assert analyst.post(f"{TARGETS}/moi", target()).status_code == 303
    (row,) = queries.targets("online_filing")
    assert (row.hundredths, row.starts_on, row.document) == (7750, date(2026, 1, 1), "Kế hoạch 189/KH-UBND")
    here = f"{TARGETS}/{row.id}"
    page = check(analyst.get(here), here)
    assert 'value="77,5"' in analyst.get(here).get_data(as_text=True)
    assert "Mục tiêu: Tỷ lệ hồ sơ nộp trực tuyến" in page.words
    assert "77,5%" in check(analyst.get(TARGETS), TARGETS).words
    one_commune = target(percent="90", applies_to="unit", unit="Xã Ba Xa")
    assert analyst.post(here, one_commune).status_code == 303
    assert analyst.post(f"{here}/het", {"last_day": "2026-06-30", "end_reason": ""}).status_code == 422
    assert analyst.post(f"{here}/het", {"last_day": "2025-06-30", "end_reason": "x"}).status_code == 422
    assert analyst.post(f"{here}/het", {"last_day": "30/06/2026", "end_reason": "Kế hoạch mới"}).status_code == 303
    db.session.rollback()
    (row,) = queries.targets("online_filing")
    assert (row.applies_to, row.hundredths, row.ends_on) == ("place:xa-ba-xa", 9000, date(2026, 6, 30))
    assert "Xã Ba Xa" in check(analyst.get(TARGETS), TARGETS).words
    shown = analyst.get(here).get_data(as_text=True)
    assert '<option value="unit" selected>' in shown
    assert 'value="Xã Ba Xa"' in shown
    assert analyst.post(f"{here}/xoa", {"reason": " "}).status_code == 422
    assert analyst.post(f"{here}/xoa", {"reason": "Ghi nhầm"}).status_code == 303
    assert queries.targets("online_filing") == []
    removed, ended, changed, added = log()
    assert [one.action for one in (removed, ended, changed, added)] == [
        "figure_target_removed", "figure_target_ended", "figure_target_changed", "figure_target_added",
    ]  # fmt: skip
    assert (added.before, added.after and added.after["percent"]) == (None, "77.5")
    assert changed.before and changed.after
    assert (changed.before["percent"], changed.after["percent"]) == ("77.5", "90")
    assert changed.after["applies_to"] == "place:xa-ba-xa"
    assert (ended.after and ended.after["reason"], removed.after) == ("Kế hoạch mới", {"reason": "Ghi nhầm"})
    assert analyst.get(here).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"percent": ""}, "percent"), ({"percent": "101"}, "percent"), ({"percent": "77,555"}, "percent"),
        ({"percent": "-1"}, "percent"), ({"percent": "nhiều"}, "percent"), ({"indicator": "x"}, "indicator"),
        ({"indicator": ""}, "indicator"), ({"document": " "}, "document"), ({"url": "http://x.vn"}, "url"),
        ({"starts_on": ""}, "starts_on"), ({"starts_on": "2026-13-01"}, "starts_on"),
        ({"ends_on": "2025-12-31"}, "ends_on"), ({"applies_to": "unit", "unit": ""}, "unit"),
        ({"applies_to": "unit", "unit": "Xã Không Có"}, "unit"), ({"applies_to": "place:x"}, "applies_to"),
    ],
)  # fmt: skip
def test_a_wrong_target_keeps_what_was_typed(analyst: Browser, change: dict[str, Any], field: str) -> None:
    answer = analyst.post(f"{TARGETS}/moi", target(**change))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)
    check(answer, TARGETS)
    assert queries.targets("online_filing") == []
    assert log() == []


def test_two_targets_never_begin_on_the_same_day(analyst: Browser) -> None:
    assert analyst.post(f"{TARGETS}/moi", target()).status_code == 303
    assert analyst.post(f"{TARGETS}/moi", target(percent="10")).status_code == 422
    assert analyst.post(f"{TARGETS}/moi", target(percent="10", applies_to="xa")).status_code == 303
    second = next(row for row in queries.targets("online_filing") if row.applies_to == "xa")
    assert analyst.post(f"{TARGETS}/{second.id}", target(percent="10")).status_code == 422


def test_two_who_change_a_target_at_once_are_told(analyst: Browser) -> None:
    analyst.post(f"{TARGETS}/moi", target())
    here = f"{TARGETS}/{queries.targets('online_filing')[0].id}"
    found = re.search(r'name="stamp" value="([^"]+)"', analyst.get(here).get_data(as_text=True))
    assert found
    assert analyst.post(here, target(percent="70", stamp=found[1])).status_code == 303
    assert analyst.post(here, target(percent="60", stamp=found[1])).status_code == 409
    assert analyst.post(f"{here}/xoa", {"reason": "x", "stamp": found[1]}).status_code == 409


def test_the_command_line_writes_into_the_audit_log_too(app: Flask) -> None:
    args = ["figures", "target", "online_filing", "80", "--from", "2026-01-01", "--document", "KH 189"]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    args[3] = "85"
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    changed, added = log()
    assert (changed.action, changed.actor_kind, added.action) == (
        "figure_target_changed", "command", "figure_target_added",
    )  # fmt: skip
    assert changed.before and changed.after
    assert (changed.before["percent"], changed.after["percent"]) == ("80", "85")


def test_a_published_figure_is_a_text_with_its_source(app: Flask, analyst: Browser) -> None:
    answer = analyst.post(f"{PUBLISHED}/moi", FIGURE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    (row,) = queries.published()
    assert (row.printed, row.place, row.is_starter) == ("77,62%", "xa-ba-xa", False)
    here = f"{PUBLISHED}/{row.slug}"
    assert answer.headers["Location"] == here
    assert "Tỷ lệ <b>hồ sơ</b> trực tuyến" in check(analyst.get(here), here).words
    assert 'value="Xã Ba Xa"' in analyst.get(here).get_data(as_text=True)
    changed = {**FIGURE, "printed": "77,63%", "place": "xa-ba-xa", "note_vi": "Đính chính"}
    assert analyst.post(here, changed).status_code == 303
    assert analyst.post(f"{here}/rut", {"reason": ""}).status_code == 422
    assert analyst.post(f"{here}/rut", {"reason": "Nguồn đã gỡ"}).status_code == 303
    db.session.rollback()
    assert queries.published() == []
    assert "đã rút" in check(analyst.get(PUBLISHED), PUBLISHED).words
    assert analyst.post(f"{here}/hien-lai").status_code == 303
    assert [one.printed for one in queries.published()] == ["77,63%"]
    assert [one.action for one in log()] == [f"published_figure_{name}" for name in (
        "restored", "withdrawn", "changed", "added",
    )]  # fmt: skip
    assert log()[1].after == {"reason": "Nguồn đã gỡ"}
    before, after = log()[2].before, log()[2].after
    assert before and after
    assert (before["printed"], after["printed"]) == ("77,62%", "77,63%")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_vi": ""}, "name_vi"), ({"printed": " "}, "printed"), ({"form": "x"}, "form"),
        ({"document": "", "url": ""}, "document"), ({"url": "javascript:1"}, "url"), ({"place": "Xã Lạ"}, "place"),
        ({"ends_on": "2025-01-01"}, "ends_on"), ({"starts_on": ""}, "starts_on"), ({"indicator": "lạ"}, "indicator"),
        ({"scope_vi": ""}, "scope_vi"), ({"period_vi": ""}, "period_vi"),
    ],
)  # fmt: skip
def test_a_wrong_published_figure_is_refused(analyst: Browser, change: dict[str, str], field: str) -> None:
    answer = analyst.post(f"{PUBLISHED}/moi", {**FIGURE, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)
    assert staff_queries.every_published() == []


def test_what_ships_neither_overwrites_nor_brings_back_what_staff_decided(analyst: Browser) -> None:
    values = PublishedValues(
        slug="co-san", form="rate", printed="1%", name_vi="a", name_en="", scope_vi="b", scope_en="", period_vi="c",
        period_en="", starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31), document="d",
    )  # fmt: skip
    with unit_of_work():
        service.load_published([values])
    assert analyst.post(f"{PUBLISHED}/co-san/rut", {"reason": "Sai"}).status_code == 303
    with unit_of_work():
        assert service.load_published([values]) == 0
    assert queries.published() == []
    assert db.session.get(PublishedFigure, staff_queries.every_published()[0].id) is not None


def test_a_key_is_shown_once_and_revoked(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    until = (clock.today() + timedelta(days=30)).isoformat()
    values = {"name": "Một cửa", "last_day": until, "indicators": ["online_filing"], "units": "Xã Ba Xa\n\nxa-ba-to"}
    shown = admin.post(f"{KEYS}/moi", values)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    found = re.search(r"gdk_[0-9a-z]{10}_[\w-]{43}", shown.get_data(as_text=True))
    assert found
    row = keys.find(found[0], now=clock.now())
    assert row is not None
    assert (row.units, row.indicators) == (["place:xa-ba-to", "place:xa-ba-xa"], ["online_filing"])
    assert clock.local_day(row.expires_at) == clock.today() + timedelta(days=31)
    here = f"{KEYS}/{row.code}"
    for path in (KEYS, here, "/can-bo/nhat-ky"):
        text = admin.get(path).get_data(as_text=True)
        assert "Một cửa" in text
        assert found[0][15:] not in text
    assert admin.post(f"{here}/thu-hoi").status_code == 303
    db.session.rollback()
    assert keys.find(found[0], now=clock.now()) is None
    assert "đã thu hồi" in check(admin.get(here), here).words
    assert [one.action for one in log()] == ["figure_key_revoked", "figure_key_issued"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"last_day": ""}, "last_day"), ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "2099-01-01"}, "last_day"), ({"units": "Xã Lạ"}, "units"), ({"indicators": ["x"]}, "indicators"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_not_made(app: Flask, change: dict[str, Any], field: str) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    until = (clock.today() + timedelta(days=30)).isoformat()
    answer = admin.post(f"{KEYS}/moi", {"name": "Một cửa", "last_day": until, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)
    assert key_queries.all_keys() == []


def test_keys_by_command(app: Flask) -> None:
    run = app.test_cli_runner()
    made = run.invoke(args=["figures", "key", "add", "Một cửa", "--unit", "place:xa-ba-xa"])
    assert made.exit_code == 0
    text = made.output.strip()
    assert keys.find(text, now=clock.now()) is not None
    listed = run.invoke(args=["figures", "key", "list"]).output
    assert "holds" in listed
    assert "never used" in listed
    assert text not in listed
    assert run.invoke(args=["figures", "key", "revoke", text.split("_")[1]]).exit_code == 0
    assert keys.find(text, now=clock.now()) is None
    assert run.invoke(args=["figures", "key", "add", " "]).exit_code == 1
    assert run.invoke(args=["figures", "key", "add", "x", "--unit", "xa"]).exit_code == 2
    assert run.invoke(args=["figures", "key", "revoke", "khong-co"]).exit_code == 1


def test_outsiders_get_nowhere(app: Flask, visitor: Visitor) -> None:
    """Beside the roles of tests/web/test_staff_access.py: an analyst holds no keys."""
    analyst = Browser.with_roles(app, Role.ANALYST)
    for path in (KEYS, f"{KEYS}/moi", f"{KEYS}/khong-co"):
        assert analyst.get(path).status_code == 403
    assert analyst.post(f"{KEYS}/moi", {"name": "x"}).status_code == 403
    assert "Khóa gửi số liệu" not in check(analyst.get("/can-bo/so-lieu"), "/can-bo/so-lieu").words
    for path in (f"{TARGETS}/0", f"{TARGETS}/khong-co", f"{TARGETS}/99999999999999999999", f"{PUBLISHED}/khong-co"):
        assert analyst.get(path).status_code == 404
    editor = Browser.with_roles(app, Role.EDITOR)
    for path in ("/can-bo/so-lieu", TARGETS, PUBLISHED):
        assert editor.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 303
    assert editor.post(f"{TARGETS}/moi", target()).status_code == 403
    assert queries.targets("online_filing") == []
