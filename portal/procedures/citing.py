"""The records that rest on a legal document."""

from __future__ import annotations

from flask_babel import ngettext

from portal.core.i18n import LOCALES, localised_path
from portal.legal.citations import Citation
from portal.legal.validity import DocumentFacts
from portal.procedures.queries import citing
from portal.procedures.search_entries import record_url

_MOST = 100


def record_citations(document: DocumentFacts, locale: str) -> list[Citation]:
    """The first hundred records by code, and a link to all records where there are more."""
    found, count = citing(document.number, _MOST)
    shown = [Citation("record", name, localised_path(record_url(code), LOCALES[locale])) for code, name in found]
    if count > _MOST:
        rest = count - _MOST
        more = ngettext("và %(num)s hồ sơ nữa", "và %(num)s hồ sơ nữa", rest)
        shown.append(Citation("record", str(more), localised_path("/a-z", LOCALES[locale]), locale))
    return shown
