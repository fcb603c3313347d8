"""What guides may name: hosts, symbols and drawings of this portal."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from portal.config import ROOT
from portal.core.pages import renderer
from portal.guides.content import parse_guide, parse_values
from portal.guides.written import ContentError, GuideData
from portal.media.library import NOTHING, Library
from portal.media.queries import library


@cache
def symbols() -> frozenset[str]:
    """The icons that there are."""
    found = re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8"))
    return frozenset(found)


@cache
def pictures() -> tuple[str, ...]:
    """The drawings that steps may show, by name."""
    return tuple(sorted(path.stem for path in (ROOT / "static" / "pictures").glob("*.svg")))


def parse_file(text: str, name: str, library: Library = NOTHING) -> tuple[GuideData | None, list[ContentError]]:
    """`content.parse_guide` by the rules of this portal, and with the pictures and videos of `library`."""
    return parse_guide(text, name, renderer().profile.allows, symbols(), pictures(), library)


def parse(values: dict[str, Any]) -> tuple[GuideData | None, list[ContentError]]:
    """`content.parse_values` by the rules of this portal."""
    return parse_values(values, renderer().profile.allows, symbols(), pictures(), library())
