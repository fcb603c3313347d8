"""What the preview picture of a place's page shows: its name, and what the page is for."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core.i18n import Locale
from portal.core.pages import renderer
from portal.media.preview import Fact, Preview
from portal.places import queries
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level


def find_place_preview(slug: str, locale: Locale) -> Preview | None:
    """The preview of a place's page; None where there is no such place."""
    place = queries.atlas().get(slug)
    return place_preview(place, locale) if place else None


def place_preview(place: PlaceFact, locale: Locale) -> Preview:
    """The preview of a place's page."""
    known = renderer()
    facts: tuple[Fact, ...] = ()
    if place.valid_to is not None:
        facts = (Fact("map", _("Nay thuộc xã, phường nào")),)
    elif place.level == Level.COMMUNE:
        facts = (Fact("building-2", _("Nơi nộp hồ sơ")),)
    return Preview(
        portal_name=known.site(locale).portal_name,
        kind=_("Địa bàn"),
        title=full_name(place),
        facts=facts,
        icon="map-pin",
        colours=known.profile.colours,
        has_own_logo=known.profile.logo is not None,
    )
