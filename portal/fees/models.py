"""Tables of the province's own fees and of the reductions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.legal.models import LegalDocument


class LocalFee(Base):
    """What the province takes for one procedure; `channel` "" is every way to file, `territory` "" the whole province.

    `amount` in đồng with status amount, else empty. `condition_…` tell it from other fees of the same procedure.
    """

    __tablename__ = "local_fees"
    __table_args__ = (
        CheckConstraint(
            "(status = 'amount' AND amount IS NOT NULL AND amount > 0) "
            "OR (status IN ('free', 'unknown') AND amount IS NULL)",
            name="states_never_mix",
        ),
        CheckConstraint("channel IN ('', 'online', 'direct', 'postal')", name="channel"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ends_after_beginning"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    procedure: Mapped[str] = mapped_column(String(8), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    territory: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int | None] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(40))
    condition_vi: Mapped[str] = mapped_column(Text)
    condition_en: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    document_id: Mapped[int] = mapped_column(ForeignKey(LegalDocument.id, ondelete="RESTRICT"), index=True)
    is_demo: Mapped[bool]
    # Empty while nobody has checked these values against the document.
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(Text)
    # The accounts of those who wrote what nobody has vouched for since.
    written_by: Mapped[list[str]]
    updated_at: Mapped[datetime]


class FeeReduction(Base):
    """A percentage or an amount off; empty lists are "all". Verified only where it and its document are."""

    __tablename__ = "fee_reductions"
    __table_args__ = (
        CheckConstraint(
            "(percent IS NOT NULL AND amount IS NULL AND percent BETWEEN 1 AND 100) "
            "OR (percent IS NULL AND amount IS NOT NULL AND amount > 0)",
            name="percent_or_amount",
        ),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ends_after_beginning"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    percent: Mapped[int | None] = mapped_column(Integer)
    amount: Mapped[int | None] = mapped_column(Integer)
    procedures: Mapped[list[str]]
    fields: Mapped[list[str]]
    channels: Mapped[list[str]]
    territory: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    applies_to_national_rates: Mapped[bool]
    document_id: Mapped[int] = mapped_column(ForeignKey(LegalDocument.id, ondelete="RESTRICT"), index=True)
    # True until the province writes the reduction itself; then what ships no longer overwrites it.
    is_starter: Mapped[bool]
    is_demo: Mapped[bool]
    # Empty while nobody has checked these values against the document.
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(Text)
    # The accounts of those who wrote what nobody has vouched for since.
    written_by: Mapped[list[str]]
    updated_at: Mapped[datetime]
