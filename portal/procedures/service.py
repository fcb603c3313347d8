"""Importing records: every change of the tables `procedures` and `procedure_versions`. Flushes, never commits.

Rules:
- What a record says is known by its digest; the same file twice changes nothing. The as-of dates are not part of it: a
  record seen again later is only confirmed.
- Facts-only records (our starter file) never overwrite a full one; they only lend it their written fee conditions.
- Records that a file no longer has are reported; they are retired only when asked for, and come back when a file has
  them again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal.core.db import db
from portal.exchange.registry import ChangeLog
from portal.procedures import catalogue
from portal.procedures.as_of import AsOf, Precision
from portal.procedures.changes import FieldChange, field_changes
from portal.procedures.data import ProcedureData, conditions_of, digest_of
from portal.procedures.facts import facts_of
from portal.procedures.fee_lines import FeeLine
from portal.procedures.models import ImportBatch, Procedure, ProcedureVersion
from portal.procedures.search_entries import RECORD, record_entry
from portal.search import service as search
from portal.search.entries import Entry

_CHUNK = 100
_COLUMNS = ("name", "field", "agency", "agency_note", "promulgating_agency", "decision_no")
_TEXTS = ("steps", "documents", "results", "requirements", "fees", "times")

_WITHOUT_TEXTS = defer(Procedure.texts)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """The file that an import reads."""

    file_name: str
    file_sha256: str
    note: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do; codes in the file's order."""

    new: list[str] = field(default_factory=list)
    changed: dict[str, list[FieldChange]] = field(default_factory=dict)
    unchanged: int = 0
    confirmed: int = 0  # of the unchanged: seen again at a later date
    kept: list[str] = field(default_factory=list)  # full records that a facts-only row didn't touch
    older: list[str] = field(default_factory=list)  # of the changed: the file's as-of date is the earlier one
    returned: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    batch_id: int | None = None

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        return {
            "new": len(self.new), "changed": len(self.changed), "unchanged": self.unchanged,
            "confirmed": self.confirmed, "kept": len(self.kept), "older": len(self.older),
            "returned": len(self.returned), "gone": len(self.gone), "retired": len(self.retired),
        }  # fmt: skip


def import_records(
    rows: Iterable[ProcedureData],
    source: ImportSource,
    *,
    clock: Clock,
    also_present: Collection[str] = (),
    retires_gone: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
    log: Callable[[ChangeLog], None] | None = None,
) -> ImportReport:
    """Store valid records and say what changed; every change goes to `log`, with what undoing it needs.

    With `dry_run` nothing is written. Codes must be unique among the rows. After the last row, `also_present` has the
    codes that the file has in rows that were refused, and `retires_gone` says whether the others are retired.
    """
    run = _Run(source, clock, dry_run, log or (lambda _change: None))
    present: set[str] = set()
    kinds: set[bool] = set()
    for chunk in _chunks(rows):
        present.update(data.code for data in chunk)
        kinds.update(data.is_full for data in chunk)
        run.store(chunk)
    run.handle_gone(present.union(also_present), kinds, retire=retires_gone())
    run.finish()
    return run.report


def _chunks(rows: Iterable[ProcedureData]) -> Iterator[list[ProcedureData]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


class _Run:
    """One import under way."""

    def __init__(self, source: ImportSource, clock: Clock, dry_run: bool, log: Callable[[ChangeLog], None]) -> None:
        self.report = ImportReport()
        self._source, self._clock, self._dry_run, self._log = source, clock, dry_run, log
        self._now = clock()
        self._session = db.session()
        self._batch: ImportBatch | None = None
        self._entries: list[Entry] = []

    def store(self, chunk: list[ProcedureData]) -> None:
        """Compare and write some records; once flushed, nothing holds them in memory."""
        query = select(Procedure).where(Procedure.code.in_([data.code for data in chunk]))
        stored = {row.code: row for row in self._session.scalars(query.options(_WITHOUT_TEXTS))}
        for data in chunk:
            row = stored.get(data.code)
            if row is None:
                self._create(data)
                continue
            before = state_of(row)
            if row.is_full and not data.is_full:
                self.report.kept.append(data.code)
                self._lend_conditions(row, data)
            else:
                self._update(row, data)
            if state_of(row) != before:
                self._log(ChangeLog(data.code, before, mark_of(row)))
        if not self._dry_run:
            self._session.flush()

    def _create(self, data: ProcedureData) -> None:
        self.report.new.append(data.code)
        if not self._dry_run:
            row = Procedure(code=data.code, version=1, conditions=[])
            self._fill(row, data, data.payload(), data.digest())
            self._session.add(row)
            self._log(ChangeLog(data.code, None, mark_of(row)))

    def _update(self, row: Procedure, data: ProcedureData) -> None:
        if row.retired_at is not None:
            self.report.returned.append(data.code)
            if not self._dry_run:
                row.retired_at = None
                row.import_batch_id = self._batch_id()
                self._entries.append(record_entry(data))
        payload, digest = data.payload(), data.digest()
        if digest == row.digest:
            self.report.unchanged += 1
            self._confirm(row, data, payload)
            return
        before = payload_of(row)
        self.report.changed[data.code] = field_changes(before, payload)
        if data.as_of.day() < as_of(row).day():
            self.report.older.append(data.code)
        if self._dry_run:
            return
        self._session.add(version_of(row, before))
        row.version += 1
        self._fill(row, data, payload, digest)

    def _confirm(self, row: Procedure, data: ProcedureData, payload: dict[str, Any]) -> None:
        """The same content: take over a later as-of date, and facts that today's code derives otherwise."""
        known = as_of(row)
        if data.as_of != known and data.as_of.day() >= known.day():
            self.report.confirmed += 1
            if not self._dry_run:
                row.as_of, row.as_of_precision = data.as_of.value, data.as_of.precision.value
                row.portal_updated_at = data.portal_updated_at
        facts = facts_of(payload, row.conditions)
        if facts != row.facts and not self._dry_run:
            row.facts = facts
            self._entries.append(record_entry(data))

    def _lend_conditions(self, row: Procedure, data: ProcedureData) -> None:
        conditions = _conditions(data)
        if conditions and conditions != row.conditions and not self._dry_run:
            row.conditions = conditions
            row.facts = facts_of(payload_of(row), conditions)

    def _fill(self, row: Procedure, data: ProcedureData, payload: dict[str, Any], digest: str) -> None:
        fill(row, payload, digest)
        row.as_of, row.as_of_precision = data.as_of.value, data.as_of.precision.value
        row.portal_updated_at = data.portal_updated_at
        if not data.is_full:
            row.conditions = _conditions(data)
        row.facts = facts_of(payload, row.conditions)
        row.updated_at, row.import_batch_id = self._now, self._batch_id()
        self._entries.append(record_entry(data))

    def handle_gone(self, present: Collection[str], kinds: Collection[bool], *, retire: bool) -> None:
        """Records of the file's own kind, full or facts-only, that it doesn't have."""
        columns = Procedure.__table__.c
        query = select(columns.code).where(columns.is_full.in_(kinds), columns.retired_at.is_(None))
        gone = [code for code in self._session.scalars(query.order_by(columns.code)) if code not in present]
        self.report.gone = gone
        if not retire or not gone:
            return
        self.report.retired = gone
        if self._dry_run:
            return
        self._batch_id()
        for row in self._session.scalars(select(Procedure).where(Procedure.code.in_(gone)).options(_WITHOUT_TEXTS)):
            before = state_of(row)
            row.retired_at = self._now
            self._log(ChangeLog(row.code, before, mark_of(row)))

    def finish(self) -> None:
        """Write the search entries and the batch's numbers."""
        if self._dry_run:
            return
        if self._entries:
            search.replace(self._entries)
        if self.report.retired:
            search.remove(RECORD, self.report.retired)
        catalogue.index({*(entry.key for entry in self._entries), *self.report.retired})
        if self._batch is not None:
            self._batch.finished_at, self._batch.counts = self._clock(), self.report.counts()
            self._session.flush()

    def _batch_id(self) -> int:
        if self._batch is None:
            source = self._source
            self._batch = ImportBatch(
                kind="records", file_name=source.file_name[:300], file_sha256=source.file_sha256,
                note=source.note, started_at=self._now, counts={},
            )  # fmt: skip
            self._session.add(self._batch)
            self._session.flush()
            self.report.batch_id = self._batch.id
        return self._batch.id


def _conditions(data: ProcedureData) -> list[dict[str, Any]]:
    return conditions_of(fee for fee in data.fees if isinstance(fee, FeeLine))


def fill(row: Procedure, payload: dict[str, Any], digest: str) -> None:
    """Write what a payload says into a record; its facts are derived afterwards."""
    for name in (*_COLUMNS, "levels", "subjects", "channels", "source_url", "is_full"):
        setattr(row, name, payload[name])
    row.texts = {name: payload[name] for name in _TEXTS}
    row.digest = digest


def as_of(row: Procedure) -> AsOf:
    """A stored record's as-of date."""
    return AsOf(row.as_of, Precision(row.as_of_precision))


def version_of(row: Procedure, payload: dict[str, Any]) -> ProcedureVersion:
    """The row that keeps what a record says now, once it says something else."""
    return ProcedureVersion(
        procedure_id=row.id,
        version=row.version,
        payload=payload | {"as_of": str(as_of(row))},
        digest=row.digest,
        import_batch_id=row.import_batch_id,
        recorded_at=row.updated_at,
    )


def state_of(row: Procedure) -> dict[str, Any]:
    """What an import may change of a record; the wording is known by its digest, and kept in a version."""
    return {
        "digest": row.digest,
        "as_of": row.as_of,
        "as_of_precision": row.as_of_precision,
        "portal_updated_at": row.portal_updated_at.isoformat() if row.portal_updated_at else None,
        "conditions": row.conditions,
        "retired_at": row.retired_at.isoformat() if row.retired_at else None,
        "import_batch_id": row.import_batch_id,
    }


def mark_of(row: Procedure) -> str:
    """A hash that tells a record's state from any other in which it says something else."""
    state = state_of(row)
    return digest_of(state | {"retired_at": bool(state["retired_at"]), "import_batch_id": None})


def payload_of(row: Procedure) -> dict[str, Any]:
    """What a stored record says, as `ProcedureData.payload` wrote it."""
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "levels": row.levels, "subjects": row.subjects, "channels": row.channels,
        "legal_basis": row.facts["legal"], "life_events": row.facts["life_events"],
        **{name: row.texts[name] for name in _TEXTS},
        "source_url": row.source_url, "is_full": row.is_full,
    }  # fmt: skip
