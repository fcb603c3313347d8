"""Legal documents and reductions that are ending, have ended, or were replaced, while pages still rest on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.fees.models import FeeReduction, LocalFee
from portal.guides.models import Guide
from portal.legal.models import LegalDocument

SOON = timedelta(days=30)
LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Ending:
    """A document or reduction; `ends_on` is its last day, `successor` what replaces it, "" where nothing does."""

    slug: str
    name: str
    ends_on: date | None
    is_over: bool
    successor: str = ""


def ending_documents(today: date, limit: int) -> list[Ending]:
    """What has lately ended or soon will, what ended long ago and is leaned upon still, and what nobody has checked."""
    successor = aliased(LegalDocument)
    until = LegalDocument.effective_to
    statement = (
        select(LegalDocument.id, LegalDocument.slug, LegalDocument.number, until, successor.number.label("successor"))
        .outerjoin(successor, LegalDocument.replaced_by_id == successor.id)
        .where(LegalDocument.verified_at.is_(None) | (until <= today + SOON), LegalDocument.is_demo.is_(False))
        .order_by(until.is_(None), until.desc(), LegalDocument.number)
    )
    rows = db.session.execute(statement).all()
    leaned_on = _leaned_on(today) if any(row.effective_to for row in rows) else (frozenset(), frozenset())
    return [
        Ending(row.slug, row.number, row.effective_to, _is_over(row.effective_to, today), row.successor or "")
        for row in rows
        if row.effective_to is None or row.effective_to >= today - LOOKED_BACK
        or row.number in leaned_on[0] or row.id in leaned_on[1]
    ][:limit]  # fmt: skip


def _is_over(until: date | None, today: date) -> bool:
    return until is not None and until < today


def _leaned_on(today: date) -> tuple[frozenset[str], frozenset[int]]:
    """The numbers that guides name as their sources, and the rows that fees and reductions without an end rest on."""
    numbers = {
        source["number"] for sources in db.session.scalars(select(Guide.sources)) for source in sources
        if source.get("number")
    }  # fmt: skip
    ids: set[int] = set()
    for model in (LocalFee, FeeReduction):
        holds = model.valid_to.is_(None) | (model.valid_to >= today)
        ids.update(db.session.scalars(select(model.document_id).where(holds, model.is_demo.is_(False)).distinct()))
    return frozenset(numbers), frozenset(ids)


def ending_reductions(today: date, limit: int) -> Sequence[Ending]:
    """The reductions that have lately ended or soon will, by themselves or with their document; the next first."""
    statement = (
        select(FeeReduction.slug, FeeReduction.name_vi, FeeReduction.valid_to, LegalDocument.effective_to)
        .join(LegalDocument, FeeReduction.document_id == LegalDocument.id)
        .where(FeeReduction.is_demo.is_(False), LegalDocument.is_demo.is_(False))
    )
    found = []
    for row in db.session.execute(statement):
        ends = min((day for day in (row.valid_to, row.effective_to) if day), default=None)
        if ends is not None and today - LOOKED_BACK <= ends <= today + SOON:
            found.append(Ending(row.slug, row.name_vi, ends, _is_over(ends, today)))
    return sorted(found, key=lambda one: (one.ends_on or date.max, one.slug))[:limit]
