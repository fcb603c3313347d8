"""Official records in the shape of the national file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.procedures import exchange
from portal.procedures.exchange import ImportOptions, ReadOptions
from portal.procedures.models import Procedure, ProcedureVersion
from portal.procedures.service import ImportReport


def record_row(code: str = "1.001193", **changes: Any) -> dict[str, Any]:
    """One record as a line of the national file holds it."""
    row: dict[str, Any] = {
        "code": code,
        "name": "Thủ tục đăng ký khai sinh",
        "field": "Hộ tịch",
        "agency": "Ủy ban nhân dân cấp xã",
        "promulgating_agency": "Bộ Tư pháp",
        "decision_no": "1/QĐ-BTP",
        "implementation_levels": ["xã"],
        "subjects": ["Công dân Việt Nam"],
        "online_level": None,
        "channels": ["direct", "online", "postal"],
        "steps": ["Người đi đăng ký nộp hồ sơ."],
        "documents": [{"group": "", "name": "Giấy chứng sinh", "original": 1, "copy": 0, "form": []}],
        "fees": [{"channel": "online", "amount": 0, "currency": "VND", "text": ""}],
        "processing_time": [{"channel": "online", "qty": 1, "unit": "ngày làm việc", "text": ""}],
        "legal_basis": [{"code": "60/2014/QH13", "name": None}],
        "requirements": "",
        "results": ["Giấy khai sinh"],
        "life_events": [],
        "portal_updated_at": None,
        "crawled_at": "<=2026-06-10",
        "source_url": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x",
        "scope": "national",
    }
    row.update(changes)
    return row


def kept_versions(code: str) -> list[ProcedureVersion]:
    """The earlier versions of a record, the latest first."""
    rows = select(ProcedureVersion).join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
    return list(db.session.scalars(rows.where(Procedure.code == code).order_by(ProcedureVersion.version.desc())))


def import_records(rows: Sequence[dict[str, Any]], *, retire_gone: bool = False) -> ImportReport:
    """Import rows the way an operator does: from a file, in one unit of work."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        checked = exchange.check_records(path, ReadOptions())
        assert checked.errors == [], [error.message() for error in checked.errors]
        with unit_of_work():
            report = exchange.import_records(checked, ImportOptions(retire_gone=retire_gone), clock=clock.now)
    db.session.remove()
    return report
