"""What a data set is at this moment: its version, rows and dates; and whose it is, under which terms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from portal.core import clock
from portal.core.content import memoised_by_content
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path
from portal.core.pages import LINKS, renderer
from portal.opendata.model import Asked, Dataset, parts
from portal.opendata.registry import dataset

PATH = LINKS["open_data"]
TERMS = "dieu-kien"
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Edition:
    """`version` differs wherever the rows do; `modified` (UTC) is None where nobody wrote it down."""

    version: str
    modified: datetime | None
    rows: int
    has_demo: bool
    covers: tuple[date, date] | None


def edition(known: Dataset) -> Edition:
    """The data set as it stands."""
    return _edition(known.slug, clock.today())


@memoised_by_content
def _edition(slug: str, today: date) -> Edition:
    known = dataset(slug)
    if known is None:
        raise KeyError(slug)
    whole = Asked(locale=DEFAULT_LOCALE.code, today=today)
    rows, modified = known.count(whole, None), known.changed()
    digest = hashlib.sha256(repr((slug, rows)).encode())
    for piece in _what_differs(known, whole):
        digest.update(piece)
    version = digest.hexdigest()[:10]
    return Edition(version, modified, rows, known.has_demo(), known.covers())


def _what_differs(known: Dataset, whole: Asked) -> Iterator[bytes]:
    """The mark of a long data set; of a short one every row."""
    if (mark := known.mark()) is not None:
        yield repr(mark).encode()
        return
    for rows in parts(known, whole, size=_CHUNK):
        yield repr(rows).encode()


@dataclass(frozen=True, slots=True)
class Terms:
    """Who publishes, and under which licence; a publisher that nobody has entered is the portal by its name."""

    publisher: str
    is_entered: bool
    licence: str | None
    licence_url: str


def terms(locale: str) -> Terms:
    """The terms of the province's profile in a language; without a licence, the page says what the decree does."""
    site = renderer().site(LOCALES[locale])
    own = f"{renderer().config.site_url}{localised_path(PATH, LOCALES[locale])}#{TERMS}"
    return Terms(
        site.publisher or site.portal_name, bool(site.publisher), site.data_licence, site.data_licence_url or own
    )


def address(path: str, locale: str) -> str:
    """The whole address of something below the page of open data."""
    return f"{renderer().config.site_url}{localised_path(PATH + path, LOCALES[locale])}"
