"""QR codes: inline SVG, and files to download. The library is loaded with the first code."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    import segno

# ISO/IEC 18004 asks for four modules of quiet around a code.
_QUIET_ZONE = 4
# What printers and layout programs take a picture's points for.
_DPI = 300
_LEAST_WIDTH = 1200


def _code(text: str) -> segno.QRCode:
    """Level M: a seventh of the code may be stained or torn off."""
    import segno

    return segno.make_qr(text, error="m", boost_error=False)


def qr_svg(text: str) -> Markup:
    """A QR code of a text, black on white in any theme, that fills its box."""
    import segno

    file = BytesIO()
    segno.make(text, error="m", micro=False).save(
        file, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=_QUIET_ZONE, dark="#000", light="#fff",
        svgclass="qr", lineclass=None,
    )  # fmt: skip
    return Markup(file.getvalue().decode())  # made by the library of numbers alone


def qr_svg_file(text: str) -> bytes:
    """The same as a file of its own, 40 mm wide until somebody draws it larger."""
    file, code = BytesIO(), _code(text)
    scale = 40 / code.symbol_size(border=_QUIET_ZONE)[0]
    code.save(
        file, kind="svg", border=_QUIET_ZONE, dark="#000", light="#fff", unit="mm", scale=scale, svgclass=None,
        lineclass=None, nl=False,
    )  # fmt: skip
    return file.getvalue()


def qr_png(text: str) -> bytes:
    """A picture for print: at 300 points to the inch at least 10 cm wide, every module a whole number of points."""
    file, code = BytesIO(), _code(text)
    modules = code.symbol_size(border=_QUIET_ZONE)[0]
    code.save(file, kind="png", border=_QUIET_ZONE, scale=-(-_LEAST_WIDTH // modules), dpi=_DPI)
    return file.getvalue()


def qr_modules(text: str) -> Sequence[Sequence[int]]:
    """The modules of a code, row by row, 1 for dark, the quiet zone left out: for whoever draws them."""
    return [list(row) for row in _code(text).matrix]


QUIET_MODULES = _QUIET_ZONE
