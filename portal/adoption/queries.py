"""Every SELECT of the adoption statistics. Pages ask `reading`, which makes figures of what these return."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select

from portal.adoption.figures import Figure
from portal.adoption.models import (
    PORTAL,
    FigureReport,
    FigureUnit,
    Observation,
    PublishedFigure,
    Span,
    Target,
    UnitKind,
)
from portal.adoption.periods import Period, PeriodKind
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.places.models import Level, Place

_MONTHS = (Span.MONTH.value, Span.MONTH_OF_DAYS.value)
_KINDS = {
    Span.DAY.value: PeriodKind.DAY, Span.MONTH.value: PeriodKind.MONTH, Span.MONTH_OF_DAYS.value: PeriodKind.MONTH,
    Span.QUARTER.value: PeriodKind.QUARTER, Span.YEAR.value: PeriodKind.YEAR,
}  # fmt: skip


class Unit(NamedTuple):
    """A place or an agency by its slug."""

    kind: str
    key: str


def place_unit(slug: str) -> Unit:
    """A place as figures know it."""
    return Unit(UnitKind.PLACE.value, slug)


def agency_unit(slug: str) -> Unit:
    """An agency as figures know it."""
    return Unit(UnitKind.AGENCY.value, slug)


class Key(NamedTuple):
    """What identifies an observation: `span` and `unit_id` as in the table."""

    indicator: str
    span: str
    starts_on: date
    unit_id: int


@dataclass(frozen=True, slots=True)
class Reported:
    """One observation: of whom, of what, when, and its counts as a figure."""

    indicator: str
    unit: Unit
    period: Period
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where figures come from, and since when they are here."""

    id: int
    document: str
    url: str
    as_of: date | None
    batch: str
    entered_by: str
    recorded_at: datetime
    is_demo: bool


@memoised_by_content
def unit_ids() -> Mapping[Unit, int]:
    """The number of every unit that figures were ever reported of."""
    return {Unit(row.kind, row.key): row.id for row in db.session.execute(_units())}


@memoised_by_content
def unit_names() -> Mapping[Unit, str]:
    """What they were called when their first figure came."""
    return {Unit(row.kind, row.key): row.name for row in db.session.execute(_units())}


def _units() -> Select[int, str, str, str]:
    return select(FigureUnit.id, FigureUnit.kind, FigureUnit.key, FigureUnit.name)


def spans_of(kinds: Iterable[PeriodKind]) -> list[str]:
    """How observations of such periods are stored."""
    return [span for kind in kinds for span in (_MONTHS if kind is PeriodKind.MONTH else (kind.value,))]


def kind_of_span(span: str) -> PeriodKind:
    """The length of the period that an observation is of."""
    return _KINDS[span]


def standing_communes() -> ColumnElement[bool]:
    """Observations of today's communes."""
    is_place = FigureUnit.kind == UnitKind.PLACE.value
    return is_place & (Place.level == Level.COMMUNE.value) & Place.valid_to.is_(None)


def reported(
    indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date, *, units: Collection[Unit]
) -> Iterator[Reported]:
    """What units reported of indicators, for periods that begin from one day to another."""
    known = {unit_id: unit for unit, unit_id in unit_ids().items() if unit in units}
    if known:
        rows = db.session.execute(
            _observations(indicators, kinds, first, last).where(Observation.unit_id.in_(known))
        )  # fmt: skip
        for row in rows:
            yield Reported(row.indicator, known[row.unit_id], Period(row.starts_on, _KINDS[row.span]), _figure(row))


def reported_by_communes(
    indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date
) -> Iterator[Reported]:
    """What today's communes reported."""
    statement = _observations(indicators, kinds, first, last).add_columns(FigureUnit.key)
    statement = statement.join(FigureUnit, FigureUnit.id == Observation.unit_id)
    statement = statement.join(Place, Place.slug == FigureUnit.key).where(standing_communes())
    for row in db.session.execute(statement):
        period = Period(row.starts_on, _KINDS[row.span])
        yield Reported(row.indicator, place_unit(row.key), period, _figure(row))


def within(
    indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date
) -> tuple[ColumnElement[bool], ...]:
    """Observations of some indicators for periods that begin from one day to another."""
    return (
        Observation.indicator.in_(indicators), Observation.span.in_(spans_of(kinds)),
        Observation.starts_on.between(first, last),
    )  # fmt: skip


def _observations(indicators: Collection[str], kinds: Iterable[PeriodKind], first: date, last: date) -> Any:
    columns = (
        Observation.indicator, Observation.span, Observation.starts_on, Observation.unit_id, Observation.numerator,
        Observation.denominator, Observation.days, Observation.report_id, FigureReport.as_of,
        FigureReport.recorded_at, FigureReport.is_demo,
    )  # fmt: skip
    statement = select(*columns).join(FigureReport, FigureReport.id == Observation.report_id)
    return statement.where(*within(indicators, kinds, first, last))


def _figure(row: Any) -> Figure:
    return Figure(
        numerator=row.numerator, denominator=row.denominator, days=row.days, as_of=row.as_of,
        recorded_at=row.recorded_at, reports=(row.report_id,), is_demo=row.is_demo,
    )  # fmt: skip


def latest_start(indicator: str, kind: PeriodKind, *, unit: Unit | None = None) -> date | None:
    """The beginning of the latest period of a kind for which anybody, or a unit, reported."""
    return _edge(indicator, kind, unit, is_latest=True)


def earliest_start(indicator: str, kind: PeriodKind, *, unit: Unit | None = None) -> date | None:
    """The beginning of the earliest such period."""
    return _edge(indicator, kind, unit, is_latest=False)


def _edge(indicator: str, kind: PeriodKind, unit: Unit | None, *, is_latest: bool) -> date | None:
    edges = []
    edge = func.max if is_latest else func.min
    for span in spans_of([kind]):  # one span each, so that the index gives it at once
        statement = select(edge(Observation.starts_on)).where(
            Observation.indicator == indicator, Observation.span == span
        )
        if unit is not None:
            statement = statement.where(Observation.unit_id == unit_ids().get(unit, -1))
        if found := db.session.scalar(statement):
            edges.append(found)
    return (max if is_latest else min)(edges) if edges else None


def sources(ids: Iterable[int]) -> list[Source]:
    """The sources of figures, the latest first."""
    statement = select(FigureReport).where(FigureReport.id.in_(list(ids)))
    statement = statement.order_by(FigureReport.recorded_at.desc(), FigureReport.id.desc())
    return [_source(row) for row in db.session.scalars(statement)]


def sources_of_period(indicator: str, period: Period) -> list[Source]:
    """All sources of what was reported of an indicator for exactly this period, the latest first."""
    used = select(Observation.report_id).where(
        Observation.indicator == indicator, Observation.span.in_(spans_of([period.kind])),
        Observation.starts_on == period.start,
    )  # fmt: skip
    statement = select(FigureReport).where(FigureReport.id.in_(used))
    statement = statement.order_by(FigureReport.recorded_at.desc(), FigureReport.id.desc())
    return [_source(row) for row in db.session.scalars(statement)]


def _source(row: FigureReport) -> Source:
    return Source(
        id=row.id, document=row.document, url=row.url, as_of=row.as_of, batch=row.batch, entered_by=row.entered_by,
        recorded_at=row.recorded_at, is_demo=row.is_demo,
    )  # fmt: skip


def published(*, places: Collection[str] | None = None, indicator: str = "") -> Sequence[PublishedFigure]:
    """Figures as sources print them, the latest period first; of some places, or of one indicator."""
    statement = select(PublishedFigure).where(PublishedFigure.is_withdrawn.is_(False))
    statement = statement.order_by(PublishedFigure.starts_on.desc(), PublishedFigure.slug)
    if places is not None:
        statement = statement.where(PublishedFigure.place.in_(places))
    if indicator:
        statement = statement.where(PublishedFigure.indicator == indicator)
    return db.session.scalars(statement).all()


def published_by_slug(slugs: Collection[str]) -> dict[str, PublishedFigure]:
    """Published figures by their slugs."""
    rows = db.session.scalars(select(PublishedFigure).where(PublishedFigure.slug.in_(slugs)))
    return {row.slug: row for row in rows}


def targets(indicator: str) -> Sequence[Target]:
    """All targets of an indicator, the latest first."""
    statement = select(Target).where(Target.indicator == indicator)
    return db.session.scalars(statement.order_by(Target.starts_on.desc(), Target.applies_to, Target.id)).all()


def targets_of(indicators: Collection[str]) -> Mapping[str, Sequence[Target]]:
    """The targets of several indicators, of each the latest first: one statement."""
    statement = select(Target).where(Target.indicator.in_(indicators))
    found: dict[str, list[Target]] = {}
    for row in db.session.scalars(statement.order_by(Target.starts_on.desc(), Target.applies_to, Target.id)):
        found.setdefault(row.indicator, []).append(row)
    return found


@memoised_by_content
def has_demo() -> bool:
    """Whether any figure that units reported is illustrative."""
    return bool(db.session.scalar(select(exists().where(FigureReport.is_demo, FigureReport.batch != PORTAL))))


def has_real() -> bool:
    """Whether units reported anything that is not illustrative."""
    real = select(Observation.report_id).join(FigureReport, FigureReport.id == Observation.report_id)
    real = real.where(FigureReport.is_demo.is_(False), FigureReport.batch != PORTAL)
    return db.session.execute(real.limit(1)).first() is not None


def demo_keys() -> Sequence[Key]:
    """The keys of the illustrative days and months."""
    statement = select(*_IDENTITY).join(FigureReport, FigureReport.id == Observation.report_id)
    spans = (Span.DAY.value, Span.MONTH.value)
    rows = db.session.execute(statement.where(FigureReport.is_demo, Observation.span.in_(spans)))
    return [Key(*row) for row in rows]


# For the service and the imports.


def stored(keys: Collection[Key]) -> dict[Key, Any]:
    """The observations with these keys: rows of numerator, denominator, days and report_id.

    Asked for as a few rectangles of units and days, which tables mostly are: naming each key takes ten times as long.
    """
    found: dict[Key, Any] = {}
    for span in {key.span for key in keys}:
        wanted = {key for key in keys if key.span == span}
        for starts, units in _rectangles(wanted):
            statement = select(*_IDENTITY, *_COUNTS).where(
                Observation.indicator.in_({key.indicator for key in wanted}), Observation.span == span,
                Observation.starts_on.in_(starts), Observation.unit_id.in_(units),
            )  # fmt: skip
            for row in db.session.execute(statement):
                key = Key(row.indicator, row.span, row.starts_on, row.unit_id)
                if key in wanted:
                    found[key] = row
    return found


_IDENTITY = (Observation.indicator, Observation.span, Observation.starts_on, Observation.unit_id)
_COUNTS = (Observation.numerator, Observation.denominator, Observation.days, Observation.report_id)
# How many times as many observations as are wanted may lie in one rectangle.
_SLACK = 4


def _rectangles(keys: Collection[Key]) -> list[tuple[set[date], set[int]]]:
    """Sets of first days and units that hold all keys: one for all, unless most of it is not wanted."""
    pairs = {(key.starts_on, key.unit_id) for key in keys}
    starts, units = {start for start, _ in pairs}, {unit for _, unit in pairs}
    if len(starts) * len(units) <= _SLACK * len(pairs):
        return [(starts, units)]
    if len(starts) <= len(units):
        return [({start}, {unit for one, unit in pairs if one == start}) for start in starts]
    return [({start for start, one in pairs if one == unit}, {unit}) for unit in units]


def days_of_months(indicators: Collection[str], months: Collection[date], unit_ids: Collection[int]) -> Sequence[Any]:
    """What was reported day by day in months, summed: rows of indicator, month, unit and the sums."""
    found: list[Any] = []
    for month in months:
        last = Period(month, PeriodKind.MONTH).end
        statement = select(
            Observation.indicator, Observation.unit_id, func.sum(Observation.numerator).label("numerator"),
            func.sum(Observation.denominator).label("denominator"), func.count().label("days"),
            func.max(Observation.report_id).label("report_id"),
        ).where(
            Observation.indicator.in_(indicators), Observation.span == Span.DAY.value,
            Observation.starts_on.between(month, last), Observation.unit_id.in_(unit_ids),
        ).group_by(Observation.indicator, Observation.unit_id)  # fmt: skip
        found += [(month, row) for row in db.session.execute(statement)]
    return found


def report_days(ids: Collection[int]) -> dict[int, date | None]:
    """Of those of the reports that exist the days that they are of."""
    rows = db.session.execute(select(FigureReport.id, FigureReport.as_of).where(FigureReport.id.in_(ids)))
    return {row.id: row.as_of for row in rows}


def target(indicator: str, applies_to: str, starts_on: date) -> Target | None:
    """One target, to be changed."""
    return db.session.scalar(
        select(Target).where(
            Target.indicator == indicator, Target.applies_to == applies_to, Target.starts_on == starts_on
        )
    )  # fmt: skip
