"""Tables of imports: the batches, what was wrong with their rows, what they changed, and remembered mappings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

_BIG_ID = BigInteger().with_variant(Integer(), "sqlite")
_NO_CONTENT = {"info": {"content": False}}


class State(StrEnum):
    """Where a batch is. Only `applied` ones have changed anything."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    QUEUED = "queued"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    FAILED = "failed"
    DISCARDED = "discarded"


class Batch(Base):
    """One file on its way into the portal."""

    __tablename__ = "import_batches"
    __table_args__ = (Index("ix_import_batches_fingerprint", "fingerprint", "state"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)  # random: addresses of batches can't be counted
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(300))
    stored_name: Mapped[str] = mapped_column(String(40))  # in the folder of imports
    format: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    fingerprint: Mapped[str] = mapped_column(String(64))  # of kind, content, mapping and options
    mapping: Mapped[dict[str, Any]]  # `Layout.as_json`; empty where the file has our own column names
    options: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    preview: Mapped[dict[str, Any]]
    actor_key: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    state_at: Mapped[datetime]  # when it came into its state
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[dict[str, Any]]


class RowProblem(Base):
    """Why a row of a batch is refused; the first ten thousand of a file."""

    __tablename__ = "import_row_errors"
    __table_args__ = (_NO_CONTENT,)

    id: Mapped[int] = mapped_column(_BIG_ID, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"), index=True)
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str | None] = mapped_column(String(300))
    code: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]


class Change(Base):
    """What one batch did to one subject: how it was before, and a mark of how it was left.

    `before` is None for a new subject; `mark` is None for one that the import took away.
    """

    __tablename__ = "import_changes"
    __table_args__ = (Index("ix_import_changes_batch", "batch_id", "id"), _NO_CONTENT)

    id: Mapped[int] = mapped_column(_BIG_ID, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id, ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    mark: Mapped[str | None] = mapped_column(String(64))


class RememberedMapping(Base):
    """What the columns of a table of this shape meant last time."""

    __tablename__ = "import_mappings"
    __table_args__ = (_NO_CONTENT,)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    targets: Mapped[list[Any]]
    used_at: Mapped[datetime]
