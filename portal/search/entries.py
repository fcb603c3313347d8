"""What other packages hand to the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to browse to an entry: facet 'field', slug 'ho-tich', label 'Hộ tịch'."""

    facet: str
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A page to be found. `locale` None: shown in every language.

    `keywords` are everyday phrases; they are found like the title, and never shown. `body` is plain text. `remoteness`
    says how far away the office is: 0 the commune's (or none), 1 the province's, 2 a ministry; among pages that answer
    alike, the nearest is meant.
    """

    kind: str
    key: str
    locale: str | None
    title: str
    summary: str = ""
    body: str = ""
    keywords: Sequence[str] = ()
    url: str = ""
    codes: Sequence[str] = ()
    facets: Sequence[Facet] = ()
    remoteness: int = 0
