"""SELECTs of sums over today's communes, and of who and what was heard of at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from portal.adoption.figures import Figure
from portal.adoption.models import FigureReport, FigureUnit, Observation
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import standing_communes, within
from portal.core.db import db
from portal.places.models import Place


def heard_communes(indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date) -> frozenset[str]:
    """The slugs of today's communes that reported anything of it."""
    statement = _of_standing(select(FigureUnit.key).distinct(), indicators, kinds, first, last)
    return frozenset(db.session.scalars(statement))


def indicators_reported(
    indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date
) -> frozenset[str]:
    """Those of the indicators that today's communes reported anything of."""
    statement = _of_standing(select(Observation.indicator).distinct(), indicators, kinds, first, last)
    return frozenset(db.session.scalars(statement))


def _of_standing(
    statement: Any, indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date
) -> Any:
    return (
        statement.select_from(Observation)
        .join(FigureUnit, FigureUnit.id == Observation.unit_id)
        .join(Place, Place.slug == FigureUnit.key)
        .where(*within(indicators, kinds, first, last), standing_communes())
    )


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over the communes that reported a period, and how many they were."""

    indicator: str
    period: Period
    figure: Figure


def totals_of_communes(indicators: Collection[str], kind: PeriodKind, first: date, last: date) -> Iterator[Total]:
    """Sums over today's communes of periods of one kind, as they were reported: one statement, a row a period."""
    columns = (
        Observation.indicator, Observation.starts_on, func.sum(Observation.numerator).label("numerator"),
        func.sum(Observation.denominator).label("denominator"), func.count().label("units"),
        func.sum(Observation.days).label("days"), func.max(FigureReport.as_of).label("as_of"),
        func.max(FigureReport.recorded_at).label("recorded_at"),
        func.max(FigureReport.id).label("newest"), func.min(FigureReport.id).label("oldest"),
        func.max(case((FigureReport.is_demo, 1), else_=0)).label("demo"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(FigureReport, FigureReport.id == Observation.report_id)
        .join(FigureUnit, FigureUnit.id == Observation.unit_id)
        .join(Place, Place.slug == FigureUnit.key)
        .where(*within(indicators, [kind], first, last), standing_communes())
        .group_by(Observation.indicator, Observation.starts_on)
    )  # fmt: skip
    for row in db.session.execute(statement):
        figure = Figure(
            numerator=int(row.numerator), denominator=None if row.denominator is None else int(row.denominator),
            reported=row.units, expected=row.units, days=int(row.days), as_of=row.as_of, recorded_at=row.recorded_at,
            reports=tuple(dict.fromkeys((row.newest, row.oldest))), is_demo=bool(row.demo),
        )  # fmt: skip
        yield Total(row.indicator, Period(row.starts_on, kind), figure)
