"""The queue: what is enqueued, claimed, retried, given up, sent again and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread, get_ident

import pytest
from flask import Flask
from sqlalchemy import event, insert, literal_column, text

from portal.core.db import db, unit_of_work
from portal.outbox import queries, service
from portal.outbox.models import OutboxMessage
from portal.outbox.retries import DELAYS, TWO_DAYS, delay
from portal.outbox.service import CannotChange, Claimed

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def enqueue(key: str = "a", kind: str = "email", due: datetime | None = None) -> str:
    with unit_of_work():
        return service.enqueue(kind, {"n": key}, key=key, now=NOW, due=due).code


def claim(at: datetime = NOW, worker: str = "one", kind: str = "email", attempts: int = 3) -> Claimed | None:
    with unit_of_work():
        return service.claim(kind, worker=worker, now=at, lease=MINUTE, attempts=attempts)


def stored(code: str) -> OutboxMessage:
    db.session.rollback()
    db.session.expire_all()
    found = queries.message_to_change(code)
    assert found
    return found


def test_a_message_goes_out_only_if_its_work_commits() -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        service.enqueue("email", {}, key="a", now=NOW)
        raise ZeroDivisionError
    assert claim() is None


def test_a_known_key_changes_nothing() -> None:
    code = enqueue("a")
    with unit_of_work():
        again = service.enqueue("email", {"n": "other"}, key="a", now=NOW + MINUTE)
    row = queries.message_by_key("email", "a")
    assert row is not None
    assert (again.code, row.code, row.payload, row.created_at) == (code, code, {"n": "a"}, NOW)
    assert enqueue("a", kind="webhook") != code
    assert queries.counts()["waiting"] == 2


def test_a_key_that_several_bring_at_once_is_one_message(app: Flask) -> None:
    ready, codes = Barrier(4), []

    def bring() -> None:
        with app.app_context():
            ready.wait()
            with unit_of_work():
                codes.append(service.enqueue("email", {}, key="a", now=NOW).code)
                service.enqueue("email", {}, key=f"b{len(codes)}{get_ident()}", now=NOW)
            db.session.remove()

    threads = [Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 4 and len(set(codes)) == 1
    assert queries.counts()["waiting"] == 5, "the transaction goes on after the conflict"


def test_messages_are_claimed_in_the_order_in_which_they_are_due() -> None:
    enqueue("later", due=NOW + MINUTE)
    enqueue("first")
    enqueue("second")
    found = [claim(), claim(), claim()]
    assert [one and one.key for one in found] == ["first", "second", None]
    enqueue("after")
    found = [claim(NOW + MINUTE / 2), claim(NOW + MINUTE / 2)]
    assert [one and one.key for one in found] == ["after", None]


def test_nobody_else_gets_a_message_while_its_lease_lasts() -> None:
    enqueue()
    first = claim()
    assert first and first.attempt == 1
    assert claim(NOW + MINUTE - timedelta(seconds=1), worker="two") is None
    second = claim(NOW + MINUTE, worker="two")
    assert second and (second.attempt, second.payload) == (2, {"n": "a"})
    with unit_of_work():
        assert not service.mark_sent(first.id, first.lease, now=NOW), "the lease is another's"
        assert not service.renew(first.id, first.lease, NOW + 9 * MINUTE)
        assert not service.mark_failed(first.id, first.lease, "x", retry_at=None, now=NOW)
        assert not service.give_back(first.id, first.lease, now=NOW)
        assert service.mark_sent(second.id, second.lease, now=NOW)
    message = stored(second.code)
    assert (message.state, message.due_at, message.lease, message.finished_at) == ("sent", None, None, NOW)


def test_a_renewed_lease_lasts_longer() -> None:
    enqueue()
    held = claim()
    assert held
    with unit_of_work():
        assert service.renew(held.id, held.lease, NOW + 3 * MINUTE)
    assert claim(NOW + 2 * MINUTE, worker="two") is None
    assert claim(NOW + 3 * MINUTE, worker="two")


def test_a_failure_waits_and_the_last_one_is_dead() -> None:
    code = enqueue()
    held = claim()
    assert held
    with unit_of_work():
        assert service.mark_failed(held.id, held.lease, "x" * 500, retry_at=NOW + MINUTE, now=NOW)
    assert claim(NOW + MINUTE - timedelta(seconds=1)) is None
    assert stored(code).last_error == "x" * 200
    held = claim(NOW + MINUTE)
    assert held and held.attempt == 2
    with unit_of_work():
        service.mark_failed(held.id, held.lease, "no", retry_at=None, now=NOW)
    assert claim(NOW + timedelta(days=9)) is None
    (dead,) = queries.messages("dead", limit=9)
    assert (dead.code, dead.last_error, dead.can_resend, dead.attempts) == (code, "no", True, 2)


def test_giving_back_costs_no_attempt() -> None:
    enqueue()
    held = claim()
    assert held
    with unit_of_work():
        assert service.give_back(held.id, held.lease, now=NOW)
    again = claim()
    assert again and again.attempt == 1


def test_a_message_that_ends_every_worker_dies() -> None:
    code = enqueue()
    for number in range(3):
        assert claim(NOW + number * MINUTE)
    assert claim(NOW + 3 * MINUTE) is None
    assert (stored(code).state, stored(code).last_error) == ("dead", "the worker ended during the attempt")


def test_a_new_worker_takes_back_what_its_killed_forerunner_held() -> None:
    for key in ("mine", "another's"):
        enqueue(key)
        claim(worker="one" if key == "mine" else "one-two")
    with unit_of_work():
        assert service.take_back("one", now=NOW) == 1
    held = claim()
    assert held and (held.key, held.attempt) == ("mine", 2)
    with unit_of_work():
        service.take_back("one", now=NOW)
    held = claim()
    assert held and held.attempt == 3
    with unit_of_work():
        service.take_back("one", now=NOW)
    assert claim() is None, "what crashes its worker again and again waits"


def test_staff_send_a_dead_letter_again_or_give_it_up() -> None:
    code = enqueue()
    with pytest.raises(CannotChange), unit_of_work():
        service.resend(code, now=NOW)
    with unit_of_work():
        service.cancel(code, now=NOW)
    assert claim(NOW + MINUTE) is None
    with pytest.raises(CannotChange), unit_of_work():
        service.cancel(code, now=NOW)
    with unit_of_work():
        service.resend(code, now=NOW + MINUTE)
    assert claim() is None
    held = claim(NOW + MINUTE)
    assert held and held.attempt == 1
    for change in (service.resend, service.cancel):
        with pytest.raises(CannotChange), unit_of_work():
            change(code, now=NOW)
        with pytest.raises(CannotChange), unit_of_work():
            change("unknown", now=NOW)


def test_payloads_are_forgotten_and_outcomes_stay() -> None:
    codes = [enqueue("old"), enqueue("new"), enqueue("open")]
    for moment in (NOW, NOW + MINUTE):
        held = claim(moment)
        assert held
        with unit_of_work():
            service.mark_failed(held.id, held.lease, "no", retry_at=None, now=moment)
    with unit_of_work():
        assert service.forget_payloads(NOW + MINUTE) == 1
    with unit_of_work():
        assert service.forget_payloads(NOW + MINUTE) == 0
    assert [stored(code).payload for code in codes] == [None, {"n": "new"}, {"n": "open"}]
    assert [one.can_resend for one in queries.messages("dead", limit=9)] == [True, False]
    with pytest.raises(CannotChange), unit_of_work():
        service.resend(codes[0], now=NOW)
    assert service.enqueue("email", {}, key="old", now=NOW).code == codes[0], "the key stays known"


def test_lists_come_in_pages() -> None:
    for number in range(5):
        enqueue(str(number))
    codes = [stored(one.code).key for first in (0, 2, 4) for one in queries.messages("waiting", limit=2, offset=first)]
    assert codes == ["4", "3", "2", "1", "0"]
    assert queries.counts() == {"waiting": 5, "leased": 0, "sent": 0, "dead": 0, "cancelled": 0}


def test_the_condition_of_the_outbox() -> None:
    nothing = queries.condition(NOW)
    assert (nothing.last_beat, nothing.oldest_wanted, nothing.dead) == (None, None, 0)
    enqueue("future", due=NOW + timedelta(days=1))
    enqueue("failing")
    held = claim()
    assert held
    with unit_of_work():
        service.mark_failed(held.id, held.lease, "no", retry_at=NOW + timedelta(hours=4), now=NOW)
        service.beat("one", started=NOW, now=NOW)
        service.beat("one", started=NOW, now=NOW + MINUTE)
        service.beat("old", started=NOW, now=NOW - timedelta(days=2))
        service.forget_workers(NOW - timedelta(days=1))
    found = queries.condition(NOW + timedelta(hours=2))
    assert (found.last_beat, found.oldest_wanted, found.dead) == (NOW + MINUTE, NOW, 0), "retries don't hide its age"


def test_delays_grow_to_two_days() -> None:
    total = sum((delay(number) for number in range(1, TWO_DAYS)), timedelta())
    assert timedelta(hours=44) < total < timedelta(hours=56)
    assert all(DELAYS[0] <= delay(1) <= DELAYS[0] * 1.2 for _ in range(50))
    assert len({delay(1) for _ in range(5)}) > 1


def test_a_claim_reads_no_finished_rows() -> None:
    row = {"kind": "email", "payload": {}, "state": "sent", "attempts": 1, "created_at": NOW, "wanted_at": NOW,
           "finished_at": NOW}  # fmt: skip
    db.session.execute(insert(OutboxMessage), [{**row, "code": f"{n:016}", "key": str(n)} for n in range(3000)])
    db.session.commit()
    enqueue("due")
    db.session.execute(text("ANALYZE"))
    word = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "

    def explain(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> object:
        return word + statement, parameters

    event.listen(db.engine, "before_cursor_execute", explain, retval=True)
    try:
        plan = str(db.session.execute(queries._due("email", NOW).with_only_columns(literal_column("*"))).all())
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    assert "ix_outbox_messages_claim" in plan, plan
    held = claim()
    assert held and held.key == "due"
