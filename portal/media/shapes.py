"""SVG drawings as outlines that Pillow can paint: what our icons and the preview's scene are made of, no more."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree import ElementTree

Point = tuple[float, float]
_SVG = "{http://www.w3.org/2000/svg}"
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
# The two flags of an arc may stand without a space after them: `a4 4 0 00-8 0`.
_ARC = re.compile(r"[ ,]*".join([f"({_NUMBER.pattern})"] * 3 + ["([01])"] * 2 + [f"({_NUMBER.pattern})"] * 2))
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4}
# Straight pieces of one curve; at the sizes drawn, nobody sees them.
_PIECES = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """One element: its outlines, and how it is painted; None is not."""

    outlines: tuple[tuple[Point, ...], ...]
    fill: str | None
    stroke: str | None
    width: float
    opacity: float


def read_shapes(svg: str, symbol: str | None = None) -> list[Shape]:
    """The shapes of an SVG text, or of one symbol in it; KeyError where there is no such symbol.

    An element that names neither fill nor stroke is a line drawing's, as Lucide's are.
    """
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)  # noqa: S314 our own files
    if symbol is not None:
        found = [element for element in root.iter(f"{_SVG}symbol") if element.get("id") == symbol]
        if not found:
            raise KeyError(symbol)
        root = found[0]
    return [_shape(element) for element in root if element.tag.removeprefix(_SVG) in _OUTLINES]


def _shape(element: ElementTree.Element) -> Shape:
    fill, stroke = element.get("fill"), element.get("stroke")
    outlines = tuple(_OUTLINES[element.tag.removeprefix(_SVG)](element))
    return Shape(
        outlines=outlines,
        fill=fill,
        stroke=stroke if fill or stroke else "currentColor",
        width=float(element.get("stroke-width", 2)),
        opacity=float(element.get("opacity", 1)),
    )


def _number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, 0))


def _line(element: ElementTree.Element) -> Iterator[tuple[Point, ...]]:
    yield tuple((_number(element, f"x{end}"), _number(element, f"y{end}")) for end in (1, 2))


def _circle(element: ElementTree.Element) -> Iterator[tuple[Point, ...]]:
    x, y, radius = (_number(element, name) for name in ("cx", "cy", "r"))
    yield tuple(_around(x, y, radius, turn) for turn in range(4 * _PIECES + 1))


def _around(x: float, y: float, radius: float, turn: int) -> Point:
    angle = turn * math.pi / (2 * _PIECES)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def _rectangle(element: ElementTree.Element) -> Iterator[tuple[Point, ...]]:
    x, y, width, height = (_number(element, name) for name in ("x", "y", "width", "height"))
    r = float(element.get("rx", element.get("ry", 0)))
    arc = f"a{r} {r} 0 0 1" if r else "l"
    corners = [f"{arc} {end}" if r else "" for end in (f"{r} {r}", f"{-r} {r}", f"{-r} {-r}", f"{r} {-r}")]
    yield from _outlines(
        f"M{x + r} {y}h{width - 2 * r}{corners[0]}v{height - 2 * r}{corners[1]}h{2 * r - width}{corners[2]}"
        f"v{2 * r - height}{corners[3]}z"
    )


def _path(element: ElementTree.Element) -> Iterator[tuple[Point, ...]]:
    yield from _outlines(element.get("d", ""))


_OUTLINES = {"path": _path, "rect": _rectangle, "circle": _circle, "line": _line}


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Every command with one set of numbers; repeated ones are said again."""
    for command, arguments in _COMMAND.findall(text):
        if command in "Zz":
            yield command, []
            continue
        if command in "Aa":
            sets = [list(map(float, found)) for found in _ARC.findall(arguments)]
        else:
            size = _ARITY[command.upper()]
            numbers = [float(number) for number in _NUMBER.findall(arguments)]
            sets = [numbers[at : at + size] for at in range(0, len(numbers), size)]
        for place, numbers in enumerate(sets):
            yield ({"M": "L", "m": "l"}.get(command, command) if place else command), numbers


def _outlines(text: str) -> Iterator[tuple[Point, ...]]:
    points: list[Point] = []
    x = y = 0.0
    handle: Point = (0.0, 0.0)
    for command, numbers in _commands(text):
        name = command.upper()
        base = (x, y) if command.islower() else (0.0, 0.0)
        if name == "M":
            if len(points) > 1:
                yield tuple(points)
            points = []
        if name == "Z":
            points.append(points[0])
        elif name == "H":
            points.append((base[0] + numbers[0], y))
        elif name == "V":
            points.append((x, base[1] + numbers[0]))
        elif name == "A":
            points += _arc((x, y), (base[0] + numbers[5], base[1] + numbers[6]), numbers)
        else:
            ends = [(base[0] + a, base[1] + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
            if name == "S":
                ends.insert(0, handle)
            if name == "Q":
                ends = _as_cubic((x, y), ends)
            points += _curve((x, y), ends) if name in "CSQ" else ends
            handle = ends[-2] if name in "CS" else handle
        x, y = points[-1]
        handle = (2 * x - handle[0], 2 * y - handle[1]) if name in "CS" else (x, y)
    if len(points) > 1:
        yield tuple(points)


def _as_cubic(start: Point, ends: list[Point]) -> list[Point]:
    control, end = ends
    return [*((at[0] + 2 / 3 * (control[0] - at[0]), at[1] + 2 / 3 * (control[1] - at[1])) for at in (start, end)), end]


def _curve(start: Point, ends: list[Point]) -> list[Point]:
    """A cubic Bézier curve without its start."""
    controls = (start, *ends)
    found = []
    for piece in range(1, _PIECES + 1):
        t = piece / _PIECES
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x, y = (sum(w * point[axis] for w, point in zip(weights, controls, strict=True)) for axis in (0, 1))
        found.append((x, y))
    return found


def _arc(start: Point, end: Point, numbers: list[float]) -> list[Point]:
    """A circle's arc without its start (SVG 1.1, F.6.5, with one radius and no rotation)."""
    radius, is_large, is_clockwise = numbers[0], bool(numbers[3]), bool(numbers[4])
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    reach = math.hypot(half_x, half_y)
    if reach == 0 or radius == 0:
        return [end]
    radius = max(radius, reach)
    away = math.sqrt(max(0.0, radius * radius / (reach * reach) - 1)) * (-1 if is_large == is_clockwise else 1)
    centre = ((start[0] + end[0]) / 2 + away * half_y, (start[1] + end[1]) / 2 - away * half_x)
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    sweep = (math.atan2(end[1] - centre[1], end[0] - centre[0]) - first) % (2 * math.pi)
    if not is_clockwise:
        sweep -= 2 * math.pi
    angles = [first + sweep * piece / _PIECES for piece in range(1, _PIECES + 1)]
    return [(centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)) for angle in angles]
