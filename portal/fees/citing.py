"""The fees and reductions that rest on a legal document."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.core import clock
from portal.core.i18n import LOCALES, localised_path
from portal.core.pages import LINKS
from portal.core.registry import explained_procedures
from portal.fees.panel import Here
from portal.fees.present import reduction_url
from portal.fees.queries import tariff
from portal.fees.snapshot import snapshot
from portal.fees.usage import services_of
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
            url, edit = reduction_url(slug, LOCALES[locale]), f"/giam-phi/{slug}"
            yield Citation("reduction", reduction.name(locale), url, title_locale, edit)
    cited = _fees_of(document)
    for code, record in procedures.record_facts(cited).items():
        url = localised_path(f"/thu-tuc/{code}", LOCALES[locale])
        yield Citation("fee", record.name, url, edit=f"/phi/{cited[code]}")


def _fees_of(document: DocumentFacts) -> dict[str, str]:
    """The first fee that rests on a document, by procedure."""
    known = tariff(with_demo=document.is_demo)
    mine = ((code, fee.code) for code, fees in known.fees.items() for fee in fees if fee.document.id == document.id)
    return dict(reversed(list(mine)))


def fee_touched(document: DocumentFacts, locale: str) -> list[Citation]:
    """The pages that show a reduction or a fee which rests on a document, whether or not they name it."""
    here = Here(snapshot(), None, clock.today(), LOCALES[locale])
    rules = [one.rule for one in here.known.tariff.reductions.values() if one.document.id == document.id]
    fees, explained = _fees_of(document), explained_procedures(locale)
    found = {
        guide.path: Citation("guide", guide.title, localised_path(guide.path, here.locale), guide.title_locale)
        for code in fees
        for guide in explained.get(code, ())
    }
    for rule in rules:
        for one in services_of(rule, here):
            found.setdefault(one.url, Citation("guide", one.title, one.url, one.title_locale))
    pages = [(_("Chính sách giảm phí"), LINKS["reductions"])] if rules else []
    pages += [(_("Tính thử phí"), LINKS["calculator"])] if rules or fees else []
    shown = [Citation("page", str(title), localised_path(path, here.locale), locale) for title, path in pages]
    return [*found.values(), *shown]
