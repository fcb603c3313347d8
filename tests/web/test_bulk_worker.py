"""What the worker makes of bulk files when consent ends, workers are killed and people change their minds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.core import clock
from portal.core.clock import local_day
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.outbox import service as outbox
from portal.outbox.registry import Stopped
from portal.sharing import drawing_process
from portal.teams import bulk_service, bulk_work, members, roster
from portal.teams.models import Team, TeamMember
from portal.teams.queries import team_fact
from tests.factories.staff import OPERATOR, Browser
from tests.web.bulk import (
    GUIDE,
    PHONE,
    FakePress,
    archive,
    asked,
    draw_nothing,
    few_teams,
    folder,
    job_at,
    link_codes,
    remove_files,
    taken,
    work,
)
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("no_files")


@pytest.fixture
def no_files(app: Flask) -> Iterator[None]:
    yield
    remove_files()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> type[FakePress]:
    return draw_nothing(monkeypatch)


@pytest.fixture
def admin(app: Flask, content: None) -> Browser:
    few_teams()
    return Browser.with_roles(app, Role.ADMIN)


@pytest.mark.parametrize("ends", ["consent", "name", "team"])
def test_what_is_not_so_any_more_is_not_handed_out(admin: Browser, quick: type[FakePress], ends: str) -> None:
    page = asked(admin)
    work()
    assert taken(admin, page) == 200
    with unit_of_work():
        if ends == "consent":
            db.session.query(TeamMember).filter_by(phone=PHONE).update({"withdrawn_on": date(2026, 11, 2)})
        else:
            changes = {"name": "Tổ tên mới"} if ends == "name" else {"ended_on": date(2026, 11, 2)}
            db.session.query(Team).filter_by(slug="to-1").update(changes)
    refused = admin.get(f"{page}/tep")
    assert refused.status_code == 409
    assert "tạo lại" in check(refused, f"{page}/tep").words
    assert f'href="{page}/tep"' not in admin.get(page).get_data(as_text=True)
    with unit_of_work():
        bulk_service.ask_to_clean(clock.now(), why="test")
    work()
    assert list(folder().iterdir()) == []
    assert job_at(page).problem == "outdated"


def test_withdrawn_consent_has_the_worker_remove_the_file_at_once(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work()
    team = db.session.query(Team).filter_by(slug="to-1").one()
    with unit_of_work():
        found = next(one for one in roster.members_of(team) if members.is_public(one))
        members.withdraw(team, found, actor=OPERATOR, now=clock.now())
    work()
    assert list(folder().iterdir()) == []
    assert job_at(page).state == "removed"


def test_consent_that_is_given_anew_and_withdrawn_again_ends_the_newer_file(
    admin: Browser, quick: type[FakePress]
) -> None:
    for key in ("k1", "k2"):
        asked(admin, khoa=key)
        work()
        assert len(list(folder().iterdir())) == 1
        team = db.session.query(Team).filter_by(slug="to-1").one()
        with unit_of_work():
            found = db.session.query(TeamMember).filter_by(team_id=team.id, role="leader").one()
            members.withdraw(team, found, actor=OPERATOR, now=clock.now())
        work()
        assert list(folder().iterdir()) == []
        with unit_of_work():
            found.consented_on, found.withdrawn_on, found.phone = local_day(clock.now()), None, PHONE
            db.session.add(found)


def test_a_job_whose_message_was_given_up_ends(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    code = page.rpartition("/")[2]
    with unit_of_work():
        db.session.execute(db.text("UPDATE outbox_messages SET attempts = 9 WHERE kind = 'teams.bulk'"))
        assert bulk_service.start(code, "killed", 2, now=clock.now())
    work()
    assert job_at(page).state == "working"
    with unit_of_work():
        bulk_service.ask_to_clean(clock.now(), why="test")
    work()
    assert (job_at(page).state, job_at(page).problem) == ("failed", "internal")


def test_a_consent_that_ends_while_it_is_drawn_is_in_no_file(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    def withdraw(number: int) -> None:
        if number == 2:
            with unit_of_work():
                db.session.query(TeamMember).filter_by(phone=PHONE).update({"withdrawn_on": date(2026, 11, 2)})

    quick.before = staticmethod(withdraw)  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        work()
    assert job_at(page).state == "working"
    assert list(folder().iterdir()) == []
    with unit_of_work():
        outbox.take_back("w", now=clock.now())
    work()
    assert job_at(page).state == "done"
    assert team_fact("to-1")


def test_a_worker_that_was_killed_leaves_nothing_half(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    class Killed(BaseException):
        pass

    def kill(number: int) -> None:
        if number == 2:
            # As after kill -9: nothing is tidied up behind it.
            Path(folder() / f"{page.rpartition('/')[2]}.zip.0-dead.part").write_bytes(b"half")
            raise Killed

    quick.before = staticmethod(kill)  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        work()
    db.session.rollback()
    assert job_at(page).state == "working"
    assert taken(admin, page) == 410
    made = link_codes()
    quick.before = staticmethod(lambda _number: None)  # type: ignore[method-assign, assignment]
    with unit_of_work():
        assert outbox.take_back("w", now=clock.now()) == 1
    work()
    assert job_at(page).state == "done"
    assert link_codes() == made
    with archive(admin, page) as found:
        assert found.testzip() is None


def test_a_worker_that_should_end_gives_the_work_back(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        work(renew=stop)
    assert job_at(page).state == "working"
    assert list(folder().iterdir()) == []


def test_an_older_attempt_finds_out_that_another_is_at_work(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    code = page.rpartition("/")[2]

    def overtake() -> None:
        with unit_of_work():
            assert bulk_service.start(code, "another", 2, now=clock.now())

    work(renew=overtake)
    assert (job_at(page).state, job_at(page).run) == ("working", "another")
    assert list(folder().iterdir()) == []


def test_a_job_is_cancelled_while_it_runs_and_its_file_removed_by_hand(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work(renew=lambda: admin.post(f"{page}/huy"))
    assert job_at(page).state == "cancelled"
    assert quick.drawn == 0
    assert list(folder().iterdir()) == []
    again = asked(admin, khoa="k2")
    work()
    assert len(list(folder().iterdir())) == 1
    assert admin.post(f"{again}/huy").status_code == 303
    assert list(folder().iterdir()) == []
    assert taken(admin, again) == 410
    assert "Tệp đã xóa" in check(admin.get(again), again).words


def test_a_file_is_kept_for_a_week_and_orphans_for_less(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work()
    (folder() / "nobody.zip").write_bytes(b"x")
    for days, is_there in ((6, True), (8, False)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
            with unit_of_work():
                bulk_service.ask_to_clean(clock.now(), why="test")
            work()
        assert [path.stem for path in folder().iterdir()] == ([job_at(page).code] if is_there else [])
        if is_there:
            assert job_at(page).state == "done"
    assert job_at(page).problem == "old"


def test_a_drawing_process_that_fails_is_tried_again_and_then_given_up(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_process, "_SECONDS", 0.01)
    page = asked(admin)
    for _attempt in range(bulk_work.ATTEMPTS):
        with pytest.raises(drawing_process.DrawingBusyError):
            work()
        with unit_of_work():
            outbox.take_back("w", now=clock.now())
            db.session.execute(db.text("UPDATE outbox_messages SET due_at = wanted_at WHERE due_at IS NOT NULL"))
    assert (job_at(page).state, job_at(page).problem) == ("failed", "internal")
    assert list(folder().iterdir()) == []


def test_a_page_that_is_gone_is_left_out(admin: Browser, quick: type[FakePress]) -> None:
    page, alone = asked(admin, trang=[GUIDE, "own"]), asked(admin, khoa="k2")
    with unit_of_work():
        db.session.execute(db.text("DELETE FROM guide_texts"))
        db.session.execute(db.text("DELETE FROM guides"))
    work()
    with archive(admin, page) as found:
        assert len([name for name in found.namelist() if name.endswith(".pdf")]) == 2
    assert (job_at(alone).state, job_at(alone).problem) == ("failed", "no_pages")
    assert "không còn nữa" in check(admin.get(alone), alone).words
