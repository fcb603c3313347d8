"""SELECTs of those who take away all observations: in the order of their key, a part at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal.adoption.models import FigureReport, FigureUnit, Observation, ObservationRevision, Span, UnitKind
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Key, Unit, kind_of_span, spans_of, unit_ids
from portal.core.db import db
from portal.places.models import Level, Place

_IDENTITY = (Observation.indicator, Observation.span, Observation.starts_on, Observation.unit_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which observations: of an indicator, a unit, periods of a kind that begin from one day to another, and those
    that were written, or written anew, at a moment or later. What is None or empty wants all."""

    indicator: str = ""
    unit: Unit | None = None
    kind: PeriodKind | None = None
    first: date | None = None
    last: date | None = None
    since: datetime | None = None


def observations_after(wanted: Wanted, after: Key | None, limit: int) -> Sequence[Any]:
    """The next observations, each with its counts and its report: one statement, quick also at the end."""
    if wanted.since is not None and not _changed_since(wanted.since):
        return []
    statement = select(
        *_IDENTITY, Observation.numerator, Observation.denominator, Observation.days, FigureReport.document,
        FigureReport.url, FigureReport.as_of, FigureReport.recorded_at, FigureReport.is_demo,
    ).join(FigureReport, FigureReport.id == Observation.report_id)  # fmt: skip
    statement = _narrowed(statement, wanted)
    if after is not None:
        statement = statement.where(tuple_(*_IDENTITY) > tuple_(*after))
    return db.session.execute(statement.order_by(*_IDENTITY).limit(limit)).all()


def count_observations(wanted: Wanted, most: int | None = None) -> int:
    """How many observations there are, counting to `most` at most."""
    if most is None and wanted == Wanted():
        return db.session.scalar(select(func.count()).select_from(Observation)) or 0
    found = _narrowed(select(Observation.unit_id), wanted)
    if wanted.since is not None:
        found = found.join(FigureReport, FigureReport.id == Observation.report_id)
    return db.session.scalar(select(func.count()).select_from(found.limit(most).subquery())) or 0


def _narrowed(statement: Any, wanted: Wanted) -> Any:
    conditions = _about(Observation, wanted)
    if wanted.since is not None:
        conditions.append(or_(FigureReport.recorded_at >= wanted.since, _restored_since(wanted.since)))
    return statement.where(*conditions)


def _restored_since(since: datetime) -> ColumnElement[bool]:
    """An import that was undone brings back what an older report said; under a month, the sum of its days."""
    same = and_(
        ObservationRevision.unit_id == Observation.unit_id, ObservationRevision.indicator == Observation.indicator,
        ObservationRevision.starts_on == Observation.starts_on, ObservationRevision.replaced_at >= since,
    )  # fmt: skip
    is_sum = Observation.span == Span.MONTH_OF_DAYS.value
    return or_(
        exists().where(same, ObservationRevision.span == Observation.span),
        is_sum & exists().where(same, ObservationRevision.span == Span.MONTH.value),
    )


def withdrawn_after(wanted: Wanted, after: int, limit: int) -> Sequence[Any]:
    """The next figures that were taken back and of which nothing is left, in the order in which they went."""
    statement = select(
        ObservationRevision.id, ObservationRevision.indicator, ObservationRevision.span, ObservationRevision.starts_on,
        ObservationRevision.unit_id, ObservationRevision.replaced_at, FigureReport.document, FigureReport.is_demo,
    ).join(FigureReport, FigureReport.id == ObservationRevision.report_id)  # fmt: skip
    statement = statement.where(*_withdrawn(wanted), ObservationRevision.id > after)
    return db.session.execute(statement.order_by(ObservationRevision.id).limit(limit)).all()


def count_withdrawn(wanted: Wanted, most: int | None = None) -> int:
    """How many there are of them, counting to `most` at most."""
    found = select(ObservationRevision.id).where(*_withdrawn(wanted)).limit(most)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def has_demo_withdrawn() -> bool:
    """Whether any illustrative figure was taken back."""
    demo = exists().where(
        FigureReport.is_demo, FigureReport.id == ObservationRevision.report_id, ObservationRevision.is_withdrawn
    )
    return bool(db.session.scalar(select(demo)))


def _withdrawn(wanted: Wanted) -> list[ColumnElement[bool]]:
    row, later = ObservationRevision, aliased(ObservationRevision)
    # A month that was reported and the sum of its days are the same to whoever reads.
    other = case(
        (row.span == Span.MONTH.value, Span.MONTH_OF_DAYS.value),
        (row.span == Span.MONTH_OF_DAYS.value, Span.MONTH.value),
    )
    there = (
        Observation.indicator == row.indicator, Observation.starts_on == row.starts_on,
        Observation.unit_id == row.unit_id,
    )  # fmt: skip
    again = exists().where(
        later.unit_id == row.unit_id, later.indicator == row.indicator, later.span == row.span,
        later.starts_on == row.starts_on, later.id > row.id, later.is_withdrawn,
    )  # fmt: skip
    conditions: list[ColumnElement[bool]] = [
        row.is_withdrawn.is_(True), ~again, ~exists().where(*there, Observation.span == row.span),
        ~exists().where(*there, Observation.span == other),
    ]  # fmt: skip
    if wanted.since is not None:
        conditions.append(row.replaced_at >= wanted.since)
    return conditions + _about(row, wanted)


def _about(row: type[Observation] | type[ObservationRevision], wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions that are of figures and revisions alike."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.indicator:
        conditions.append(row.indicator == wanted.indicator)
    if wanted.unit is not None:
        conditions.append(row.unit_id == unit_ids().get(wanted.unit, -1))
    if wanted.kind is not None:
        conditions.append(row.span.in_(spans_of([wanted.kind])))
    if wanted.first is not None:
        conditions.append(row.starts_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(row.starts_on <= wanted.last)
    return conditions


def _changed_since(since: datetime) -> bool:
    """Whether anything was, without looking at observations: most who ask again and again ask in vain."""
    reports = exists().where(FigureReport.recorded_at >= since)
    revisions = exists().where(ObservationRevision.replaced_at >= since)
    return bool(db.session.scalar(select(or_(reports, revisions))))


def mark() -> tuple[int, int]:
    """What every import, undoing and removal of figures changes."""
    reports = select(func.coalesce(func.max(FigureReport.id), 0)).scalar_subquery()
    revisions = select(func.coalesce(func.max(ObservationRevision.id), 0)).scalar_subquery()
    row = db.session.execute(select(reports, revisions)).one()
    return int(row[0]), int(row[1])


def last_recorded() -> datetime | None:
    """When figures last came, or were taken back."""
    moments = (
        db.session.scalar(select(func.max(FigureReport.recorded_at))),
        db.session.scalar(select(func.max(ObservationRevision.replaced_at))),
    )
    return max((moment for moment in moments if moment), default=None)


def bounds() -> tuple[date, date] | None:
    """The first day of the earliest observation and the last one of the latest; None where there is none."""
    edges = select(Observation.span, func.min(Observation.starts_on), func.max(Observation.starts_on))
    rows = db.session.execute(edges.group_by(Observation.span)).all()
    ends = [Period(last, kind_of_span(span)).end for span, _, last in rows]
    return (min(first for _, first, _ in rows), max(ends)) if rows else None


def people_of_year(indicator: str, year: int) -> Sequence[Any]:
    """An indicator's reports of a year but for days: span, start, unit, denominator, and whether totals contain it."""
    is_commune = and_(
        FigureUnit.kind == UnitKind.PLACE.value, Place.level == Level.COMMUNE.value, Place.valid_to.is_(None)
    )
    statement = (
        select(
            Observation.span, Observation.starts_on, Observation.unit_id, Observation.denominator,
            case((is_commune, True), else_=False).label("is_in_total"),
        )
        .join(FigureUnit, FigureUnit.id == Observation.unit_id)
        .join(Place, Place.slug == FigureUnit.key, isouter=True)
        .where(
            Observation.indicator == indicator, Observation.span != Span.DAY.value,
            Observation.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )  # fmt: skip
    return db.session.execute(statement).all()
