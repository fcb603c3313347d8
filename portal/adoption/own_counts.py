"""Every SELECT of what the portal counts itself, for `gathering`: links, what became of them, votes, searches, help.

Days are those of Asia/Ho_Chi_Minh, both ends of a range included. A commune is named by its slug; None stands for links
that belong to no team.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, select

from portal.adoption.models import PORTAL, FigureReport, Observation, Span
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Key
from portal.core.clock import local_day
from portal.core.db import db
from portal.feedback.models import GuideVotes
from portal.places.models import Place
from portal.search.models import EmptySearch
from portal.sharing.models import ShareCount, ShareLink
from portal.teams.models import Team, TeamTally

_MADE_BY_DEMO = func.max(case((Team.is_demo, 1), else_=0)).label("is_demo")


@dataclass(frozen=True, slots=True)
class Beginning:
    """Since when a commune has links; `is_demo` where an illustrative team has one among them."""

    day: date
    is_demo: bool


def beginnings() -> dict[str | None, Beginning]:
    """The day of each commune's first link."""
    statement = (
        select(Place.slug, func.min(ShareLink.created_at).label("first"), _MADE_BY_DEMO)
        .select_from(ShareLink)
        .outerjoin(Team, Team.slug == ShareLink.team)
        .outerjoin(Place, Place.id == Team.place_id)
        .group_by(Place.slug)
    )
    return {row.slug: Beginning(local_day(row.first), bool(row.is_demo)) for row in db.session.execute(statement)}


def links_made(since: datetime, until: datetime) -> list[tuple[str | None, date]]:
    """The commune and the day of each link that was made from one moment until before another."""
    statement = (
        select(Place.slug, ShareLink.created_at)
        .select_from(ShareLink)
        .outerjoin(Team, Team.slug == ShareLink.team)
        .outerjoin(Place, Place.id == Team.place_id)
        .where(ShareLink.created_at >= since, ShareLink.created_at < until)
    )
    return [(row.slug, local_day(row.created_at)) for row in db.session.execute(statement)]


def presses_by_day(since: date, until: date) -> dict[tuple[str, date], int]:
    """What happened with all links, by event and day."""
    statement = (
        select(ShareCount.event, ShareCount.day, func.sum(ShareCount.number).label("number"))
        .where(ShareCount.day.between(since, until))
        .group_by(ShareCount.event, ShareCount.day)
    )
    return {(row.event, row.day): int(row.number) for row in db.session.execute(statement)}


def presses_by_commune(since: date, until: date) -> dict[tuple[str, str, Period], int]:
    """What happened with the links of teams, by event, commune and month."""
    statement = (
        select(ShareCount.event, Place.slug, *_month_of(ShareCount.day), func.sum(ShareCount.number).label("number"))
        .join(ShareLink, ShareLink.id == ShareCount.link_id)
        .join(Team, Team.slug == ShareLink.team)
        .join(Place, Place.id == Team.place_id)
        .where(ShareCount.day.between(since, until))
        .group_by(ShareCount.event, Place.slug, *_month_of(ShareCount.day))
    )
    return {(row.event, row.slug, _month(row)): int(row.number) for row in db.session.execute(statement)}


def helped_by_commune(since: date, until: date) -> dict[tuple[str, Period], tuple[int, bool]]:
    """How many people teams helped, by commune and month, and whether an illustrative team is among them."""
    statement = (
        select(Place.slug, *_month_of(TeamTally.day), func.sum(TeamTally.people).label("number"), _MADE_BY_DEMO)
        .join(Team, Team.id == TeamTally.team_id)
        .join(Place, Place.id == Team.place_id)
        .where(TeamTally.day.between(since, until), TeamTally.undone_at.is_(None))
        .group_by(Place.slug, *_month_of(TeamTally.day))
    )
    return {(row.slug, _month(row)): (int(row.number), bool(row.is_demo)) for row in db.session.execute(statement)}


def votes_by_month(since: date, until: date) -> dict[Period, tuple[int, int]]:
    """How many found a guide useful, and how many said whether it was."""
    useful, unhappy = func.sum(GuideVotes.useful).label("useful"), func.sum(GuideVotes.not_useful).label("unhappy")
    statement = (
        select(*_month_of(GuideVotes.day), useful, unhappy)
        .where(GuideVotes.day.between(since, until))
        .group_by(*_month_of(GuideVotes.day))
    )
    rows = db.session.execute(statement)
    return {_month(row): (int(row.useful), int(row.useful) + int(row.unhappy)) for row in rows}


def empty_searches_by_day(since: date, until: date) -> dict[date, int]:
    """How many searches found nothing; days without any are left out."""
    statement = (
        select(EmptySearch.day, func.sum(EmptySearch.count).label("number"))
        .where(EmptySearch.day.between(since, until))
        .group_by(EmptySearch.day)
    )
    return {row.day: int(row.number) for row in db.session.execute(statement)}


def first_empty_search() -> date | None:
    """The first day of which a search without result is still kept."""
    return db.session.scalar(select(func.min(EmptySearch.day)))


def gathered(indicators: Collection[str], since: date) -> dict[Key, tuple[int, int | None]]:
    """The counts that were gathered before, of days and months from a day on."""
    statement = select(
        Observation.indicator, Observation.span, Observation.starts_on, Observation.unit_id, Observation.numerator,
        Observation.denominator,
    ).where(
        Observation.indicator.in_(indicators), Observation.span.in_((Span.DAY.value, Span.MONTH.value)),
        Observation.starts_on >= since,
    )  # fmt: skip
    return {Key(*row[:4]): (row.numerator, row.denominator) for row in db.session.execute(statement)}


def has_gathered(indicators: Collection[str]) -> bool:
    """Whether any of them was ever gathered."""
    statement = select(Observation.unit_id).where(Observation.indicator.in_(indicators))
    return db.session.execute(statement.limit(1)).first() is not None


def report_at(now: datetime, *, is_demo: bool) -> int | None:
    """The report of what was gathered at a moment, if there is one already."""
    statement = select(FigureReport.id).where(
        FigureReport.batch == PORTAL, FigureReport.recorded_at == now, FigureReport.is_demo == is_demo
    )
    return db.session.scalar(statement.limit(1))


def _month_of(day: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return extract("year", day).label("year"), extract("month", day).label("month")


def _month(row: Any) -> Period:
    return Period(date(int(row.year), int(row.month), 1), PeriodKind.MONTH)
