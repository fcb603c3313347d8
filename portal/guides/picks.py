"""Which guides stand on the home page, and in which order: what staff have picked, or else what ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from portal.core import site_content
from portal.core.audit import Subject
from portal.core.permissions import Actor

KEY = "home"
FEATURED = "featured"
# section of the home page -> the kind of guides that may stand there; "" is any
SECTIONS: Mapping[str, str] = {FEATURED: "", "life_events": "life_event", "how_tos": "how_to"}
MOST_PICKS = 24


class _Card(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def kind(self) -> str: ...


Card = TypeVar("Card", bound=_Card)


class PickError(Exception):
    """Why a pick is refused: unknown (no such guide), wrong_kind, there (picked already), full."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def picked() -> Mapping[str, list[str]]:
    """The slugs that staff have picked for each section; a section that isn't there is as it ships."""
    found: Mapping[str, list[str]] = site_content.value_of(KEY) or {}
    return found


def featured_slugs(shipped: Sequence[str]) -> Sequence[str]:
    """The guides that stand first on the home page; `shipped` are those that the profile names."""
    return picked().get(FEATURED, shipped)


def section_slugs(section: str, cards: Sequence[Card], shipped: Sequence[str]) -> list[str]:
    """What stands in a section in its order, guides that are gone included."""
    own = picked().get(section)
    if own is not None:
        return list(own)
    return list(shipped) if section == FEATURED else [card.slug for card in cards if card.kind == SECTIONS[section]]


def section(name: str, cards: Sequence[Card], shipped: Sequence[str]) -> list[Card]:
    """The guides of a section as readers see them: those that are gone, or have become of another kind, left out."""
    by_slug = {card.slug: card for card in cards}
    found = (by_slug.get(slug) for slug in section_slugs(name, cards, shipped))
    return [card for card in found if card is not None and fits(name, card.kind)]


def fits(name: str, kind: str) -> bool:
    """Whether a guide of a kind may stand in a section."""
    return SECTIONS[name] in {"", kind}


def changed(slugs: Sequence[str], act: str, slug: str) -> list[str]:
    """The slugs with one moved up or down, taken away, or added at the end. Raises PickError (there, full)."""
    found = list(slugs)
    place = found.index(slug) if slug in found else -1
    if act == "add":
        if place >= 0:
            raise PickError("there")
        if len(found) >= MOST_PICKS:
            raise PickError("full")
        return [*found, slug]
    if place < 0:
        return found
    if act == "remove":
        found.pop(place)
    other = place + {"up": -1, "down": 1}.get(act, 0)
    if act in ("up", "down") and 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found


def save(name: str, slugs: Sequence[str] | None, *, counter: int, actor: Actor, now: datetime) -> None:
    """Put other guides into a section; None leaves it to what ships.

    Raises site_content.ChangedMeanwhileError where somebody saved after `counter`.
    """
    row = site_content.stored(KEY)
    before: dict[str, Any] = dict(row.value or {}) if row else {}
    value = {key: list(known) for key, known in before.items() if key != name}
    if slugs is not None:
        value[name] = list(slugs)
    site_content.save(
        KEY, value or None, counter=counter, actor=actor, now=now, subject=Subject("home_page", name, ""), before=before
    )


def replace(given: Mapping[str, Sequence[str]], *, actor: Actor, now: datetime) -> bool:
    """Put the picks of a content file in the place of all; whether anything differed."""
    row = site_content.stored(KEY)
    value = {name: list(slugs)[:MOST_PICKS] for name, slugs in given.items()}
    return site_content.save(
        KEY, value or None, counter=row.counter if row else 0, actor=actor, now=now,
        subject=Subject("home_page", "", ""), before=row.value if row else None,
    )  # fmt: skip
