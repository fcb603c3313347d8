"""Table of the legal documents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.legal.validity import IssuerKind


class LegalDocument(Base):
    """A document by number and issuer: two provinces' councils may use the same number.

    `verified_at` is empty while nobody has checked that it holds. What has ended has its last day in `effective_to`.
    """

    __tablename__ = "legal_documents"
    __table_args__ = (
        UniqueConstraint("number", "issuer"),
        CheckConstraint(f"issuer_kind IN ({', '.join(repr(kind.value) for kind in IssuerKind)})", name="issuer_kind"),
        CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from",
            name="ends_after_beginning",
        ),
        CheckConstraint("replaced_by_id IS NULL OR effective_to IS NOT NULL", name="replaced_has_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    number: Mapped[str] = mapped_column(String(100), index=True)
    issuer: Mapped[str] = mapped_column(String(200))
    issuer_kind: Mapped[str] = mapped_column(String(10))
    issued_on: Mapped[date | None]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(500))
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str] = mapped_column(Text)
    # The accounts of those who wrote what nobody has vouched for since.
    written_by: Mapped[list[str]]
    replaced_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("legal_documents.id", ondelete="RESTRICT"), index=True
    )
    summary_vi: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    # Where we know of it from, in words; shown beside it.
    source: Mapped[str] = mapped_column(Text)
    # True until the province writes the document itself; then what ships no longer overwrites it.
    is_starter: Mapped[bool]
    is_demo: Mapped[bool]
    updated_at: Mapped[datetime]
