"""SELECTs of what was counted with the share links of teams, by week, by page or added up.

Days are those of Asia/Ho_Chi_Minh, both ends of a range included. What was never counted is absent, not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, func, select

from portal.core.db import db
from portal.sharing.models import ShareCount, ShareLink

_K = TypeVar("_K", bound=Hashable)
# Slugs of teams, or the SELECT of them: of a whole province there may be thousands.
Teams = Collection[str] | Select[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often links were opened, what they led to was read, and a start button was pressed."""

    landings: int = 0
    reads: int = 0
    starts: int = 0


_FIELDS = {"landing": "landings", "read": "reads", "start": "starts"}


def by_week(teams: Teams, since: date, until: date) -> dict[date, Tally]:
    """What was counted for some teams together in each week, named by its Monday; none holds days beyond the range."""
    rows = _sums(ShareCount.day, teams, since, until)
    return _tallies((row.key - timedelta(days=row.key.weekday()), row.event, row.number) for row in rows)


def by_page(teams: Teams, since: date, until: date) -> dict[str, Tally]:
    """What was counted for some teams together with each page, by its path; what a commune was chosen for is added."""
    rows = _sums(ShareLink.path, teams, since, until)
    return _tallies((str(row.key).partition("?")[0], row.event, row.number) for row in rows)


def total(teams: Teams, since: date, until: date) -> Tally:
    """What was counted for some teams together."""
    rows = _sums(ShareCount.event, teams, since, until)
    return _tallies(((), row.event, row.number) for row in rows).get((), Tally())


def _sums(key: Any, teams: Teams, since: date, until: date) -> Iterable[Row[Any]]:
    number: ColumnElement[int] = func.sum(ShareCount.number)
    statement = (
        select(key.label("key"), ShareCount.event, number.label("number"))
        .join(ShareLink, ShareCount.link_id == ShareLink.id)
        .where(ShareLink.team.in_(teams), ShareCount.day.between(since, until))
        .group_by(key, ShareCount.event)
        .order_by(key)
    )
    return db.session.execute(statement)


def _tallies(rows: Iterable[tuple[_K, str, int]]) -> dict[_K, Tally]:
    found: defaultdict[_K, dict[str, int]] = defaultdict(dict)
    for key, event, number in rows:
        field = _FIELDS[event]
        found[key][field] = found[key].get(field, 0) + number
    return {key: Tally(**numbers) for key, numbers in found.items()}
