"""The worker: one bad message stops nothing, a lost database is waited for, and its end is a clean one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.outbox import delivery, queries, service, worker
from portal.outbox.delivery import Courier
from portal.outbox.models import OutboxMessage
from portal.outbox.pidfile import AlreadyRunning, only_worker
from portal.outbox.registry import Delivery, Kind, LeaseLost, Refused, TryLater
from portal.outbox.worker import Worker

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((worker, "POLL_SECONDS"), (worker, "DATABASE_PAUSE_SECONDS"), (worker, "BEAT_SECONDS"),
                         (delivery, "_WRITE_PAUSE_SECONDS")):  # fmt: skip
        monkeypatch.setattr(module, name, 0.02)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.LogCaptureFixture]:
    """The portal's own records, which go to no other logger."""
    monkeypatch.setattr(logging.getLogger("portal"), "propagate", True)
    caplog.set_level(logging.INFO, "portal")
    yield caplog


def enqueue(*keys: str, kind: str = "test") -> None:
    with unit_of_work():
        for key in keys:
            service.enqueue(kind, {"to": "an@example.vn"}, key=key, now=clock.now())
    db.session.remove()


def stored(key: str, kind: str = "test") -> OutboxMessage:
    db.session.remove()
    found = queries.message_by_key(kind, key)
    assert found
    return found


def kind_of(handler: Callable[[Delivery], None], name: str = "test", attempts: int = 3) -> Kind:
    return Kind(name, handler, MINUTE, attempts)


def courier(app: Flask) -> Courier:
    return Courier(app.app_context, "0" * 16, threading.Event())


def run(app: Flask, *kinds: Kind, until: Callable[[], bool], grace: float = 5) -> bool:
    """Run a worker until something holds; what it says at its end."""
    ends = time.monotonic() + 10

    def wait(seconds: float) -> bool:
        time.sleep(min(seconds, 0.02))
        return until() or time.monotonic() > ends

    made = Worker(app, "0" * 16, kinds, keep=timedelta(days=30), clean=lambda _: None)
    is_well = made.run(wait, grace_seconds=grace)
    assert until()
    return is_well


def test_a_delivery_knows_its_message_and_holds_no_transaction(app: Flask) -> None:
    seen = []

    def handler(one: Delivery) -> None:
        assert not db.session().in_transaction()
        seen.append((one.key, one.payload, one.attempt, one.kind, one.code))

    enqueue("a")
    assert courier(app).deliver_next(kind_of(handler))
    assert not courier(app).deliver_next(kind_of(handler))
    assert seen == [("a", {"to": "an@example.vn"}, 1, "test", stored("a").code)]
    assert stored("a").state == "sent"


def test_workers_side_by_side_share_the_messages(app: Flask) -> None:
    keys = [str(number) for number in range(60)]
    enqueue(*keys)
    seen: list[str] = []

    def drain() -> None:
        carrier = courier(app)
        while carrier.deliver_next(kind_of(lambda one: seen.append(one.key))):
            pass

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(keys), "each once"


@pytest.mark.parametrize(
    ("error", "state", "text"),
    [
        (Refused("SMTP 550 for the recipient"), "dead", "SMTP 550 for the recipient"),
        (TryLater("SMTP 450"), "waiting", "SMTP 450"),
        (ValueError("an@example.vn"), "waiting", "ValueError"),
        (OperationalError("SELECT", {}, Exception("an@example.vn")), "waiting", "OperationalError"),
    ],
)
def test_what_a_handler_s_error_means(
    app: Flask, logged: pytest.LogCaptureFixture, error: Exception, state: str, text: str
) -> None:
    def handler(_: Delivery) -> None:
        raise error

    enqueue("a")
    courier(app).deliver_next(kind_of(handler))
    message = stored("a")
    assert (message.state, message.last_error, message.attempts) == (state, text, 1)
    if message.due_at:
        assert timedelta(seconds=8) < message.due_at - clock.now() < timedelta(seconds=13)
    assert "an@example.vn" not in "".join(str(vars(record)) for record in logged.records), "no personal data in logs"


def test_the_last_attempt_is_dead(app: Flask, logged: pytest.LogCaptureFixture) -> None:
    def handler(_: Delivery) -> None:
        raise TryLater("no")

    enqueue("a")
    courier(app).deliver_next(kind_of(handler, attempts=1))
    assert stored("a").state == "dead"
    assert "dead letter" in logged.messages


def test_long_work_renews_its_lease_and_hears_of_the_end(app: Flask) -> None:
    carrier = courier(app)
    due = []

    def handler(one: Delivery) -> None:
        due.append(stored("a").due_at)
        time.sleep(0.02)
        one.renew()
        due.append(stored("a").due_at)
        carrier.stop.set()
        one.renew()
        pytest.fail("it went on")

    enqueue("a")
    carrier.deliver_next(kind_of(handler))
    assert due[0] and due[1] and due[1] > due[0]
    message = stored("a")
    assert (message.state, message.attempts, message.last_error) == ("waiting", 0, None)
    assert message.due_at and message.due_at <= clock.now()


def test_who_lost_the_lease_writes_nothing(app: Flask, logged: pytest.LogCaptureFixture) -> None:
    def handler(one: Delivery) -> None:
        with unit_of_work():
            service.claim("test", worker="other", now=clock.now() + 2 * MINUTE, lease=MINUTE, attempts=9)
        if one.attempt == 1:
            with pytest.raises(LeaseLost):
                one.renew()

    enqueue("a")
    courier(app).deliver_next(kind_of(handler))
    assert (stored("a").state, stored("a").attempts) == ("leased", 2)
    assert any("lease was lost" in message for message in logged.messages)


def test_an_outcome_outlasts_a_database_that_is_away_for_a_moment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    real = service.mark_sent
    failures = [OperationalError("UPDATE", {}, Exception()) for _ in range(3)]

    def unlucky(*args: object, **kwargs: object) -> bool:
        if failures:
            raise failures.pop()
        return real(*args, **kwargs)  # type: ignore[arg-type]

    delivered = []
    monkeypatch.setattr(service, "mark_sent", unlucky)
    enqueue("a")
    courier(app).deliver_next(kind_of(delivered.append))
    assert (len(delivered), stored("a").state) == (1, "sent")


def test_one_bad_message_stops_no_other(app: Flask) -> None:
    def handler(one: Delivery) -> None:
        if one.key == "bad":
            raise KeyError(one.key)

    enqueue("bad", "good", "better")
    assert run(app, kind_of(handler), until=lambda: queries_fresh()["sent"] == 2)
    assert stored("bad").last_error == "KeyError"


def queries_fresh() -> dict[str, int]:
    db.session.remove()
    return queries.counts()


def test_slow_work_holds_up_no_mail(app: Flask) -> None:
    ended = threading.Event()
    enqueue("slow", kind="import")
    enqueue("mail", kind="email")
    kinds = (kind_of(lambda _: ended.wait(5) and None, "import"), kind_of(lambda _: None, "email"))

    def is_sent() -> bool:
        return stored("mail", "email").state == "sent" and (ended.set() or True)

    assert run(app, *kinds, until=is_sent)
    assert stored("slow", "import").state == "sent", "what is begun is finished at the end"


def test_what_doesn_t_end_in_time_is_left_for_the_next_worker(app: Flask) -> None:
    begun, ended = threading.Event(), threading.Event()

    def handler(_: Delivery) -> None:
        begun.set()
        ended.wait(10)

    enqueue("a")
    assert not run(app, kind_of(handler), until=begun.is_set, grace=0.1)
    assert stored("a").state == "leased"
    done = []
    assert run(app, kind_of(done.append), until=lambda: stored("a").state == "sent")
    assert [one.attempt for one in done] == [2]
    ended.set()
    for thread in threading.enumerate():
        if thread.name == "test":
            thread.join()
    assert stored("a").state == "sent", "who comes late changes nothing"


def test_a_database_that_is_away_is_waited_for_and_named_once(
    app: Flask, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queries.is_due
    failures = [OperationalError("SELECT 'an@example.vn'", {}, Exception("secret")) for _ in range(5)]

    def away(*args: object) -> bool:
        if failures:
            raise failures.pop()
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "is_due", away)
    monkeypatch.setattr(service, "beat", lambda *_, **__: None if not failures else away())
    enqueue("a")
    assert run(app, kind_of(lambda _: None), until=lambda: stored("a").state == "sent")
    assert sum("can't be used" in message for message in logged.messages) == 1
    assert sum("can be used again" in message for message in logged.messages) == 1
    assert "secret" not in logged.text and "an@example.vn" not in logged.text


def test_a_worker_is_seen_working_and_tidies_up(app: Flask) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    enqueue("a")
    with unit_of_work():
        held = service.claim("test", worker="x", now=clock.now(), lease=MINUTE, attempts=3)
        assert held
        service.mark_sent(held.id, held.lease, now=old)
        service.beat("gone", started=old, now=old)
    cleaned: list[datetime] = []
    made = Worker(app, "0" * 16, (), keep=timedelta(days=30), clean=cleaned.append)
    made.run(lambda _: bool(cleaned), grace_seconds=1)
    assert stored("a").payload is None
    beat = queries.condition(clock.now()).last_beat
    assert beat and clock.now() - beat < MINUTE
    assert clock.now() - cleaned[0] - timedelta(days=30) < MINUTE


def test_one_worker_for_a_folder(tmp_path: Path) -> None:
    with only_worker(tmp_path) as name:
        assert int((tmp_path / "worker.pid").read_text()) > 1
        with pytest.raises(AlreadyRunning, match=r"process \d+"), only_worker(tmp_path):
            pass
    (tmp_path / "worker.pid").write_text("1\n")
    with only_worker(tmp_path) as again:
        assert again == name, "a pid file that was left behind stops nobody"
    (tmp_path / "worker.name").write_text("half a na")
    with only_worker(tmp_path) as fresh:
        assert len(fresh) == 16
