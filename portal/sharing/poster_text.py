"""Lines of text as a poster sets them: measured, wrapped, made smaller, and at the very end cut between words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from portal.core.text import nfc

FONTS = Path(__file__).parent.parent / "media" / "fonts"
BOLD, MEDIUM = 700, 500
MM_PER_POINT = 25.4 / 72
# Vietnamese stacks two accents on a capital, and hangs a dot below the line.
LEADING = 1.24
# Where the line that letters stand on lies in a line's height.
BASELINE = 0.92
_STEPS = 64


def font_file(weight: int) -> Path:
    """The font of a weight."""
    return FONTS / f"BeVietnamPro-{weight}.ttf"


@cache
def _advances(weight: int) -> tuple[Mapping[int, int], int]:
    """How wide each character is that the font has, in units of which so many make the size."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(weight)) as font:
        widths = font["hmtx"].metrics
        units: int = font["head"].unitsPerEm
        return {code: widths[name][0] for code, name in font.getBestCmap().items()}, units


def printable(text: str) -> str:
    """The text on one line, composed, without characters that the fonts don't have."""
    known = _advances(BOLD)[0].keys() & _advances(MEDIUM)[0].keys()
    kept = "".join(char if ord(char) in known else " " for char in nfc(text))
    return " ".join(word for word in kept.split(" ") if word)


def width_of(text: str, weight: int, size: float) -> float:
    """How wide a text is, in millimetres; `size` in points."""
    return _ems(text, weight) * size * MM_PER_POINT


@lru_cache(maxsize=8_192)
def _ems(text: str, weight: int) -> float:
    """The width at a size of one: the same lines are measured at many sizes until one fits."""
    known, units = _advances(weight)
    return sum(known.get(ord(char), 0) for char in text) / units


def line_height(size: float) -> float:
    """The height of a line, in millimetres."""
    return size * MM_PER_POINT * LEADING


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The lines of a text; `is_cut` where not all of it is there, or a word was broken."""

    lines: tuple[str, ...]
    is_cut: bool = False


@lru_cache(maxsize=2_048)
def wrapped(text: str, weight: int, size: float, room: float, most: int) -> Wrapped:
    """A text in at most so many lines of equal length, none wider than `room` millimetres."""
    lines, is_broken = _lines(text, weight, size, room)
    if len(lines) > most:
        return Wrapped((*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), weight, size, room)), is_cut=True)
    if is_broken or len(lines) < 2:
        return Wrapped(tuple(lines), is_broken)
    rooms = [room * step / _STEPS for step in range(1, _STEPS + 1)]
    # The narrowest room that needs no more lines makes them as even as they can be.
    found = bisect_left(rooms, True, key=lambda one: _needs(text, weight, size, one) <= len(lines))
    return Wrapped(tuple(_lines(text, weight, size, rooms[min(found, _STEPS - 1)])[0]))


def _needs(text: str, weight: int, size: float, room: float) -> int:
    lines, is_broken = _lines(text, weight, size, room)
    return len(text) if is_broken else len(lines)


def _lines(text: str, weight: int, size: float, room: float) -> tuple[list[str], bool]:
    lines: list[str] = []
    is_broken = False
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, weight, size) <= room:
            lines[-1] = longer
            continue
        while width_of(word, weight, size) > room and len(word) > 1:
            fits = _fitting(word, weight, size, room)
            lines.append(word[:fits])
            word, is_broken = word[fits:], True  # noqa: PLW2901  what is left of it
        lines.append(word)
    return lines, is_broken


def _fitting(word: str, weight: int, size: float, room: float) -> int:
    """How many of a word's characters fit, at least one."""
    count = 1
    while count < len(word) and width_of(word[: count + 1], weight, size) <= room:
        count += 1
    return count


def _cut(text: str, weight: int, size: float, room: float) -> str:
    words = text.split(" ")
    while len(words) > 1 and width_of(" ".join(words) + " …", weight, size) > room:
        words.pop()
    line = " ".join(words)
    while len(line) > 1 and width_of(line + " …", weight, size) > room:
        line = line[:-1]
    return line.rstrip(" ,;:.") + " …"


def largest(text: str, weight: int, sizes: Sequence[float], room: float, most: int) -> tuple[float, Wrapped]:
    """The largest of the sizes, which descend, in which a text fits whole; the smallest where it fits in none."""
    for size in sizes:
        found = wrapped(text, weight, size, room, most)
        if not found.is_cut:
            break
    return size, found
