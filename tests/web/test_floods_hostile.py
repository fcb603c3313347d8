"""Who has a leader's private link, and a program: how much they can fill."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.sharing import queries as links
from portal.teams import kit, tally
from portal.teams.models import TeamTally
from tests.factories.places import load_places
from tests.factories.teams import team
from tests.factories.workspace import WORKSPACE, leader, load_services

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


@pytest.mark.parametrize("path", ["/can-bo/chia-se", f"{WORKSPACE}/chia-se"])
def test_a_team_has_no_links_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(kit, "MOST_LINKS", 3)
    slug = team()
    who = leader(app, slug)
    days = [f"/tinh-phi?ngay=2026-11-{day:02}" for day in range(1, 7)]
    answers = [who.post(path, {"to": slug, "trang": day}) for day in days]
    assert [one.status_code for one in answers] == [303] * 3 + [422] * 3
    assert "dùng lại một liên kết" in answers[-1].get_data(as_text=True)
    assert len(links.links_of_team(slug)) == len(audit.entries(AuditFilter(action="share_link_made"), limit=9)) == 3
    assert who.post(path, {"to": slug, "trang": days[0]}).status_code == 303, "those that are there can be had"


def test_a_day_has_no_taps_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_ENTRIES", 3)
    slug = team()
    who = leader(app, slug)
    entry = {"to": slug, "guide": "viec-a", "people": "200"}
    answers = [who.post(f"{WORKSPACE}/da-giup/gui", entry | {"key": f"key-{one:05}"}) for one in range(5)]
    assert [one.status_code for one in answers] == [200] * 3 + [422] * 2
    assert "một lượt" in answers[-1].get_json()["message"]
    assert who.post(f"{WORKSPACE}/da-giup/gui", entry | {"key": "key-00000"}).status_code == 200, "it had arrived"
    assert who.post(f"{WORKSPACE}/da-giup/bo", {"to": slug, "key": "key-00000"}).status_code == 303
    assert who.post(f"{WORKSPACE}/da-giup/gui", entry | {"key": "key-00009"}).status_code == 422, "nor by turns"
    db.session.rollback()
    assert db.session.query(TeamTally).count() == 3
