"""What imports remember of somebody who has the right to be forgotten. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from portal.core.db import db
from portal.exchange import queries
from portal.exchange.models import Change, RowProblem, State
from portal.exchange.service import NOT_APPLIED


def forget_subjects(kind: str, subjects: Collection[str]) -> None:
    """Forget what imports of a kind show, their files, and what was before where one changed these subjects.

    A file may name somebody without having changed them, in a row that is unchanged or refused, or isn't applied yet:
    so every file of the kind goes. What wasn't applied is given up; what changed one of these can't be undone any more.
    """
    about = {batch.id for batch in queries.batches_about(kind, subjects)}
    for batch in queries.batches_to_forget(kind):
        db.session.execute(delete(RowProblem).where(RowProblem.batch_id == batch.id))
        batch.preview = {}
        if batch.state == State.APPLIED and batch.id not in about:
            batch.stored_name = batch.stored_name and queries.FILE_FORGOTTEN
            continue
        db.session.execute(delete(Change).where(Change.batch_id == batch.id))
        batch.stored_name = ""
        if batch.state in NOT_APPLIED:
            batch.state = State.DISCARDED
    db.session.flush()
