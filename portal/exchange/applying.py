"""Applying a batch and undoing it. Flushes, never commits.

A batch is applied in one transaction, in which also its changes are logged and it becomes `applied`: whatever ends the
process, either all of it has happened or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from portal.core.db import db
from portal.exchange import queries, registry
from portal.exchange.checking import Reading
from portal.exchange.errors import ExchangeError
from portal.exchange.files import Progress
from portal.exchange.models import Batch, Change, State
from portal.exchange.registry import ChangeLog, ImportKind
from portal.exchange.service import RowsRefusedError, in_state, reading_of, require_undoable, settle_undo

_CHUNK = 500
_NAMED_SUBJECTS = 20


class UndoRefusedError(Exception):
    """Something later stands on the batch; `subjects` are the first of those that were changed since."""

    def __init__(self, subjects: Sequence[str]) -> None:
        super().__init__("changed since: " + ", ".join(subjects))
        self.subjects = tuple(subjects)

    @property
    def reason(self) -> ExchangeError:
        """What the batch's page says of it."""
        return ExchangeError("undo_refused", subjects=", ".join(self.subjects)[:1000])


def apply(batch: Batch, folder: Path, *, clock: Callable[[], datetime], progress: Progress | None = None) -> Any:
    """Import a batch's good rows, inside a unit of work that the caller has opened; the kind's report.

    ExchangeError or RowsRefusedError, after which the unit must be rolled back.
    """
    reading = reading_of(batch, folder)
    queries.take_turns(batch.kind)
    log = ChangeWriter(batch.id)
    run = reading.run(clock, dry_run=False, log=log)
    report = reading.kind.store(_counted(reading, progress), run)
    log.flush()
    if reading.bad and not batch.options.get("skip_bad"):
        raise RowsRefusedError  # the rules have become stricter since the check
    now = clock()
    batch.counts = {**batch.counts, **reading.counts(), **report.counts(), "changes": log.count}
    batch.preview = {**batch.preview, "totals": [list(total) for total in run.totals]}
    batch.state, batch.state_at, batch.applied_at = State.APPLIED, now, now
    batch.error_code, batch.error_params = None, {}
    db.session.flush()
    return report


def _counted(reading: Reading[Any], progress: Progress | None) -> Iterator[Any]:
    for number, item in enumerate(reading.items(), 1):
        yield item
        if progress:
            progress(number)


class ChangeWriter:
    """Writes the changes of one batch, some hundred at a time; `flush` writes the last."""

    def __init__(self, batch_id: int) -> None:
        self.count = 0
        self._batch_id = batch_id
        self._rows: list[dict[str, Any]] = []

    def __call__(self, change: ChangeLog) -> None:
        self.count += 1
        row = {"batch_id": self._batch_id, "subject": change.subject, "before": change.before, "mark": change.mark}
        self._rows.append(row)
        if len(self._rows) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            db.session.execute(insert(Change), self._rows)
            self._rows = []


def note_reason(code: str, reason: ExchangeError) -> None:
    """Keep with an applied batch why it could not be undone, for whoever asked for that and didn't wait."""
    batch = in_state(code, State.APPLIED)
    batch.error_code, batch.error_params = reason.code, reason.params
    settle_undo(batch)


def undo(code: str, *, now: datetime) -> Batch:
    """Take back everything that a batch did, inside the caller's unit of work.

    UndoTooOldError where it isn't known any more what that was.
    UndoRefusedError where a later import or an edit has changed one of its subjects, or something stands on one.
    """
    batch = in_state(code, State.APPLIED)
    require_undoable(batch)
    kind = registry.get(batch.kind)
    queries.take_turns(batch.kind)
    if not kind.undo_whole(batch.code, partial(queries.changes_backwards, batch.id), now):
        _undo_one_by_one(batch, kind, now)
    batch.state, batch.state_at, batch.undone_at = State.UNDONE, now, now
    settle_undo(batch)
    batch.error_code, batch.error_params = None, {}
    return batch


def _undo_one_by_one(batch: Batch, kind: ImportKind[Any], now: datetime) -> None:
    changed = [] if kind.has_lasting_marks else queries.changed_again(batch, limit=_NAMED_SUBJECTS)
    for changes in queries.changes_backwards(batch.id):
        if len(changed) >= _NAMED_SUBJECTS:
            break
        changed += kind.changed_since(changes)
        changed += kind.blockers(changes)
    if changed:
        raise UndoRefusedError([kind.subject_in_words(one) for one in dict.fromkeys(changed)][:_NAMED_SUBJECTS])
    for changes in queries.changes_backwards(batch.id):
        kind.undo(changes, now)
        db.session.flush()
