"""Kinds of imports whose rows each describe one thing with a key: most of them.

Such a kind says how a thing is loaded, written and removed, as a flat dict of JSON values; comparing, counting,
logging and undoing follow from that.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from portal.exchange.registry import ChangeLog, ImportKind, Run, State, T

_CHUNK = 500


@dataclass(slots=True)
class KeyedReport:
    """How many things an import brought."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


def state_mark(state: State) -> str:
    """A hash that tells one state from another."""
    text = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class KeyedKind(ImportKind[T]):
    """The base of such kinds. States hold JSON values only: dates as ISO text."""

    @abstractmethod
    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """The stored states of those of the subjects that exist, in one SELECT."""

    @abstractmethod
    def state(self, item: T, before: State | None) -> State:
        """What the item makes of the stored state: the same keys as `load` gives."""

    @abstractmethod
    def insert(self, states: Mapping[str, State], now: datetime) -> None:
        """Write things that don't exist yet, in few statements."""

    @abstractmethod
    def update(self, states: Mapping[str, State], now: datetime) -> None:
        """Overwrite things that exist."""

    @abstractmethod
    def remove(self, subjects: Sequence[str], now: datetime) -> None:
        """Take things away."""

    def store(self, items: Iterator[T], run: Run) -> KeyedReport:
        """See `ImportKind.store`."""
        report = KeyedReport()
        while chunk := list(islice(items, _CHUNK)):
            self._store(chunk, run, report)
        return report

    def _store(self, chunk: list[T], run: Run, report: KeyedReport) -> None:
        stored = self.load([self.subject(item) for item in chunk])
        new: dict[str, State] = {}
        changed: dict[str, State] = {}
        for item in chunk:
            subject = self.subject(item)
            before = stored.get(subject)
            after = self.state(item, before)
            if before == after:
                report.unchanged += 1
                continue
            (new if before is None else changed)[subject] = after
            known = before or {}
            fields = [(name, known.get(name), value) for name, value in after.items() if known.get(name) != value]
            run.differs(subject, "new" if before is None else "changed", fields)
        report.new += len(new)
        report.changed += len(changed)
        if run.dry_run:
            return
        if new:
            self.insert(new, run.now)
        if changed:
            self.update(changed, run.now)
        for subject, state in (new | changed).items():
            run.log(ChangeLog(subject, stored.get(subject), state_mark(state)))

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`."""
        return {subject: state_mark(state) for subject, state in self.load(subjects).items()}

    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:
        """See `ImportKind.undo`."""
        created = [change.subject for change in changes if change.before is None]
        if created:
            self.remove(created, now)
        before = {change.subject: change.before for change in changes if change.before is not None}
        if before:
            self.update(before, now)
