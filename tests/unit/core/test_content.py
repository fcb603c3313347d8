"""The content version: what counts as a publish, and who notices it when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from portal.core import content
from portal.core.clock import today
from portal.core.content import ContentVersion, ContentWatch, read_version
from portal.core.db import Base, db, unit_of_work
from portal.guides.models import Guide
from portal.search.models import EMPTY_SEARCHES, SYNONYMS
from tests.unit.core.test_database import a_guide

SYNONYM = {"phrase": "khai sinh", "meanings": ["x"], "is_starter": False}
EMPTY_SEARCH = {"text": "abc", "locale": "vi", "day": today(), "count": 1}


def version() -> int:
    found = read_version(db.engine)
    assert found is not None
    return found


def bump_from_elsewhere() -> None:
    """As another process would: this one hears nothing of it."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE content_version SET version = version + 1")


def objects() -> None:
    db.session.add(a_guide("mot"))


def core_insert() -> None:
    db.session.execute(insert(SYNONYMS), [SYNONYM])


def core_update() -> None:
    db.session.execute(update(SYNONYMS).values(is_starter=True))


def orm_delete() -> None:
    db.session.execute(delete(Guide))


def written_out() -> None:
    db.session.execute(text("DELETE FROM search_words"))


def nested() -> None:
    with unit_of_work(), unit_of_work() as session:
        session.execute(insert(SYNONYMS), [SYNONYM])


def in_a_savepoint() -> None:
    with db.session.begin_nested():
        db.session.add(a_guide("mot"))


@pytest.mark.parametrize("change", [objects, core_insert, core_update, orm_delete, written_out, nested, in_a_savepoint])
def test_whatever_changes_a_table_is_one_publish(app: Flask, change: object) -> None:
    before = version()
    with unit_of_work():
        assert callable(change)
        change()
    assert version() == before + 1


def test_many_changes_in_one_unit_are_one_publish(app: Flask) -> None:
    before = version()
    with unit_of_work() as session:
        for slug in ("mot", "hai"):
            session.add(a_guide(slug))
            session.flush()
        core_insert()
        session.execute(insert(EMPTY_SEARCHES), [EMPTY_SEARCH])
    assert version() == before + 1


def test_an_object_that_is_changed_or_removed_is_a_publish(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(a_guide("mot"))
    before = version()
    with unit_of_work() as session:
        session.scalars(select(Guide)).one().icon = "ring"
    assert version() == before + 1
    with unit_of_work() as session:
        session.delete(session.scalars(select(Guide)).one())
    assert version() == before + 2


def test_what_only_reads_or_counts_is_none(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(a_guide("mot"))
    before = version()
    with unit_of_work() as session:
        session.execute(select(Guide)).all()
        session.execute(text(" select 1"))
        session.scalars(select(Guide)).one().icon = "baby"  # what it was
        session.execute(insert(EMPTY_SEARCHES), [EMPTY_SEARCH])
        session.execute(update(EMPTY_SEARCHES).values(count=2))
    assert version() == before


def test_a_rollback_is_none_and_leaves_nothing_behind(app: Flask) -> None:
    before = version()
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        session.add(a_guide("mot"))
        session.flush()
        raise ZeroDivisionError
    with unit_of_work() as session:
        session.execute(select(Guide)).all()
    assert version() == before


def test_a_failing_commit_is_none(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(a_guide("mot"))
    before = version()
    with pytest.raises(sa.exc.IntegrityError), unit_of_work() as session:
        session.add(a_guide("mot"))
    assert version() == before


def test_only_tables_that_say_so_are_no_content() -> None:
    unmarked = {table.name for table in Base.metadata.tables.values() if table.info.get("content", True)}
    marked = set(Base.metadata.tables) - unmarked
    assert {"guides", "guide_texts", "procedures", "search_entries", "search_synonyms"} <= unmarked
    assert {"content_version", "empty_searches"} <= marked


def test_a_lost_row_comes_back_with_a_number_that_was_never_used(app: Flask) -> None:
    before = version()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM content_version")
    assert read_version(db.engine) is None
    with unit_of_work():
        core_insert()
    assert version() > before + 1_000_000
    with db.engine.begin() as connection:
        assert len(connection.execute(select(ContentVersion)).all()) == 1


def test_the_publisher_sees_it_at_once_others_within_half_a_second(app: Flask) -> None:
    watch = ContentWatch(db.engine)
    first = watch.current()
    with unit_of_work():
        core_insert()
    assert watch.current() == version() != first
    known = watch.current()
    bump_from_elsewhere()
    assert watch.current() == known
    time.sleep(0.55)
    assert watch.current() == version() != known


def test_many_threads_ask_the_database_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    answer = threading.Event()

    def slow(_engine: object) -> int:
        asked.append(time.monotonic())
        answer.wait(5)
        return 7

    monkeypatch.setattr(content, "read_version", slow)
    watch = ContentWatch(db.engine)
    seen: list[int | None] = []
    threads = [threading.Thread(target=lambda: seen.append(watch.current())) for _thread in range(8)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(seen) < 7 and time.monotonic() < deadline:
        time.sleep(0.005)
    # Nothing is known yet: the seven who don't ask must not wait, and must not be told anything.
    assert seen == [None] * 7
    answer.set()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert watch.current() == 7


def test_a_slow_check_makes_nobody_stale(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = ContentWatch(db.engine)
    known = watch.current()
    answer = threading.Event()
    monkeypatch.setattr(content, "read_version", lambda _engine: answer.wait(5) and 99)
    time.sleep(0.55)
    asking = threading.Thread(target=watch.current)
    asking.start()
    time.sleep(0.02)
    assert watch.current() == known  # for a moment more
    time.sleep(0.35)
    assert watch.current() is None
    answer.set()
    asking.join()


def test_a_publish_during_a_check_is_not_missed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = ContentWatch(db.engine)
    true_read = content.read_version

    def read_then_publish(engine: sa.Engine) -> int | None:
        found = true_read(engine)
        monkeypatch.setattr(content, "read_version", true_read)
        with app.app_context(), unit_of_work():
            core_insert()
        return found

    monkeypatch.setattr(content, "read_version", read_then_publish)
    watch.current()
    assert watch.current() == version()


def test_a_database_that_is_away_says_none_and_recovers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = ContentWatch(db.engine)
    monkeypatch.setattr(content, "_READ", "SELECT version FROM gone")
    assert watch.current() is None
    monkeypatch.undo()
    time.sleep(0.55)
    assert watch.current() == version()
    nowhere = sa.create_engine("sqlite:////nowhere/at/all.db")
    assert read_version(nowhere) is None


def test_the_grace_period_ends_with_an_own_publish(app: Flask) -> None:
    watch = ContentWatch(db.engine)
    known = watch.current()
    time.sleep(0.55)
    with watch._asking:  # another thread is at it
        assert watch.current() == known
        with unit_of_work():
            core_insert()
        assert watch.current() is None


def test_a_late_answer_knows_less(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    late = threading.Event()

    def read(_engine: object) -> int:
        if threading.current_thread() is slow:
            late.wait(5)
            return 1
        return 2

    monkeypatch.setattr(content, "read_version", read)
    watch = ContentWatch(db.engine)
    told: list[int | None] = []
    slow = threading.Thread(target=lambda: told.append(watch.exact()))
    slow.start()
    time.sleep(0.05)
    assert watch.exact() == watch.current() == 2
    late.set()
    slow.join()
    assert told == [1]
    assert watch.current() == 2


class Clock:
    """A clock with which something happens once, in the moment after somebody has looked at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.then: Callable[[], object] | None = None
        monkeypatch.setattr(content, "time", SimpleNamespace(monotonic=self.monotonic, time=time.time))

    def monotonic(self) -> float:
        now, then = time.monotonic(), self.then
        self.then = None
        if then:
            then()
        return now


def test_what_is_checked_first_is_never_older_than_the_check(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, clock = ContentWatch(db.engine), Clock(monkeypatch)
    before = watch.current()

    def publish() -> None:
        bump_from_elsewhere()
        content.announce()
        watch.exact()

    clock.then = publish
    assert watch.current() == version() != before
    known, clock.then = version(), publish
    with watch._asking:  # another thread is at it
        assert watch._ask_once() == version() != known


def test_an_answer_asked_for_before_a_publish_does_not_vouch_for_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(content, "read_version", lambda _engine: asked.append(1) or len(asked))
    watch, clock = ContentWatch(db.engine), Clock(monkeypatch)
    clock.then = content.announce
    assert watch.exact() == 1
    assert watch.current() == 2
