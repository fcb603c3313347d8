"""Suggestions while somebody types: titles only, the last word unfinished."""

from __future__ import annotations

from dataclasses import dataclass

from portal.search import queries
from portal.search.snippets import SnippetPart

MAX_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page that may be meant. `url` is a path without language, or an address elsewhere."""

    kind: str
    title: str
    url: str
    title_parts: tuple[SnippetPart, ...]


def suggest(text: str, locale: str, *, limit: int = 6) -> tuple[Suggestion, ...]:
    """Pages whose titles hold the words typed so far, best first; none for fewer than two letters."""
    found = queries.find(text, locale, limit=min(limit, MAX_SUGGESTIONS))
    return tuple(Suggestion(hit.kind, hit.title, hit.url, hit.title_parts) for hit in found.hits)
