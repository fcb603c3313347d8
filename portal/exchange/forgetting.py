"""What imports remember of somebody who has the right to be forgotten. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from portal.core.db import db
from portal.exchange import queries
from portal.exchange.models import Change, RowProblem


def forget_subjects(kind: str, subjects: Collection[str]) -> None:
    """Forget the imports of a kind that changed one of these subjects: what they showed, what was before, their file.

    They can't be undone any more. The file itself is swept away within a day, as one that no batch names.
    """
    for batch in queries.batches_about(kind, subjects):
        for table in (Change, RowProblem):
            db.session.execute(delete(table).where(table.batch_id == batch.id))
        batch.preview, batch.stored_name = {}, ""
    db.session.flush()
