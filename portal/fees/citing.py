"""The fees and reductions that rest on a legal document."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core.i18n import LOCALES, localised_path
from portal.fees.present import reduction_url
from portal.fees.queries import tariff
from portal.legal.citations import Citation
from portal.legal.validity import DocumentFacts
from portal.procedures import queries as procedures


def fee_citations(document: DocumentFacts, locale: str) -> list[Citation]:
    """Reductions lead to their own pages, fees to the record that they are about."""
    return list(_citations(document, locale))


def _citations(document: DocumentFacts, locale: str) -> Iterator[Citation]:
    known = tariff(with_demo=document.is_demo)
    for slug, reduction in known.reductions.items():
        if reduction.document.id == document.id:
            title_locale = locale if reduction.name_en else "vi"
            yield Citation("reduction", reduction.name(locale), reduction_url(slug, LOCALES[locale]), title_locale)
    cited = [code for code, fees in known.fees.items() if any(fee.document.id == document.id for fee in fees)]
    for code, record in procedures.record_facts(cited).items():
        yield Citation("fee", record.name, localised_path(f"/thu-tuc/{code}", LOCALES[locale]))
