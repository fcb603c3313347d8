"""The audit log as staff read it: searched, in pages, exported. Nobody changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit
from portal.core.access import requires
from portal.core.audit import AuditEntry, AuditFilter
from portal.core.audit_labels import action_label
from portal.core.permissions import Permission
from portal.core.staff import render_staff
from portal.core.tables import Column, Order, table_page
from portal.core.text import clean_line

audit_views = Blueprint("audit", __name__, url_prefix="/can-bo")


def _day(text: str) -> date | None:
    """A day of a date field; None for what is none, or can be in no log."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


@dataclass(frozen=True)
class _Entries:
    wanted: AuditFilter

    def count(self) -> int:
        return audit.count(self.wanted)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[AuditEntry]:
        return audit.entries(self.wanted, newest_first=order.descending, limit=limit, offset=offset)


def _details(values: dict[str, Any] | None) -> str:
    """What changed, as `name: value; …`."""
    return "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in (values or {}).items()
    )


@audit_views.get("/nhat-ky")
@requires(Permission.READ_AUDIT)
def audit_log() -> ResponseReturnValue:
    parameters = {name: clean_line(request.args.get(name, ""), 100) for name in ("q", "viec", "tu", "den")}
    wanted = AuditFilter(
        text=parameters["q"], action=parameters["viec"], first_day=_day(parameters["tu"]),
        last_day=_day(parameters["den"]),
    )  # fmt: skip
    columns = [
        Column[AuditEntry]("luc", _("Lúc"), lambda row: row.at, True),
        Column[AuditEntry]("ai", _("Ai"), lambda row: row.actor_name or actor_kind_label(row.actor_kind)),
        Column[AuditEntry]("viec", _("Việc"), lambda row: action_label(row.action)),
        Column[AuditEntry]("gi", _("Đối với"), lambda row: row.subject_name),
        Column[AuditEntry]("truoc", _("Trước khi đổi"), lambda row: _details(row.before)),
        Column[AuditEntry]("sau", _("Sau khi đổi"), lambda row: _details(row.after)),
    ]
    table = table_page(columns, _Entries(wanted), Order("luc", descending=True), parameters=parameters, name="nhat-ky")
    if isinstance(table, Response):
        return table
    choices = sorted(((name, action_label(name)) for name in audit.actions()), key=lambda choice: choice[1])
    return render_staff(
        "staff/accounts/audit.html", title=_("Nhật ký"), table=table, parameters=parameters, choices=choices
    )


def actor_kind_label(kind: str) -> str:
    """Who did something where no person is named."""
    labels: dict[str, str] = {"system": _("Hệ thống"), "command": _("Dòng lệnh"), "link": _("Qua liên kết")}
    return labels.get(kind, kind)
