"""A team's numbers by week beside averages that name nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.sharing.figures import Tally
from portal.teams import queries, service
from portal.teams.comparison import Comparison, Means, compare
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR
from tests.factories.team_rows import team as row
from tests.factories.teams import COMMUNE, OTHER_COMMUNE, team, team_of
from tests.factories.workspace import WORKSPACE, counted, leader, load_services
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


@pytest.fixture(autouse=True)
def after_new_year() -> Iterator[None]:
    with time_machine.travel("2027-01-01T03:00:00Z", tick=False):
        yield


def weeks_of(slug: str) -> Comparison:
    fact = queries.team_fact(slug)
    assert fact is not None
    return compare(fact, clock.today())


def test_weeks_go_over_the_new_year() -> None:
    slug = team()
    for day, landings in (
        (date(2027, 1, 1), 4),
        (date(2026, 12, 28), 3),
        (date(2026, 12, 27), 2),
        (date(2026, 11, 8), 9),
    ):
        counted(slug, "viec-a", day, landings=landings, reads=1)
    found = weeks_of(slug)
    assert (found.mondays[0], found.mondays[-1], len(found.mondays)) == (date(2026, 12, 28), date(2026, 11, 9), 8)
    assert found.own[date(2026, 12, 28)] == Tally(7, 2, 0), "both sides of the new year are one week"
    assert found.own[date(2026, 12, 21)] == Tally(2, 1, 0)
    assert found.own[date(2026, 12, 14)] == Tally(), "a week with a link and without a visit is nought"
    assert found.total == Tally(9, 3, 0), "what is older is left out"


def test_before_the_first_link_there_is_nothing_to_count() -> None:
    slug = team()
    # Sunday 23:30 in UTC is Monday in Việt Nam.
    counted(slug, "viec-a", date(2026, 12, 23), reads=2, made_at=datetime(2026, 12, 20, 23, 30, tzinfo=UTC))
    found = weeks_of(slug)
    assert set(found.own) == {date(2026, 12, 28), date(2026, 12, 21)}
    assert not found.is_empty


def test_averages_are_of_all_teams_that_work() -> None:
    slug, second, _third = team(), team("Tổ hai"), team("Tổ ba")
    far, ended = team("Tổ xa", OTHER_COMMUNE), team("Tổ nghỉ")
    for of, landings in ((slug, 10), (second, 2), (far, 8), (ended, 900)):
        counted(of, "viec-a", date(2026, 12, 30), landings=landings, starts=landings // 2)
    with unit_of_work():
        service.disband(team_of(ended), date(2026, 12, 31), actor=OPERATOR, now=clock.now())
    row("minh-hoa", COMMUNE, is_demo=True)
    counted("minh-hoa", "viec-a", date(2026, 12, 30), landings=7_000)
    found, monday = weeks_of(slug), date(2026, 12, 28)
    assert (found.commune.teams, found.commune.by_week[monday]) == (3, Means(4, 0, 2))
    assert (found.province.teams, found.province.by_week[monday]) == (4, Means(5, 0, 2.5))
    assert found.commune.total == Means(4, 0, 2)
    assert weeks_of("minh-hoa").commune.teams == 1, "illustrative teams are among themselves"


def test_of_two_teams_no_average_tells_the_other() -> None:
    slug, second = team(), team("Tổ hai")
    far = team("Tổ xa", OTHER_COMMUNE)
    counted(second, "viec-a", date(2026, 12, 30), landings=6)
    found = weeks_of(slug)
    assert (found.commune.teams, found.commune.total, found.commune.by_week) == (2, None, {})
    assert found.province.total == Means(2, 0, 0)
    assert far


def test_the_page_shows_them_and_names_no_other_team(app: Flask) -> None:
    load_services()
    slug = team()
    for name, landings in (("Tổ giấu tên", 7), ("Tổ kín tiếng", 3)):
        counted(team(name), "viec-a", date(2026, 12, 30), landings=landings)
    who = leader(app, slug)
    words = check(who.get(WORKSPACE), WORKSPACE).words
    assert "Chưa đếm được lượt nào" in words
    assert "Lượt mở – 3,3 3,3" in words
    counted(slug, "viec-a", date(2026, 12, 30), landings=1_100)
    page = check(who.get(WORKSPACE), WORKSPACE)
    assert "Chưa đếm được lượt nào" not in page.words
    assert "Lượt mở 1.100 370,0 370,0" in page.words
    assert "28/12 1.100 370,0 370,0" in page.words
    assert "09/11 0 0,0 0,0" in page.words
    for name in ("giấu tên", "kín tiếng"):
        assert name not in page.words
    english = check(who.get(f"/en{WORKSPACE}"), WORKSPACE).words
    assert "28 Dec 1,100 370.0 370.0" in english
