"""A province's colours: what its profile gives in place of the shipped ones, and whether they can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = ("primary", "primary_dark", "accent")
# The grounds that static/css/00-tokens.css puts colours on, light and dark.
_PAPER, _PAPER_DARK, _INK_DARK = "#fbfaf7", "#0f171a", "#05272b"
_TINT, _TINT_DARK = "#e6f1f0", "#14313a"
# WCAG 2.2, 1.4.3: text on its ground.
_LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Colours:
    """`primary` for links and buttons on light paper, `primary_dark` for the same on dark, `accent` for a mark."""

    primary: str = "#0a5d66"
    primary_dark: str = "#5cc4cf"
    accent: str = "#f2b33d"

    @property
    def sheet(self) -> str:
        """CSS that puts these in the place of the shipped ones; nothing where they are those."""
        if self == Colours():
            return ""
        light = {
            "primary": self.primary,
            "primary-hover": mixed(self.primary, "#000000", 0.25),
            "tint": mixed("#ffffff", self.primary, 0.1),
            "accent": self.accent,
        }
        dark = {
            "primary": self.primary_dark,
            "primary-hover": mixed(self.primary_dark, "#ffffff", 0.3),
            "tint": mixed(_PAPER_DARK, self.primary_dark, 0.16),
        }
        return f":root{{{_properties(light)}}}@media (prefers-color-scheme:dark){{:root{{{_properties(dark)}}}}}"

    @property
    def swaps(self) -> dict[str, str]:
        """The shipped colours that static/pictures/ are drawn in, and what stands in their place here."""
        shipped = Colours()
        if self == shipped:
            return {}
        return {
            shipped.primary: self.primary,
            shipped.primary_dark: self.primary_dark,
            shipped.accent: self.accent,
            _TINT: mixed("#ffffff", self.primary, 0.1),
            _TINT_DARK: mixed(_PAPER_DARK, self.primary_dark, 0.16),
        }


def read_colours(raw: Any) -> tuple[Colours, list[str]]:
    """The colours of a profile's table, and everything that is wrong with them."""
    if not isinstance(raw, Mapping):
        return Colours(), ["must be a table of colours like #0a5d66"]
    problems = [f"{key!r} is none of {', '.join(_KEYS)}" for key in raw if key not in _KEYS]
    problems += [
        f"{key} must be a colour like #0a5d66"
        for key in _KEYS
        if key in raw and not (isinstance(raw[key], str) and _COLOUR.fullmatch(raw[key]))
    ]
    if problems:
        return Colours(), problems
    colours = Colours(**{key: str(raw[key]).lower() for key in _KEYS if key in raw})
    for key, ground, where in (
        ("primary", _PAPER, "light pages"),
        ("primary", mixed("#ffffff", colours.primary, 0.1), "its own tint"),
        ("primary_dark", _PAPER_DARK, "dark pages"),
        ("primary_dark", _INK_DARK, "the text of dark buttons"),
    ):
        ratio = contrast(getattr(colours, key), ground)
        if ratio < _LEAST_CONTRAST:
            problems.append(f"{key} can't be read on {where}: contrast {ratio:.1f}, at least {_LEAST_CONTRAST}")
    return colours, problems


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another one."""
    parts = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (its - own) * share):02x}" for own, its in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if (part := channel / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _properties(values: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in values.items())
