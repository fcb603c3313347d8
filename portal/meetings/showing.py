"""What the pages of meetings share: the deck of screens, live or replayed, and the addresses of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import abort, request

from portal.adoption import choosing
from portal.adoption.periods import Period
from portal.adoption.present import PATH
from portal.core.i18n import current_locale, localised_path
from portal.meetings.agenda import Agenda
from portal.meetings.screens import Screen, screens_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A screen with its number, its address, and whether it is the one that stands alone."""

    number: int
    url: str
    label: str
    is_current: bool
    screen: Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """All screens; `current` is the number of the one that stands alone, 0 where they stand below each other.

    The ways to the one before and after it end at the first and the last.
    """

    steps: tuple[Step, ...]
    current: int
    all_url: str
    first_url: str
    before_url: str
    after_url: str
    has_demo: bool


def asked_period() -> Period | None:
    """The period of an address, else the newest; None where nothing was ever reported. 404 for one without figures."""
    code, newest = request.args.get("ky", ""), choosing.newest()
    if newest is None or not code:
        return newest
    return choosing.chosen(code) or abort(404)


def deck_of(agenda: Agenda, path: str) -> Deck:
    """The screens at an address; 404 for the number of none."""
    locale = current_locale()
    here = localised_path(path, locale)

    def place_url(slug: str) -> str:
        return localised_path(f"{PATH}/dia-ban/{slug}", locale) + "?" + urlencode({"ky": agenda.period})

    screens = screens_of(agenda, locale.code, place_url=place_url)
    current, kept = _number(len(screens)), {"ky": request.args.get("ky", "")}

    def at(number: int) -> str:
        query = urlencode(
            {**{name: value for name, value in kept.items() if value}, **({"man": number} if number else {})}
        )
        return f"{here}?{query}" if query else here

    return Deck(
        steps=tuple(_steps(screens, current, [at(number) for number in range(1, len(screens) + 1)])),
        current=current, all_url=at(0), first_url=at(1), before_url=at(max(current - 1, 1)),
        after_url=at(min(current + 1, len(screens))), has_demo=agenda.has_demo,
    )  # fmt: skip


def _steps(screens: Sequence[Screen], current: int, urls: Sequence[str]) -> list[Step]:
    return [
        Step(
            number=number, url=url, label=f"{screen.title} {screen.part}".strip(), is_current=number == current,
            screen=replace(screen, title=str(screen.title)),
        )
        for number, (screen, url) in enumerate(zip(screens, urls, strict=True), 1)
    ]  # fmt: skip


def _number(most: int) -> int:
    text = request.args.get("man", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= most):
        abort(404)
    return int(text[:4])
