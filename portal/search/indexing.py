"""From an entry to its row and its words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.core.text import clean_line
from portal.search.entries import ANY_LOCALE, Entry, Facet
from portal.search.folding import aligned, aligned_words, folded_words, initial, marked_words, sort_key
from portal.search.fulltext import BREAK, Document, pairs_of, tag
from portal.search.identity import MAX_REMOTENESS, entry_id
from portal.search.models import KINDS

MAX_BODY = 20_000
_MAX_TITLE = 500
_MAX_SUMMARY = 2_000
_MAX_KEYWORDS = 200
_MAX_KEYWORD = 120
# Behind all letters.
FIRST_PAIR = "~"
_DETAILS = re.compile(r"(?<=\w)\s*(?:[(;:,]|đối với)", re.IGNORECASE)
# Part of every digest. Raised when folding or the stored forms change, with a migration that calls `service.rebuild`.
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as the database stores it."""

    row: dict[str, Any]
    body: dict[str, Any]
    facets: list[dict[str, Any]]
    document: Document


def clean(entry: Entry) -> Entry:
    """The entry as it can be stored: composed Unicode, no control characters, lengths capped, facets once each."""
    if entry.kind not in KINDS:
        raise ValueError(f"unknown kind of page: {entry.kind!r}")
    facets = {(facet.facet, facet.slug): facet for facet in entry.facets}
    return Entry(
        kind=entry.kind,
        key=entry.key,
        locale=entry.locale or None,
        title=clean_line(entry.title, _MAX_TITLE),
        summary=clean_line(entry.summary, _MAX_SUMMARY),
        body=clean_line(entry.body, MAX_BODY),
        keywords=tuple(clean_line(keyword, _MAX_KEYWORD) for keyword in entry.keywords[:_MAX_KEYWORDS]),
        url=entry.url,
        codes=tuple(entry.codes),
        facets=tuple(Facet(facet, slug, clean_line(one.label, 300)) for (facet, slug), one in sorted(facets.items())),
        remoteness=min(max(entry.remoteness, 0), MAX_REMOTENESS),
    )


def digest(entry: Entry) -> str:
    """Equal for entries that need not be written again."""
    facets = [(facet.facet, facet.slug, facet.label) for facet in entry.facets]
    text = json.dumps(
        [
            _VERSION,
            entry.title,
            entry.summary,
            entry.body,
            entry.keywords,
            entry.url,
            entry.codes,
            facets,
            entry.remoteness,
        ]
    )
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def indexed(entry: Entry) -> Indexed:
    """Everything that is stored for a clean entry."""
    phrases = [entry.title, *entry.keywords]
    folded = [*map(folded_words, phrases), *([code_word(code)] for code in entry.codes)]
    order, locale = KINDS.index(entry.kind), entry.locale or ANY_LOCALE
    id_ = entry_id(order, entry.remoteness, len(folded_words(_head(entry.title))), entry.kind, entry.key, locale)
    row = {
        "id": id_, "kind": entry.kind, "kind_order": order, "remoteness": entry.remoteness, "key": entry.key,
        "locale": locale, "title": entry.title, "summary": entry.summary,
        "keywords": list(entry.keywords), "url": entry.url, "codes": list(entry.codes),
        "sort_title": sort_key(entry.title), "initial": initial(entry.title), "folded": _joined(folded),
        "marked": _joined(map(marked_words, phrases)), "digest": digest(entry),
    }  # fmt: skip
    body_folded = aligned(entry.body)
    body = {"entry_id": id_, "body": entry.body, "body_folded": body_folded}
    facets = [{"entry_id": id_, **asdict(facet), "kind": entry.kind, "locale": locale} for facet in entry.facets]
    titles = title_words(row)
    document = Document(id_, titles, pairs(titles), sorted(text_words(row, body_folded)), _tags(entry))
    return Indexed(row, body, facets, document)


def title_words(row: dict[str, Any]) -> list[str]:
    """The words of title, keywords and codes of a stored row, in order, with breaks."""
    words: list[str] = row["folded"].split()
    return words


def pairs(titles: Sequence[str]) -> list[str]:
    """Words side by side in a title or keyword, each pair as one word: most Vietnamese words are two syllables."""
    return sorted(set(pairs_of(titles)))


def counted(pair_: str) -> str:
    """The pair among the counted words: behind all single words, so that these can be read without the pairs."""
    return FIRST_PAIR + pair_


def text_words(row: dict[str, Any], body_folded: str) -> set[str]:
    """All words of a stored row and its body."""
    return {*title_words(row), *folded_words(row["summary"]), *aligned_words(body_folded)} - {BREAK}


def code_word(code: str) -> str:
    """A procedure code as one word: 1.001193 becomes 1001193."""
    return "".join(folded_words(code))


def locale_tag(locale: str) -> str:
    """The tag of the entries that are shown in one language only."""
    return tag("locale", locale)


def filter_groups(kinds: Sequence[str], facets: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The tags that a page must have to be shown; the counterpart of the tags it is indexed with."""
    groups = [[tag("kind", kind) for kind in kinds]] if kinds else []
    return [*groups, *([tag(f"facet {facet}", slug)] for facet, slug in facets)]


def _tags(entry: Entry) -> list[str]:
    # No tag says "in every language": nearly all pages would have it, and every search would read them all. What is in
    # another language is left out instead.
    locales = [locale_tag(entry.locale)] if entry.locale else []
    facets = (tag(f"facet {facet.facet}", facet.slug) for facet in entry.facets)
    return [*locales, tag("kind", entry.kind), *facets]


def _head(title: str) -> str:
    """A title without the cases in brackets or behind "đối với", which make many a name ten lines long."""
    return _DETAILS.split(title, maxsplit=1)[0]


def _joined(phrases: Iterable[list[str]]) -> str:
    return " " + f" {BREAK} ".join(" ".join(words) for words in phrases if words) + " "
