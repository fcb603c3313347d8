"""A draft on its way to a published guide: nobody publishes alone, nothing is overwritten unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, unit_of_work
from portal.core.permissions import Permission
from portal.editing import jobs, queries, service
from portal.editing.events import EditingError
from portal.editing.states import Act, DraftState, acts
from portal.guides import queries as guide_queries
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from tests.factories.drafts import SECOND, SLUG, WRITER, begun, done, published, row_of, values, written


def summary() -> str:
    db.session.rollback()
    row = guide_queries.guide(SLUG, "vi")
    assert row is not None
    return row.summary


def refused(code: str, what: Act, actor: Any = WRITER, **more: Any) -> str:
    with pytest.raises(EditingError) as caught:
        done(code, what, actor, **more)
    db.session.rollback()
    return caught.value.code


def test_from_draft_to_page(app: Flask) -> None:
    published()
    code = begun()
    written(code)
    assert summary() == "Biết hồ sơ của bạn đang ở bước nào."
    done(code, Act.SUBMIT)
    assert refused(code, Act.APPROVE, WRITER) == "second_person"
    assert refused(code, Act.PUBLISH, SECOND) == "not_possible"
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)
    assert summary() == "Tóm tắt mới."
    assert (row_of(code).state, row_of(code).open_slug) == (DraftState.PUBLISHED, None)
    newest = queries.versions(SLUG)[0]
    assert (newest.note, newest.published_by) == ({"vi": "Đổi tóm tắt."}, WRITER.name)
    told = db.session.scalars(db.select(AuditEntry.action).where(AuditEntry.subject_key == code)).all()
    assert told == [f"guide_draft_{kind}" for kind in ("begin", "submit", "approve", "publish")]


def test_one_draft_at_a_time(app: Flask) -> None:
    published()
    assert begun() == begun()
    with pytest.raises(EditingError, match="taken"), unit_of_work():
        service.start_new(SLUG, "how_to", "Trùng", actor=WRITER, now=clock.now(), today=clock.today())


def test_who_saves_late_is_told(app: Flask) -> None:
    published()
    code = begun()
    written(code, "Một")
    with pytest.raises(EditingError, match="meanwhile"), unit_of_work():
        service.save(
            row_of(code), values(summary="Hai"), {}, counter=1, actor=SECOND, now=clock.now()
        )  # fmt: skip
    db.session.rollback()
    assert row_of(code).content["vi"]["summary"] == "Một"
    assert row_of(code).writers == [WRITER.key]


def test_nobody_approves_what_was_changed_since_they_looked(app: Flask) -> None:
    published()
    code = begun()
    done(code, Act.SUBMIT)
    seen = row_of(code).counter
    done(code, Act.TAKE_BACK)
    written(code)
    done(code, Act.SUBMIT)
    with pytest.raises(EditingError, match="meanwhile"), unit_of_work():
        service.act(
            row_of(code),
            Act.APPROVE,
            counter=seen,
            words="",
            actor=SECOND,
            now=clock.now(),
            parse=lambda _raw: (None, []),
        )


def test_nothing_is_written_while_it_is_checked(app: Flask) -> None:
    published()
    code = begun()
    done(code, Act.SUBMIT)
    with pytest.raises(EditingError, match="not_open"):
        written(code)


def test_a_faulty_draft_goes_nowhere(app: Flask) -> None:
    published()
    code = begun()
    written(code, "x" * 300)
    with pytest.raises(EditingError) as caught:
        done(code, Act.SUBMIT)
    assert [(fault.part, fault.code) for fault in caught.value.faults] == [("vi.summary", "long")]


def test_a_guide_that_changed_meanwhile_is_not_overwritten(app: Flask) -> None:
    published()
    code = begun()
    written(code)
    published(summary="Bản của lần nhập mới.")
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    assert refused(code, Act.PUBLISH) == "base_changed"
    assert summary() == "Bản của lần nhập mới."
    done(code, Act.TAKE_BACK)
    with unit_of_work():
        service.rebase(row_of(code), actor=WRITER, now=clock.now())
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)
    assert summary() == "Tóm tắt mới."


def test_published_once_at_the_minute(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    code = begun()
    written(code)
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    now = clock.now()
    assert refused(code, Act.SCHEDULE, at=now - timedelta(minutes=1)) == "past"
    done(code, Act.SCHEDULE, at=now + timedelta(hours=2))
    message = db.session.scalars(db.select(OutboxMessage).where(OutboxMessage.kind == service.PUBLISH_JOB)).one()
    assert message.due_at == now + timedelta(hours=2)
    assert message.payload is not None
    delivery = Delivery(1, "m", message.kind, message.key, message.payload, 1, now, lambda: None)
    db.session.rollback()
    jobs.publish(delivery)
    assert summary() == "Biết hồ sơ của bạn đang ở bước nào.", "too early"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    for _ in range(2):
        jobs.publish(delivery)
    assert summary() == "Tóm tắt mới."
    assert [one.kind for one in queries.events(row_of(code))].count("publish") == 1


def test_what_cannot_be_published_at_its_time_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    code = begun()
    written(code)
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    now = clock.now()
    done(code, Act.SCHEDULE, at=now + timedelta(hours=2))
    published(summary="Bản của lần nhập mới.")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=3))
    jobs.publish(Delivery(1, "m", service.PUBLISH_JOB, "k", {"code": code}, 1, now, lambda: None))
    assert summary() == "Bản của lần nhập mới."
    event = queries.events(row_of(code))[0]
    assert (row_of(code).state, event.kind, event.text) == (DraftState.APPROVED, "failed", "base_changed")


def test_a_former_version_comes_back_by_the_same_way(app: Flask) -> None:
    published()
    first = guide_queries.digest_of(SLUG)
    published(summary="Bản hai.")
    with unit_of_work():
        code = service.start_from(SLUG, first, actor=WRITER, now=clock.now()).code
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)
    assert summary() == "Biết hồ sơ của bạn đang ở bước nào."
    assert guide_queries.digest_of(SLUG) == first
    assert len(queries.versions(SLUG)) == 2


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(list(Act)), st.booleans(), st.booleans()), max_size=12))
def test_no_path_skips_the_second_person(steps: list[tuple[Act, bool, bool]]) -> None:
    """Whatever is pressed by whom: it is published only after somebody who hadn't written approved these very words."""
    state, approved_by_second, has_written = DraftState.DRAFT, False, {True: False, False: False}
    for what, is_writer, writes in steps:
        if writes and state is DraftState.DRAFT:
            has_written[is_writer] = True
            approved_by_second = False
        held = (Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT)
        if what not in acts(state, held, has_written=has_written[is_writer]):
            continue
        if what is Act.APPROVE:
            approved_by_second = not has_written[is_writer]
        state = service.TRANSITIONS[what].target
        if state is DraftState.PUBLISHED:
            assert approved_by_second
