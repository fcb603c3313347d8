"""Agencies on the pages of other domains."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from markupsafe import Markup

from portal.agencies.local import of_province
from portal.agencies.models import AgencyKind
from portal.agencies.queries import AgencyFact, agencies_of_place
from portal.core.i18n import LOCALES
from portal.core.pages import renderer
from portal.core.registry import PlaceSection
from portal.places.queries import atlas

# Whom people look for first.
_ORDER = (AgencyKind.SERVICE_CENTER, AgencyKind.COMMITTEE)


def section_of_place(slug: str, locale: str) -> PlaceSection | None:
    """A commune's offices, and the province's where no telephone of the commune is known."""
    rows = agencies_of_place(slug)
    if not rows:
        return None
    offices = sorted(rows, key=lambda row: _ORDER.index(row.kind) if row.kind in _ORDER else len(_ORDER))
    province = () if any(row.contacts.phones for row in rows) else of_province(atlas())
    html = renderer().text(
        "agencies/_of_place.html", LOCALES[locale], offices=offices, has_contacts=_has_contacts(offices),
        province=province, province_has_contacts=_has_contacts(province),
    )  # fmt: skip
    return PlaceSection("co-quan", _("Cơ quan, nơi nộp hồ sơ"), Markup(html))


def _has_contacts(rows: Iterable[AgencyFact]) -> bool:
    return any(not row.contacts.is_empty for row in rows)
