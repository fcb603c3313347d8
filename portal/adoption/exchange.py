"""Exports of one-stop systems as a kind of import: a row is a unit and a period. See docs/howto/figures.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from portal.adoption import storing, undoing
from portal.adoption.directory import directory
from portal.adoption.periods import Period
from portal.adoption.registry import INDICATORS, counts
from portal.adoption.rows import DIRECTORY, PERIOD, FigureItem, read_row
from portal.adoption.storing import FigureReportCounts
from portal.adoption.wording import period_in_titles
from portal.core.permissions import Permission
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError, shown
from portal.exchange.registry import ChangeLog, ImportKind, Log, Run
from portal.exchange.rows import Row

_COUNTS = counts()
_RATES = {f"{one.key}_rate": one for one in INDICATORS if one.denominator}


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


class FigureImport(ImportKind[FigureItem]):
    """Figures by unit and period: what a later file says of the same replaces it, unless it is of an earlier day."""

    key: ClassVar[str] = "figures"
    name: ClassVar[str] = _("Số liệu của hệ thống một cửa")
    permission: ClassVar[Permission] = Permission.EDIT_FIGURES
    # They have the number of their report in them, which is one import's own.
    has_lasting_marks: ClassVar[bool] = True
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"unit"}),
        optional=frozenset(
            {"code", "period", "period_kind", *(one.key for one in _COUNTS), *_RATES, "as_of", "document", "url"}
        ),
        aliases={
            "don vi": "unit", "ten don vi": "unit", "xa, phuong": "unit", "dia phuong": "unit", "ma don vi": "code",
            "ma dvhc": "code", "ky bao cao": "period", "thang": "period", "nguon": "document",
            **{alias: one.key for one in _COUNTS for alias in one.aliases},
        },
        labels={
            "unit": _("Đơn vị"), "code": _("Mã đơn vị hành chính"), "period": _("Kỳ số liệu"),
            "period_kind": _("Loại kỳ"), **{one.key: one.name for one in _COUNTS},
            "as_of": _("Số liệu tính đến ngày"), "document": _("Văn bản nguồn"), "url": _("Địa chỉ nguồn"),
            **{key: one.name for key, one in _RATES.items()},
        },
    )  # fmt: skip

    def heed(self, above: Sequence[str], options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The period that the title speaks of holds for rows that name none; all units are looked up once."""
        period = Period.parse(str(options.get("period", ""))) or period_in_titles(above)
        return {**options, PERIOD: period, DIRECTORY: directory()}

    def read(
        self, row: Row, options: Mapping[str, Any], *, is_tabular: bool  # noqa: ARG002
    ) -> FigureItem | list[RowError]:  # fmt: skip
        """See `ImportKind.read`."""
        return read_row(row, options)

    def subject(self, item: FigureItem) -> str:
        """The unit and the period, as `place:xa-ba-xa 2026-10`."""
        return item.subject

    def subject_in_words(self, subject: str) -> str:
        """See `ImportKind.subject_in_words`."""
        return storing.subject_in_words(subject)

    def duplicate(self, line: int, subject: str, first: int) -> RowError:
        """See `ImportKind.duplicate`."""
        return RowError(
            line, "unit", "duplicate_subject", {"value": shown(self.subject_in_words(subject)), "first": first}
        )

    def store(self, items: Iterator[FigureItem], run: Run) -> FigureReportCounts:
        """See `ImportKind.store`."""
        return storing.store(items, run)

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`."""
        return undoing.marks(subjects)

    def changed_since(self, changes: Sequence[ChangeLog]) -> list[str]:
        """See `ImportKind.changed_since`; only what an import wrote of a unit and a period counts."""
        return undoing.changed_since(changes)

    def undo_whole(self, batch: str, log: Log, now: datetime) -> bool:
        """See `ImportKind.undo_whole`."""
        return undoing.undo_whole(batch, log, now)

    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:
        """See `ImportKind.undo`."""
        undoing.undo(changes, now)
