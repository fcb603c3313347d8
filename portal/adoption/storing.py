"""Figures on their way into the tables: compared with what is stored, written and logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from portal.adoption import queries, service
from portal.adoption.models import Span, UnitKind
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import indicator
from portal.adoption.rows import FigureItem, in_words
from portal.adoption.service import Counted, Provenance
from portal.adoption.totals import Totals
from portal.adoption.undoing import change_of, keys_of_subject
from portal.exchange.errors import ExchangeError
from portal.exchange.registry import Run
from portal.places.kinds import full_name
from portal.places.queries import atlas

_CHUNK = 500


@dataclass(slots=True)
class FigureReportCounts:
    """What an import does, in rows; `silent` ones say nothing of any indicator, `aside` are totals and the like."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    silent: int = 0
    aside: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, sums: Mapping[str, int]) -> None:
        """Count the numbers of a row."""
        for key, number in sums.items():
            self.sums[key] = self.sums.get(key, 0) + number

    @property
    def has_figures(self) -> bool:
        """Whether any row said something of an indicator."""
        return bool(self.new or self.changed or self.unchanged or self.older)

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        numbers = asdict(self)
        return {f"sum_{key}": total for key, total in numbers.pop("sums").items()} | numbers


def store(items: Iterator[FigureItem], run: Run) -> FigureReportCounts:
    """Compare items with what is stored and, unless `run.dry_run`, write and log what differs; see `ImportKind`."""
    report = FigureReportCounts()
    sources, totals = _Sources(run), Totals()
    told = _told_of_units(items, report, totals)
    days: set[Key] = set()
    while chunk := list(islice(told, _CHUNK)):
        written = _store(chunk, run, report, sources)
        days |= {_of_month(key) for key in written if key.span == Span.DAY}
        service.sum_days([key for key in written if key.span != Span.DAY], now=run.now)
    if not report.has_figures and not run.refused and not run.has_nameless_rows():
        raise ExchangeError("no_figures")
    service.sum_days(days, now=run.now)
    run.totals += totals.compared(run.ignored)
    return report


def _told_of_units(items: Iterator[FigureItem], report: FigureReportCounts, totals: Totals) -> Iterator[FigureItem]:
    for item in items:
        totals.add(item)
        if item.named is None:
            report.aside += 1
        else:
            yield item


def _store(
    chunk: list[FigureItem], run: Run, report: FigureReportCounts, sources: _Sources
) -> dict[Key, Counted]:  # fmt: skip
    """Compare and write some rows; what was written."""
    names = {item.named.unit: item.named.name for item in chunk if item.named}
    numbers = queries.unit_ids() if run.dry_run else service.add_units(names)
    keys = {item.subject: keys_of_subject(item.subject, numbers) for item in chunk}
    stored = queries.stored([key for found in keys.values() for key in found])
    days = queries.report_days({row.report_id for row in stored.values()})
    written: dict[Key, Counted] = {}
    for item in chunk:
        report.add(item.sums)
        there = {key.indicator: stored[key] for key in keys[item.subject] if key in stored}
        before = {one: there[one] for one in item.figures if one in there}
        differing = _differing(item, before)
        if not item.figures:
            report.silent += 1
        elif not differing:
            report.unchanged += 1
        elif item.as_of and any(item.as_of < (days.get(row.report_id) or date.min) for row in before.values()):
            report.older += 1
        else:
            report.new += not before
            report.changed += bool(before)
            if run.shows_more:
                run.differs(item.in_words, "changed" if before else "new", list(_told(differing, before)))
            if not run.dry_run:
                source = sources.of(item)
                after = {one: Counted(*pair, source) for one, pair in differing.items()}
                written |= {key: after[key.indicator] for key in keys[item.subject] if key.indicator in after}
                run.log(change_of(item.subject, before, after))
    if written:
        known = {key: stored[key] for key in stored.keys() & written.keys()}
        service.replace(written, known=known, now=run.now)
    return written


class _Sources:
    """The reports that an import makes: one for each document, address and day that its rows name."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ids: dict[tuple[str, str, date | None], int] = {}

    def of(self, item: FigureItem) -> int:
        """The report that an item comes from."""
        key = (item.document or self._run.file_name, item.url, item.as_of)
        if key not in self._ids:
            given = Provenance(
                document=key[0], url=key[1], as_of=key[2], batch=self._run.batch, entered_by=self._run.actor_name
            )  # fmt: skip
            self._ids[key] = service.add_report(given, now=self._run.now)
        return self._ids[key]


def _of_month(key: Key) -> Key:
    """One day that stands for all of its month."""
    return key._replace(starts_on=key.starts_on.replace(day=1))


def _differing(item: FigureItem, before: Mapping[str, Any]) -> dict[str, tuple[int, int | None]]:
    return {
        one: pair
        for one, pair in item.figures.items()
        if one not in before or (before[one].numerator, before[one].denominator) != pair
    }


def _told(differing: Mapping[str, tuple[int, int | None]], before: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for one, (part, whole) in differing.items():
        row = before.get(one)
        yield indicator(one).name, _in_words(row.numerator, row.denominator) if row else "", _in_words(part, whole)


def _in_words(part: int, whole: int | None) -> str:
    return str(part) if whole is None else f"{part}/{whole}"


def subject_in_words(subject: str) -> str:
    """A subject of the log as a person reads it, such as "Xã Ba Xa, tháng 10/2026"."""
    name, _, code = subject.rpartition(" ")
    kind, _, slug = name.partition(":")
    period, place = Period.parse(code), atlas().get(slug) if kind == UnitKind.PLACE else None
    known = full_name(place) if place else queries.unit_names().get(Unit(kind, slug), slug)
    return in_words(known, period) if period else subject
