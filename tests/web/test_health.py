"""What monitoring asks: `/healthz` and `/readyz`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.config import ROOT
from portal.core import clock, content, revisions
from portal.core.db import db, is_migrated, unit_of_work
from portal.outbox import service

FINE = {"status": "ok", "database": "ok", "migrations": "ok"}


def beat(ago: timedelta = timedelta(0)) -> None:
    with unit_of_work():
        service.beat("0" * 16, started=clock.now(), now=clock.now() - ago)


def enqueue(ago: timedelta) -> int:
    with unit_of_work():
        return service.enqueue("email", {"to": "an@example.vn"}, key="k", now=clock.now() - ago).id


def kill(id_: int) -> None:
    with unit_of_work():
        held = service.claim("email", worker="x", now=clock.now(), lease=timedelta(minutes=1), attempts=9)
        assert held and held.id == id_
        service.mark_failed(id_, held.lease, "no", retry_at=None, now=clock.now())


def test_a_process_that_answers_is_alive_without_a_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        pytest.fail("it asked the database")

    monkeypatch.setattr(content, "read_version", gone)
    monkeypatch.setattr(db.engine, "connect", gone)
    response = client.get("/healthz")
    assert (response.status_code, response.get_data(as_text=True)) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.head("/healthz").get_data() == b""
    monkeypatch.undo()
    assert client.post("/healthz").status_code == 404


@pytest.mark.parametrize("path", ["/en/healthz", "/en/readyz", "/health/live"])
def test_machines_have_one_address(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_all_is_well(client: FlaskClient) -> None:
    beat()
    response = client.get("/readyz")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.mimetype == "application/json"
    worker = {"status": "ok", "heartbeat_seconds_ago": 0}
    outbox = {"status": "ok", "oldest_due_seconds_ago": None, "dead": 0}
    assert response.get_json() == {**FINE, "worker": worker, "outbox": outbox}


def test_it_is_asked_anew_each_time(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json()["status"] == "degraded"
    beat()
    assert client.get("/readyz").get_json()["status"] == "ok"


@pytest.mark.parametrize("ago", [None, timedelta(seconds=70)])
def test_a_lost_worker_degrades_but_pages_go_on(client: FlaskClient, ago: timedelta | None) -> None:
    if ago:
        beat(ago)
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()["status"]) == (200, "degraded")
    assert response.get_json()["worker"]["status"] == "missing"


def test_late_and_dead_messages_degrade(client: FlaskClient) -> None:
    beat()
    id_ = enqueue(timedelta(minutes=59))
    assert client.get("/readyz").get_json()["status"] == "ok"
    with unit_of_work():
        service.enqueue("email", {}, key="late", now=clock.now() - timedelta(minutes=61))
        service.enqueue("email", {}, key="future", now=clock.now(), due=clock.now() + timedelta(days=1))
    report = client.get("/readyz").get_json()
    assert (report["status"], report["outbox"]["status"]) == ("degraded", "late")
    assert 3660 <= report["outbox"]["oldest_due_seconds_ago"] < 3700
    with unit_of_work():
        service.cancel(service.enqueue("email", {}, key="late", now=clock.now()).code, now=clock.now())
    kill(id_)
    report = client.get("/readyz").get_json()
    assert (report["status"], report["outbox"]["status"], report["outbox"]["dead"]) == ("degraded", "ok", 1)
    assert "example" not in client.get("/readyz").get_data(as_text=True)


def test_a_database_that_is_away_is_503(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> bool:
        raise OperationalError("SELECT 1", {}, Exception("password"))

    monkeypatch.setattr(revisions, "is_migrated", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json() == {"status": "unavailable", "database": "unreachable"}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_database_of_another_version_is_503(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, is_empty: bool
) -> None:
    monkeypatch.setattr(revisions, "is_migrated", lambda: not is_empty and is_migrated())
    monkeypatch.setattr(revisions, "head", lambda: "9999")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json() == {"status": "unavailable", "database": "ok", "migrations": "missing"}


def test_the_last_migration_is_the_database_s(app: Flask) -> None:
    assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == revisions.head()
    assert any(revisions.head() in path.read_text() for path in Path(ROOT, "migrations", "versions").glob("*.py"))
