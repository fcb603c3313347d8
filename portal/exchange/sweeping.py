"""What is forgotten of imports in time. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from portal.core.db import db
from portal.exchange import queries, storage
from portal.exchange.models import Batch, Change, RowProblem, State
from portal.exchange.service import NOT_APPLIED

# How long an import that changed nothing keeps its file.
UNUSED_KEPT = timedelta(days=30)
_ORPHANS_KEPT = timedelta(days=1)
# A part at a time, so that nobody waits long to write.
_BATCHES = 5


def sweep(folder: Path, now: datetime, *, keep: timedelta) -> int:
    """Remove the files of imports that were given up, undone or left alone for thirty days; how many files went.

    Batches that nobody confirmed are discarded. An applied batch loses its file, and what it changed, after `keep`: it
    can't be undone any more. A file without a batch, from a process that ended in between, goes after a day.
    """
    count = 0
    for batch in queries.left_behind((*NOT_APPLIED, State.DISCARDED, State.UNDONE), now - UNUSED_KEPT):
        _remove_file(batch, folder)
        count += 1
        if batch.state in NOT_APPLIED:
            batch.state, batch.state_at = State.DISCARDED, now
    for batch in queries.left_behind((State.APPLIED,), now - keep)[:_BATCHES]:
        _remove_file(batch, folder)
        count += 1
        for table in (Change, RowProblem):
            db.session.execute(delete(table).where(table.batch_id == batch.id))
    old = list(storage.old_files(folder, now - _ORPHANS_KEPT))
    known = queries.known_codes([storage.code_of(path.name) for path in old])
    for path in old:
        if storage.code_of(path.name) not in known:
            path.unlink(missing_ok=True)
            count += 1
    db.session.flush()
    return count


def _remove_file(batch: Batch, folder: Path) -> None:
    storage.remove(folder, batch.stored_name)
    batch.stored_name = ""
