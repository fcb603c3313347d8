"""A table of teams and their members: previewed, applied, undone, forgotten."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts import people
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.exchange import jobs, sweeping
from portal.exchange import queries as batches
from portal.exchange import service as exchange
from portal.exchange.applying import UndoRefusedError
from portal.exchange.models import Batch
from portal.exchange.service import Upload
from portal.places.queries import overview
from portal.teams import exchange as team_exchange
from portal.teams import members, queries, roster, service
from portal.teams.exchange import TeamImport, _commune_names
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import HERE, add_village, member, team, team_of
from tests.factories.units import ACTOR

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HEADER = "Tên tổ;Xã;Thôn;Họ tên;Vai trò;Điện thoại;Zalo;Đồng ý công khai (ngày);Xác nhận ngày;Nơi sinh hoạt;Giờ\n"
FILE = HEADER + (
    "Tổ Vĩnh An;Xã Ba Xa;Vĩnh An;Phạm Thị Lành;Tổ trưởng;0900 111 222;0900111222;01/10/2026;01/11/2026;Nhà văn hóa;T7\n"
    "Tổ Vĩnh An;xã ba xa;;Đinh Văn Hai;Thành viên;900333444;;;;;\n"
    "Tổ Tịnh Khê;xã Tịnh Khê;;Võ Thị Ba;Tổ trưởng;0255 3822 222;;02/10/2026;02/11/2026;;\n"
)
FIRST, SECOND = "to-vinh-an-xa-ba-xa", "to-tinh-khe-xa-tinh-khe"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    add_village()


def checked(folder: Path, text: str) -> Batch:
    """A file that was read, and nothing of it written."""
    given = Upload(kind=TeamImport.key, file_name="to.csv", source=io.BytesIO(text.encode()), actor=ACTOR)
    received = exchange.receive(given, folder=folder)
    with unit_of_work():
        code = exchange.upload(received, now=NOW).code
    jobs.run_check(code, folder=folder, clock=lambda: NOW)
    return batch_of(code)


def batch_of(code: str) -> Batch:
    """The batch as it is now."""
    db.session.remove()
    batch = batches.batch(code)
    assert batch is not None
    return batch


def brought(folder: Path, text: str) -> str:
    """The code of a batch that was applied."""
    batch = checked(folder, text)
    assert batch.state == "ready", (batch.error_code, batches.row_errors(batch.id))
    code = batch.code
    with unit_of_work():
        exchange.confirm(code, now=NOW)
    jobs.run_apply(code, folder=folder, clock=lambda: NOW)
    assert batch_of(code).state == "applied", batch_of(code).error_code
    return code


def stored() -> dict[str, list[tuple[str, str, str]]]:
    """The members of each team."""
    db.session.remove()
    return {
        row.slug: [(one.name, one.role, one.phone) for one in roster.members_of(team_of(row.slug))]
        for row in roster.team_rows()
    }


def test_rows_become_teams_and_members_and_go_again(tmp_path: Path) -> None:
    code = brought(tmp_path, FILE)
    assert stored() == {
        FIRST: [("Phạm Thị Lành", "leader", "0900 111 222"), ("Đinh Văn Hai", "member", "0900333444")],
        SECOND: [("Võ Thị Ba", "leader", "0255 3822 222")],
    }
    fact = queries.team_fact(FIRST)
    assert fact is not None
    assert (fact.villages, fact.meeting_place, fact.confirmed_on) == (
        ("thon-vinh-an-xa-ba-xa",), "Nhà văn hóa", date(2026, 11, 1),
    )  # fmt: skip
    assert [one.name for one in fact.contacts] == ["Phạm Thị Lành"], "who agreed"
    again = checked(tmp_path, FILE + "\n")
    assert (again.counts["would_unchanged"], again.counts["would_changed"], again.counts["would_new"]) == (5, 0, 0)
    jobs.run_undo(code, clock=lambda: NOW)
    assert stored() == {}


def test_a_second_file_changes_and_its_undo_brings_back(tmp_path: Path) -> None:
    brought(tmp_path, FILE)
    before = stored()
    text = HEADER + "tổ vĩnh an;Xã Ba Xa;-;PHẠM THỊ LÀNH;;0900 999 999;-;;;;Chủ nhật\n"
    code = brought(tmp_path, text)
    assert stored()[FIRST][0] == ("Phạm Thị Lành", "leader", "0900 999 999")
    fact = queries.team_fact(FIRST)
    assert fact is not None
    assert (fact.villages, fact.meeting_place, fact.meeting_hours) == ((), "Nhà văn hóa", "Chủ nhật")
    assert (fact.contacts[0].zalo, fact.contacts[0].confirmed_on) == ("", None)
    jobs.run_undo(code, clock=lambda: NOW)
    assert stored() == before
    fact = queries.team_fact(FIRST)
    assert fact is not None
    assert (fact.villages, fact.meeting_hours) == (("thon-vinh-an-xa-ba-xa",), "T7")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (";Xã Ba Xa;;A;;;;;;;", "team", "missing"),
        ("Tổ;Xã Ba Xa;;;;;;;;;", "name", "missing"),
        ("Tổ;;;A;;;;;;;", "commune", "missing"),
        ("Tổ;Xã Không Có;;A;;;;;;;", "commune", "unknown_place"),
        ("Tổ;21025;;A;;;;;;;", "commune", "code_without_day"),
        ("Tổ;Xã Ba Xa;Thôn Lạ;A;;;;;;;", "villages", "unknown_place"),
        ("Tổ;Xã Ba Xa;;A;Trùm;;;;;;", "role", "unknown_value"),
        ("Tổ;Xã Ba Xa;;A;;gọi anh Ba;;;;;", "phone", "contact_phone"),
        ("Tổ;Xã Ba Xa;;A;;;zalo.me/x;;;;", "zalo", "contact_phone"),
        ("Tổ;Xã Ba Xa;;A;;;;32/13/2026;;;", "consented_on", "bad_date"),
        ("Tổ;Xã Ba Xa;;A;;;;01/01/2099;;;", "consented_on", "in_future"),
        ("Tổ;Xã Ba Xa;;A;;;;;01/01/2099;;", "confirmed_on", "in_future"),
        ("Tổ cũ;Xã Ba Xa;;A;;;;;;;", "team", "team_ended"),
        ("Tổ;Xã Ba Xa;;" + "a" * 81 + ";;;;;;;", "name", "too_long"),
        ("a" * 121 + ";Xã Ba Xa;;A;;;;;;;", "team", "too_long"),
    ],
)
def test_each_fault_is_named_with_its_line_and_column(tmp_path: Path, row: str, column: str, code: str) -> None:
    slug = team("Tổ cũ")
    with unit_of_work():
        service.disband(team_of(slug), date(2026, 11, 1), actor=OPERATOR, now=clock.now())
    batch = checked(tmp_path, HEADER + row + "\n")
    assert [(error.line, error.column, error.code) for error in batches.row_errors(batch.id)] == [(2, column, code)]
    for error in batches.row_errors(batch.id):
        assert error.reason("vi")
        assert error.reason("en")


def test_former_names_of_communes_lead_to_todays(tmp_path: Path) -> None:
    both = checked(tmp_path, HEADER + "Tổ A;phường Nguyễn Nghiêm;;A;;;;;;;\n")
    assert [error.code for error in batches.row_errors(both.id)] == ["ambiguous_place"], "there were two"
    brought(tmp_path, HEADER + "Tổ A;phường Nghĩa Chánh;;A;;;;;;;\n")
    assert [row.commune for row in roster.team_rows()] == ["phuong-cam-thanh"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("Tổ;Xã Ba Xa;;A;;;;;;Nhà A;\nTổ;Xã Ba Xa;;B;;;;;;Nhà B;\n", "teams_differ"),
        ("Tổ;Xã Ba Xa;;A;Tổ trưởng;;;;;;\nTổ;Xã Ba Xa;;B;Tổ trưởng;;;;;;\n", "teams_two_leaders"),
        ("Tổ Vĩnh An;Xã Ba Xa;;B;Tổ trưởng;;;;;;\n", "teams_two_leaders"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(tmp_path: Path, rows: str, code: str) -> None:
    brought(tmp_path, FILE)
    batch = checked(tmp_path, HEADER + rows)
    assert (batch.state, batch.error_code) == ("refused", code)


def test_a_leader_may_change_within_a_file(tmp_path: Path) -> None:
    brought(tmp_path, FILE)
    rows = "Tổ Vĩnh An;Xã Ba Xa;;Phạm Thị Lành;Tổ phó;;;;;;\nTổ Vĩnh An;Xã Ba Xa;;Đinh Văn Hai;Tổ trưởng;;;;;;\n"
    brought(tmp_path, HEADER + rows)
    assert [(name, role) for name, role, _phone in stored()[FIRST]] == [
        ("Phạm Thị Lành", "deputy"), ("Đinh Văn Hai", "leader"),
    ]  # fmt: skip


def test_a_name_twice_in_a_team_is_refused(tmp_path: Path) -> None:
    batch = checked(tmp_path, HEADER + "Tổ;Xã Ba Xa;;An;;;;;;;\nTỔ;Xã Ba Xa;;AN;;;;;;;\nTổ 2;Xã Ba Xa;;An;;;;;;;\n")
    assert [(error.line, error.code) for error in batches.row_errors(batch.id)] == [(3, "duplicate_subject")]


def test_a_file_fills_no_team_beyond_what_forms_allow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_exchange, "MOST_MEMBERS", 3)
    full = "".join(f"Tổ;Xã Ba Xa;;Người {number};;;;;;;\n" for number in range(4))
    batch = checked(tmp_path, HEADER + full + "Tổ khác;Xã Ba Xa;;An;;;;;;;\n")
    assert [(error.line, error.column, error.code) for error in batches.row_errors(batch.id)] == [
        (5, "name", "team_full")
    ]
    assert "đã đủ 3 người" in batches.row_errors(batch.id)[0].reason("vi")
    brought(tmp_path, HEADER + full.replace("Tổ;Xã Ba Xa;;Người 3;;;;;;;\n", ""))
    more = checked(tmp_path, HEADER + "Tổ;Xã Ba Xa;;Người 1;Tổ phó;;;;;;\nTổ;Xã Ba Xa;;Người 9;;;;;;;\n")
    errors = batches.row_errors(more.id)
    assert [(error.line, error.code) for error in errors] == [(3, "team_full")], "who is in it already may change"


def test_what_stands_on_a_new_team_keeps_it(tmp_path: Path) -> None:
    code = brought(tmp_path, FILE)
    member(FIRST, "Người thêm tay", "member", "0900 555 666")
    with pytest.raises(UndoRefusedError):
        jobs.run_undo(code, clock=lambda: NOW)
    other = brought(tmp_path, HEADER + "Tổ A;Xã Ba Xa;;A;;;;;;;\n")
    with unit_of_work():
        lead = [Grant(Role.TEAM_LEADER, Scope("team", "to-a-xa-ba-xa"))]
        people.invite("ai@quangngai.gov.vn", "A", lead, actor=OPERATOR, now=NOW)
    with pytest.raises(UndoRefusedError):
        jobs.run_undo(other, clock=lambda: NOW)
    db.session.rollback()
    assert len(stored()) == 3


def test_who_takes_consent_back_is_forgotten_by_imports_too(tmp_path: Path) -> None:
    code = brought(tmp_path, FILE)
    assert "0900 111 222" in json.dumps(batch_of(code).preview)
    assert len(list(tmp_path.iterdir())) == 1
    with unit_of_work():
        first = roster.members_of(team_of(FIRST))[0]
        members.withdraw(team_of(FIRST), first, actor=OPERATOR, now=clock.now())
    batch = batch_of(code)
    assert (batch.preview, batch.stored_name, list(batches.changes_backwards(batch.id))) == ({}, "", [])
    with pytest.raises(exchange.UndoTooOldError), unit_of_work():
        exchange.require_undoable(batch)
    with unit_of_work():
        sweeping.sweep(tmp_path, clock.now() + timedelta(days=2), keep=timedelta(days=3650))
    assert list(tmp_path.iterdir()) == [], "the file is gone"
    old = checked(tmp_path, FILE + "\n")
    assert [(error.line, error.code) for error in batches.row_errors(old.id)] == [(2, "consent_ended")]


def test_the_export_is_a_file_of_the_import(app: Flask, tmp_path: Path) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    for suffix in ("csv", "xlsx"):
        template = admin.get(f"{HERE}/mau-nhap/{suffix}")
        assert template.status_code == 200
        assert f".{suffix}" in template.headers["Content-Disposition"]
    assert admin.get(f"{HERE}/mau-nhap/exe").status_code == 404
    header = admin.get(f"{HERE}/mau-nhap/csv").get_data(as_text=True).lstrip("\ufeff").strip()
    assert header.replace(",", ";") == HEADER.strip()
    brought(tmp_path, FILE)
    exported = admin.get(f"{HERE}/thanh-vien?xuat=csv").get_data(as_text=True).lstrip("\ufeff")
    assert exported.splitlines()[0] == header
    batch = checked(tmp_path, exported)
    assert (batch.state, batch.counts["would_unchanged"], batch.counts["would_changed"]) == ("ready", 5, 0)


def test_every_commune_is_found_by_the_name_that_an_export_gives_it(tmp_path: Path) -> None:
    names = [_commune_names().get(place.slug, place.slug) for place in overview()]
    assert "Xã Ba Xa" in names
    rows = "".join(f"Tổ;{name};;An;;;;;;;\n" for name in names)
    batch = checked(tmp_path, HEADER + rows)
    assert batches.row_errors(batch.id) == []
    assert batch.counts["would_new"] == 2 * len(overview()), "each its own"


def test_a_file_comes_by_the_page_for_imports(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    sent = {"csrf_token": admin.form_token, "loai": "teams", "tep": (io.BytesIO(FILE.encode()), "to.csv")}
    response = admin.client.post("/can-bo/nhap-du-lieu", data=sent, content_type="multipart/form-data")
    page = response.headers["Location"]
    assert "Phạm Thị Lành" in admin.get(page).get_data(as_text=True)
    assert admin.post(f"{page}/xac-nhan").status_code == 303
    assert set(stored()) == {FIRST, SECOND}
    for role in (Role.EDITOR, Role.REVIEWER):
        assert Browser.with_roles(app, role).get(page).status_code == 404
