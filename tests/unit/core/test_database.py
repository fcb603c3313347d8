"""The unit of work, and the traps of SQLite."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from flask import Blueprint, Flask, request
from sqlalchemy import Executable, delete, select, text

from portal.core import clock
from portal.core.access import public
from portal.core.db import db, read_only, unit_of_work
from portal.guides.models import Guide


def a_guide(slug: str) -> Guide:
    today = clock.today()
    return Guide(
        slug=slug, kind="how_to", icon="baby", procedures=[], related=[], sources=[], reviewed_on=today,
        next_review_on=today, digest="0", is_starter=False, updated_at=clock.now(),
    )  # fmt: skip


def test_a_unit_of_work_is_all_or_nothing(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        session.add(a_guide("mot"))
        session.flush()
        raise ZeroDivisionError
    assert db.session.scalars(select(Guide)).all() == []


def test_an_inner_unit_joins_the_outer_one(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        with unit_of_work():
            session.add(a_guide("mot"))
        raise ZeroDivisionError
    assert db.session.scalars(select(Guide)).all() == []


def test_read_then_write_loses_no_update(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(a_guide("dem"))
    failures: list[BaseException] = []

    def count_up() -> None:
        with app.app_context():
            for _round in range(20):
                try:
                    with unit_of_work() as session:
                        guide = session.scalars(select(Guide).with_for_update()).one()
                        guide.digest = str(int(guide.digest) + 1)
                except BaseException as error:  # noqa: BLE001 a thread's failure must reach the test
                    failures.append(error)

    threads = [threading.Thread(target=count_up) for _thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    db.session.rollback()
    assert db.session.scalars(select(Guide.digest)).one() == "120"


@pytest.mark.parametrize(
    "statement", [delete(Guide), text("DELETE FROM guides"), text(" WITH a AS (SELECT 1) SELECT 1")]
)
def test_a_page_that_only_reads_may_execute_nothing_but_selects(app: Flask, statement: Executable) -> None:
    with unit_of_work() as session:
        session.add(a_guide("mot"))
    with read_only(), pytest.raises(RuntimeError, match="only reads"):
        db.session.execute(statement)
    assert db.session.scalars(select(Guide.slug)).one() == "mot"


def test_a_unit_of_work_is_all_or_nothing_behind_a_page_that_only_reads(app: Flask) -> None:
    with read_only():
        assert db.session.scalars(select(Guide)).all() == []
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        session.add(a_guide("mot"))
        session.flush()
        raise ZeroDivisionError
    db.session.add(a_guide("hai"))
    db.session.flush()
    db.session.rollback()
    assert db.session.scalars(select(Guide)).all() == []


def test_a_page_that_only_reads_leaves_a_transaction_as_it_was(app: Flask) -> None:
    db.session.add(a_guide("mot"))
    db.session.flush()
    with read_only():
        assert db.session.scalars(select(Guide.slug)).one() == "mot"
    db.session.rollback()
    assert db.session.scalars(select(Guide)).all() == []


def test_on_postgresql_a_page_that_only_reads_opens_no_transaction(app: Flask, database_name: str) -> None:
    if database_name != "postgresql":
        pytest.skip("SQLite reads in a transaction, which costs nothing")
    # now() is when the transaction began.
    begins_anew, sleep = text("SELECT now() = statement_timestamp()"), text("SELECT pg_sleep(0.001)")
    with read_only():
        db.session.execute(sleep)
        assert db.session.execute(begins_anew).scalar_one()
    with unit_of_work() as session:
        session.execute(sleep)
        assert not session.execute(begins_anew).scalar_one()


def test_on_postgresql_statements_are_planned_for_milliseconds(app: Flask, database_name: str) -> None:
    if database_name != "postgresql":
        pytest.skip("SQLite has no such settings")
    names = ("max_parallel_workers_per_gather", "jit")
    db.session.rollback()
    assert [db.session.execute(text(f"SHOW {name}")).scalar_one() for name in names] == ["0", "off"]


def test_references_are_kept(app: Flask) -> None:
    from sqlalchemy.exc import IntegrityError

    values = "(999, 'vi', 'x', 'x', false, '{}', '{}', 0)"
    columns = "(guide_id, locale, title, summary, is_complete, source, rendered, stale)"
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(text(f"INSERT INTO guide_texts {columns} VALUES {values}"))


def test_times_come_back_in_utc(app: Flask) -> None:
    moment = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    with unit_of_work() as session:
        guide = a_guide("gio")
        guide.updated_at = moment
        session.add(guide)
    db.session.remove()
    assert db.session.scalars(select(Guide.updated_at)).one() == moment


def test_a_naive_time_is_refused(app: Flask) -> None:
    from sqlalchemy.exc import StatementError

    with pytest.raises(StatementError, match="naive"), unit_of_work() as session:
        guide = a_guide("gio")
        guide.updated_at = datetime(2026, 1, 1)  # noqa: DTZ001
        session.add(guide)


def test_a_get_that_leaves_changes_behind_fails(app: Flask) -> None:
    blueprint = Blueprint("writer", __name__)

    @blueprint.get("/ghi")
    @public
    def write() -> str:
        db.session.add(a_guide("ghi"))
        if request.args:
            getattr(db.session, request.args["then"])()
        return "ghi"

    bare = Flask("bare", static_folder=None)
    bare.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    bare.testing = True
    db.init_app(bare)
    bare.register_blueprint(blueprint)
    for path in ("/ghi", "/ghi?then=flush", "/ghi?then=commit"):
        with pytest.raises(RuntimeError, match="only reads"):
            bare.test_client().get(path)
