"""Taking back what an import did to records. Flushes, never commits.

History goes on: a record that is brought back to its earlier wording gets a further version, and the wording that was
undone is kept as the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.registry import guides_of_procedure
from portal.exchange.registry import ChangeLog
from portal.procedures import catalogue
from portal.procedures.data import PAYLOAD_FIELDS
from portal.procedures.facts import facts_of
from portal.procedures.models import Procedure, ProcedureVersion
from portal.procedures.search_entries import RECORD, payload_entry
from portal.procedures.service import fill, mark_of, payload_of, version_of
from portal.search import service as search


def record_marks(codes: Sequence[str]) -> dict[str, str]:
    """A hash of what is stored about each of these codes, to see whether it was changed."""
    rows = db.session.scalars(select(Procedure).where(Procedure.code.in_(codes)).with_for_update())
    return {row.code: mark_of(row) for row in rows}


def explained(codes: Sequence[str]) -> list[str]:
    """Those of the records that a guide explains."""
    return [code for code in codes if guides_of_procedure(code, DEFAULT_LOCALE.code)]


def undo_records(changes: Sequence[ChangeLog], *, now: datetime) -> None:
    """Bring records back to what they were before an import, in search too; new ones are removed."""
    session = db.session()
    created = [change.subject for change in changes if change.before is None]
    if created:
        session.execute(delete(Procedure).where(Procedure.code.in_(created)))
    codes = [change.subject for change in changes if change.before is not None]
    rows = {row.code: row for row in session.scalars(select(Procedure).where(Procedure.code.in_(codes)))}
    hidden, shown = list(created), []
    for change in changes:
        if change.before is None:
            continue
        row = rows[change.subject]
        payload = _restore(row, change.before, now)
        if row.retired_at is None:
            shown.append(payload_entry(row.code, payload))
        else:
            hidden.append(row.code)
    session.flush()
    search.remove(RECORD, hidden)
    search.replace(shown)
    catalogue.index([change.subject for change in changes])


def _restore(row: Procedure, before: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Give a record its earlier state; what it says then."""
    payload = payload_of(row)
    if row.digest != before["digest"]:
        session = db.session()
        earlier = session.scalars(
            select(ProcedureVersion)
            .where(ProcedureVersion.procedure_id == row.id, ProcedureVersion.digest == before["digest"])
            .order_by(ProcedureVersion.version.desc())
            .limit(1)
        ).one()
        session.add(version_of(row, payload))
        payload = {name: earlier.payload[name] for name in PAYLOAD_FIELDS}
        row.version += 1
        row.updated_at = now
        fill(row, payload, before["digest"])
    for name in ("as_of", "as_of_precision", "conditions", "import_batch_id"):
        setattr(row, name, before[name])
    for name in ("portal_updated_at", "retired_at"):
        setattr(row, name, datetime.fromisoformat(before[name]) if before[name] else None)
    row.facts = facts_of(payload, row.conditions)
    return payload
