"""What a lower domain may ask of a higher one; `wiring` fills it in.

A record's page names the guides that explain it, but `procedures` must not import `guides`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Card(Protocol):
    """A page in a list."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def url(self) -> str:
        """Its address in the reader's language."""


GuideFinder = Callable[[str, str], Sequence[Card]]
_guide_finders: list[GuideFinder] = []


def register_guide_finder(finder: GuideFinder) -> None:
    """Say who knows the guides of a procedure: called with a code and a locale."""
    _guide_finders[:] = [finder]


def guides_of_procedure(code: str, locale: str) -> list[Card]:
    """The guides that explain a procedure; none where no domain knows guides."""
    return [card for finder in _guide_finders for card in finder(code, locale)]
