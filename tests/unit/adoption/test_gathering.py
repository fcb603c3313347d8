"""The portal's own counts as figures: gathered once, corrected when something comes late, and telling of nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask

from portal.adoption import queries, reading
from portal.adoption.demo import FIGURES
from portal.adoption.figures import Figure
from portal.adoption.gathering import gather, told
from portal.adoption.jobs import ask_to_gather, ask_to_gather_all
from portal.adoption.models import FigureReport
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Unit, agency_unit, place_unit
from portal.adoption.registry import ALL, GATHERED, INDICATORS, counts, indicator
from portal.core.db import db, unit_of_work
from portal.feedback.models import FeedbackFigures
from portal.feedback.votes import count_vote
from portal.outbox.queries import counts as messages
from portal.search.models import EmptySearch
from portal.sharing.models import ShareCount
from portal.sharing.service import share_link
from portal.teams.demo import TEAMS_DEMO
from portal.teams.demo_shares import SHARES_DEMO
from portal.teams.models import Team, TeamTally
from tests.factories.figures import history
from tests.factories.places import load_places
from tests.factories.teams import COMMUNE, OTHER_COMMUNE, team, team_of
from tests.factories.workspace import counted
from tests.queries import count_queries

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # the 23rd in Việt Nam
TODAY = date(2026, 11, 23)
OCTOBER = Period(date(2026, 10, 1), PeriodKind.MONTH)
PROVINCE, HERE, THERE = place_unit("tinh-quang-ngai"), place_unit(COMMUNE), place_unit(OTHER_COMMUNE)
LINKED_ON = datetime(2026, 10, 5, 17, 30, tzinfo=UTC)  # the 6th in Việt Nam


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def gathered(now: datetime = NOW, *, all_of_it: bool = False) -> int:
    with unit_of_work():
        changed = gather(now, all_of_it=all_of_it)
    db.session.remove()
    return changed


def figure(key: str, unit: Unit, code: str = "2026-10") -> Figure | None:
    period = Period.parse(code)
    assert period is not None
    return reading.figures_of_unit(unit, [key], period, today=TODAY)[key]


def number(key: str, unit: Unit, code: str = "2026-10") -> int | None:
    found = figure(key, unit, code)
    return None if found is None else found.numerator


def helped(slug: str, people: int, day: date, key: str) -> None:
    with unit_of_work():
        values = {"team_id": team_of(slug).id, "key": key, "day": day, "people": people, "recorded_at": NOW}
        db.session.add(TeamTally(**values))


def some_shares() -> None:
    first, second = team(), team("Tổ số hai", OTHER_COMMUNE)
    counted(first, "khai-sinh", date(2026, 10, 6), landings=12, reads=7, starts=2, made_at=LINKED_ON)
    counted(second, "khai-sinh", date(2026, 10, 31), landings=3, made_at=LINKED_ON)
    counted("", "khai-sinh", date(2026, 10, 7), landings=5, reads=1, made_at=LINKED_ON)
    counted(first, "khai-sinh", TODAY, landings=9, made_at=LINKED_ON)


def test_links_count_for_the_commune_of_their_team_and_all_for_the_province() -> None:
    some_shares()
    gathered()
    assert [number(f"link_{what}", HERE) for what in ("visits", "reads", "starts")] == [12, 7, 2]
    assert [number(f"link_{what}", THERE) for what in ("visits", "reads", "starts")] == [3, 0, 0]
    assert [number(f"link_{what}", PROVINCE) for what in ("visits", "reads", "starts")] == [20, 8, 2]
    assert (number("links_made", HERE), number("links_made", PROVINCE)) == (1, 3)
    assert number("link_visits", PROVINCE, "2026-10-07") == 5


def test_before_the_first_link_there_is_nothing_and_after_it_a_true_zero() -> None:
    some_shares()
    gathered()
    assert number("link_visits", HERE, "2026-09") is None
    assert number("link_visits", place_unit("xa-ba-vinh")) is None
    assert number("link_visits", PROVINCE, "2026-10-05") is None
    assert number("link_visits", PROVINCE, "2026-10-08") == 0
    assert number("link_visits", PROVINCE, "2026-11-22") == 0


def test_only_what_has_ended_is_gathered() -> None:
    some_shares()
    gathered()
    assert number("link_visits", PROVINCE, "2026-11-23") is None
    assert number("link_visits", HERE, "2026-11") is None
    gathered(NOW + timedelta(days=1))
    assert number("link_visits", PROVINCE, "2026-11-23") == 9


def test_a_second_time_changes_nothing_and_writes_no_report() -> None:
    some_shares()
    assert gathered() > 0
    before = figure("link_visits", HERE)
    assert gathered(NOW + timedelta(hours=2)) == 0
    assert gathered(NOW + timedelta(hours=3), all_of_it=True) == 0
    assert figure("link_visits", HERE) == before


def test_what_was_counted_late_corrects_the_figure_and_the_former_one_stays_readable() -> None:
    some_shares()
    gathered()
    with unit_of_work():
        row = db.session.get(ShareCount, (1, date(2026, 10, 6), "zalo", "landing"))
        assert row is not None
        row.number = 15
    later = NOW + timedelta(days=1)
    gathered(later)
    assert (number("link_visits", HERE), number("link_visits", PROVINCE)) == (15, 23)
    now, before = history("link_visits", HERE, OCTOBER)
    assert (now.numerator, before.numerator, before.replaced_at) == (15, 12, later)
    assert now.source.document == "Cổng này tự đếm, gom ngày 24/11/2026"
    assert (now.source.as_of, now.source.entered_by) == (date(2026, 11, 23), "Cổng này")


def test_what_is_older_than_the_months_that_are_counted_again_waits_for_all() -> None:
    slug = team()
    counted(slug, "khai-sinh", date(2026, 8, 30), landings=1, made_at=datetime(2026, 8, 1, tzinfo=UTC))
    gathered()
    counted(slug, "ket-hon", date(2026, 8, 30), landings=6)
    assert gathered() == 0 or number("link_visits", HERE, "2026-08") == 1
    gathered(all_of_it=True)
    assert number("link_visits", HERE, "2026-08") == 7


@pytest.mark.parametrize(
    ("people", "shown", "total"),
    [
        ({"a": 9}, set(), None),
        ({"a": 4, "b": 5}, set(), None),
        ({"a": 40}, {"a"}, 40),
        ({"a": 3, "b": 40}, set(), 43),
        ({"a": 3, "b": 40, "c": 20}, {"b"}, 63),
        ({"a": 3, "b": 4, "c": 20, "d": 30}, {"d"}, 57),
        ({"a": 6, "b": 4, "c": 20, "d": 30}, {"c", "d"}, 60),
    ],
)
def test_fewer_than_ten_people_are_told_by_nothing(people: dict[str, int], shown: set[str], total: int | None) -> None:
    found, sum_of_all = told(people)
    assert (set(found), sum_of_all) == (shown, total)


def test_no_sum_gives_a_handful_of_people_away() -> None:
    dice = Random(5)
    for _ in range(500):
        people = {str(number): dice.choice((1, 3, 8, 9, 10, 15, 60)) for number in range(dice.randrange(1, 9))}
        shown, total = told(people)
        assert all(number >= 10 for number in shown.values())
        if total is not None:
            rest = total - sum(shown.values())
            assert rest == 0 or (rest >= 10 and len(people) - len(shown) >= 2) or not shown


def test_people_helped_are_of_the_month_and_of_ten_or_more() -> None:
    first, second = team(), team("Tổ số hai", OTHER_COMMUNE)
    helped(first, 12, date(2026, 10, 3), "k1")
    helped(first, 30, date(2026, 10, 30), "k2")
    helped(second, 25, date(2026, 10, 9), "k3")
    gathered()
    assert [number("people_helped", unit) for unit in (HERE, THERE, PROVINCE)] == [42, 25, 67]
    with unit_of_work():
        for row in db.session.query(TeamTally).filter_by(key="k3"):
            row.people = 9
    gathered(NOW + timedelta(days=1))
    assert [number("people_helped", unit) for unit in (HERE, THERE, PROVINCE)] == [None, None, 51]


def test_votes_are_a_share_of_all_answers_by_the_month() -> None:
    with unit_of_work():
        for given in [True] * 8 + [False] * 3:
            count_vote("khai-sinh", given, day=date(2026, 10, 9))
        count_vote("khai-sinh", True, day=date(2026, 9, 9))
    gathered()
    found = figure("useful_votes", PROVINCE)
    assert found is not None
    assert (found.numerator, found.denominator) == (8, 11)
    assert number("useful_votes", PROVINCE, "2026-09") is None


def test_searches_without_result_stay_when_their_words_are_forgotten() -> None:
    with unit_of_work():
        for day, text in ((date(2025, 11, 25), "cũ"), (date(2026, 11, 20), "a"), (date(2026, 11, 20), "b")):
            db.session.add(EmptySearch(text=text, locale="vi", day=day, count=3))
    gathered()
    assert number("empty_searches", PROVINCE, "2026-11-20") == 6
    assert number("empty_searches", PROVINCE, "2026-11-21") == 0
    assert number("empty_searches", PROVINCE, "2025-11-25") == 3
    with unit_of_work():
        for row in db.session.query(EmptySearch).filter_by(text="cũ"):
            db.session.delete(row)
    assert gathered(all_of_it=True) == 0
    assert number("empty_searches", PROVINCE, "2025-11-25") == 3


def cells(**months: Mapping[str, tuple[int | None, int | None]]) -> list[list[object]]:
    return [
        [agency, month.replace("_", "-")[1:], {"counted": counted_, "on_time": on_time}]
        for month, found in months.items()
        for agency, (on_time, counted_) in found.items()
    ]  # fmt: skip


def test_feedback_is_told_as_its_own_page_tells_it() -> None:
    told_there = {"": (30, 40), "so-a": (20, 25), "*": (10, 15), "so-b": (None, None)}
    with unit_of_work():
        data = {
            "months": ["2026-11", "2026-10"], "overdue": 0, "has_demo": False,
            "cells": cells(_2026_10=told_there, _2026_11={"": (5, 10)}, _={"": (35, 50)}),
        }  # fmt: skip
        db.session.add(FeedbackFigures(id=1, counted_at=NOW, data=data))
    gathered()
    whole, one = figure("feedback_on_time", PROVINCE), figure("feedback_on_time", agency_unit("so-a"))
    assert whole is not None
    assert one is not None
    assert (whole.numerator, whole.denominator, one.numerator, one.denominator) == (30, 40, 20, 25)
    assert figure("feedback_on_time", agency_unit("so-b")) is None
    assert figure("feedback_on_time", PROVINCE, "2026-11") is None


def test_counts_of_illustrative_teams_are_illustrative() -> None:
    real, demo = team(), team("Tổ minh họa", OTHER_COMMUNE)
    with unit_of_work():
        db.session.query(Team).filter_by(slug=demo).update({"is_demo": True})
    for slug in (real, demo):
        counted(slug, "khai-sinh", date(2026, 10, 7), landings=4)
    gathered()
    marks = [found.is_demo for unit in (HERE, THERE, PROVINCE) if (found := figure("link_visits", unit))]
    assert marks == [False, True, True]


def test_where_nothing_was_counted_nothing_is_said() -> None:
    assert gathered() == 0
    with unit_of_work():
        share_link("", "/huong-dan", "Hướng dẫn", now=NOW)
    assert gathered() == 0


def test_the_number_of_statements_does_not_grow_with_what_is_gathered() -> None:
    some_shares()
    gathered(all_of_it=True)
    with count_queries() as few:
        gathered(all_of_it=True)
    for number_ in range(6):
        slug = team(f"Tổ {number_}", "xa-ba-vinh")
        counted(slug, "khai-sinh", date(2026, 7, 1 + number_), landings=30, reads=9)
        helped(slug, 40, date(2026, 10, 1 + number_), f"k{number_}")
    gathered(all_of_it=True)
    with count_queries() as many:
        gathered(all_of_it=True)
    assert len(many) <= len(few) + 1


def test_the_portals_own_are_indicators_but_nobody_reports_them() -> None:
    assert {one.key for one in ALL} == {one.key for one in (*INDICATORS, *GATHERED)}
    assert len({one.slug for one in ALL}) == len(ALL)
    assert all(indicator(one.key).is_gathered and not one.is_headline for one in GATHERED)
    own = {count.key for one in GATHERED for count in (one.numerator, one.denominator) if count}
    assert not own & {count.key for count in counts()}


def test_it_is_asked_for_once_a_day() -> None:
    with unit_of_work():
        for hour in range(6):
            ask_to_gather(NOW + timedelta(hours=hour - 2))
        ask_to_gather_all(NOW)
    assert messages()["waiting"] == 2 + 1


def test_illustrative_visits_go_with_their_teams() -> None:
    with unit_of_work():
        for part in (TEAMS_DEMO, SHARES_DEMO):
            part.load(NOW)
    gathered()
    found = figure("link_visits", PROVINCE)
    assert found is not None
    assert found.numerator > 100
    assert found.is_demo
    assert number("people_helped", PROVINCE) is not None
    assert not queries.has_demo(), "no unit reported anything illustrative"
    real = team()
    counted(real, "khai-sinh", date(2026, 10, 7), landings=4, made_at=LINKED_ON)
    gathered(NOW + timedelta(days=1))
    with unit_of_work():
        FIGURES.remove()
        TEAMS_DEMO.remove()
    gathered(NOW + timedelta(days=1), all_of_it=True)
    after = figure("link_visits", PROVINCE)
    assert after is not None
    assert (after.numerator, after.is_demo) == (4, False)
    assert number("people_helped", PROVINCE) is None
    assert db.session.query(FigureReport).filter_by(is_demo=True).count() == 0


def test_illustrative_visits_are_loaded_once() -> None:
    with unit_of_work():
        for part in (TEAMS_DEMO, SHARES_DEMO, SHARES_DEMO):
            part.load(NOW)
    first = gathered()
    assert first > 0
    with unit_of_work():
        SHARES_DEMO.load(NOW)
    assert gathered() == 0
