"""What other packages hand to the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ANY_LOCALE = ""
_INSTEAD = "<vi"


def instead_of(locale: str) -> str:
    """The locale of a Vietnamese entry that readers of another language find as long as there is none in theirs."""
    return locale + _INSTEAD


def seen_in(locale: str) -> tuple[str, str, str]:
    """The locales of the entries that readers of a language find."""
    return ANY_LOCALE, locale, instead_of(locale)


def shown_as(locale: str) -> str | None:
    """The language in which an entry is written; None for those that are the same in every language."""
    return "vi" if locale.endswith(_INSTEAD) else locale or None


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
