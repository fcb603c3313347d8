"""The portal's own pages in the search index: the calculator, the finder of places and the like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from portal.core.text import nfc
from portal.search import queries, service
from portal.search.entries import Entry

KIND = "page"
_SOURCE = Path(__file__).with_suffix(".yaml")


def index_site_pages() -> None:
    """Write those that are new or changed, and take out what is no page any more."""
    entries = list(_entries())
    service.replace(entries)
    gone = queries.keys(KIND) - {entry.key for entry in entries}
    service.remove(KIND, sorted(gone))


def _entries() -> Iterator[Entry]:
    for page in yaml.safe_load(nfc(_SOURCE.read_text(encoding="utf-8"))):
        path = page.pop("path")
        for locale, text in page.items():
            yield Entry(
                kind=KIND, key=path.strip("/"), locale=locale, title=text["title"], summary=text["summary"],
                keywords=text["keywords"], url=path,
            )  # fmt: skip
