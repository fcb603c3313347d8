"""SELECTs about one unit: whether it reports at all, and what was said of it before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from portal.adoption.models import (
    FigureReport,
    FigureUnit,
    Observation,
    ObservationRevision,
    Span,
)
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Unit, unit_ids
from portal.adoption.registry import indicator
from portal.core.content import memoised_by_content
from portal.core.db import db

_KINDS = {Span.MONTH_OF_DAYS.value: PeriodKind.MONTH}
MOST_REVISED = 100


@memoised_by_content
def reporting_units(indicators: tuple[str, ...]) -> frozenset[Unit]:
    """The units that reported any of the indicators."""
    reported = exists().where(Observation.unit_id == FigureUnit.id, Observation.indicator.in_(indicators))
    rows = db.session.execute(select(FigureUnit.kind, FigureUnit.key).where(reported))
    return frozenset(Unit(row.kind, row.key) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Counts, and the document that they come from."""

    numerator: int
    denominator: int | None
    document: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """What was said of a period until `replaced_at`; `now` is what is said today, None where it was taken back."""

    indicator: str
    period: Period
    before: Said
    replaced_at: datetime
    is_withdrawn: bool
    is_demo: bool
    now: Said | None


def _told(indicators: Collection[str]) -> list[str]:
    """Not those that count people: a corrected count beside today's could tell of the few that are hidden."""
    return [key for key in indicators if not indicator(key).counts_people]


def count_revised(unit: Unit, indicators: Collection[str]) -> int:
    """How often a figure of a unit was corrected or taken back, where that may be told."""
    statement = select(func.count()).where(
        ObservationRevision.unit_id == unit_ids().get(unit, -1), ObservationRevision.indicator.in_(_told(indicators))
    )
    return db.session.scalar(statement) or 0


def revised(unit: Unit, indicators: Collection[str]) -> list[Revised]:
    """The last hundred corrections of a unit's figures, the latest first: one statement."""
    then, today = aliased(FigureReport), aliased(FigureReport)
    same = and_(
        Observation.indicator == ObservationRevision.indicator, Observation.span == ObservationRevision.span,
        Observation.starts_on == ObservationRevision.starts_on, Observation.unit_id == ObservationRevision.unit_id,
    )  # fmt: skip
    statement = (
        select(ObservationRevision, then, Observation, today)
        .join(then, then.id == ObservationRevision.report_id)
        .outerjoin(Observation, same)
        .outerjoin(today, today.id == Observation.report_id)
        .where(
            ObservationRevision.unit_id == unit_ids().get(unit, -1),
            ObservationRevision.indicator.in_(_told(indicators)),
        )
        .order_by(ObservationRevision.id.desc())
        .limit(MOST_REVISED)
    )  # fmt: skip
    # Any: of an outer join the types know no None.
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [
        Revised(
            indicator=row.indicator, period=Period(row.starts_on, _KINDS.get(row.span) or PeriodKind(row.span)),
            before=_said(row, report), replaced_at=row.replaced_at, is_withdrawn=row.is_withdrawn,
            is_demo=report.is_demo, now=None if own is None else _said(current, own),
        )
        for row, report, current, own in rows
    ]  # fmt: skip


def _said(row: Observation | ObservationRevision, report: FigureReport) -> Said:
    return Said(
        numerator=row.numerator, denominator=row.denominator, document=report.document, url=report.url
    )  # fmt: skip
