"""Who cites a document: domains above this one say so through a registry that `wiring` fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.legal.validity import DocumentFacts


@dataclass(frozen=True, slots=True)
class Citation:
    """A page that rests on a document; `kind` is guide, record, fee, reduction or page.

    `edit` is where staff mend it: a path below /can-bo, "" where they don't.
    """

    kind: str
    title: str
    url: str
    title_locale: str = "vi"
    edit: str = ""


Citer = Callable[[DocumentFacts, str], Sequence[Citation]]
_citers: list[Citer] = []
_touchers: list[Citer] = []


def register_citers(*citers: Citer) -> None:
    """Say who knows what cites a document: called with the document and a locale, in the order of the page."""
    _citers[:] = citers


def citations(document: DocumentFacts, locale: str) -> list[Citation]:
    """Everything that cites a document."""
    return [citation for citer in _citers for citation in citer(document, locale)]


def register_touchers(*touchers: Citer) -> None:
    """Say who knows which pages would change with a document that they don't name themselves."""
    _touchers[:] = touchers


def touched(document: DocumentFacts, locale: str) -> list[Citation]:
    """Every page that a document touches, for staff: those that cite it, and those that show what rests on it."""
    found = {one.url: one for one in citations(document, locale)}
    for toucher in _touchers:
        for one in toucher(document, locale):
            found.setdefault(one.url, one)
    return list(found.values())
