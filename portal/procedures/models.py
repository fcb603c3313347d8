"""Tables of the official records and of the national catalogue of names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.procedures.as_of import Precision


class ImportBatch(Base):
    """One import that changed something."""

    __tablename__ = "procedure_import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # "records" or "catalogue"
    file_name: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")


class Procedure(Base):
    """An official record. Guide pages read the plain columns and `facts`; only the record's own page reads `texts`."""

    __tablename__ = "procedures"
    __table_args__ = (
        CheckConstraint(
            f"as_of_precision IN ({', '.join(repr(precision.value) for precision in Precision)})", "as_of_precision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(String(300))
    agency: Mapped[str | None] = mapped_column(Text)
    agency_note: Mapped[str | None] = mapped_column(Text)
    promulgating_agency: Mapped[str] = mapped_column(String(300))
    decision_no: Mapped[str] = mapped_column(String(100))
    levels: Mapped[list[str]]
    subjects: Mapped[list[str]]
    channels: Mapped[list[str]]
    source_url: Mapped[str] = mapped_column(String(500))
    as_of: Mapped[str] = mapped_column(String(40))
    as_of_precision: Mapped[str] = mapped_column(String(20))
    portal_updated_at: Mapped[datetime | None]
    is_full: Mapped[bool] = mapped_column(Boolean)
    retired_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, Any]]
    # Written by our content writers, in facts-only files; kept when a full record comes over them.
    conditions: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(Integer, default=1)
    digest: Mapped[str] = mapped_column(String(64))
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey(ImportBatch.id, ondelete="SET NULL"))
    updated_at: Mapped[datetime]


class ProcedureVersion(Base):
    """What a record said before it was changed; `import_batch_id` is the import that had brought that version."""

    __tablename__ = "procedure_versions"
    __table_args__ = (UniqueConstraint("procedure_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey(Procedure.id, ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    payload: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey(ImportBatch.id, ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class CatalogueEntry(Base):
    """A name in the national catalogue: a way out to the national portal, no record of ours."""

    __tablename__ = "catalogue_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[str]]
    agencies: Mapped[list[str]]
    promulgating_agency: Mapped[str] = mapped_column(String(300))
    subjects: Mapped[list[str]]
    type: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(40))
    source_url: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))
    retired_at: Mapped[datetime | None]
