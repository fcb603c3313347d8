"""Every SELECT of the legal documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.clock import LOCAL_ZONE
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.legal.models import LegalDocument
from portal.legal.validity import DocumentFacts, IssuerKind

_document = LegalDocument.__table__.c


@memoised_by_content
def documents(with_demo: bool) -> tuple[DocumentFacts, ...]:
    """Every document, the latest first; illustrative ones only where asked for."""
    successor = aliased(LegalDocument)
    statement = (
        select(LegalDocument.__table__, successor.slug.label("replaced_by"))
        .join(successor, _document.replaced_by_id == successor.id, isouter=True)
        .order_by(_document.issued_on.is_(None), _document.issued_on.desc(), _document.number)
    )
    if not with_demo:
        statement = statement.where(_document.is_demo.is_(False))
    return tuple(
        DocumentFacts(
            id=row.id, slug=row.slug, number=row.number, issuer=row.issuer, issuer_kind=IssuerKind(row.issuer_kind),
            issued_on=row.issued_on, title=row.title, title_en=row.title_en, url=row.url,
            effective_from=row.effective_from, effective_to=row.effective_to,
            verified_on=row.verified_at.astimezone(LOCAL_ZONE).date() if row.verified_at else None,
            replaced_by=row.replaced_by, summary_vi=row.summary_vi, summary_en=row.summary_en, source=row.source,
            is_demo=row.is_demo,
        )
        for row in db.session.execute(statement)
    )  # fmt: skip


def facts_of(slug: str, *, with_demo: bool) -> DocumentFacts | None:
    """One document as pages know it."""
    return next((found for found in documents(with_demo) if found.slug == slug), None)


def document(slug: str) -> LegalDocument | None:
    """A document to change."""
    return db.session.scalar(select(LegalDocument).where(LegalDocument.slug == slug))


def document_by_id(document_id: int | None) -> LegalDocument | None:
    """The document that a row names; None for None."""
    return db.session.get(LegalDocument, document_id) if document_id is not None else None


def document_by_number(number: str, issuer: str) -> LegalDocument | None:
    """A document by what it is cited by."""
    return db.session.scalar(
        select(LegalDocument).where(LegalDocument.number == number, LegalDocument.issuer == issuer)
    )


def slugs() -> set[str]:
    """The slugs that are taken."""
    return set(db.session.scalars(select(LegalDocument.slug)))


def sitemap_rows() -> list[tuple[str, datetime]]:
    """Slug and last change of every real document."""
    rows = db.session.execute(
        select(_document.slug, _document.updated_at).where(_document.is_demo.is_(False)).order_by(_document.slug)
    )
    return [(row.slug, row.updated_at) for row in rows]
