"""What an import of figures wrote, as the log has it, and how that is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.adoption import queries, service, undo_queries
from portal.adoption.models import Span
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import INDICATORS
from portal.adoption.service import Counted
from portal.exchange.keyed import state_mark
from portal.exchange.registry import ChangeLog, Log, State


def marks(subjects: Sequence[str]) -> dict[str, str]:
    """The marks of those of the subjects that exist; see `ImportKind.marks`."""
    return {subject: state_mark(state) for subject, state in _states(subjects).items()}


# Under this name, a change has each indicator that it wrote, with what it was before; None for nothing. Changes that
# were logged before there was such a list have the state of all indicators, and touched all of them.
_WRITTEN = "written"


def change_of(subject: str, before: Mapping[str, Any], after: Mapping[str, Counted]) -> ChangeLog:
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
        for key in keys_of_subject(change.subject, numbers):
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


def _logged(row: Any) -> list[Any]:
    return [row.numerator, row.denominator, row.report_id]


def keys_of_subject(subject: str, numbers: Mapping[Unit, int]) -> list[Key]:
    """The keys of all that can be stored of a unit and a period."""
    name, _, code = subject.rpartition(" ")
    kind, _, slug = name.partition(":")
    period, number = Period.parse(code), numbers.get(Unit(kind, slug))
    if period is None or number is None:
        return []
    return [Key(one.key, period.kind.value, period.start, number) for one in INDICATORS]


def _states(subjects: Sequence[str]) -> dict[str, State]:
    """What is stored of subjects, as it is logged."""
    numbers = queries.unit_ids()
    keys = {subject: keys_of_subject(subject, numbers) for subject in subjects}
    stored = queries.stored([key for found in keys.values() for key in found])
    states = {
        subject: {key.indicator: _logged(stored[key]) for key in found if key in stored}
        for subject, found in keys.items()
    }
    return {subject: state for subject, state in states.items() if state}


def undo_whole(batch: str, log: Log, now: datetime) -> bool:
    """Take all of an import back in a few statements; see `ImportKind.undo_whole`.

    Whatever has the number of one of its reports was written by it, and stands as it was written. So nothing has
    changed since exactly where there are as many of these as the log names.
    """
    written, periods = 0, set()
    for changes in log():
        for change in changes:
            if change.before is None or _WRITTEN not in change.before:
                return False
            written += len(change.before[_WRITTEN])
            periods.add(_month_of(change.subject))
    if written != undo_queries.count_of_batch(batch):
        return False
    service.remove_batch(batch, now=now)
    numbers = queries.unit_ids()
    for changes in log():
        before = (_before(change, numbers) for change in changes)
        service.bring_back({key: counted for found in before for key, counted in found.items()})
    service.sum_days(_months(periods, numbers), now=now)
    return True


def _before(change: ChangeLog, numbers: Mapping[Unit, int]) -> dict[Key, Counted]:
    """What was there before a change."""
    was = {one: counts for one, counts in _written(change).items() if counts is not None}
    keys = keys_of_subject(change.subject, numbers) if was else ()
    return {key: Counted(*was[key.indicator]) for key in keys if key.indicator in was}


# A unit as subjects name it, with a span and the code of a month.
_Month = tuple[str, Span, str]


def _month_of(subject: str) -> _Month | None:
    """The month whose sum of days a change concerns; None for quarters and years."""
    name, _, code = subject.rpartition(" ")
    if len(code) == len("2026-10-05"):
        return name, Span.DAY, code[:7]
    return (name, Span.MONTH, code) if len(code) == len("2026-10") and "q" not in code else None


def _months(found: Iterable[_Month | None], numbers: Mapping[Unit, int]) -> list[Key]:
    """Keys that stand for months, of every indicator."""
    by_name = {f"{unit.kind}:{unit.key}": number for unit, number in numbers.items()}
    return [
        Key(one.key, span.value, date.fromisoformat(f"{code}-01"), by_name[name])
        for name, span, code in filter(None, found)
        if name in by_name
        for one in INDICATORS
    ]
