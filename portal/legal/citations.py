"""Who cites a document: domains above this one say so through a registry that `wiring` fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.legal.validity import DocumentFacts


@dataclass(frozen=True, slots=True)
class Citation:
    """A page that rests on a document; `kind` is guide, record, fee or reduction."""

    kind: str
    title: str
    url: str
    title_locale: str = "vi"


Citer = Callable[[DocumentFacts, str], Sequence[Citation]]
_citers: list[Citer] = []


def register_citers(*citers: Citer) -> None:
    """Say who knows what cites a document: called with the document and a locale, in the order of the page."""
    _citers[:] = citers


def citations(document: DocumentFacts, locale: str) -> list[Citation]:
    """Everything that cites a document."""
    return [citation for citer in _citers for citation in citer(document, locale)]
