"""The parts of a poster as blocks that stand below each other, in whatever size leaves room for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.sharing.poster import HelperWords, SavingWords
from portal.sharing.poster_text import BOLD, MEDIUM, Wrapped, largest, line_height, wrapped

INK, MUTED = "#14212b", "#3c4a53"
_SCALES = tuple(number / 100 for number in range(135, 39, -5))
# The smallest a title becomes before everything else is made smaller too, of its own size and of the steps'.
_TITLE_SHRINKS = 0.45
_TITLE_OVER_STEPS = 1.3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in points, `indent` millimetres from the block's edge."""

    text: str
    weight: int
    size: float
    colour: str = INK
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines with `padding` around; `number` stands in a disc before the first, `is_boxed` lines in a frame."""

    lines: tuple[Line, ...]
    padding: float = 0.0
    is_boxed: bool = False
    number: int = 0
    is_cut: bool = False
    gap: float = 0.0

    @property
    def height(self) -> float:
        """In millimetres."""
        return sum(line_height(line.size) for line in self.lines) + 2 * self.padding


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes of a paper's texts at scale 1, in points."""

    title: float
    saving: float
    steps: float
    small: float
    title_lines: int = 4


Maker = Callable[[float, float], Sequence[Block]]


def fitted(make: Maker, sizes: Sizes, room: float) -> Sequence[Block]:
    """The blocks at the largest scale at which they are whole and fit; at the smallest, whatever it cuts."""
    smallest: Sequence[Block] = ()
    for scale, title in _tries(sizes):
        smallest = make(scale, title)
        if height_of(smallest) <= room and not any(block.is_cut for block in smallest):
            return smallest
    return smallest


def _tries(sizes: Sizes) -> Iterator[tuple[float, float]]:
    for scale in _SCALES:
        full = sizes.title * scale
        least = max(full * _TITLE_SHRINKS, sizes.steps * scale * _TITLE_OVER_STEPS)
        size = full
        while size >= least:
            yield scale, size
            size -= 2


def height_of(blocks: Sequence[Block]) -> float:
    """All of them with what lies between."""
    return sum(block.height for block in blocks) + sum(block.gap for block in blocks[1:])


def title_block(text: str, size: float, room: float, most: int) -> Block:
    """The title."""
    found = wrapped(text, BOLD, size, room, most)
    return Block(_lines_of(found, BOLD, size), is_cut=found.is_cut)


def saving_block(words: SavingWords, sizes: Sizes, scale: float, room: float) -> Block:
    """The saving in a frame, its document beneath."""
    padding = 4.2 * scale * sizes.steps / 22
    inner, small = room - 2 * padding - 2, sizes.small * max(scale, 0.75)
    amount = wrapped(words.amount, BOLD, sizes.saving * scale, inner, 2)
    detail = wrapped(words.detail, BOLD, sizes.steps * 0.72 * scale, inner, 3)
    citation = wrapped(words.citation, MEDIUM, small, inner, 3)
    return Block(
        (
            *_lines_of(amount, BOLD, sizes.saving * scale, padding + 1),
            *(_lines_of(detail, BOLD, sizes.steps * 0.72 * scale, padding + 1) if words.detail else ()),
            *_lines_of(citation, MEDIUM, small, padding + 1),
        ),
        padding=padding, is_boxed=True, gap=6.5 * scale * sizes.steps / 22,
        is_cut=amount.is_cut or detail.is_cut or citation.is_cut,
    )  # fmt: skip


def step_blocks(steps: Sequence[str], more: str, sizes: Sizes, scale: float, room: float) -> list[Block]:
    """The steps with their numbers, and how many there are beside them."""
    size, gap = sizes.steps * scale, 3.4 * scale * sizes.steps / 22
    indent = line_height(size) * 1.32
    blocks = []
    for number, step in enumerate(steps, 1):
        found = wrapped(step, BOLD, size, room - indent, 3)
        space = gap * 2.1 if number == 1 else gap
        blocks.append(Block(_lines_of(found, BOLD, size, indent), number=number, gap=space, is_cut=found.is_cut))
    if more and steps:
        found = wrapped(more, MEDIUM, size * 0.66, room - indent, 2)
        line = _lines_of(found, MEDIUM, size * 0.66, indent, MUTED)
        blocks.append(Block(line, gap=gap * 0.8, is_cut=found.is_cut))
    return blocks


def helper_fitted(words: HelperWords, size: float, room: float, height: float) -> list[Block]:
    """Who helps, as large as the height allows; `size` is that of the team's name at most."""
    for share in range(20, 7, -1):
        blocks = _helper_blocks(words, size * share / 20, room)
        if height_of(blocks) <= height:
            break
    return blocks


def _helper_blocks(words: HelperWords, size: float, room: float) -> list[Block]:
    """The number is the loudest."""

    def text(said: str, weight: int, largest_size: float, most: int, colour: str = INK) -> tuple[Line, ...]:
        if not said:
            return ()
        sizes = [largest_size * share for share in (1, 0.9, 0.8, 0.7, 0.6)]
        chosen, found = largest(said, weight, sizes, room, most)
        return _lines_of(found, weight, chosen, 0, colour)

    blocks = [
        Block(text(words.label, MEDIUM, size * 0.8, 1, MUTED)),
        Block(text(words.name, BOLD, size, 3), gap=0.4),
        Block(text(words.place, MEDIUM, size * 0.8, 1), gap=0.4),
        Block(text(words.meeting, MEDIUM, size * 0.66, 2, MUTED), gap=0.4),
        Block(text(words.phone, BOLD, size * 1.95, 1), gap=0.8),
        Block(text(words.person, MEDIUM, size * 0.8, 1), gap=0.2),
    ]
    return [block for block in blocks if block.lines]


def _lines_of(found: Wrapped, weight: int, size: float, indent: float = 0.0, colour: str = INK) -> tuple[Line, ...]:
    return tuple(Line(line, weight, size, colour, indent) for line in found.lines)
