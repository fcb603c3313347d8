"""An agency checks a draft: what it says moves no draft, is kept once, and is told from a later text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock, links
from portal.core.db import db, unit_of_work
from portal.core.links import Purpose
from portal.editing import check_queries, checks, queries, service
from portal.editing.check_models import FactCheck
from portal.editing.events import EditingError
from portal.editing.states import Act, DraftState
from portal.guides.rules import parse
from tests.factories.checks import AGENCY, answered, asked, check_of, in_review
from tests.factories.drafts import SECOND, WRITER, begun, done, published, row_of, written


def refused(action: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(EditingError) as caught:
        action(*arguments, **more)
    db.session.rollback()
    return caught.value.code


def kinds(code: str) -> list[str]:
    return [one.kind for one in reversed(queries.events(row_of(code)))]


def test_what_was_said_waits_until_somebody_dealt_with_it(app: Flask) -> None:
    code = in_review()
    check, _token = asked(code)
    answered(code, check, "wrong", cac_buoc="Bước 2 sai.", khac="Thiếu số văn bản.")
    assert row_of(code).state == DraftState.IN_REVIEW, "an answer moves no draft"
    assert [one.section for one in check_queries.comments_of(check_of(check))] == ["cac-buoc", "khac"]
    assert refused(done, code, Act.APPROVE, SECOND) == "open_comments"
    for comment, _check in check_queries.comments_on(row_of(code)):
        with unit_of_work():
            checks.deal(row_of(code), comment, is_dealt=True, actor=WRITER, now=clock.now())
    done(code, Act.APPROVE, SECOND)
    assert kinds(code)[2:] == ["check_asked", "checked_wrong", "comment_dealt", "comment_dealt", "approve"]
    told = next(one for one in queries.events(row_of(code)) if one.kind == "checked_wrong")
    assert told.actor_name == f"Trần Thị Bé ({AGENCY})"


def test_who_approves_over_comments_has_seen_every_one(app: Flask) -> None:
    code = in_review()
    check, _token = asked(code)
    answered(code, check, "wrong", cac_buoc="Một.")
    answered(code, check, "wrong", ket_qua="Hai, vừa tới.")

    def approve(aware_of: int) -> None:
        with unit_of_work():
            row = row_of(code)
            service.act(
                row, Act.APPROVE, counter=row.counter, words="", actor=SECOND, now=clock.now(), parse=parse,
                aware_of=aware_of,
            )  # fmt: skip

    assert refused(approve, 1) == "open_comments"
    approve(2)
    assert row_of(code).state == DraftState.APPROVED


def test_what_is_sent_twice_is_kept_once(app: Flask) -> None:
    code = in_review()
    check, _token = asked(code)
    for _time in range(3):
        answered(code, check, "wrong", cac_buoc="Bước 2 sai.")
    assert len(check_queries.comments_of(check_of(check))) == 1
    assert kinds(code).count("checked_wrong") == 1
    answered(code, check, "right")
    assert kinds(code)[-1] == "checked_right"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"said": "wrong"}, "no_comment"),
        ({"said": "maybe"}, "no_answer"),
        ({"said": ""}, "no_answer"),
        ({"counter": 1}, "changed_since"),
        ({"counter": -1}, "changed_since"),
    ],
)
def test_half_an_answer_is_none(app: Flask, more: dict[str, Any], code: str) -> None:
    draft = in_review()
    check, _token = asked(draft)
    assert refused(answered, draft, check, **more) == code
    assert check_of(check).answer == ""


def test_an_answer_is_of_the_text_that_was_seen(app: Flask) -> None:
    code = in_review()
    check, _token = asked(code)
    seen = row_of(code).counter
    done(code, Act.TAKE_BACK)
    assert refused(answered, code, check) == "not_in_review"
    written(code, "Đổi sau khi họ mở trang.")
    done(code, Act.SUBMIT)
    assert refused(answered, code, check, counter=seen) == "changed_since"
    answered(code, check)
    found = check_of(check).seen
    assert found is not None and found["vi"]["summary"] == "Đổi sau khi họ mở trang."


def test_nobody_is_asked_while_somebody_writes_or_when_it_is_over(app: Flask) -> None:
    published()
    code = begun()
    assert refused(asked, code) == "not_in_review"
    done(code, Act.SUBMIT)
    assert refused(asked, code, name="") == "no_checker"
    assert refused(asked, code, email="không phải thư") == "bad_address"
    done(code, Act.APPROVE, SECOND)
    assert refused(asked, code) == "not_in_review"


def test_no_more_than_people_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_CHECKS", 2)
    monkeypatch.setattr(checks, "MOST_COMMENTS", 2)
    code = in_review()
    check, _token = asked(code)
    asked(code, "Sở Nội vụ")
    assert refused(asked, code, "Sở Tài chính") == "many_checks"
    answered(code, check, "wrong", cac_buoc="Một.", khac="Hai.")
    assert refused(answered, code, check, "wrong", ket_qua="Ba.") == "many_comments"


@pytest.mark.parametrize("last", [Act.APPROVE, Act.DROP])
def test_what_has_gone_on_is_asked_about_no_more(app: Flask, last: Act) -> None:
    code = in_review()
    check, token = asked(code, email="tuphap@quangngai.gov.vn")
    with unit_of_work():
        preview = checks.make_preview(row_of(code), actor=WRITER, now=clock.now())
    if last is Act.DROP:
        done(code, Act.TAKE_BACK)
        assert links.purpose_of(token, now=clock.now()) is Purpose.FACT_CHECK, "it can be sent in again"
    done(code, last, SECOND)
    assert links.purpose_of(token, now=clock.now()) is None
    assert (check_of(check).email, refused(answered, code, check)) == ("", "check_ended")
    assert (links.purpose_of(preview, now=clock.now()) is None) == (last is Act.DROP)


def test_a_new_link_ends_the_former_one_and_every_link_its_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = in_review()
    check, first = asked(code)
    with unit_of_work():
        second = checks.renew(row_of(code), check_of(check), actor=WRITER, now=clock.now())
    now = clock.now()
    assert (links.purpose_of(first, now=now), links.purpose_of(second, now=now)) == (None, Purpose.FACT_CHECK)
    later = now + checks.LINK_LASTS + timedelta(minutes=1)
    assert links.purpose_of(second, now=later) is None
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refused(answered, code, check) == "check_ended"


ACTS = st.one_of(
    st.tuples(st.sampled_from(list(Act)), st.booleans()),
    st.tuples(st.sampled_from(["ask", "right", "wrong", "deal", "end", "write"]), st.booleans()),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(ACTS, max_size=14))
def test_no_check_takes_the_place_of_the_second_person(app: Flask, steps: list[tuple[Any, bool]]) -> None:
    """Whatever agencies are asked and say, whoever deals with it: nothing is published that a second person hasn't
    approved as it is, and nothing is approved over comments unseen."""
    published()
    code, approved = begun(), None
    for what, is_writer in steps:
        actor = WRITER if is_writer else SECOND
        row = row_of(code)
        if row.open_slug is None:
            break
        one = next(iter(check_queries.checks_of(row)), None)
        try:
            _step(code, what, actor, one)
        except EditingError:
            db.session.rollback()
            continue
        if what is Act.APPROVE:
            assert not is_writer or WRITER.key not in row_of(code).writers
            assert check_queries.count_open_comments(row_of(code)) == 0
            approved = row_of(code).content
        if row_of(code).state == DraftState.PUBLISHED:
            assert approved == row_of(code).content
    done_with = row_of(code)
    if done_with.open_slug is not None:
        with unit_of_work():
            row_of(code).open_slug = None


def _step(code: str, what: Any, actor: Any, one: FactCheck | None) -> None:
    if isinstance(what, Act):
        done(code, what, actor, words="x", at=clock.now() + timedelta(hours=1))
    elif what == "ask":
        asked(code)
    elif what == "write":
        with unit_of_work():
            row = row_of(code)
            changed = {**row.content, "vi": {**row.content["vi"], "summary": f"Bản {row.counter}."}}
            service.save(row, changed, {}, counter=row.counter, actor=actor, now=clock.now())
    elif one is None:
        return
    elif what == "deal":
        for comment in check_queries.comments_of(one):
            with unit_of_work():
                checks.deal(row_of(code), comment, is_dealt=True, actor=actor, now=clock.now())
    elif what == "end":
        with unit_of_work():
            checks.end(row_of(code), one, actor=actor, now=clock.now())
    else:
        answered(code, one.code, what, cac_buoc=f"Lần {row_of(code).counter}.")
