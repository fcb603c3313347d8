"""Places as pages show them: what they are, what became of them, and where their links lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.core.text import fold
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import with_choice
from portal.places.finder import Found
from portal.places.history import Became, became, formed_from, former_districts, is_same_unit, taken_over_whole
from portal.places.kinds import LEVELS, full_name, lower_name
from portal.places.models import Level
from portal.search.folding import sort_key


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A place to go to; `note` is its former district, `is_part` where only a part of it is meant."""

    name: str
    url: str
    note: str = ""
    is_part: bool = False
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place as a card or a page shows it. `became` is one of `history.Became`."""

    place: PlaceFact
    name: str
    url: str
    became: str
    is_current: bool
    districts: str
    provinces: str
    since: date | None
    until: date | None
    today: tuple[PlaceLink, ...]
    formed: tuple[PlaceLink, ...]
    is_unchanged: bool = False
    is_near: bool = False
    has_namesake: bool = False
    has_shared_code: bool = False
    old_names: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The communes of a former district, or of none."""

    id: str
    name: str
    province: str
    links: tuple[PlaceLink, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Makes addresses of places: `finder` in the reader's language, the choice and the way back carried on."""

    finder: str
    xa: str = ""
    back: str = ""

    def to(self, slug: str) -> str:
        """The page of a place."""
        return with_choice(f"{self.finder}/{slug}", self.xa, tiep=self.back)

    def search(self, text: str) -> str:
        """The finder with a text."""
        return with_choice(self.finder, self.xa, q=text, tiep=self.back)


def place_view(atlas: Atlas, place: PlaceFact, paths: Paths, *, is_near: bool = False) -> PlaceView:
    """A place with all that is said of it."""
    before = formed_from(atlas, place)
    return PlaceView(
        place=place,
        name=full_name(place),
        url=paths.to(place.slug),
        became=became(atlas, place),
        is_current=place.valid_to is None,
        districts=", ".join(lower_name(one) for one in former_districts(atlas, place)),
        provinces=_province(atlas, place),
        since=place.valid_from,
        until=place.valid_to,
        today=tuple(_link(atlas, one, paths) for one in atlas.current(place.slug) if one is not place),
        formed=tuple(_link(atlas, one, paths, place) for one in sorted(before, key=lambda one: sort_key(one.name))),
        is_unchanged=len(before) == 1 and became(atlas, before[0]) is Became.UNCHANGED,
        is_near=is_near,
        has_shared_code=_has_shared_code(atlas, place),
        old_names=", ".join(place.former_names),
    )


def _has_shared_code(atlas: Atlas, place: PlaceFact) -> bool:
    """Whether the code was or is another unit's too; one that goes on under its name is no other."""
    return place.code is not None and any(
        one.code == place.code
        and one.level == place.level
        and one.slug != place.slug
        and not is_same_unit(place, one)
        and not is_same_unit(one, place)
        for one in atlas.places
    )


def _link(atlas: Atlas, place: PlaceFact, paths: Paths, after: PlaceFact | None = None) -> PlaceLink:
    districts = ", ".join(lower_name(one) for one in former_districts(atlas, place))
    is_part = after is not None and not taken_over_whole(after, place)
    return PlaceLink(full_name(place), paths.to(place.slug), districts, is_part, place.slug)


def _province(atlas: Atlas, place: PlaceFact) -> str:
    """The province that a unit lies or lay in."""
    above: PlaceFact | None = place
    for _level in LEVELS:
        above = atlas.get(above.superior) if above and above.superior else None
        if above is not None and above.level == Level.PROVINCE:
            return lower_name(above)
    return ""


def cards(atlas: Atlas, found: Found, paths: Paths) -> list[PlaceView]:
    """What a search found; a former unit that lives on under its own name stands with that unit, not beside it."""
    here = {candidate.place.slug for candidate in found.candidates}
    shown = []
    for candidate in found.candidates:
        after = [one for slug in candidate.place.successors if (one := atlas.get(slug.slug)) is not None]
        if len(after) == 1 and after[0].slug in here and is_same_unit(after[0], candidate.place):
            continue
        shown.append(place_view(atlas, candidate.place, paths, is_near=candidate.is_near))
    return [replace(view, has_namesake=_has_namesake(view, shown)) for view in shown]


def _has_namesake(view: PlaceView, others: Sequence[PlaceView]) -> bool:
    """Whether a unit of today has the name of a former one that became something else."""
    return view.is_current and any(
        not other.is_current
        and other.place.level == view.place.level
        and other.place.name == view.place.name
        and view.place.slug not in {link.slug for link in other.today}
        for other in others
    )


def namesakes(atlas: Atlas, place: PlaceFact, paths: Paths) -> list[PlaceView]:
    """The communes, of today and of before, that are called alike and are somewhere else."""
    if place.level != Level.COMMUNE:
        return []
    name, here = fold(place.name), {one.slug for one in atlas.current(place.slug)}
    alike = (one for one in atlas.places if one.level == Level.COMMUNE and fold(one.name) == name)
    others = [one for one in alike if here.isdisjoint(after.slug for after in atlas.current(one.slug))]
    # A unit that goes on under its name is named once, as it is today.
    shown = [one for one in others if one.valid_to is None or not any(is_same_unit(two, one) for two in others)]
    return [place_view(atlas, one, paths) for one in shown]


def groups(atlas: Atlas, standing: Sequence[PlaceFact], paths: Paths) -> list[Group]:
    """Today's communes, given by name, by the former district that most of each was formed from.

    Those that no district is known of come last.
    """
    members: dict[str, list[PlaceFact]] = {}
    for place in standing:
        districts = [one.superior or "" for one in formed_from(atlas, place) if one.level == Level.COMMUNE]
        districts = districts or [one.slug for one in former_districts(atlas, place)] or [""]
        most = max(sorted(set(districts)), key=districts.count)
        members.setdefault(most, []).append(place)
    found = []
    for slug, places in members.items():
        district = atlas.get(slug)
        links = tuple(PlaceLink(full_name(one), paths.to(one.slug)) for one in places)
        province = _province(atlas, district) if district else ""
        found.append((district, Group(f"nhom-{slug}", full_name(district) if district else "", province, links)))
    found.sort(key=lambda item: (item[0] is None, item[1].province, _seat(item[0]), sort_key(item[1].name)))
    return [group for _, group in found]


def _seat(district: PlaceFact | None) -> int:
    """Cities and towns before the others, as people list them."""
    return ("thanh-pho", "thi-xa").index(district.kind) if district and district.kind in {"thanh-pho", "thi-xa"} else 2


def is_settled(views: Sequence[PlaceView]) -> bool:
    """Whether only one place can be meant, so that nobody has to tell names apart."""
    return len(views) == 1 and not views[0].is_near and len(views[0].today) <= 1
