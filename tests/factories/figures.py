"""Imports of figures, as the screens make them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.adoption.models import FigureReport, FigureUnit, Observation, ObservationRevision
from portal.adoption.periods import Period
from portal.adoption.queries import Unit, unit_ids
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.exchange import jobs, queries, service
from portal.exchange.models import Batch
from portal.exchange.service import Upload

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACTOR = Actor("user", "user:1", "Nguyễn Thị Lan")
HEADER = "Đơn vị;Kỳ số liệu;Hồ sơ tiếp nhận;Hồ sơ nộp trực tuyến;Hồ sơ đã giải quyết;Hồ sơ giải quyết đúng hạn"


def clock() -> datetime:
    """One moment for all."""
    return NOW


def table(*rows: str, header: str = HEADER) -> str:
    """A CSV of figures."""
    return "\n".join([header, *rows]) + "\n"


def check(folder: Path, data: str | bytes, name: str = "thang-10.csv", **options: Any) -> Batch:
    """An uploaded and checked batch, its columns guessed."""
    raw = data.encode() if isinstance(data, str) else data
    given = Upload(kind="figures", file_name=name, source=io.BytesIO(raw), actor=ACTOR, options=options)
    received = service.receive(given, folder=folder)
    with unit_of_work():
        code = service.upload(received, now=NOW).code
    jobs.run_check(code, folder=folder, clock=clock)
    return batch(code)


def bring(folder: Path, data: str | bytes, name: str = "thang-10.csv", **options: Any) -> Batch:
    """A batch that was applied."""
    code = check(folder, data, name, **options).code
    with unit_of_work():
        service.confirm(code, now=NOW)
    jobs.run_apply(code, folder=folder, clock=clock)
    return batch(code)


def batch(code: str) -> Batch:
    """The batch as another process sees it."""
    db.session.remove()
    found = queries.batch(code)
    assert found is not None
    db.session.expunge(found)
    return found


def reasons(one: Batch) -> list[tuple[int, str | None, str]]:
    """What is wrong with the rows of a batch."""
    return [(error.line, error.column, error.code) for error in queries.row_errors(one.id)]


def stored() -> dict[tuple[str, str, str, str], tuple[int, int | None]]:
    """What is observed: unit, indicator, span and first day to the counts."""
    db.session.remove()
    rows: Sequence[Any] = db.session.execute(
        select(Observation, FigureUnit.key).join(FigureUnit, FigureUnit.id == Observation.unit_id)
    ).all()
    return {
        (key, row.indicator, row.span, row.starts_on.isoformat()): (row.numerator, row.denominator)
        for row, key in rows
    }  # fmt: skip


class Told(NamedTuple):
    """What was said of an observation until `replaced_at`; None for what is said now."""

    numerator: int
    source: FigureReport
    replaced_at: datetime | None
    is_withdrawn: bool


def history(indicator: str, unit: Unit, period: Period) -> list[Told]:
    """All that was ever reported for exactly this period, the latest first."""

    def rows(table: type[Observation] | type[ObservationRevision]) -> Sequence[Any]:
        about = table.indicator == indicator, table.span == period.kind.value, table.starts_on == period.start
        found = select(table, FigureReport).join(FigureReport, FigureReport.id == table.report_id).where(*about)
        return db.session.execute(found.where(table.unit_id == unit_ids()[unit])).all()

    now = [Told(row.numerator, source, None, is_withdrawn=False) for row, source in rows(Observation)]
    before = sorted(rows(ObservationRevision), key=lambda pair: pair[0].id, reverse=True)
    return now + [Told(row.numerator, source, row.replaced_at, row.is_withdrawn) for row, source in before]
