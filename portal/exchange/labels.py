"""Imports in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.exchange import jobs
from portal.exchange.columns import Columns
from portal.exchange.models import Batch, State
from portal.exchange.registry import ImportKind, Total


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for imports."""
    return {
        jobs.CHECK: _("Kiểm tra tệp nhập"),
        jobs.APPLY: _("Nhập dữ liệu từ tệp"),
        jobs.UNDO: _("Hoàn tác lần nhập"),
    }


def state_label(state: str) -> str:
    """Where a batch is."""
    labels: dict[str, str] = {
        State.UPLOADED: _("Đã tải lên"),
        State.CHECKING: _("Đang kiểm tra"),
        State.READY: _("Chờ xác nhận"),
        State.REFUSED: _("Có lỗi"),
        State.QUEUED: _("Chờ nhập"),
        State.APPLYING: _("Đang nhập"),
        State.APPLIED: _("Đã nhập"),
        State.UNDONE: _("Đã hoàn tác"),
        State.FAILED: _("Không nhập được"),
        State.DISCARDED: _("Đã hủy"),
    }
    return labels[State(state)]


def kind_label(kind: ImportKind[Any]) -> str:
    """A kind of import in the reader's language."""
    return str(_(kind.name))


def column_label(columns: Columns, name: str) -> str:
    """One of our columns; its key where it has no name for people."""
    label = columns.labels.get(name)
    return str(_(label)) if label else name


def column_in_file(columns: Columns, mapping: Mapping[str, Any], name: str | None) -> str:
    """A column as the person's own file heads it, else as we call it; "" for none."""
    if not name:
        return ""
    pairs = zip(mapping.get("targets", ()), mapping.get("headers", ()), strict=False)
    return next((header for target, header in pairs if target == name and header), column_label(columns, name))


def unread_columns(mapping: Mapping[str, Any]) -> list[str]:
    """The headings of a file's columns that are left out."""
    pairs = zip(mapping.get("targets", ()), mapping.get("headers", ()), strict=False)
    return [header for target, header in pairs if target is None and header]


def wrong_totals(batch: Batch, columns: Columns) -> list[tuple[int, str, int, int]]:
    """Where a file's own totals are not what its rows add up to: line, column, what it says, what they make."""
    found = (Total(*one) for one in batch.preview.get("totals", ()))
    return [
        (one.line, column_in_file(columns, batch.mapping, one.column), one.given, one.ours)
        for one in found
        if one.given != one.ours
    ]


def template_headers(kind: ImportKind[Any]) -> list[str]:
    """The columns of an empty table for people: the needed ones first, by their Vietnamese names, which are read."""
    known = kind.columns.required | kind.columns.optional
    order = [name for name in kind.columns.labels if name in known] + sorted(known - kind.columns.labels.keys())
    order.sort(key=lambda name: name not in kind.columns.required)
    return [kind.columns.labels.get(name, name) for name in order]


def action_label(action: str) -> str:
    """What would become of something."""
    labels: dict[str, str] = {"new": _("Thêm mới"), "changed": _("Thay đổi"), "gone": _("Không còn trong tệp")}
    return labels.get(action, action)


def count_lines(counts: Mapping[str, Any], columns: Columns | None = None) -> list[tuple[str, int]]:
    """The numbers of a batch that say something, in words; those of the preview until it was applied.

    `sum_` and a column's name is that column's total.
    """
    labels: dict[str, str] = {
        "good": _("dòng đọc được"),
        "bad": _("dòng lỗi"),
        "ignored": _("dòng ngoài bảng, không nhập"),
        "new": _("thêm mới"),
        "changed": _("thay đổi"),
        "unchanged": _("giữ nguyên"),
        "gone": _("không còn trong tệp"),
        "retired": _("đánh dấu không còn áp dụng"),
        "returned": _("có lại"),
        "kept": _("giữ bản đầy đủ đã có"),
        "older": _("giữ số liệu mới hơn đã có"),
        "silent": _("dòng không có số liệu"),
        "aside": _("dòng tổng hoặc đánh số cột, không nhập"),
    }
    shown = {name.removeprefix("would_"): number for name, number in counts.items() if isinstance(number, int)}
    if columns is not None:
        sums = (name for name in shown if name.startswith("sum_"))
        labels |= {name: _("tổng cột “%(column)s”", column=column_label(columns, name[4:])) for name in sums}
    return [(label, shown[name]) for name, label in labels.items() if shown.get(name)]


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of imports."""
    return {
        "import_confirmed": _("Nhập dữ liệu"),
        "import_discarded": _("Hủy lần nhập"),
        "import_undone": _("Hoàn tác lần nhập"),
    }
