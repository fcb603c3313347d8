"""The national catalogue of names: stored, and found by search wherever no record of ours has the code."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select, update

from portal.core.db import db
from portal.exchange.errors import RowError
from portal.exchange.rows import Row
from portal.procedures.audiences import joined_subjects
from portal.procedures.data import digest_of
from portal.procedures.fields import FieldReader
from portal.procedures.models import CatalogueEntry, Procedure
from portal.procedures.search_entries import CATALOGUE, catalogue_entry
from portal.search import service as search

_CHUNK = 500


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
        return {
            "code": self.code, "name": self.name, "fields": list(self.fields), "agencies": list(self.agencies),
            "promulgating_agency": self.promulgating_agency, "subjects": list(self.subjects), "type": self.type,
            "state": self.state, "source_url": self.source_url,
        }  # fmt: skip


@dataclass(slots=True)
class CatalogueReport:
    """What an import of the catalogue did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    retired: int = 0


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
    retire_gone: bool = False,
) -> CatalogueReport:
    """Store names and show them in search. Names that the file no longer has disappear only when asked. Flushes."""
    session = db.session()
    report = CatalogueReport()
    present = set(also_present)
    touched: set[str] = set()
    iterator = iter(names)
    while chunk := list(islice(iterator, _CHUNK)):
        present.update(data.code for data in chunk)
        touched.update(_store(chunk, report))
        session.flush()
    columns = CatalogueEntry.__table__.c
    known = session.scalars(select(columns.code).where(columns.retired_at.is_(None)))
    gone = [code for code in known if code not in present]
    report.gone = len(gone)
    if retire_gone and gone:
        session.execute(update(CatalogueEntry).where(CatalogueEntry.code.in_(gone)).values(retired_at=now))
        report.retired = len(gone)
        touched.update(gone)
    index(touched)
    return report


def _store(chunk: list[CatalogueData], report: CatalogueReport) -> set[str]:
    session = db.session()
    query = select(CatalogueEntry).where(CatalogueEntry.code.in_([data.code for data in chunk]))
    stored = {entry.code: entry for entry in session.scalars(query)}
    touched = set()
    for data in chunk:
        values = data.values()
        digest = digest_of(values)
        entry = stored.get(data.code)
        if entry is not None and entry.digest == digest and entry.retired_at is None:
            report.unchanged += 1
            continue
        if entry is None:
            report.new += 1
            session.add(entry := CatalogueEntry())
        else:
            report.changed += 1
        for name, value in values.items():
            setattr(entry, name, value)
        entry.digest, entry.retired_at = digest, None
        touched.add(data.code)
    return touched


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
