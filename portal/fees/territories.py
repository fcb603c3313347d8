"""Where fees and reductions hold: places found and named."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from portal.core import formats
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS
from portal.core.text import fold
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import NOTHING, Choice, ChoiceLine, choice_line, chosen
from portal.places.kinds import lower_name
from portal.places.models import Level
from portal.places.queries import atlas
from portal.search.folding import sort_key


class TerritoryError(Exception):
    """No place fits what somebody named; `is_empty` where no places have been loaded at all."""

    def __init__(self, message: str, *, is_empty: bool = False) -> None:
        self.is_empty = is_empty
        super().__init__(message)


def find_territory(level: str, code: str, name: str, on: date) -> str:
    """The slug of the unit of this tier that had this statistical code or this name on a day; raises TerritoryError.

    Codes are used again for other units, so the day is part of the question; the name helps where codes are missing.
    """
    there = [place for place in atlas().places if place.level == level and place.exists_on(on)]
    if not there:
        raise TerritoryError(f"no {level} of {on} is known: load the places first", is_empty=True)
    found = [place for place in there if place.code == code] or [
        place for place in there if fold(place.name) == fold(name)
    ]
    if len(found) != 1:
        what = "none" if not found else f"{len(found)} of them"
        raise TerritoryError(f"{level} {name!r} (code {code}) on {on}: {what} among {len(there)} known")
    return found[0].slug


def territory_name(slug: str, locale: str, places: Atlas, *, is_short: bool = False) -> str:
    """A territory in words; a unit that is no more says until when it was, or in short that it is a former one."""
    if not slug:
        return str(_("toàn tỉnh"))
    place = places.get(slug)
    if place is None:
        return slug
    if place.valid_to is None:
        return lower_name(place)
    if is_short:
        return str(_("%(place)s cũ", place=lower_name(place)))
    since = formats.day(place.valid_to + timedelta(days=1), locale)
    return str(_("%(place)s cũ (trước %(date)s)", place=lower_name(place), date=since))


def communes(day: date) -> list[PlaceFact]:
    """The communes that there are on a day, by name."""
    found = [place for place in atlas().places if place.level == Level.COMMUNE and place.exists_on(day)]
    return sorted(found, key=lambda place: (sort_key(place.name), place.slug))


def choice_of(raw: str) -> Choice:
    """What an address chooses: a commune, one of several that only the person can tell, one that there is none of."""
    return chosen(atlas(), raw) if raw else NOTHING


def line_of(choice: Choice, path: str, **others: str) -> ChoiceLine | None:
    """What a page at `path` says of a choice that it can't answer for; None where it can, or none was made."""
    if not choice.candidates and not choice.is_unknown:
        return None
    locale = current_locale()
    own = localised_path(path, locale)
    return choice_line(choice, own, localised_path(LINKS["places"], locale), back=own, **others)


def choices() -> list[PlaceFact]:
    """Every place that a fee can be set for: provinces of now and then, and today's communes."""
    wanted = [
        place
        for place in atlas().places
        if place.level == Level.PROVINCE or (place.level == Level.COMMUNE and place.valid_to is None)
    ]
    return sorted(wanted, key=lambda place: (place.level != Level.PROVINCE, sort_key(place.name), place.slug))
