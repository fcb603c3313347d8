"""The guides that name a legal document."""

from __future__ import annotations

from portal.guides.queries import citing
from portal.legal.citations import Citation
from portal.legal.validity import DocumentFacts


def guide_citations(document: DocumentFacts, locale: str) -> list[Citation]:
    """The guides whose sources or text name the document's number."""
    return [
        Citation("guide", card.title, card.url, card.title_locale, f"/huong-dan/{card.slug}")
        for card in citing(document.number, locale)
    ]
