"""A month's report as files: a workbook with a sheet for each part, and a PDF that is drawn in a process of its own."""

from __future__ import annotations

import json
from io import BytesIO

from flask_babel import gettext as _

from portal.core import clock
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.exchange.tables import Cell, write_book
from portal.meetings.report import Part, Report
from portal.sharing.drawing_process import drawn_apart

_PROGRAM = """
from portal.meetings.report_drawing import draw_report
sys.stdout.buffer.write(draw_report(json.load(sys.stdin.buffer)))
"""


def report_xlsx(report: Report) -> bytes:
    """The workbook: what it is and where it comes from first, then a sheet for each part that has rows."""
    about: list[list[Cell]] = [[line] for line in (report.title, report.as_of, *_marks(report))]
    about += [[part.title + ": " + " ".join(part.lines)] for part in report.parts if part.lines]
    about += [[f"{part.title}: {part.note}"] for part in report.parts if part.note]
    about += [[f"{_('Nguồn:')} {document} · {came}", url] for document, url, came in report.sources]
    sheets: list[tuple[str, list[str], list[list[Cell]]]] = [(str(_("Về báo cáo")), [_portal_name(), ""], about)]
    sheets += [(part.sheet, _headers(part), _rows(part)) for part in report.parts if part.rows]
    file = BytesIO()
    write_book(file, sheets)
    return file.getvalue()


def _portal_name() -> str:
    return renderer().site(current_locale()).portal_name


def _marks(report: Report) -> list[str]:
    return [str(_("Có số liệu minh họa, không phải kết quả thật."))] if report.has_demo else []


def _headers(part: Part) -> list[str]:
    headers = [column for head in part.heads for column in head.columns]
    return [*headers, str(_("Số liệu minh họa"))] if part.is_demo else headers


def _rows(part: Part) -> list[list[Cell]]:
    mark = [str(_("minh họa"))] if part.is_demo else []
    return [[*(value for cell in row for value in cell.values), *mark] for row in part.rows]


def report_pdf(report: Report) -> bytes:
    """The PDF; raises DrawingBusyError."""
    asked = {
        "title": report.title, "portal": _portal_name(), "as_of": report.as_of, "locale": current_locale().code,
        "day": clock.today().isoformat(), "warning": " ".join(_marks(report)), "source": str(_("Nguồn:")),
        "parts": [
            {
                "title": part.title, "lines": part.lines, "note": part.note, "numeric": part.numeric,
                "heads": [head.text for head in part.heads], "rows": [[cell.text for cell in row] for row in part.rows],
                "warning": str(_("Số liệu minh họa")) if part.is_demo else "",
            }
            for part in report.parts
        ],
        "sources": [" · ".join(one for one in source if one) for source in report.sources],
    }  # fmt: skip
    return drawn_apart(_PROGRAM, json.dumps(asked).encode())
