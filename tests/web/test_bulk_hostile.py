"""Attacks on bulk files: whose they are, what another process hands out of them, and names that lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.agencies import service as agencies
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.teams import members, roster
from portal.teams.models import Team, TeamMember
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import signed_in
from tests.web.bulk import (
    COMMUNE,
    ELSEWHERE,
    GUIDE,
    HERE,
    FakePress,
    archive,
    asked,
    draw_nothing,
    few_teams,
    folder,
    job_at,
    remove_files,
    taken,
    work,
)

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def quick(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakePress]]:
    assert app
    yield draw_nothing(monkeypatch)
    remove_files()


@pytest.fixture
def admin(app: Flask, content: None) -> Browser:
    few_teams()
    return Browser.with_roles(app, Role.ADMIN)


def coordinator_of(app: Flask, commune: str) -> Browser:
    with unit_of_work():
        agencies.add_missing([Standing(f"ubnd-{commune}", f"UBND {commune}", AgencyKind.COMMITTEE, "", commune)])
    return signed_in(app, Grant(Role.COORDINATOR, Scope("agency", f"ubnd-{commune}")))


def test_a_file_is_nothing_to_those_of_other_places(app: Flask, admin: Browser) -> None:
    page = asked(admin)
    work()
    other, own = coordinator_of(app, ELSEWHERE), coordinator_of(app, COMMUNE)
    leader = signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", "to-1")))
    for who in (other, leader):
        assert who.get(page).status_code == taken(who, page) == who.post(f"{page}/huy").status_code == 404
        assert page not in who.get(HERE).get_data(as_text=True)
    assert taken(own, page) == 200
    assert Browser(app).get(f"{page}/tep").headers["Location"].startswith("/can-bo/dang-nhap")
    assert job_at(page).state == "done"
    for place in ("", "tat-ca", COMMUNE, "../..", "tinh-quang-ngai"):
        values = {"noi": place, "trang": GUIDE, "dang": "zip", "kho": "a4", "khoa": f"k-{place}"}
        assert other.post(HERE, values).status_code == 422, place


def test_who_lost_the_right_loses_the_file(app: Flask, admin: Browser) -> None:
    who = coordinator_of(app, COMMUNE)
    page = asked(who)
    work()
    assert taken(who, page) == 200
    with unit_of_work():
        db.session.execute(db.text("UPDATE role_grants SET scope_key = :key"), {"key": f"ubnd-{ELSEWHERE}"})
    assert taken(who, page) in {403, 404}
    assert admin


def test_another_process_hands_out_no_contact_that_has_ended(
    app: Flask, admin: Browser, another_app: Callable[..., Flask]
) -> None:
    page = asked(admin)
    work()
    assert taken(admin, page) == 200
    assert taken(admin, page) == 200, "it is known to say what is so"
    other = another_app()
    with other.app_context(), unit_of_work():
        team = db.session.query(Team).filter_by(slug="to-1").one()
        found = next(one for one in roster.members_of(team) if members.is_public(one))
        members.withdraw(team, found, actor=OPERATOR, now=clock.now())
    db.session.rollback()
    assert taken(admin, page) == 409, "at once"


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "..", "CON", "a/b\\c", "\x00", "\u202egnp.exe", "x" * 300, "💥"]
)
def test_names_lead_to_no_other_folder(admin: Browser, name: str) -> None:
    with unit_of_work():
        db.session.query(Team).filter_by(slug="to-1").update({"name": name.replace("\x00", "")[:120] or "x"})
        db.session.query(TeamMember).update({"name": name.replace("\x00", "")[:100] or "x"})
    page = asked(admin)
    work()
    with archive(admin, page) as found:
        for path in found.namelist():
            parts = path.split("/")
            assert ".." not in parts
            assert all(part and part.isascii() and len(part) < 120 for part in parts), path
            assert not {"\\", ":", "\x00"} & set(path)
    assert [path.name for path in folder().iterdir()] == [f"{job_at(page).code}.zip"]
