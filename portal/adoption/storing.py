"""Figures on their way into the tables: compared with what is stored, written, logged, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from portal.adoption import queries, service
from portal.adoption.models import Span, UnitKind
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import INDICATORS, indicator
from portal.adoption.rows import FigureItem, in_words
from portal.adoption.service import Counted, Provenance
from portal.adoption.totals import Totals
from portal.exchange.errors import ExchangeError
from portal.exchange.keyed import state_mark
from portal.exchange.registry import ChangeLog, Run, State
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
    keys = {item.subject: _keys_of_subject(item.subject, numbers) for item in chunk}
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
                run.log(_change(item.subject, before, after))
    if written:
        known = {key: stored[key] for key in stored.keys() & written.keys()}
        service.replace(written, known=known, now=run.now)
    return written


def marks(subjects: Sequence[str]) -> dict[str, str]:
    """The marks of those of the subjects that exist; see `ImportKind.marks`."""
    return {subject: state_mark(state) for subject, state in _states(subjects).items()}


# Under this name, a change has each indicator that it wrote, with what it was before; None for nothing. Changes that
# were logged before there was such a list have the state of all indicators, and touched all of them.
_WRITTEN = "written"


def _change(subject: str, before: Mapping[str, Any], after: Mapping[str, Counted]) -> ChangeLog:
    """What the log says of a row: only what it wrote, so that imports of other indicators don't stand on it."""
    was = {one: _logged(before[one]) if one in before else None for one in after}
    return ChangeLog(subject, {_WRITTEN: was}, state_mark({one: list(counted) for one, counted in after.items()}))


def _written(change: ChangeLog) -> Mapping[str, Any]:
    """What a change wrote: by indicator what was there before, None for nothing."""
    before = change.before or {}
    return before[_WRITTEN] if _WRITTEN in before else {one.key: before.get(one.key) for one in INDICATORS}


def changed_since(changes: Sequence[ChangeLog]) -> list[str]:
    """Those of the changed subjects of which something that was written is not there any more."""
    states = _states([change.subject for change in changes])
    changed = []
    for change in changes:
        own, written = states.get(change.subject, {}), _written(change)
        if state_mark({one: own[one] for one in written if one in own}) != change.mark:
            changed.append(change.subject)
    return changed


def undo(changes: Sequence[ChangeLog], now: datetime) -> None:
    """Bring what was written of subjects back to what it was before; see `ImportKind.undo`."""
    numbers = queries.unit_ids()
    taken: list[Key] = []
    restored: dict[Key, Counted] = {}
    for change in changes:
        written = _written(change)
        for key in _keys_of_subject(change.subject, numbers):
            if written.get(key.indicator) is not None:
                restored[key] = Counted(*written[key.indicator])
            elif key.indicator in written:
                taken.append(key)
    stored = queries.stored([*taken, *restored])
    service.remove({key: stored[key] for key in taken if key in stored}, now=now)
    differing = {
        key: counted
        for key, counted in restored.items()
        if key not in stored or stored[key].report_id != counted.report_id
    }
    service.restore(differing, now=now)


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


def _logged(row: Any) -> list[Any]:
    return [row.numerator, row.denominator, row.report_id]


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


def _keys_of_subject(subject: str, numbers: Mapping[Unit, int]) -> list[Key]:
    name, _, code = subject.rpartition(" ")
    kind, _, slug = name.partition(":")
    period, number = Period.parse(code), numbers.get(Unit(kind, slug))
    if period is None or number is None:
        return []
    return [Key(one.key, period.kind.value, period.start, number) for one in INDICATORS]


def _states(subjects: Sequence[str]) -> dict[str, State]:
    """What is stored of subjects, as it is logged."""
    numbers = queries.unit_ids()
    keys = {subject: _keys_of_subject(subject, numbers) for subject in subjects}
    stored = queries.stored([key for found in keys.values() for key in found])
    states = {
        subject: {key.indicator: _logged(stored[key]) for key in found if key in stored}
        for subject, found in keys.items()
    }
    return {subject: state for subject, state in states.items() if state}
