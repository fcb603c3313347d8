"""Guides that are taken off the portal: never by one person, never for good, and no file brings them back unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Permission
from portal.editing import jobs, queries, service, withdrawals
from portal.editing.events import EditingError
from portal.editing.states import Act, DraftState
from portal.editing.withdrawals import RULES, Decision
from portal.guides import queries as guides
from portal.guides.rules import parse
from portal.guides.service import UnknownReferenceError, import_guides
from portal.outbox.registry import Delivery
from portal.search.models import SearchEntry
from tests.factories.drafts import SECOND, SLUG, WRITER, begun, done, published, row_of, values, written
from tests.factories.withdrawals import WHY, asked_to_withdraw, decided, question, withdrawn

OTHER = "trang-thay"


def refused(action: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(EditingError) as caught:
        action(*arguments, **more)
    db.session.rollback()
    return caught.value.code


def stands(slug: str = SLUG) -> bool:
    db.session.rollback()
    return guides.guide(slug, "vi") is not None


def test_two_people_take_a_guide_off(app: Flask) -> None:
    published()
    asked_to_withdraw()
    assert refused(decided, SLUG, Decision.APPROVE, WRITER) == "second_person_withdraws"
    assert stands()
    decided(SLUG, Decision.APPROVE)
    assert not stands() and question() is None
    found = guides.withdrawn()[SLUG]
    assert (found.target, found.why("en")) == ("", (WHY, "vi"))
    assert found.title("vi") == ("Xem hồ sơ đến đâu", "vi")
    keys = db.session.scalars(db.select(SearchEntry.key).where(SearchEntry.kind == "guide")).all()
    assert SLUG not in keys
    assert len(queries.versions(SLUG)) == 1, "how it stood is kept"


def test_a_question_can_be_refused_with_a_reason_or_taken_back(app: Flask) -> None:
    published()
    asked_to_withdraw()
    assert refused(asked_to_withdraw) == "asked_already"
    assert refused(decided, SLUG, Decision.REFUSE) == "no_words"
    decided(SLUG, Decision.REFUSE, words="Còn người cần.")
    asked_to_withdraw()
    decided(SLUG, Decision.CANCEL, WRITER)
    assert stands() and question() is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"explanation": ""}, "no_explanation"),
        ({"target": f"/huong-dan/{SLUG}"}, "bad_target"),
        ({"target": f"/en/huong-dan/{SLUG}?xa=x"}, "bad_target"),
        ({"target": "/huong-dan/khong-co"}, "bad_target"),
        ({"target": "https://evil.example/"}, "bad_target"),
        ({"target": "//evil.example"}, "bad_target"),
        ({"target": "javascript:alert(1)"}, "bad_target"),
        ({"slug": "khong-co"}, "no_guide"),
    ],
)
def test_an_address_leads_to_a_page_of_ours_or_says_why(app: Flask, more: dict[str, str], code: str) -> None:
    published()
    assert refused(asked_to_withdraw, **more) == code


def test_what_changed_since_it_was_asked_is_asked_anew(app: Flask) -> None:
    published()
    published(OTHER)
    asked_to_withdraw()
    published(summary="Bản mới.")
    assert refused(decided, SLUG, Decision.APPROVE) == "changed_since_asked"
    decided(SLUG, Decision.CANCEL)
    asked_to_withdraw(target=f"/huong-dan/{OTHER}")
    withdrawn(OTHER)
    assert refused(decided, SLUG, Decision.APPROVE) == "bad_target", "where it should lead is gone itself"
    assert stands()


def test_no_circle_of_addresses(app: Flask) -> None:
    published()
    published(OTHER)
    withdrawn(SLUG, f"/huong-dan/{OTHER}")
    assert refused(asked_to_withdraw, OTHER, f"/huong-dan/{SLUG}") == "bad_target"


@pytest.mark.parametrize("is_starter", [True, False])
def test_no_file_brings_it_back_unasked(app: Flask, is_starter: bool) -> None:
    published()
    withdrawn()
    guide, _errors = parse(values())
    leading, _errors = parse(values("dan-toi"))
    assert guide is not None and leading is not None
    leading = parse({**values("dan-toi"), "related": [SLUG]})[0]
    assert leading is not None
    with unit_of_work():
        report = import_guides([guide, leading], now=clock.now(), is_starter=is_starter)
    assert (report.withdrawn, report.new) == ([SLUG], ["dan-toi"]), "what still leads there is no fault of a file"
    assert not stands() and SLUG in guides.withdrawn()
    with unit_of_work():
        report = import_guides([guide], now=clock.now(), brings_back=True)
    assert report.new == [SLUG] and stands() and not guides.withdrawn()


def test_a_former_version_comes_back_by_the_way_of_every_draft(app: Flask) -> None:
    published()
    digest = guides.digest_of(SLUG)
    withdrawn()
    with unit_of_work():
        code = service.start_from(SLUG, digest, actor=WRITER, now=clock.now()).code
    done(code, Act.SUBMIT)
    assert refused(done, code, Act.APPROVE, WRITER) == "second_person"
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)
    assert stands() and guides.digest_of(SLUG) == digest and not guides.withdrawn()


def new_guide(*, replaces: bool) -> str:
    with unit_of_work():
        row = service.start_new(
            SLUG, "how_to", "Trang mới", actor=WRITER, now=clock.now(), today=clock.today(), replaces=replaces
        )
        return row.code


def test_a_new_guide_takes_the_address_knowingly(app: Flask) -> None:
    published()
    withdrawn()
    assert refused(new_guide, replaces=False) == "withdrawn"
    code = new_guide(replaces=True)
    assert not service.is_outdated(row_of(code))


def test_what_was_scheduled_does_not_resurrect_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    code = begun()
    written(code)
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    now = clock.now()
    done(code, Act.SCHEDULE, at=now + timedelta(hours=2))
    withdrawn()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=3))
    jobs.publish(Delivery(1, "m", service.PUBLISH_JOB, "k", {"code": code}, 1, now, lambda: None))
    assert not stands()
    assert (row_of(code).state, queries.events(row_of(code))[0].text) == (DraftState.APPROVED, "base_changed")


def test_a_draft_of_a_guide_that_came_and_went_meanwhile_waits(app: Flask) -> None:
    """Begun for an address that was free: the guide that stood there in between is not replaced unseen."""
    code = new_guide(replaces=False)
    published()
    withdrawn()
    assert service.is_outdated(row_of(code))


def test_a_page_that_is_published_leads_to_no_withdrawn_one(app: Flask) -> None:
    published()
    withdrawn()
    published(OTHER)
    code = begun(OTHER)
    with unit_of_work():
        row = row_of(code)
        service.save(row, {**row.content, "related": [SLUG]}, {}, counter=row.counter, actor=WRITER, now=clock.now())
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    assert refused(done, code, Act.PUBLISH) == "references"


def test_what_leads_to_a_guide(app: Flask) -> None:
    published()
    published(OTHER, who=f"Xem [trang kia](/huong-dan/{SLUG}).")
    assert [card.slug for card in guides.leading_to(SLUG, "vi")] == [OTHER]
    assert guides.leading_to(OTHER, "vi") == []
    with pytest.raises(UnknownReferenceError), unit_of_work():
        from portal.guides.service import remove_guide

        remove_guide(SLUG)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "publish", *Decision]), st.booleans()), max_size=10
)  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nobody_takes_a_guide_off_alone(app: Flask, steps: list[tuple[str, bool]]) -> None:
    """Whatever is pressed by whom, in whatever order: where the guide is gone, two people said so of how it stood."""
    with unit_of_work():
        db.session.execute(db.delete(withdrawals.Withdrawal))
    guide, _errors = parse(values())
    assert guide is not None
    with unit_of_work():
        import_guides([guide], now=clock.now(), brings_back=True)
    for number, (what, is_writer) in enumerate(steps):
        actor = WRITER if is_writer else SECOND
        row, stood = question(), stands()
        asker, base = (row.asked_by_key, row.base_digest) if row else ("", "")
        digest = guides.digest_of(SLUG)
        try:
            if what == "ask":
                asked_to_withdraw(actor=actor)
            elif what == "publish":
                published(summary=f"Bản {number}.") if stood else None
            elif row is not None:
                decided(SLUG, Decision(what), actor, "vì")
        except EditingError:
            db.session.rollback()
        if stood and not stands():
            assert what == Decision.APPROVE and asker not in ("", actor.key) and base == digest


def test_the_buttons_are_those_that_work(app: Flask) -> None:
    published()
    asked_to_withdraw()
    row = question()
    assert row is not None
    assert withdrawals.possible(row, WRITER, lambda _one: True) == [Decision.REFUSE, Decision.CANCEL]
    assert withdrawals.possible(row, SECOND, lambda _one: True) == list(RULES)
    assert withdrawals.possible(row, SECOND, lambda one: one is Permission.EDIT_CONTENT) == [Decision.CANCEL]
