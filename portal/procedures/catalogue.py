"""The national catalogue of names: stored, and found by search wherever no record of ours has the code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.exchange.errors import RowError
from portal.exchange.registry import ChangeLog
from portal.exchange.rows import Row
from portal.procedures.audiences import joined_subjects
from portal.procedures.data import digest_of
from portal.procedures.fields import FieldReader
from portal.procedures.models import CatalogueEntry, Procedure
from portal.procedures.search_entries import CATALOGUE, catalogue_entry
from portal.search import service as search

_CHUNK = 500
_COLUMNS = (
    "code", "name", "fields", "agencies", "promulgating_agency", "subjects", "type", "state", "source_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueData:
    """A name of the national catalogue, validated."""

    code: str
    name: str
    fields: tuple[str, ...]
    agencies: tuple[str, ...]
    promulgating_agency: str
    subjects: tuple[str, ...]
    type: str
    state: str
    source_url: str

    def values(self) -> dict[str, Any]:
        """The columns' values."""
        values = {name: getattr(self, name) for name in _COLUMNS}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(slots=True)
class CatalogueReport:
    """What an import of the catalogue did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    retired: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


def read_name(row: Row, hosts: Collection[str]) -> CatalogueData | list[RowError]:
    """The catalogue name of a row, or all its problems."""
    errors: list[RowError] = []
    read = FieldReader(row.line, row.values, errors)
    data = CatalogueData(
        code=read.printed_code("code"),
        name=read.line_text("name", 2000, required=True),
        fields=read.texts("fields", 20, 300),
        agencies=read.texts("agencies", 1000, 300),
        promulgating_agency=read.line_text("promulgating_agency", 300),
        subjects=joined_subjects(read.texts("subjects", 50, 200)),
        type=read.line_text("type", 40),
        state=read.line_text("state", 40),
        source_url=read.url("source_url", hosts),
    )
    return errors or data


def import_names(
    names: Iterable[CatalogueData],
    *,
    now: datetime,
    also_present: Collection[str] = (),
    retires_gone: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
    log: Callable[[ChangeLog], None] | None = None,
) -> CatalogueReport:
    """Store names and show them in search; every change goes to `log`, with what undoing it needs. Flushes.

    With `dry_run` nothing is written. After the last name, `also_present` has the codes of rows that were refused, and
    `retires_gone` says whether names that the file doesn't have disappear.
    """
    session = db.session()
    report = CatalogueReport()
    changes = _Changes(log or (lambda _change: None), dry_run)
    present: set[str] = set()
    iterator = iter(names)
    while chunk := list(islice(iterator, _CHUNK)):
        present.update(data.code for data in chunk)
        _store(chunk, report, changes)
        if not dry_run:
            session.flush()
    present.update(also_present)
    columns = CatalogueEntry.__table__.c
    known = session.scalars(select(columns.code).where(columns.retired_at.is_(None)).order_by(columns.code))
    gone = [code for code in known if code not in present]
    report.gone = len(gone)
    if gone and retires_gone():
        report.retired = len(gone)
        for entry in session.scalars(select(CatalogueEntry).where(CatalogueEntry.code.in_(gone))):
            changes.write(entry, {"retired_at": now})
    if not dry_run:
        session.flush()
        index(changes.touched)
    return report


class _Changes:
    """Writes entries and logs how they were."""

    def __init__(self, log: Callable[[ChangeLog], None], dry_run: bool) -> None:
        self.touched: set[str] = set()
        self._log = log
        self._dry_run = dry_run

    def write(self, entry: CatalogueEntry | None, values: Mapping[str, Any]) -> None:
        """Set some columns of an entry, or of a new one."""
        if self._dry_run:
            return
        before = None if entry is None else _state(entry)
        if entry is None:
            db.session.add(entry := CatalogueEntry(retired_at=None))
        for name, value in values.items():
            setattr(entry, name, value)
        self.touched.add(entry.code)
        self._log(ChangeLog(entry.code, before, _mark(entry)))


def _state(entry: CatalogueEntry) -> dict[str, Any]:
    retired_at = entry.retired_at.isoformat() if entry.retired_at else None
    return {name: getattr(entry, name) for name in _COLUMNS} | {"retired_at": retired_at}


def _mark(entry: CatalogueEntry) -> str:
    return digest_of({"digest": entry.digest, "is_retired": entry.retired_at is not None})


def marks(codes: Sequence[str]) -> dict[str, str]:
    """A hash of what is stored about each of these codes, to see whether it was changed."""
    entries = db.session.scalars(select(CatalogueEntry).where(CatalogueEntry.code.in_(codes)).with_for_update())
    return {entry.code: _mark(entry) for entry in entries}


def undo_names(changes: Sequence[ChangeLog]) -> None:
    """Bring names back to what they were before an import, in search too. Flushes."""
    session = db.session()
    codes = [change.subject for change in changes]
    entries = {
        entry.code: entry for entry in session.scalars(select(CatalogueEntry).where(CatalogueEntry.code.in_(codes)))
    }
    for change in changes:
        entry = entries[change.subject]
        if change.before is None:
            session.delete(entry)
            continue
        retired_at = change.before["retired_at"]
        values = {name: change.before[name] for name in _COLUMNS}
        for name, value in values.items():
            setattr(entry, name, value)
        entry.digest = digest_of(values)
        entry.retired_at = datetime.fromisoformat(retired_at) if retired_at else None
    session.flush()
    search.remove(CATALOGUE, codes)
    index(codes)


def _store(chunk: list[CatalogueData], report: CatalogueReport, changes: _Changes) -> None:
    session = db.session()
    query = select(CatalogueEntry).where(CatalogueEntry.code.in_([data.code for data in chunk]))
    stored = {entry.code: entry for entry in session.scalars(query)}
    for data in chunk:
        values = data.values()
        digest = digest_of(values)
        entry = stored.get(data.code)
        if entry is not None and entry.digest == digest and entry.retired_at is None:
            report.unchanged += 1
            continue
        if entry is None:
            report.new += 1
        else:
            report.changed += 1
        changes.write(entry, {**values, "digest": digest, "retired_at": None})


def index(codes: Collection[str]) -> None:
    """Show these catalogue names in search, or hide them: retired ones, and those that have a record of ours."""
    session = db.session()
    iterator = iter(sorted(codes))
    while chunk := list(islice(iterator, _CHUNK)):
        entries = session.scalars(select(CatalogueEntry).where(CatalogueEntry.code.in_(chunk))).all()
        if not entries:
            continue
        recorded = set(
            session.scalars(select(Procedure.code).where(Procedure.code.in_(chunk), Procedure.retired_at.is_(None)))
        )
        shown = [entry for entry in entries if entry.retired_at is None and entry.code not in recorded]
        search.remove(CATALOGUE, {entry.code for entry in entries} - {entry.code for entry in shown})
        search.replace(catalogue_entry(entry) for entry in shown)
