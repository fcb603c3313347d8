"""Numbers are added up in memory, and none is written twice or lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from portal.core.content import read_version
from portal.core.db import db, unit_of_work
from portal.sharing import counting, figures, floods, service
from portal.sharing.counting import LANDING, READ, START, ShareCounts
from portal.sharing.figures import Tally
from portal.sharing.floods import Ceilings
from portal.sharing.models import ShareCount, ShareLink
from tests.queries import count_queries

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
GUIDE = "/huong-dan/dang-ky-khai-sinh"
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


@pytest.fixture
def counts(app: Flask) -> Iterator[ShareCounts]:
    # Nothing but `flush` writes while a test looks.
    counter = ShareCounts(db.engine, interval=3_600)
    yield counter
    counter.flush()


def new_link(path: str = GUIDE, team: str = "to-1") -> int:
    with unit_of_work():
        return service.share_link(team, path, "Đăng ký khai sinh", now=NOW).id


def written() -> dict[tuple[int, date, str, str], int]:
    db.session.rollback()
    rows = db.session.scalars(select(ShareCount).execution_options(populate_existing=True))
    return {(row.link_id, row.day, row.channel, row.event): row.number for row in rows}


def test_visits_are_added_up_and_written_together(counts: ShareCounts) -> None:
    link = new_link()
    for _ in range(3):
        counts.count(link, SUNDAY, "qr", LANDING)
    counts.count(link, SUNDAY, "", LANDING)
    counts.count(link, MONDAY, "qr", READ)
    assert written() == {}
    counts.flush()
    counts.flush()
    first = {(link, SUNDAY, "qr", LANDING): 3, (link, SUNDAY, "", LANDING): 1, (link, MONDAY, "qr", READ): 1}
    assert written() == first
    counts.count(link, SUNDAY, "qr", LANDING)
    counts.flush()
    assert written() == first | {(link, SUNDAY, "qr", LANDING): 4}


def test_two_processes_add_to_the_same_numbers(counts: ShareCounts) -> None:
    links = [new_link(f"/huong-dan/viec-{number}") for number in range(40)]
    processes = [counts, *(ShareCounts(db.engine, interval=3_600) for _ in range(3))]

    def work(process: ShareCounts, order: int) -> None:
        for _ in range(5):
            for link in links[::order]:
                process.count(link, SUNDAY, "qr", LANDING)
            process.flush()

    threads = [
        threading.Thread(target=work, args=(process, 1 - 2 * (number % 2))) for number, process in enumerate(processes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.flush()
    assert set(written().values()) == {20}
    assert len(written()) == 40


def test_many_threads_lose_nothing(counts: ShareCounts) -> None:
    link = new_link()

    def work() -> None:
        for _ in range(500):
            counts.count(link, SUNDAY, "qr", LANDING)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        counts.flush()
    for thread in threads:
        thread.join()
    counts.flush()
    assert sum(written().values()) == 2_000


def test_the_thread_writes_by_itself(app: Flask) -> None:
    link = new_link()
    counts = ShareCounts(db.engine, interval=0.01)
    for _ in range(3):
        counts.count(link, SUNDAY, "qr", LANDING)
        for _attempt in range(200):
            if not counts._waiting:
                break
            threading.Event().wait(0.02)
    counts.flush()
    assert sum(written().values()) == 3


def test_what_cannot_be_written_waits_for_the_next_time(counts: ShareCounts, monkeypatch: pytest.MonkeyPatch) -> None:
    link = new_link()
    counts.count(link, SUNDAY, "qr", LANDING)

    def away(*_details: object) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_write", away)
        counts.flush()
    counts.count(link, SUNDAY, "qr", LANDING)
    counts.flush()
    assert written() == {(link, SUNDAY, "qr", LANDING): 2}


def test_a_link_that_is_gone_takes_nothing_else_with_it(counts: ShareCounts) -> None:
    gone, link = new_link("/huong-dan/cu"), new_link()
    counts.count(gone, SUNDAY, "qr", LANDING)
    counts.count(link, SUNDAY, "qr", LANDING)
    with unit_of_work() as session:
        session.execute(delete(ShareLink).where(ShareLink.id == gone))
    counts.flush()
    assert written() == {(link, SUNDAY, "qr", LANDING): 1}


def test_what_waits_is_bounded(counts: ShareCounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_KEYS", 2)
    link = new_link()
    for channel in ("qr", "zalo", "sms", "qr"):
        counts.count(link, SUNDAY, channel, LANDING)
    counts.flush()
    assert written() == {(link, SUNDAY, "qr", LANDING): 2, (link, SUNDAY, "zalo", LANDING): 1}


def test_counting_changes_no_page(counts: ShareCounts) -> None:
    link = new_link()
    before = read_version(db.engine)
    counts.count(link, SUNDAY, "qr", LANDING)
    counts.flush()
    assert written()
    assert read_version(db.engine) == before


def test_a_network_counts_up_to_a_ceiling_for_each_link_and_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "PER_MINUTE", 3)
    monkeypatch.setattr(floods, "PER_DAY", 5)
    ceilings = Ceilings()
    minute = 1_800_000_000.0 // 86_400 * 86_400

    def allowed(times: int, network: str = "10.0.0.1", link: int = 1, event: str = LANDING, at: float = 0.0) -> int:
        return sum(ceilings.allows(network, link, event, minute + at) for _ in range(times))

    assert allowed(10) == 3
    assert allowed(10, network="10.0.0.2") == 3
    assert allowed(10, link=2) == 3
    assert allowed(10, event=READ) == 3
    assert allowed(10, at=60) == 2, "the day's ceiling"
    assert allowed(10, at=120) == 0
    assert allowed(10, at=86_400) == 3


def test_networks_are_remembered_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "_MOST", 10)
    ceilings = Ceilings()
    flood = [ceilings.allows(f"10.0.0.{number}", 1, LANDING, 0.0) for number in range(100)]
    assert all(flood), "who was there longest ago is forgotten, and nobody is silenced"
    assert len(ceilings._minute._counts) == len(ceilings._day._counts) == 10
    assert ceilings.allows("10.9.9.9", 2, LANDING, 1.0)


def test_figures_of_teams(counts: ShareCounts) -> None:
    first, second = new_link(), new_link(path="/giam-phi")
    other = new_link(team="to-2")
    for link, day, channel, event, times in (
        (first, SUNDAY, "qr", LANDING, 5), (first, SUNDAY, "qr", READ, 2), (first, MONDAY, "zalo", LANDING, 3),
        (second, MONDAY, "", LANDING, 1), (other, MONDAY, "zalo", START, 4),
    ):  # fmt: skip
        for _ in range(times):
            counts.count(link, day, channel, event)
    counts.flush()
    both = ("to-1", "to-2")
    with count_queries() as seen:
        assert figures.by_page(["to-1"], SUNDAY, MONDAY) == {GUIDE: Tally(8, 2, 0), "/giam-phi": Tally(1, 0, 0)}
    assert len(seen) == 1
    assert figures.by_page(["to-1"], MONDAY, MONDAY) == {GUIDE: Tally(3), "/giam-phi": Tally(1)}
    assert figures.by_week(both, SUNDAY, MONDAY) == {date(2026, 11, 16): Tally(5, 2), MONDAY: Tally(4, 0, 4)}
    assert figures.total(both, SUNDAY, MONDAY) == Tally(9, 2, 4)
    assert figures.total(["khong-co"], SUNDAY, MONDAY) == Tally()
