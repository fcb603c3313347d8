"""Draws posters as PDF: one page each, the font's used letters in it, the code as areas, the same bytes each time.

Everything that loads the PDF library does so here, in a process of its own (`drawing_process`) or in the worker's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from portal.core.qr import QUIET_MODULES, qr_modules
from portal.core.theme import mixed
from portal.sharing.poster import ANSWER_LENGTH, Poster, Sheet
from portal.sharing.poster_blocks import (
    INK,
    MUTED,
    Block,
    Sizes,
    fitted,
    height_of,
    helper_fitted,
    saving_block,
    step_blocks,
    title_block,
)
from portal.sharing.poster_text import (
    BASELINE,
    BOLD,
    MEDIUM,
    font_file,
    largest,
    line_height,
    printable,
    width_of,
    wrapped,
)

if TYPE_CHECKING:
    from fpdf import FPDF

# In millimetres of A4.
MARGIN = 13.0
_A5 = 0.5**0.5
_PAGES = {Sheet.A4: (210.0, 297.0), Sheet.A5: (148.0, 210.0), Sheet.CARD: (210.0, 297.0)}
_UPRIGHT = Sizes(title=58, saving=36, steps=22, small=11.5)
_LYING = Sizes(title=36, saving=25, steps=14.5, small=9.5, title_lines=3)
_ROUND = 2.6


def page_size(sheet: Sheet) -> tuple[float, float]:
    """Width and height of the page, in millimetres."""
    return _PAGES[sheet]


class PosterFile:
    """A PDF that grows by one page for each poster."""

    def __init__(self, sheet: Sheet) -> None:
        from fpdf import FPDF

        self._sheet = sheet
        self._pdf = FPDF("P", "mm", page_size(sheet))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        for weight in (BOLD, MEDIUM):
            self._pdf.add_font(f"w{weight}", "", font_file(weight))

    def add(self, poster: Poster) -> None:
        """One more page."""
        if not self._pdf.page:
            _describe(self._pdf, poster)
        self._pdf.add_page()
        _draw_page(self._pdf, printed(poster), self._sheet)

    def content(self) -> bytes:
        """The whole file; nothing can be added after it."""
        return bytes(self._pdf.output())


def draw_posters(posters: Sequence[Poster], sheet: Sheet) -> bytes:
    """A PDF with one page for each poster."""
    file = PosterFile(sheet)
    for poster in posters:
        file.add(poster)
    return file.content()


def draw_as_asked(asked: BinaryIO, answers: BinaryIO, sheet: Sheet, *, together: bool) -> None:
    """Draw the poster on each line of `asked` as soon as it comes, and answer it with its PDF.

    With `together` each answer is empty, and one PDF of all follows when `asked` ends. Before each answer stands its
    length in bytes (`ANSWER_LENGTH`).
    """
    file = PosterFile(sheet)
    for line in asked:
        poster, content = Poster.of(json.loads(line)), b""
        if together:
            file.add(poster)
        else:
            content = draw_posters([poster], sheet)
        _answer(answers, content)
    if together:
        _answer(answers, file.content())


def _answer(answers: BinaryIO, content: bytes) -> None:
    answers.write(ANSWER_LENGTH.pack(len(content)))
    answers.write(content)
    answers.flush()


def printed(poster: Poster) -> Poster:
    """The poster in characters that the fonts have; the code holds what it held."""
    clean = {name: _clean(value) for name, value in poster.values().items()}
    return Poster.of({**clean, "qr": poster.qr})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    return tuple(_clean(one) for one in value) if isinstance(value, tuple) else value


def _describe(pdf: FPDF, first: Poster) -> None:
    pdf.set_title(printable(first.title))
    pdf.set_author(printable(first.portal_name))
    pdf.set_lang(first.locale)
    # The day alone: the same content gives the same bytes, whenever and wherever it is drawn.
    pdf.set_creation_date(datetime.fromisoformat(first.printed_on).replace(tzinfo=UTC))


def _draw_page(pdf: FPDF, poster: Poster, sheet: Sheet) -> None:
    pen = _Pen(pdf, _A5 if sheet is Sheet.A5 else 1.0, poster.primary)
    if sheet is not Sheet.CARD:
        _Upright(pen, poster).draw()
        return
    width, height = page_size(sheet)
    lower = _Pen(pdf, 1.0, poster.primary, height / 2)
    _Lying(lower, poster).draw()
    with pdf.rotation(180, width / 2, height / 2):
        _Lying(lower, poster).draw()
    pdf.set_draw_color(MUTED)
    pdf.set_line_width(0.2)
    pdf.set_dash_pattern(dash=2, gap=2)
    for left in (MARGIN, width - MARGIN - 12):
        pdf.line(left, height / 2, left + 12, height / 2)
    pdf.set_dash_pattern()


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in millimetres of A4, from `top` on, whatever the paper."""

    pdf: FPDF
    scale: float
    primary: str
    top: float = 0.0

    def text(self, x: float, y: float, text: str, weight: int, *, size: float, colour: str = INK) -> None:
        """A line of which `y` is the upper edge."""
        self.pdf.set_font(f"w{weight}", size=size * self.scale)
        self.pdf.set_text_color(colour)
        baseline = self.top + y + line_height(size) * BASELINE * 0.86
        self.pdf.text(x * self.scale, baseline * self.scale, text)

    def area(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.pdf.set_fill_color(colour)
        s = self.scale
        self.pdf.rect(x * s, (self.top + y) * s, width * s, height * s, style="F")

    def frame(self, x: float, y: float, width: float, height: float, *, line: float, fill: str) -> None:
        s = self.scale
        self.pdf.set_draw_color(INK)
        self.pdf.set_fill_color(fill)
        self.pdf.set_line_width(line * s)
        self.pdf.rect(
            (x + line / 2) * s, (self.top + y + line / 2) * s, (width - line) * s, (height - line) * s, style="DF",
            round_corners=True, corner_radius=_ROUND * s,
        )  # fmt: skip

    def disc(self, x: float, y: float, size: float, colour: str) -> None:
        s = self.scale
        self.pdf.set_fill_color(colour)
        self.pdf.ellipse(x * s, (self.top + y) * s, size * s, size * s, style="F")

    def code(self, x: float, y: float, size: float, text: str) -> None:
        """A QR code with its quiet zone in a square."""
        rows = qr_modules(text)
        module = size / (len(rows) + 2 * QUIET_MODULES)
        for number, row in enumerate(rows):
            column = 0
            while column < len(row):
                length = 0
                while column + length < len(row) and row[column + length]:
                    length += 1
                if length:
                    left, upper = x + (QUIET_MODULES + column) * module, y + (QUIET_MODULES + number) * module
                    # A hair taller, so that no white shows between rows.
                    self.area(left, upper, length * module, module * 1.02, "#000000")
                column += length + 1

    def blocks(self, x: float, y: float, room: float, blocks: Sequence[Block], fill: str) -> float:
        """Blocks below each other; returns where they end."""
        for number, block in enumerate(blocks):
            y += block.gap if number else 0
            if block.is_boxed:
                self.frame(x, y, room, block.height, line=0.7, fill=fill)
            if block.number:
                self._number(x, y, block)
            line_top = y + block.padding
            for line in block.lines:
                self.text(x + line.indent, line_top, line.text, line.weight, size=line.size, colour=line.colour)
                line_top += line_height(line.size)
            y += block.height
        return y

    def _number(self, x: float, y: float, block: Block) -> None:
        height, size = line_height(block.lines[0].size), block.lines[0].size * 0.86
        self.disc(x, y, height, self.primary)
        digit = str(block.number)
        left = x + (height - width_of(digit, BOLD, size)) / 2
        self.text(left, y + (height - line_height(size)) / 2, digit, BOLD, size=size, colour="#ffffff")


@dataclass(frozen=True, slots=True)
class _Upright:
    """A4, and A5 as the same made smaller."""

    pen: _Pen
    poster: Poster
    width: float = 210.0 - 2 * MARGIN
    bottom: float = 297.0 - MARGIN
    code_size: float = 88.0

    def draw(self) -> None:
        poster, pen = self.poster, self.pen
        top = _head(pen, poster, MARGIN, self.width, 15)
        notes_top = self.bottom - line_height(10.5) * _note_count(poster, self.width, 10.5)
        _notes(pen, poster, notes_top, self.width, 10.5)
        code_top = notes_top - 4 - self.code_size
        fill = mixed("#ffffff", poster.accent, 0.3)
        room = code_top - 6 - top
        blocks = fitted(_maker(poster, _UPRIGHT, self.width), _UPRIGHT, room)
        slack = max(0.0, room - height_of(blocks))
        pen.blocks(MARGIN, top + min(slack / 2, 12), self.width, blocks, fill)
        self._foot(code_top, fill)

    def _foot(self, top: float, fill: str) -> None:
        pen, poster = self.pen, self.poster
        pen.frame(MARGIN, top, self.code_size, self.code_size, line=0.7, fill="#ffffff")
        pen.code(MARGIN + 1, top + 1, self.code_size - 2, poster.qr)
        left = MARGIN + self.code_size + 7
        room = MARGIN + self.width - left
        if not poster.helper:
            _address(pen, poster, left, top, room, size=25)
            return
        y = _address(pen, poster, left, top, room, size=17)
        pen.area(left, y + 2.5, room, 0.7, pen.primary)
        blocks = helper_fitted(poster.helper, 19, room, top + self.code_size - y - 5)
        pen.blocks(left, y + 5, room, blocks, fill)


@dataclass(frozen=True, slots=True)
class _Lying:
    """Half of an A4, lying: one side of a card that stands on a table."""

    pen: _Pen
    poster: Poster
    width: float = 210.0 - 2 * MARGIN
    bottom: float = 148.5 - MARGIN
    code_size: float = 68.0

    def draw(self) -> None:
        poster, pen = self.poster, self.pen
        top = _head(pen, poster, MARGIN - 4, self.width, 12)
        notes_top = self.bottom - line_height(8.5) * _note_count(poster, self.width, 8.5)
        _notes(pen, poster, notes_top, self.width, 8.5)
        left = MARGIN + self.width - self.code_size
        pen.frame(left, top + 1, self.code_size, self.code_size, line=0.6, fill="#ffffff")
        pen.code(left + 1, top + 2, self.code_size - 2, poster.qr)
        _address(pen, poster, left, top + self.code_size + 3, self.code_size, size=12.5)
        room, fill = self.width - self.code_size - 7, mixed("#ffffff", poster.accent, 0.3)
        foot = helper_fitted(poster.helper, 13.5, room, 42) if poster.helper else []
        foot_height = height_of(foot) + 3 if foot else 0.0
        space = notes_top - 2 - foot_height - top - 3
        blocks = fitted(_maker(poster, _LYING, room), _LYING, space)
        pen.blocks(MARGIN, top, room, blocks, fill)
        if foot:
            y = notes_top - 2 - foot_height
            pen.area(MARGIN, y, room, 0.6, pen.primary)
            pen.blocks(MARGIN, y + 2, room, foot, fill)


def _maker(poster: Poster, sizes: Sizes, room: float) -> Callable[[float, float], Sequence[Block]]:
    def make(scale: float, title_size: float) -> list[Block]:
        blocks = [title_block(poster.title, title_size, room, sizes.title_lines)]
        if poster.saving:
            blocks.append(saving_block(poster.saving, sizes, scale, room))
        return blocks + step_blocks(poster.steps, poster.more, sizes, scale, room)

    return make


def _head(pen: _Pen, poster: Poster, top: float, width: float, size: float) -> float:
    """Whose poster it is, over a thick line; returns where the rest may begin."""
    kind_room = width_of(poster.kind, MEDIUM, size * 0.8) + 6 if poster.kind else 0
    chosen, name = largest(poster.portal_name, BOLD, [size * n / 10 for n in range(10, 4, -1)], width - kind_room, 1)
    pen.text(MARGIN, top, name.lines[0], BOLD, size=chosen, colour=pen.primary)
    if poster.kind:
        left = MARGIN + width - width_of(poster.kind, MEDIUM, size * 0.8)
        pen.text(left, top + line_height(size * 0.2) / 2, poster.kind, MEDIUM, size=size * 0.8, colour=MUTED)
    y = top + line_height(size) + 1.5
    pen.area(MARGIN, y, width, 1.4, pen.primary)
    if poster.warning:
        chosen, found = largest(poster.warning, BOLD, [size * 0.8, size * 0.66, size * 0.5], width, 1)
        pen.text(MARGIN, y + 2.6, found.lines[0], BOLD, size=chosen)
        return y + 2.6 + line_height(chosen) + 2
    return y + 5.5


def _address(pen: _Pen, poster: Poster, x: float, y: float, room: float, *, size: float) -> float:
    """What to do with the code, and the address in letters; returns where it ends."""
    host, slash, path = poster.address.partition("/")
    for text, weight, share, most in (
        (poster.scan, BOLD, 1.0, 2), (poster.typing, MEDIUM, 0.68, 2), (host, BOLD, 0.95, 2),
        (slash + path, BOLD, 1, 1),
    ):  # fmt: skip
        sizes = [size * share * n / 20 for n in range(20, 9, -1)]
        chosen, found = largest(text, weight, sizes, room, most)
        for line in found.lines:
            pen.text(x, y, line, weight, size=chosen)
            y += line_height(chosen)
    return y


def _notes(pen: _Pen, poster: Poster, y: float, width: float, size: float) -> None:
    for line in _note_lines(poster, width, size):
        pen.text(MARGIN, y, line, MEDIUM, size=size, colour=MUTED)
        y += line_height(size)


def _note_count(poster: Poster, width: float, size: float) -> int:
    return len(_note_lines(poster, width, size))


def _note_lines(poster: Poster, width: float, size: float) -> list[str]:
    return [line for note in poster.notes for line in wrapped(note, MEDIUM, size, width, 2).lines]
