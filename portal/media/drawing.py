"""Draws a preview picture. Pillow is loaded with the first one: a process that draws none does without."""

from __future__ import annotations

import io
import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portal.config import ROOT
from portal.core.theme import Colours, mixed
from portal.media.preview import HEIGHT, WIDTH, Fact, Preview
from portal.media.shapes import Shape, read_shapes

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_OWN = Path(__file__).parent
_INK, _MUTED = "#14212b", "#3c4a53"
# Shapes are drawn so many times larger, then reduced: Pillow doesn't smooth edges.
_FINER = 4
_LEFT = 72
# Where the door leaf stands, less some air.
_RIGHT = 724
_HEAD = (_LEFT, 52, 72)
_KIND_TOP, _KIND_SIZE = 156, 30
_TITLE_TOP, _TITLE_BOTTOM = 210, 500
_FACTS_MIDDLE, _FACTS_SIZE = 546, 31
TITLE_SIZES = range(76, 31, -4)
TITLE_LINES = 4
# Vietnamese stacks two accents on a capital.
_LEADING = 1.24
_ICON_CENTRE, _ICON_SIZE = (980, 398), 148
TITLE_ROOM = _RIGHT - _LEFT
_one_at_a_time = threading.Lock()


def draw(preview: Preview) -> bytes:
    """The picture as PNG, `WIDTH` by `HEIGHT` points."""
    from PIL import ImageDraw

    with _one_at_a_time:  # a picture takes some 20 MB while it is drawn
        roles = _roles(preview.colours)
        image = _scene(preview.colours).copy()
        centre_x, centre_y = _ICON_CENTRE
        _icon(image, preview.icon, (centre_x - _ICON_SIZE // 2, centre_y - _ICON_SIZE // 2), _ICON_SIZE, roles)
        pen = ImageDraw.Draw(image)
        _head(image, pen, preview, roles)
        pen.text((_LEFT, _KIND_TOP), preview.kind, font=_font(_KIND_SIZE, 700), fill=roles["primary"])
        _title(pen, preview.title)
        _facts(image, pen, preview.facts, roles)
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=4)
    return file.getvalue()


def _roles(colours: Colours) -> dict[str, str]:
    """The colours of the scene by what they are for."""
    paper = mixed("#ffffff", colours.primary, 0.1)
    return {
        "primary": colours.primary,
        "accent": colours.accent,
        "paper": paper,
        "ground": mixed(paper, colours.primary, 0.16),
        "deep": mixed(colours.primary, "#000000", 0.25),
        "inside": mixed("#ffffff", colours.accent, 0.16),
        "light": mixed(mixed(paper, colours.primary, 0.16), colours.accent, 0.6),
    }


@cache
def _font(size: int, weight: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(_OWN / "fonts" / f"BeVietnamPro-{weight}.ttf", size)


@lru_cache(maxsize=1)
def _scene(colours: Colours) -> Image:
    """What stands behind every picture of a province."""
    from PIL import Image

    roles = _roles(colours)
    image = Image.new("RGB", (WIDTH, HEIGHT), roles["paper"])
    _paint(image, read_shapes((_OWN / "scene.svg").read_text(encoding="utf-8")), (0, 0), 1.0, roles)
    return image


@cache
def _symbol(name: str) -> list[Shape]:
    """Nothing where a guide of the province's own names an icon that has left the sprite."""
    try:
        return read_shapes((ROOT / "static" / "icons.svg").read_text(encoding="utf-8"), name)
    except KeyError:
        return []


def _paint(
    image: Image, shapes: Iterable[Shape], corner: tuple[float, float], scale: float, roles: Mapping[str, str]
) -> None:
    """Paint shapes with their origin at `corner`, smooth edges and all; colours are roles, or written out."""
    from PIL import Image, ImageDraw

    for shape in shapes:
        for colour, is_filled in ((shape.fill, True), (shape.stroke, False)):
            if colour is None:
                continue
            points = [[(corner[0] + x * scale, corner[1] + y * scale) for x, y in line] for line in shape.outlines]
            edge = 0.0 if is_filled else shape.width * scale / 2
            left, top, right, bottom = _bounds(points, edge)
            mask = Image.new("L", ((right - left) * _FINER, (bottom - top) * _FINER), 0)
            pen = ImageDraw.Draw(mask)
            for line in points:
                finer = [((x - left) * _FINER, (y - top) * _FINER) for x, y in line]
                if is_filled:
                    pen.polygon(finer, fill=255)
                else:
                    _stroke(pen, finer, edge * _FINER)
            image.paste(roles.get(colour, colour), (left, top), mask.reduce(_FINER))


def _bounds(lines: Sequence[Sequence[tuple[float, float]]], edge: float) -> tuple[int, int, int, int]:
    xs = [x for line in lines for x, _ in line]
    ys = [y for line in lines for _, y in line]
    return int(min(xs) - edge) - 1, int(min(ys) - edge) - 1, int(max(xs) + edge) + 2, int(max(ys) + edge) + 2


def _stroke(pen: ImageDraw, points: Sequence[tuple[float, float]], radius: float) -> None:
    pen.line(points, fill=255, width=round(2 * radius))
    for x, y in points:  # round ends and corners
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _icon(image: Image, name: str, corner: tuple[float, float], size: float, roles: Mapping[str, str]) -> None:
    """A symbol of 24 by 24 in the province's colour."""
    _paint(image, _symbol(name), corner, size / 24, {**roles, "currentColor": roles["primary"]})


def _head(image: Image, pen: ImageDraw, preview: Preview, roles: Mapping[str, str]) -> None:
    x, y, size = _HEAD
    if not preview.has_own_logo:
        shipped = Colours()
        ours = {shipped.primary: roles["primary"], shipped.accent: roles["accent"]}
        _paint(image, _symbol("mark"), (x, y), size / 32, ours)
        x += size + 20
    font, name = _fitting(preview.portal_name, range(34, 19, -2), 700, WIDTH - _LEFT - x)
    pen.text((x, y + size / 2), name, font=font, fill=_INK, anchor="lm")


def _fitting(text: str, sizes: Sequence[int], weight: int, room: float) -> tuple[FreeTypeFont, str]:
    """The largest letters in which a text fits on one line; in the smallest it is cut where it has to be."""
    for size in sizes:
        font = _font(size, weight)
        if font.getlength(text) <= room:
            return font, text
    return font, _cut(text, font, room)


def _cut(text: str, font: FreeTypeFont, room: float) -> str:
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _title(pen: ImageDraw, title: str) -> None:
    font, lines = title_lines(title)
    height = round(font.size * _LEADING)
    # A short title stands a little lower, so that it isn't lost at the top.
    top = _TITLE_TOP + max(0, (_TITLE_BOTTOM - _TITLE_TOP - height * len(lines)) // 3)
    for number, line in enumerate(lines):
        pen.text((_LEFT, top + number * height), line, font=font, fill=_INK)


def title_lines(title: str) -> tuple[FreeTypeFont, list[str]]:
    """The largest letters in which a title fits, and its lines; in the smallest it is cut where it has to be."""
    for size in TITLE_SIZES:
        font = _font(size, 700)
        lines = _wrapped(title, font, TITLE_ROOM)
        fits = len(lines) <= TITLE_LINES and len(lines) * size * _LEADING <= _TITLE_BOTTOM - _TITLE_TOP
        if fits and all(font.getlength(line) <= TITLE_ROOM for line in lines):
            return font, _balanced(title, font, len(lines))
    kept, rest = lines[: TITLE_LINES - 1], " ".join(lines[TITLE_LINES - 1 :])
    return font, [line if font.getlength(line) <= TITLE_ROOM else _cut(line, font, TITLE_ROOM)
                  for line in (*kept, rest) if line]  # fmt: skip


def _wrapped(text: str, font: FreeTypeFont, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _balanced(text: str, font: FreeTypeFont, count: int) -> list[str]:
    """The same number of lines, as even as they can be: wrapped in the narrowest room that needs no more."""
    narrowest = bisect_left(range(TITLE_ROOM), -count, key=lambda room: -len(_wrapped(text, font, room)))
    return _wrapped(text, font, narrowest)


def _facts(image: Image, pen: ImageDraw, facts: Sequence[Fact], roles: Mapping[str, str]) -> None:
    size, gap = 34, 12
    room: float = TITLE_ROOM - len(facts) * (size + 3 * gap)
    font, _ = _fitting("".join(fact.text for fact in facts), range(_FACTS_SIZE, 19, -1), 500, room)
    x: float = _LEFT
    for fact in facts:
        text = _cut(fact.text, font, room) if font.getlength(fact.text) > room else fact.text
        _icon(image, fact.icon, (x, _FACTS_MIDDLE - size / 2), size, roles)
        pen.text((x + size + gap, _FACTS_MIDDLE), text, font=font, fill=_MUTED, anchor="lm")
        x += size + 3 * gap + font.getlength(text)
        room -= font.getlength(text)
