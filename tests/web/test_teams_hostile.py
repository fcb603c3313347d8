"""What outsiders, former people and old files may not bring about in teams."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.exchange import service as exchange
from portal.exchange.models import State
from portal.exchange.service import WrongStateError
from portal.teams import members, queries, roster
from portal.teams.models import TeamMember
from tests.factories import team_rows
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import HERE, coordinator, member, member_of, team, team_of
from tests.web.test_teams_import import FILE, FIRST, HEADER, NOW, batch_of, brought, checked, places
from tests.web.test_teams_pages import COMMUNE, OLD, SPLIT
from tests.web.test_teams_staff_link import came_by, form_of, link_of

__all__ = ["places"]
pytestmark = pytest.mark.usefixtures("app", "places")


def test_a_file_that_waits_brings_nobody_back(tmp_path: Path) -> None:
    brought(tmp_path, FILE)
    waiting = checked(tmp_path, FILE + "\n\n").code
    applied = brought(tmp_path, FILE + "Tổ Mới;Xã Ba Xa;;Ai Đó;;;;;;;\n")
    with unit_of_work():
        gone = roster.members_of(team_of(FIRST))[0]
        members.remove_member(team_of(FIRST), gone, actor=OPERATOR, now=clock.now())
    assert [batch_of(code).preview for code in (waiting, applied)] == [{}, {}]
    assert batch_of(waiting).state == State.DISCARDED
    with pytest.raises(WrongStateError), unit_of_work():
        exchange.confirm(waiting, now=NOW, even_if_imported=True)


def test_an_erased_number_isnt_written_back(app: Flask, tmp_path: Path) -> None:
    slug = team("Tổ Vĩnh An")
    code = member(slug)
    with unit_of_work():
        members.withdraw(team_of(slug), member_of(slug, code), actor=OPERATOR, now=clock.now())
    row = "Tổ Vĩnh An;Xã Ba Xa;;Phạm Thị Lành;;0900 111 222;;;;;\n"
    with pytest.raises(AssertionError, match="no_good_rows"):
        brought(tmp_path, HEADER + row)
    db.session.rollback()
    assert member_of(slug, code).phone == ""
    exported = Browser.with_roles(app, Role.ADMIN).get(f"{HERE}/thanh-vien?xuat=csv").get_data(as_text=True)
    assert "Phạm Thị Lành" not in exported


def test_a_merged_communes_teams_are_its_successors_to_keep(app: Flask) -> None:
    team_rows.team("to-cu", OLD)
    keeper = coordinator(app, COMMUNE)
    assert keeper.get(f"{HERE}/to-cu").status_code == 200
    assert COMMUNE not in keeper.get(f"{HERE}/xa-chua-co-to").get_data(as_text=True)


def test_a_split_communes_coordinator_keeps_no_part(app: Flask) -> None:
    theirs = team("Tổ tây trà", "xa-tay-tra-bong")
    assert coordinator(app, SPLIT).get(f"{HERE}/{theirs}").status_code == 404


def test_a_removed_leaders_link_ends(app: Flask) -> None:
    slug = team()
    leader = member(slug)
    link = link_of(app, slug)
    member(slug, "Khác", "member", "0900 555 666", consented_on=None)
    with unit_of_work():
        members.remove_member(team_of(slug), member_of(slug, leader), actor=OPERATOR, now=clock.now())
    opened = Browser(app).get(link)
    assert opened.status_code == 410
    assert "0900 555 666" not in opened.get_data(as_text=True)


def test_a_long_form_ends_no_consent(app: Flask) -> None:
    slug = team()
    with unit_of_work():
        team_id = team_of(slug).id
        db.session.add_all(
            TeamMember(code=f"c{number:04d}", team_id=team_id, position=number, role="member", name=f"N {number}",
                       phone="0900 111 222", zalo="0900111222", consented_on=date(2026, 10, 1))
            for number in range(170)
        )  # fmt: skip
    browser = came_by(app, link_of(app, slug))
    assert browser.submit("/can-bo/xac-nhan-to", form_of(slug)).status_code == 200
    db.session.remove()
    fact = queries.team_fact(slug)
    assert fact is not None
    assert len(fact.contacts) == 170


def test_who_makes_a_link_is_written_down_once(app: Flask) -> None:
    slug = team()
    admin = Browser.with_roles(app, Role.ADMIN)
    for _time in range(2):
        assert admin.post("/can-bo/chia-se", {"to": slug, "trang": "/giam-phi"}).status_code == 303
    made = [entry for entry in audit.entries(AuditFilter(), limit=50) if entry.action == "share_link_made"]
    assert len(made) == 1
