"""The commune that a person has chosen: `?xa=` of an address, kept on their phone and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from portal.core.text import clean_line
from portal.places.atlas import Atlas, PlaceFact
from portal.places.history import today_in
from portal.places.kinds import full_name
from portal.places.models import Level

PARAMETER = "xa"
_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address chose. At most one of `place`, `candidates` and `is_unknown` holds.

    `former` is the unit of before that was named, where one was: `place` is what all of it became, `candidates` are
    those that parts of it went to, of which only the person can tell theirs.
    """

    place: PlaceFact | None = None
    candidates: tuple[PlaceFact, ...] = ()
    former: PlaceFact | None = None
    is_unknown: bool = False

    @property
    def slug(self) -> str:
        """The commune's slug, to be carried in links; "" where none is settled."""
        return self.place.slug if self.place else ""


NOTHING = Choice()


def chosen(atlas: Atlas, raw: str) -> Choice:
    """What `?xa=` stands for; "" and blanks are no choice. Never raises."""
    slug = clean_line(raw, _LIMIT).lower()
    if not slug:
        return NOTHING
    named = atlas.get(slug)
    if named is not None and named.level == Level.VILLAGE and named.superior:
        named = atlas.get(named.superior)
    if named is None:
        return Choice(is_unknown=True)
    standing = tuple(place for place in atlas.current(named.slug) if place.level == Level.COMMUNE)
    if named.level == Level.DISTRICT and not standing:
        standing = tuple(today_in(atlas, named))
    if not standing:
        return Choice(is_unknown=True)
    former = None if standing == (named,) else named
    is_split = any(not after.is_whole for after in named.successors)
    if len(standing) == 1 and not is_split:
        return Choice(place=standing[0], former=former)
    return Choice(candidates=standing, former=former)


def with_choice(path: str, slug: str, **others: str) -> str:
    """An address of ours that carries the chosen commune, and other parameters that aren't empty."""
    query = {name: value for name, value in (*others.items(), (PARAMETER, slug)) if value}
    return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """The line that says which commune a page answers for; `state` is none, chosen, several or unknown.

    `links` are (name, address) of the communes to choose from; `former` is the name of the unit that was named.
    """

    state: str
    name: str
    url: str
    former: str
    links: tuple[tuple[str, str], ...]
    change_url: str
    clear_url: str


def choice_line(choice: Choice, path: str, finder_path: str, *, back: str = "", **others: str) -> ChoiceLine:
    """The line for a page at `path`; `back` is where the finder should lead back to, both in the reader's language."""
    state = "chosen" if choice.place else "several" if choice.candidates else "unknown" if choice.is_unknown else "none"
    return ChoiceLine(
        state,
        full_name(choice.place) if choice.place else "",
        with_choice(f"{finder_path}/{choice.slug}", choice.slug) if choice.place else "",
        full_name(choice.former) if choice.former else "",
        tuple((full_name(place), with_choice(path, place.slug, **others)) for place in choice.candidates),
        with_choice(finder_path, "", tiep=back),
        with_choice(path, "", **others),
    )
