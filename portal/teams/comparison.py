"""What was counted for a team by week, beside what a team of its commune and of the province has on average.

No other team is named, and none can be worked out: an average is told of three teams or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from portal.core.clock import local_day
from portal.sharing import figures
from portal.sharing import queries as links
from portal.sharing.figures import Tally
from portal.teams import queries
from portal.teams.queries import TeamFact
from portal.teams.week import last_mondays, sunday_of

WEEKS = 8
FEWEST_TEAMS = 3


@dataclass(frozen=True, slots=True)
class Means:
    """What one team has on average."""

    landings: float
    reads: float
    starts: float


@dataclass(frozen=True, slots=True)
class Peers:
    """Teams together: how many, and their averages by Monday; without averages where they are too few.

    A week in which there was no link yet that anybody could have opened is absent.
    """

    teams: int
    by_week: Mapping[date, Means]
    total: Means | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The weeks by their Mondays, this one first; `own` has those in which the team had a link."""

    mondays: list[date]
    own: Mapping[date, Tally]
    total: Tally
    commune: Peers
    province: Peers

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the team's was counted in all these weeks."""
        return self.total == Tally()


def compare(team: TeamFact, today: date) -> Comparison:
    """The last weeks of a team, today's unfinished one included: nine statements at most."""
    mondays = last_mondays(today, WEEKS)
    own = _weeks([team.slug], mondays, today)
    return Comparison(
        mondays, own, _sum(own), _peers(queries.working_in(team.commune, is_demo=team.is_demo), mondays, today),
        _peers(queries.working(is_demo=team.is_demo), mondays, today),
    )  # fmt: skip


def _weeks(teams: figures.Teams, mondays: list[date], today: date) -> dict[date, Tally]:
    first = links.first_link_at(teams)
    if first is None:
        return {}
    counted = figures.by_week(teams, mondays[-1], today)
    begun = local_day(first)
    return {
        monday: counted.get(monday, Tally()) for monday in mondays if monday in counted or sunday_of(monday) >= begun
    }


def _sum(weeks: Mapping[date, Tally]) -> Tally:
    return Tally(
        sum(one.landings for one in weeks.values()), sum(one.reads for one in weeks.values()),
        sum(one.starts for one in weeks.values()),
    )  # fmt: skip


def _peers(teams: Select[str], mondays: list[date], today: date) -> Peers:
    number = queries.count_of(teams)
    if number < FEWEST_TEAMS:
        return Peers(number, {}, None)
    weeks = _weeks(teams, mondays, today)
    return Peers(
        number, {monday: _mean(tally, number) for monday, tally in weeks.items()},
        _mean(_sum(weeks), number) if weeks else None,
    )  # fmt: skip


def _mean(tally: Tally, number: int) -> Means:
    return Means(tally.landings / number, tally.reads / number, tally.starts / number)
