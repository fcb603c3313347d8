"""Results that are remembered until the content changes: who computes them, and who gets them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from portal.core import content
from portal.core.content import memoised_by_content, read_version
from portal.core.db import db, read_only, unit_of_work
from portal.guides.models import Guide
from tests import databases
from tests.conftest import make_config
from tests.unit.core.test_content import bump_from_elsewhere
from tests.unit.core.test_database import a_guide
from tests.web.caching import another_app


def test_a_remembered_query_runs_once_until_a_publish(app: Flask) -> None:
    runs: list[tuple[object, ...]] = []

    @memoised_by_content
    def icons(prefix: str, *, suffix: str = "") -> tuple[str, ...]:
        """Icons of the guides."""
        runs.append((prefix, suffix))
        return tuple(prefix + icon + suffix for icon in db.session.scalars(select(Guide.icon)))

    assert icons("a") == icons("a") == ()
    assert icons("b") == icons("b", suffix="c") == ()
    assert runs == [("a", ""), ("b", ""), ("b", "c")]
    with unit_of_work() as session:
        session.add(a_guide("mot"))
        session.flush()
        assert icons("a") == ("ababy",)  # its own change, not remembered
        session.execute(update(Guide).values(icon="ring"))
    assert icons("a") == ("aring",)
    assert len(runs) == 5
    db.session.rollback()
    bump_from_elsewhere()
    icons("a")
    assert len(runs) == 6
    assert icons.__name__ == "icons"


def test_an_old_transaction_leaves_nothing_for_the_new_version(app: Flask) -> None:
    @memoised_by_content
    def slugs() -> tuple[str, ...]:
        return tuple(db.session.scalars(select(Guide.slug)))

    db.session.execute(select(Guide)).all()  # a reader's transaction begins here

    def publish() -> None:
        with app.app_context(), unit_of_work() as session:
            session.add(a_guide("mot"))

    publisher = threading.Thread(target=publish)
    publisher.start()
    publisher.join()
    slugs()  # SQLite still shows the reader what was there before
    db.session.rollback()
    assert slugs() == ("mot",)


def test_memory_for_remembered_results_is_bounded(app: Flask) -> None:
    kept: list[int] = []

    @memoised_by_content
    def double(number: int) -> int:
        kept.append(number)
        return 2 * number

    assert [double(number) for number in range(1_000)] == [2 * number for number in range(1_000)]
    kept.clear()
    assert double(999) == 1998
    assert double(0) == 0
    assert kept == [0]


def test_threads_share_remembered_results_safely(app: Flask) -> None:
    wrong: list[object] = []

    @memoised_by_content
    def digest(slug: str) -> str | None:
        return db.session.scalars(select(Guide.digest).where(Guide.slug == slug)).first()

    with unit_of_work() as session:
        session.add(a_guide("mot"))
    committed = [0]

    def read() -> None:
        for _round in range(40):
            with app.app_context():
                least = committed[0]
                found = digest("mot")
                if found is None or int(found) < least:
                    wrong.append((found, least))

    readers = [threading.Thread(target=read) for _thread in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 15):
        with unit_of_work() as session:
            session.execute(update(Guide).values(digest=str(number)))
        committed[0] = number
    for reader in readers:
        reader.join()
    assert wrong == []


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """An application over another database."""
    with (
        databases.open_database("sqlite", tmp_path) as database,
        another_app(make_config(tmp_path, database.url)) as application,
    ):
        yield application


def test_each_database_has_its_own_results(app: Flask, elsewhere: Flask) -> None:
    @memoised_by_content
    def slugs() -> tuple[str, ...]:
        return tuple(db.session.scalars(select(Guide.slug)))

    for application, slug in ((app, "mot"), (elsewhere, "hai")):
        with application.app_context():
            with unit_of_work() as session:
                session.add(a_guide(slug))
            with db.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE content_version SET version = 1000000")
    for _time in range(2):
        for application, slug in ((app, "mot"), (elsewhere, "hai")):
            with application.app_context():
                assert slugs() == (slug,)


def in_threads(app: Flask, *tasks: Callable[[], object]) -> list[object]:
    """What each task returned, or raised; all begin at once, and all end."""
    answers: list[object] = [None] * len(tasks)
    gate = threading.Barrier(len(tasks))

    def run(number: int) -> None:
        with app.app_context():
            gate.wait(10)
            try:
                answers[number] = tasks[number]()
            except Exception as error:  # noqa: BLE001 the test looks at it
                answers[number] = error

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return answers


def test_after_a_publish_one_thread_computes_and_the_others_wait(app: Flask) -> None:
    runs: list[str] = []

    @memoised_by_content
    def dear(name: str) -> str:
        runs.append(name)
        time.sleep(0.2)
        return name * 2

    for number in range(1, 3):
        assert in_threads(app, *[lambda: dear("a")] * 4, *[lambda: dear("b")] * 2) == ["aa"] * 4 + ["bb"] * 2
        assert sorted(runs) == ["a"] * number + ["b"] * number
        bump_from_elsewhere()


def test_one_remembered_function_may_call_another(app: Flask) -> None:
    runs: list[str] = []

    @memoised_by_content
    def inner(name: str) -> str:
        runs.append("inner")
        time.sleep(0.1)
        return name

    @memoised_by_content
    def outer(name: str) -> str:
        runs.append("outer")
        time.sleep(0.05)
        return inner("x") + name

    found = in_threads(app, *[lambda: outer("a"), lambda: outer("b"), lambda: inner("x")] * 2)
    assert found == ["xa", "xb", "x"] * 2
    assert sorted(runs) == ["inner", "outer", "outer"]


def test_functions_that_need_each_other_do_not_wait_for_ever(app: Flask) -> None:
    """Two threads in a circle: in one thread it would end in RecursionError, in two it must not end in silence."""
    calls: list[str] = []

    @memoised_by_content
    def one() -> str:
        calls.append("one")
        time.sleep(0.1)
        return "one" if calls.count("one") > 1 else two()

    @memoised_by_content
    def two() -> str:
        calls.append("two")
        time.sleep(0.1)
        return "two" if calls.count("two") > 1 else one()

    assert set(in_threads(app, one, two)) <= {"one", "two"}

    @memoised_by_content
    def itself() -> str:
        return itself()

    assert isinstance(in_threads(app, itself)[0], RecursionError)


def test_an_exception_is_nobody_elses(app: Flask) -> None:
    failures = ["first"]
    entered = threading.Event()

    @memoised_by_content
    def shaky() -> str:
        if failures:
            entered.set()
            time.sleep(0.2)
            raise ValueError(failures.pop())
        return "fine"

    def later() -> str:
        entered.wait(5)
        return shaky()

    first, *others = in_threads(app, shaky, later, later, later)
    assert isinstance(first, ValueError)
    assert others == ["fine"] * 3
    assert shaky() == "fine"
    bump_from_elsewhere()
    db.session.rollback()
    failures.append("again")
    with pytest.raises(ValueError, match="again"):
        shaky()
    assert shaky() == shaky() == "fine"


def test_a_late_result_of_an_old_transaction_replaces_no_newer_one(app: Flask) -> None:
    runs: list[int | None] = []

    @memoised_by_content
    def dear() -> int | None:
        runs.append(content.read_version(db.engine))
        return runs[-1]

    content._version_seen_by(db.session())  # an older transaction, which still goes on
    bump_from_elsewhere()
    new = in_threads(app, dear)
    dear()
    assert in_threads(app, dear) == new
    assert len(runs) == 2


def test_a_page_that_only_reads_asks_for_the_version_once_and_in_no_transaction(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def counting(engine: Engine) -> int | None:
        asked.append(read_version(engine))
        return asked[-1]

    @memoised_by_content
    def twice(number: int) -> int:
        return 2 * number

    monkeypatch.setattr(content, "read_version", counting)
    for page in (1, 2):
        bump_from_elsewhere()
        with read_only():
            assert (twice(1), twice(2)) == (2, 4)
            assert not db.session().in_transaction()
        assert len(asked) == page
    assert asked[0] != asked[1]
