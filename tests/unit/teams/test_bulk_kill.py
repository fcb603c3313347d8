"""Kill -9 of the worker while it draws: a bulk file is there whole or not at all, and its job ends by itself."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.guides import service as guides
from portal.teams import bulk_service, bulk_work
from tests import databases
from tests.factories import guide_data
from tests.factories import team_rows as rows
from tests.factories.fees import few_places
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser
from tests.unit.outbox.immortal import Immortal, settings, wait_for
from tests.web.bulk import COMMUNE, asked, job_at

TEAMS = 25
KILLS = 4


@pytest.fixture
def page(app: Flask) -> str:
    """The page of a job for many teams."""
    import_records([record_row()])
    with unit_of_work():
        guides.import_guides([guide_data()], now=clock.now())
    few_places()
    for number in range(TEAMS):
        rows.team(f"to-{number}", COMMUNE, name=f"Tổ số {number}")
        rows.member(f"to-{number}", f"Người Công Khai {number}", phone="0905 123 456")
    return asked(Browser.with_roles(app, Role.ADMIN))


@pytest.fixture
def worker(page: str, database: databases.Database, tmp_path: Path) -> Iterator[Immortal]:
    """A worker that begins anew whenever it is killed."""
    assert page
    role = Immortal("worker", tmp_path / "worker", settings(database, 9))
    yield role
    role.clear()


def partials(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.part")}


def kill_while_it_draws(role: Immortal, folder: Path, seen: set[str], pause: float) -> None:
    """Kill the worker so long after it has begun a file that it had not begun before."""
    wait_for(lambda: bool(partials(folder) - seen) or job_is_over(folder), [role])
    time.sleep(pause)
    seen |= partials(folder)
    wait_for(role.kill, [role])


def job_is_over(folder: Path) -> bool:
    return any(path.suffix == ".zip" for path in folder.glob("*"))


def check_file(folder: Path) -> None:
    for path in folder.glob("*.zip"):
        with zipfile.ZipFile(path) as found:
            assert found.testzip() is None
            assert sum(name.endswith(".pdf") for name in found.namelist()) == TEAMS
            assert "danh-sach.csv" in found.namelist()


def state_of(page: str) -> str:
    return job_at(page).state


def test_a_file_is_whole_or_absent(page: str, worker: Immortal, tmp_path: Path) -> None:
    folder, chance, seen = tmp_path / "worker" / "bulk", random.Random(8), set[str]()
    for _kill in range(KILLS):
        kill_while_it_draws(worker, folder, seen, chance.uniform(0, 0.25))
        check_file(folder)
        assert state_of(page) in {"working", "done"}
    wait_for(lambda: state_of(page) == "done", [worker])
    check_file(folder)
    (path,) = folder.iterdir()
    assert path.stat().st_size == job_at(page).size
    assert len(seen) >= 2, "it was killed while it drew"


def test_a_job_that_kills_its_worker_each_time_is_given_up(page: str, worker: Immortal, tmp_path: Path) -> None:
    folder, seen = tmp_path / "worker" / "bulk", set[str]()
    for _kill in range(bulk_work.ATTEMPTS):
        kill_while_it_draws(worker, folder, seen, 0)
    assert state_of(page) == "working"

    def is_over() -> bool:
        with unit_of_work():
            bulk_service.ask_to_clean(clock.now(), why="test")
        time.sleep(0.5)
        return state_of(page) == "failed"

    wait_for(is_over, [worker])
    assert job_at(page).problem == "internal"
    wait_for(lambda: list(folder.iterdir()) == [], [worker])
    db.session.remove()
