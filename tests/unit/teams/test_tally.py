"""What is entered counts once, on the day on which it was typed, and for its team alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.guides import service as guides
from portal.teams import service
from portal.teams.checks import TeamError
from portal.teams.tally import MOST_PEOPLE, OLDEST, read_entry, undo
from portal.teams.tally_queries import entries_since, people_by_day, people_by_guide
from tests.factories import guide_data
from tests.factories.places import load_places
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR
from tests.factories.tally import KEY, arrive, rows
from tests.factories.teams import team, team_of

# 17:30 UTC is half past midnight in Việt Nam, on Monday 23 November.
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
EVER = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()
    import_records([record_row()])
    with unit_of_work():
        guides.import_guides([guide_data()], now=NOW)


def refusal(slug: str, **sent: object) -> list[tuple[str, str]]:
    with pytest.raises(TeamError) as caught:
        arrive(slug, now=NOW, **sent)  # type: ignore[arg-type]
    db.session.rollback()
    return [tuple(problem) for problem in caught.value.problems]  # type: ignore[misc]


def test_the_same_key_counts_once_and_other_content_is_refused() -> None:
    slug = team()
    assert arrive(slug, now=NOW)
    assert not arrive(slug, now=NOW)
    assert refusal(slug, people="3") == [("key", "key_taken")]
    assert refusal(slug, guide="dang-ky-khai-sinh") == [("key", "key_taken")]
    assert refusal(slug, typed_at=NOW - timedelta(days=2)) == [("key", "key_taken")]
    assert [(row.people, row.guide) for row in rows()] == [(2, "")]
    assert arrive(team("Tổ khác"), now=NOW), "a key is a team's own"


def test_two_that_arrive_at_one_moment_count_once(app: Flask) -> None:
    slug, keys, threads = team(), [f"key-number-{number}" for number in range(8)], 4
    ready, told = Barrier(threads), []

    def send() -> None:
        with app.app_context():
            for key in keys:
                ready.wait()
                told.append(arrive(slug, now=NOW, key=key))
            db.session.remove()

    started = [Thread(target=send) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert len(told) == threads * len(keys)
    assert sum(told) == len(keys), "each was new for one of the four, and known to the others"
    assert sorted(row.key for row in rows()) == keys


def test_the_day_is_that_of_the_tap_in_viet_nam() -> None:
    slug = team()
    before_midnight = NOW - timedelta(minutes=31)
    arrive(slug, now=NOW, key="right-now", people="1")
    arrive(slug, now=NOW, key="last-night", people="10", typed_at=before_midnight)
    arrive(slug, now=NOW, key="fast-clock", people="100", typed_at=NOW + timedelta(minutes=9))
    assert people_by_day([slug], *EVER) == {date(2026, 11, 22): 10, TODAY: 101}
    last_second = datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)
    arrive(slug, now=last_second, key="a-fast-clock-at-midnight", people="100",
           typed_at=last_second + timedelta(minutes=5))  # fmt: skip
    assert people_by_day([slug], TODAY, TODAY + timedelta(days=1)) == {TODAY: 201}


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"typed_at": NOW + timedelta(minutes=11)}, "future"),
        ({"typed_at": NOW + timedelta(days=9000)}, "future"),
        ({"typed_at": NOW - OLDEST - timedelta(seconds=1)}, "too_old"),
        ({"typed_at": datetime(1970, 1, 2, tzinfo=UTC)}, "too_old"),
        ({"people": "0"}, "people"),
        ({"people": str(MOST_PEOPLE + 1)}, "people"),
        ({"people": "-1"}, "people"),
        ({"people": "1e3"}, "people"),
        ({"people": "２"}, "people"),
        ({"people": "9" * 5_000}, "people"),
        ({"people": ""}, "people"),
        ({"key": ""}, "bad_key"),
        ({"key": "short"}, "bad_key"),
        ({"key": "a" * 65}, "bad_key"),
        ({"key": "a\nb-c-d-e-f"}, "bad_key"),
        ({"guide": "a" * 101}, "no_guide"),
        ({"guide": "a\x00b"}, "no_guide"),
    ],
)
def test_what_is_refused(sent: dict[str, object], problem: str) -> None:
    assert [code for _field, code in refusal(team(), **sent)] == [problem]
    assert rows() == []


@pytest.mark.parametrize("moment", ["1.5", "-1", "9" * 15, "now", "１"])
def test_a_moment_that_is_none(moment: str) -> None:
    with pytest.raises(TeamError):
        read_entry(key=KEY, guide="", people="1", moment=moment, now=NOW)


def test_the_oldest_that_still_counts() -> None:
    assert arrive(team(), now=NOW, typed_at=NOW - OLDEST)


def test_a_guide_that_is_gone_counts_as_other_work_and_still_once() -> None:
    slug = team()
    assert arrive(slug, now=NOW, guide="da-go-mat")
    assert not arrive(slug, now=NOW, guide="da-go-mat")
    arrive(slug, now=NOW, key="a-guide-that-is", guide="dang-ky-khai-sinh", people="5")
    assert list(people_by_guide([slug], *EVER).items()) == [("dang-ky-khai-sinh", 5), ("", 2)]


def test_a_team_counts_until_its_last_day() -> None:
    slug = team()
    with unit_of_work():
        service.disband(team_of(slug), TODAY - timedelta(days=3), actor=OPERATOR, now=NOW)
    assert refusal(slug, typed_at=NOW - timedelta(days=2)) == [("key", "ended")]
    assert arrive(slug, now=NOW, typed_at=NOW - timedelta(days=4)), "what waited on a telephone isn't lost"


def test_what_is_taken_back_counts_no_more_even_when_it_arrives_again() -> None:
    slug = team()
    arrive(slug, now=NOW)
    for _twice in range(2):
        with unit_of_work():
            undo(team_of(slug), KEY, actor=OPERATOR, now=NOW)
    assert not arrive(slug, now=NOW)
    assert people_by_day([slug], *EVER) == people_by_day(None, *EVER) == people_by_guide([slug], *EVER) == {}
    assert entries_since(team_of(slug), NOW - timedelta(days=1)) == []
    (said,) = audit.entries(AuditFilter(action="team_tally_removed"), limit=9)
    assert (said.subject_key, said.before) == (slug, {"guide": "", "people": 2, "day": TODAY.isoformat()})


def test_only_today_is_taken_back_and_only_ones_own() -> None:
    slug, other = team(), team("Tổ khác")
    arrive(slug, now=NOW)
    for whose, when, code in ((other, NOW, "no_entry"), (slug, NOW + timedelta(days=1), "not_today")):
        with pytest.raises(TeamError) as caught, unit_of_work():
            undo(team_of(whose), KEY, actor=OPERATOR, now=when)
        assert [problem.code for problem in caught.value.problems] == [code]
    assert people_by_day([slug], *EVER) == {TODAY: 2}


def test_sums_keep_to_their_teams_and_days() -> None:
    one, two = team(), team("Tổ khác")
    for number, (slug, days) in enumerate([(one, 0), (one, 1), (one, 7), (one, 8), (two, 1)]):
        arrive(
            slug, now=NOW, key=f"key-number-{number}", people=str(10**number)[:3], typed_at=NOW - timedelta(days=days)
        )
    yesterday = TODAY - timedelta(days=1)
    mine = {TODAY: 1, yesterday: 10, TODAY - timedelta(days=7): 100, TODAY - timedelta(days=8): 100}
    assert people_by_day([one], *EVER) == mine
    assert people_by_day([one], yesterday, TODAY) == {TODAY: 1, yesterday: 10}
    assert people_by_day(None, yesterday, TODAY) == {TODAY: 1, yesterday: 110}
    assert people_by_day([], *EVER) == {}
