"""What a preview picture shows, and who knows it for which pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from portal.core.i18n import Locale, localised_path
from portal.core.theme import Colours

WIDTH, HEIGHT = 1200, 630
# Raise it where the drawing changes: addresses are kept for a year, so a new picture needs a new one.
_DRAWING = 1
_MARK = re.compile(r"[0-9a-f]{8}")


class Fact(NamedTuple):
    """A few words that matter, beside an icon of static/icons.svg."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that is in one picture. `has_own_logo` where the province has a logo, in whose place ours must not stand."""

    portal_name: str
    kind: str
    title: str
    facts: tuple[Fact, ...]
    icon: str
    colours: Colours
    has_own_logo: bool = False

    @property
    def digest(self) -> str:
        """Tells this picture from every other one."""
        return hashlib.sha256(repr((_DRAWING, self)).encode()).hexdigest()

    @property
    def mark(self) -> str:
        """The part of the address that changes with the picture."""
        return self.digest[:8]

    def path(self, page_path: str, locale: Locale) -> str:
        """The address of the picture of a page (`/huong-dan/x`), in its language."""
        return localised_path(f"/xem-truoc{page_path}.{self.mark}.png", locale)


def is_mark(text: str) -> bool:
    """Whether a text could be the mark of a picture."""
    return _MARK.fullmatch(text) is not None


PreviewMaker = Callable[[str, Locale], "Preview | None"]
_makers: dict[str, PreviewMaker] = {}


def register_previews(folder: str, maker: PreviewMaker) -> None:
    """Say who knows the previews of the pages `/<folder>/<slug>`: called with slug and locale, None for no page."""
    _makers[folder] = maker


def find_preview(folder: str, slug: str, locale: Locale) -> Preview | None:
    """What the preview of `/<folder>/<slug>` shows now; None where there is no such page."""
    maker = _makers.get(folder)
    return maker(slug, locale) if maker else None
