"""The same form sent several times at once, by several hands: what may be there once is there once."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.core.db import db
from portal.core.links import PrivateLink, Purpose
from portal.core.permissions import Role
from portal.outbox.models import OutboxMessage
from portal.sharing import queries as links
from portal.teams.bulk_models import BulkJob
from portal.teams.models import TeamTally
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.factories.teams import COMMUNE, HERE, coordinator, member, stamp_at, team
from tests.factories.workspace import WORKSPACE, leader, load_services

pytestmark = pytest.mark.usefixtures("app")
HANDS = 5


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    load_services()


def at_once(app: Flask, who: Browser, send: Callable[[Browser], TestResponse]) -> list[TestResponse]:
    """What several browsers with the same session are answered."""
    db.session.remove()
    token, answers = who.cookie("gandan-staff"), list[TestResponse]()
    start = threading.Barrier(HANDS)

    def work() -> None:
        browser = Browser(app)
        browser.client.set_cookie("gandan-staff", token)
        start.wait()
        answers.append(send(browser))

    threads = [threading.Thread(target=work) for _hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def number_of(model: type[object], *where: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def test_of_several_new_links_one_is_good(app: Flask) -> None:
    staff, slug = coordinator(app), team()
    here = f"{HERE}/{slug}"
    stamp = stamp_at(staff, here)
    answers = at_once(app, staff, lambda one: one.post(f"{here}/trang-cua-to", {"stamp": stamp}))
    assert {one.status_code for one in answers} <= {200, 409}
    given = [
        found[1]
        for one in answers
        if (found := re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(one.get_data(as_text=True))))
    ]
    assert given
    assert sum(Browser(app).get(path).status_code == 200 for path in given) == 1
    assert number_of(PrivateLink, PrivateLink.purpose == Purpose.TEAM_WORKSPACE, PrivateLink.ended_at.is_(None)) == 1


def test_one_form_makes_one_bulk_file(app: Flask) -> None:
    team()
    values = {"noi": COMMUNE, "trang": "/huong-dan/viec-a", "dang": "zip", "kho": "a4", "khoa": "k1"}
    admin = Browser.with_roles(app, Role.ADMIN)
    answers = at_once(app, admin, lambda one: one.post("/can-bo/chia-se/hang-loat", values))
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, answers[0].headers["Location"])
    }  # fmt: skip
    assert number_of(BulkJob) == number_of(OutboxMessage, OutboxMessage.kind == "teams.bulk") == 1


def test_more_files_than_may_wait_never_wait(app: Flask) -> None:
    team()
    values = {"noi": COMMUNE, "trang": "/huong-dan/viec-a", "dang": "zip", "kho": "a4"}
    admin = Browser.with_roles(app, Role.ADMIN)
    at_once(app, admin, lambda one: one.post("/can-bo/chia-se/hang-loat", values | {"khoa": f"k{id(one)}"}))
    assert number_of(BulkJob) == 3


def test_taps_and_links_count_once(app: Flask) -> None:
    slug = team()
    who = leader(app, slug)
    entry = {"to": slug, "key": "abcdefgh", "guide": "viec-a", "people": "2"}
    answers = at_once(app, who, lambda one: one.post(f"{WORKSPACE}/da-giup/gui", entry))
    assert [one.status_code for one in answers] == [200] * HANDS
    assert number_of(TeamTally) == 1
    shared = {"to": slug, "trang": "/huong-dan/viec-a", "viec": ""}
    answers = at_once(app, who, lambda one: one.post(f"{WORKSPACE}/chia-se", shared))
    assert [one.status_code for one in answers] == [303] * HANDS
    assert len(links.links_of_team(slug)) == 1


def test_a_team_is_handed_over_once(app: Flask) -> None:
    staff, slug = coordinator(app), team()
    member(slug)
    here = f"{HERE}/{slug}/ban-giao"
    values = {"name": "Người Kế Tục", "successor": "", "stamp": stamp_at(staff, here)}
    answers = at_once(app, staff, lambda one: one.post(here, values))
    assert sorted({one.status_code for one in answers}) in ([303, 409], [303, 409, 422], [303, 422])
    assert sum(one.status_code == 303 for one in answers) == 1
