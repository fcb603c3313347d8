"""What the staff's screens of figures share."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portal.adoption.directory import directory
from portal.adoption.queries import Unit
from portal.core.staff import staff_url
from portal.exchange.values import ValueProblem

HERE = "/so-lieu"
# Longer is no number of a row.
_LONGEST_NUMBER = 9


class UnitProblem(Exception):
    """A typed name means nobody, or several; `code` is unknown_unit or ambiguous_unit."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def unit_called(name: str, day: date) -> Unit:
    """The place or agency that somebody means by a name, or by a slug, on a day. Raises UnitProblem."""
    try:
        return directory().find(name, "", day).unit
    except ValueProblem as problem:
        raise UnitProblem("ambiguous_unit" if problem.code == "ambiguous_place" else "unknown_unit") from None


def page_url(path: str = "") -> str:
    """A page below /can-bo/so-lieu."""
    return staff_url(HERE + path)


def crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way to a page below the start of the figures."""
    return [(_("Số liệu"), page_url()), *more]


def row_number(code: str) -> int:
    """The number that an address names, or -1."""
    return int(code) if code.isdecimal() and code.isascii() and len(code) <= _LONGEST_NUMBER else -1
