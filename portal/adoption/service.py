"""Every change of the adoption statistics. Flushes, never commits; moments and who does it are arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, literal, or_, select, true

from portal.adoption import queries
from portal.adoption.models import (
    FigureReport,
    FigureUnit,
    Observation,
    ObservationRevision,
    PublishedFigure,
    Span,
    Target,
)
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import ALL, indicator
from portal.adoption.undo_queries import of_batch
from portal.core.db import db, table_of

_CHUNK = 1_000


class FigureError(ValueError):
    """A figure that can't be; the message says why."""


class Counted(NamedTuple):
    """The counts of one observation and the report that they come from; no denominator for what is no share."""

    numerator: int
    denominator: int | None
    report_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where figures come from."""

    document: str
    url: str = ""
    as_of: date | None = None
    batch: str = ""
    entered_by: str = ""
    is_demo: bool = False


def add_report(given: Provenance, *, now: datetime) -> int:
    """A new report; its id."""
    report = FigureReport(**asdict(given), recorded_at=now)
    db.session.add(report)
    db.session.flush()
    return report.id


def add_units(names: Mapping[Unit, str]) -> dict[Unit, int]:
    """The numbers of units, given to those that have none yet."""
    known = _unit_ids(names)
    new = [{"kind": unit.kind, "key": unit.key, "name": name} for unit, name in names.items() if unit not in known]
    if new:
        db.session.execute(insert(FigureUnit), new)
        known = _unit_ids(names)
    return known


def _unit_ids(units: Iterable[Unit]) -> dict[Unit, int]:
    wanted = frozenset(units)
    return {unit: number for unit, number in queries.unit_ids().items() if unit in wanted}


def write(observations: Mapping[Key, Counted], *, now: datetime) -> int:
    """Write observations over what was reported before, which is kept as revisions; how many differ.

    What is there with the same counts stays as it is, with its report. FigureError where a count can't be.
    """
    for key, counted in observations.items():
        _check(key, counted)
    changed = 0
    for chunk in _chunks(list(observations)):
        before = queries.stored(chunk)
        differing = {
            key: observations[key]
            for key in chunk
            if key not in before or (before[key].numerator, before[key].denominator) != observations[key][:2]
        }
        replace(differing, known={key: before[key] for key in before.keys() & differing.keys()}, now=now)
        sum_days(differing, now=now)
        changed += len(differing)
    return changed


def _check(key: Key, counted: Counted) -> None:
    known = indicator(key.indicator)
    if (known.denominator is None) != (counted.denominator is None):
        raise FigureError(f"{key.indicator}: a share needs a denominator, a number has none")
    if counted.numerator < 0 or (counted.denominator is not None and counted.denominator < counted.numerator):
        raise FigureError(f"{key.indicator}: {counted.numerator} of {counted.denominator}")


def replace(observations: Mapping[Key, Counted], *, known: Mapping[Key, Any], now: datetime) -> None:
    """Write observations that differ from what is there; `known` are the rows of those that are there.

    `sum_days` has to follow, once for as many as there are.
    """
    _withdraw(known, now=now, is_withdrawn=False)
    _insert(observations)


def remove(rows: Mapping[Key, Any], *, now: datetime) -> None:
    """Take observations back, as when an import is undone; that they were there stays readable."""
    _withdraw(rows, now=now, is_withdrawn=True)
    sum_days(rows, now=now)


def restore(observations: Mapping[Key, Counted], *, now: datetime) -> None:
    """Bring observations back to what they were before an import that is undone.

    Those whose report is gone by now, because it was illustrative, are taken back altogether.
    """
    for chunk in _chunks(list(observations)):
        _withdraw(queries.stored(chunk), now=now, is_withdrawn=True)
    bring_back(observations)
    sum_days(observations, now=now)


def bring_back(observations: Mapping[Key, Counted]) -> None:
    """Write what was before where nothing stands now, but for what has lost its report. `sum_days` has to follow."""
    there = queries.report_days({counted.report_id for counted in observations.values()})
    _insert({key: counted for key, counted in observations.items() if counted.report_id in there})


def remove_batch(batch: str, *, now: datetime) -> None:
    """Take all back that an import wrote and that still stands, in two statements. `sum_days` has to follow."""
    wanted, names = of_batch(batch), [*Key._fields, "numerator", "denominator", "report_id"]
    rows = select(
        *(getattr(Observation, name) for name in names), literal(now, ObservationRevision.replaced_at.type), true()
    ).where(wanted)
    kept = [*names, "replaced_at", "is_withdrawn"]
    db.session.execute(insert(table_of(ObservationRevision)).from_select(kept, rows))
    db.session.execute(delete(table_of(Observation)).where(wanted))


def _withdraw(rows: Mapping[Key, Any], *, now: datetime, is_withdrawn: bool) -> None:
    """Move observations to the revisions."""
    _note(rows.items(), now=now, is_withdrawn=is_withdrawn)
    _delete(rows)


def _note(rows: Collection[tuple[Key, Any]], *, now: datetime, is_withdrawn: bool) -> None:
    revisions = [
        {
            **key._asdict(), "numerator": row.numerator, "denominator": row.denominator, "report_id": row.report_id,
            "replaced_at": now, "is_withdrawn": is_withdrawn,
        }
        for key, row in rows
    ]  # fmt: skip
    if revisions:
        db.session.execute(insert(table_of(ObservationRevision)), revisions)


def _delete(keys: Iterable[Key]) -> None:
    table = table_of(Observation)
    named = [table.c[name] == bindparam(f"key_{name}") for name in Key._fields]
    given = [{f"key_{name}": value for name, value in key._asdict().items()} for key in keys]
    if given:
        db.session.execute(delete(table).where(*named), given)


def _insert(observations: Mapping[Key, Counted]) -> None:
    rows = [{**key._asdict(), **counted._asdict(), "days": 0} for key, counted in observations.items()]
    if rows:
        db.session.execute(insert(table_of(Observation)), rows)


def sum_days(keys: Collection[Key], *, now: datetime | None) -> None:
    """Keep the sums of the months of these observations; where a month was reported itself, there is none.

    A sum that days were taken from leaves a revision, so that whoever polls hears of it; without `now` none does.
    """
    months = {(key.indicator, _month(key.starts_on), key.unit_id) for key in keys if key.span == Span.DAY}
    reported = {(key.indicator, key.starts_on, key.unit_id) for key in keys if key.span == Span.MONTH}
    by_day = {key for key in {one[0] for one in reported} if _has_days(key)}
    reported = {one for one in reported if one[0] in by_day}
    if not months | reported:
        return
    wanted = months | reported
    summed = queries.days_of_months({one[0] for one in wanted}, {one[1] for one in wanted}, {one[2] for one in wanted})
    sums = {(row.indicator, month, row.unit_id): row for month, row in summed}
    for chunk in _chunks(sorted(months | reported)):
        _write_sums(chunk, sums, now=now)


_Sums = Mapping[tuple[str, date, int], Any]


def _write_sums(months: Collection[tuple[str, date, int]], sums: _Sums, *, now: datetime | None) -> None:
    spans = (Span.MONTH.value, Span.MONTH_OF_DAYS.value)
    own, old = (queries.stored([Key(one[0], span, one[1], one[2]) for one in months]) for span in spans)
    if now is not None:
        _note([(key, row) for key, row in old.items() if _has_lost(key, row, sums, own)], now=now, is_withdrawn=True)
    _delete(old)
    rows = [
        {
            "indicator": one[0], "span": Span.MONTH_OF_DAYS.value, "starts_on": one[1], "unit_id": one[2],
            "numerator": int(sums[one].numerator),
            "denominator": None if sums[one].denominator is None else int(sums[one].denominator),
            "days": sums[one].days, "report_id": sums[one].report_id,
        }
        for one in months
        if one in sums and Key(one[0], Span.MONTH.value, one[1], one[2]) not in own
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(table_of(Observation)), rows)


def _has_lost(key: Key, row: Any, sums: _Sums, own: Collection[Key]) -> bool:
    """Whether days were taken from a month's sum: what comes is always of a later report."""
    if key._replace(span=Span.MONTH.value) in own:
        return False
    left = sums.get((key.indicator, key.starts_on, key.unit_id))
    return left is None or left.report_id < row.report_id


def _has_days(key: str) -> bool:
    """Whether anybody reports an indicator by the day; asked of the index, which knows at once."""
    statement = select(Observation.unit_id).where(Observation.indicator == key, Observation.span == Span.DAY.value)
    return db.session.execute(statement.limit(1)).first() is not None


def _month(day: date) -> date:
    return Period.of(PeriodKind.MONTH, day).start


def _chunks(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetValues:
    """A target; `percent` to two places. See `models.Target`."""

    indicator: str
    percent: Decimal
    starts_on: date
    document: str
    url: str = ""
    ends_on: date | None = None
    applies_to: str = ""
    is_demo: bool = False


def set_target(given: TargetValues) -> Target:
    """Write a target, over one of the same indicator, units and first day. FigureError where it can't be."""
    hundredths = given.percent * 100
    if hundredths != int(hundredths) or not 0 <= hundredths <= 10_000:
        raise FigureError(f"{given.percent} is no percentage of two places")
    if not given.document.strip() or indicator(given.indicator).denominator is None:
        raise FigureError("a target is of a share, and stands in a document")
    row = queries.target(given.indicator, given.applies_to, given.starts_on)
    if row is None:
        row = Target(indicator=given.indicator, applies_to=given.applies_to, starts_on=given.starts_on)
        db.session.add(row)
    row.hundredths, row.ends_on, row.document = int(hundredths), given.ends_on, given.document.strip()
    row.url, row.is_demo = given.url.strip(), given.is_demo
    db.session.flush()
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedValues:
    """A figure as a source prints it; see `models.PublishedFigure`."""

    slug: str
    form: str
    printed: str
    name_vi: str
    name_en: str
    scope_vi: str
    scope_en: str
    period_vi: str
    period_en: str
    starts_on: date
    ends_on: date
    document: str = ""
    url: str = ""
    indicator: str = ""
    place: str = ""
    published_on: date | None = None
    note_vi: str = ""
    note_en: str = ""


def load_published(figures: Iterable[PublishedValues]) -> int:
    """Write the published figures that ship; those that the province has written itself stay. How many differ."""
    given = {one.slug: one for one in figures}
    there = queries.published_by_slug(given)
    changes = 0
    for slug, values in given.items():
        row = there.get(slug)
        if row is None:
            db.session.add(PublishedFigure(**asdict(values), is_starter=True))
            changes += 1
        elif row.is_starter:
            changes += _overwrite(row, values)
    db.session.flush()
    return changes


def store_published(values: PublishedValues, *, is_withdrawn: bool) -> bool:
    """Write a published figure of a content file as the province's own; whether anything differed."""
    row = queries.published_by_slug([values.slug]).get(values.slug)
    if row is None:
        db.session.add(PublishedFigure(**asdict(values), is_starter=False, is_withdrawn=is_withdrawn))
    elif _overwrite(row, values) or row.is_withdrawn != is_withdrawn:
        row.is_starter, row.is_withdrawn = False, is_withdrawn
    else:
        return False
    db.session.flush()
    return True


def _overwrite(row: PublishedFigure, values: PublishedValues) -> bool:
    wanted = asdict(values)
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    return True


def remove_demo() -> None:
    """Take every illustrative figure and target away; days that real people reported count again."""
    by_day = {one.key for one in ALL if _has_days(one.key)}
    keys = [key for key in queries.demo_keys() if key.indicator in by_day] if by_day else []
    demo = select(FigureReport.id).where(FigureReport.is_demo)
    for model in (ObservationRevision, Observation):
        table = table_of(model)
        db.session.execute(delete(table).where(table.c.report_id.in_(demo)))
    db.session.execute(delete(Target).where(Target.is_demo))
    db.session.execute(delete(FigureReport).where(FigureReport.is_demo))
    sum_days(keys, now=None)
    used = [exists().where(model.unit_id == FigureUnit.id) for model in (Observation, ObservationRevision)]
    db.session.execute(delete(FigureUnit).where(~or_(*used)), execution_options={"synchronize_session": False})
