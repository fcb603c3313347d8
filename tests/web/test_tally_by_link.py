"""The tally of people helped for who has the private link to the team's workspace, and for nobody else's team."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.core.tokens import new_token
from portal.teams.models import TeamTally
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.factories.teams import HERE, coordinator, stamp_at, team
from tests.factories.workspace import WORKSPACE, load_services

TALLY = f"{WORKSPACE}/da-giup"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


def guest_of(app: Flask, staff: Browser, slug: str) -> Browser:
    """Somebody who came by the link of a team."""
    here = f"{HERE}/{slug}"
    response = staff.post(f"{here}/trang-cua-to", {"stamp": stamp_at(staff, here)})
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(response.get_data(as_text=True)))
    assert found
    guest = Browser(app)
    assert guest.submit(found[1], {}).status_code == 303
    return guest


def send(guest: Browser, slug: str, path: str = TALLY, key: str = "", **values: str) -> int:
    tokens = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', guest.get(WORKSPACE).get_data(as_text=True))
    sent = {"csrf_token": tokens[-1], "to": slug, "key": key or new_token(), "guide": "viec-khac", "people": "2"}
    return guest.client.post(path, data={**sent, **values}).status_code


def counted() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.sum(TeamTally.people))) or 0


def test_a_guest_counts_and_takes_back_for_the_own_team(app: Flask) -> None:
    slug, key = team(), new_token()
    guest = guest_of(app, coordinator(app), slug)
    assert guest.get(TALLY).status_code == 200
    assert guest.get(f"{TALLY}/khong-mang?to={slug}").status_code == 200
    door = guest.get(f"{TALLY}/gui").get_json()
    assert door["teams"] == [slug]
    assert send(guest, slug, f"{TALLY}/gui", csrf_token=door["token"]) == 200
    assert send(guest, slug, key=key) == 303
    assert counted() == 4
    assert send(guest, slug, f"{TALLY}/bo", key=key) == 303
    (entry,) = audit.entries(AuditFilter(action="team_tally_removed"), limit=5)
    assert (entry.actor_kind, entry.actor_key) == ("link", slug)


def test_a_guest_counts_for_no_other_team(app: Flask) -> None:
    slug, other = team(), team(name="Tổ thôn Đông")
    guest = guest_of(app, coordinator(app), slug)
    for path in (TALLY, f"{TALLY}/bo", f"{TALLY}/gui"):
        assert send(guest, other, path) == 404
    assert guest.get(f"{TALLY}?to={other}").status_code == 404
    assert guest.get(f"{TALLY}/khong-mang?to={other}").status_code == 404
    assert counted() == 0


def test_a_link_that_is_ended_counts_nothing_more(app: Flask) -> None:
    staff, slug = coordinator(app), team()
    guest = guest_of(app, staff, slug)
    token = guest.get(f"{TALLY}/gui").get_json()["token"]
    assert staff.post(f"{HERE}/{slug}/trang-cua-to/huy").status_code == 303
    values = {"csrf_token": token, "to": slug, "key": new_token(), "guide": "viec-khac", "people": "2"}
    assert guest.client.post(f"{TALLY}/gui", data=values).status_code == 410
    assert guest.get(TALLY).status_code == 410
    assert counted() == 0
