"""The links of a page that carries some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.core import markdown
from portal.guides.written import markdown_texts
from portal.linkcheck.addresses import target_of
from portal.linkcheck.queries import Carrier

Found = Mapping[str, tuple[str, list[dict[str, str]]]]
# More pages than this need not be named with a link: whoever mends one looks for the others.
_MOST_CARRIERS = 20


def collect(carriers: Iterable[Carrier]) -> Found:
    """Each address with its host and the pages that carry it, by name; what is no address of the web is left out."""
    found: dict[str, tuple[str, list[dict[str, str]]]] = {}
    for carrier in carriers:
        named = {"kind": carrier.kind, "key": carrier.key, "title": carrier.title}
        for url in (*carrier.urls, *_in_markdown(carrier)):
            target = target_of(url)
            if target is None:
                continue
            _host, pages = found.setdefault(target.url, (target.host, []))
            if named not in pages and len(pages) < _MOST_CARRIERS:
                pages.append(named)
    return found


def _in_markdown(carrier: Carrier) -> list[str]:
    texts = [*carrier.texts, *(text for body in carrier.bodies for text in markdown_texts(dict(body)))]
    # Most texts lead nowhere, and parsing them takes the time.
    return [url for text in texts if "http" in text for url in markdown.links(text)]
