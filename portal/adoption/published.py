"""Figures as sources print them, for pages: by source, whom they are of and when; nothing is reckoned with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.adoption.models import PublishedFigure


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """What one source says of one unit and period; `rows` are name, the number as printed, and a note."""

    scope: str
    period: str
    document: str
    url: str
    rows: tuple[tuple[str, str, str], ...]


def grouped(figures: Iterable[PublishedFigure], locale: str) -> list[PublishedGroup]:
    """The groups, in the order of their first figures, in Vietnamese where there is no other."""

    def head(row: PublishedFigure) -> tuple[str, str, str, str]:
        return _in(locale, row.scope_vi, row.scope_en), _in(locale, row.period_vi, row.period_en), row.document, row.url

    found: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = {}
    for one in figures:
        row = _in(locale, one.name_vi, one.name_en), one.printed, _in(locale, one.note_vi, one.note_en)
        found.setdefault(head(one), []).append(row)
    return [PublishedGroup(*key, tuple(rows)) for key, rows in found.items()]


def _in(locale: str, vietnamese: str, english: str) -> str:
    return english or vietnamese if locale == "en" else vietnamese
