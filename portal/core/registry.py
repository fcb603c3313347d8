"""What a lower domain may ask of a higher one; `wiring` fills it in.

A record's page names the guides that explain it, but `procedures` must not import `guides`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Card(Protocol):
    """A page in a list."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def url(self) -> str:
        """Its address in the reader's language."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A procedure as the guide that explains it calls it; `path` is the guide's, without language."""

    title: str
    path: str
    title_locale: str


GuideFinder = Callable[[str, str], Sequence[Card]]
GuideIndex = Callable[[str], Mapping[str, Sequence[Explained]]]
_guide_finders: list[GuideFinder] = []
_guide_indexes: list[GuideIndex] = []


def register_guide_finder(finder: GuideFinder) -> None:
    """Say who knows the guides of a procedure: called with a code and a locale."""
    _guide_finders[:] = [finder]


def guides_of_procedure(code: str, locale: str) -> list[Card]:
    """The guides that explain a procedure; none where no domain knows guides."""
    return [card for finder in _guide_finders for card in finder(code, locale)]


def register_guide_index(index: GuideIndex) -> None:
    """Say who knows which procedures have guides: called with a locale."""
    _guide_indexes[:] = [index]


def explained_procedures(locale: str) -> Mapping[str, Sequence[Explained]]:
    """Every procedure that guides explain, by code; none where no domain knows guides."""
    return _guide_indexes[0](locale) if _guide_indexes else {}
