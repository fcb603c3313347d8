"""Draws a month's report as PDF: A4 upright, tables whose heads are repeated, the same bytes for the same report.

It runs in a process of its own, without the application; only there is the PDF library loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from portal.sharing.poster_text import BOLD, MEDIUM, font_file, printable, width_of

_MARGIN, _FOOT = 15.0, 14.0
_WIDE = 210.0 - 2 * _MARGIN
_LINE = 5.2
_MUTED = (70, 70, 70)
_PADDING = 3.0
# The first column of words gets what the others don't need.
_LEAST = 14.0


class _Sheets(FPDF):
    """Pages with the report's name and their number at the foot."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__("P", "mm", "A4")
        self._foot = printable(f"{asked['portal']} · {asked['title']}")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN + _FOOT)
        for weight in (BOLD, MEDIUM):
            self.add_font(f"w{weight}", "", font_file(weight))
        self.set_title(printable(asked["title"]))
        self.set_author(printable(asked["portal"]))
        self.set_lang(asked["locale"])
        # The day alone: the same content gives the same bytes.
        self.set_creation_date(datetime.fromisoformat(asked["day"]).replace(tzinfo=UTC))

    def footer(self) -> None:
        """The line under each page."""
        self.set_y(-_FOOT)
        self.set_font(f"w{MEDIUM}", size=8)
        self.set_text_color(*_MUTED)
        self.cell(0, 5, f"{self._foot} · {self.page_no()}")

    def words(self, text: str, *, size: float, weight: int = MEDIUM, is_muted: bool = False) -> None:
        """A paragraph."""
        self.set_font(f"w{weight}", size=size)
        self.set_text_color(*(_MUTED if is_muted else (0, 0, 0)))
        self.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")


def draw_report(asked: Mapping[str, Any]) -> bytes:
    """The PDF of what `report_files` asks for."""
    pdf = _Sheets(asked)
    pdf.add_page()
    pdf.words(asked["portal"], size=10, is_muted=True)
    pdf.words(asked["title"], size=20, weight=BOLD)
    pdf.ln(1)
    pdf.words(asked["as_of"], size=10)
    if asked["warning"]:
        pdf.ln(1)
        pdf.words(asked["warning"], size=11, weight=BOLD)
    for part in asked["parts"]:
        _draw_part(pdf, part)
    _heading(pdf, asked["source"].rstrip(":"))
    for line in asked["sources"]:
        pdf.words(line, size=8.5, is_muted=True)
    return bytes(pdf.output())


def _heading(pdf: _Sheets, title: str) -> None:
    # A heading is never the last line of a page.
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.ln(6)
    pdf.words(title, size=14, weight=BOLD)
    pdf.ln(1)


def _draw_part(pdf: _Sheets, part: Mapping[str, Any]) -> None:
    _heading(pdf, " · ".join(one for one in (part["title"], part["warning"]) if one))
    for line in part["lines"]:
        pdf.words(line, size=10)
    if part["rows"]:
        _draw_table(pdf, part)
    if part["note"]:
        pdf.ln(1)
        pdf.words(part["note"], size=8.5, is_muted=True)


def _draw_table(pdf: _Sheets, part: Mapping[str, Any]) -> None:
    heads = [printable(head) for head in part["heads"]]
    rows = [[printable(cell) for cell in row] for row in part["rows"]]
    numeric = set(part["numeric"])
    pdf.set_text_color(0, 0, 0)
    pdf.set_draw_color(150, 150, 150)
    pdf.set_font(f"w{MEDIUM}", size=9)
    bold = FontFace(family=f"w{BOLD}", emphasis="", size_pt=9)
    with pdf.table(
        col_widths=widths(heads, rows), width=_WIDE, line_height=_LINE, headings_style=bold, padding=(0.6, 1.2),
        text_align=tuple("RIGHT" if number in numeric else "LEFT" for number in range(len(heads))),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
    ) as table:  # fmt: skip
        for cells in (heads, *rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)


def widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """How wide the columns are, together as wide as the page: by their longest words, the spare room by their texts."""
    columns = list(zip(heads, *rows, strict=True))
    least = [
        max(_LEAST, *(width_of(word, BOLD, 9) + _PADDING for cell in one for word in cell.split())) for one in columns
    ]
    wanted = [max(width_of(cell, BOLD, 9) + _PADDING for cell in one) for one in columns]
    spare = max(_WIDE - sum(least), 0.0)
    missing = [max(want - low, 0.0) for want, low in zip(wanted, least, strict=True)]
    whole = sum(missing)
    shares = [spare * one / whole if whole else spare / len(columns) for one in missing]
    found = [low + share for low, share in zip(least, shares, strict=True)]
    return tuple(one * _WIDE / sum(found) for one in found)
