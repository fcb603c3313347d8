"""SELECTs of what an import wrote and still stands."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from portal.adoption.models import FigureReport, Observation, Span
from portal.core.db import db


def of_batch(batch: str) -> ColumnElement[bool]:
    """The observations that an import wrote, by its code; sums of days are nobody's. A file may name many documents."""
    reports = select(FigureReport.id).where(FigureReport.batch == batch)
    return Observation.report_id.in_(reports) & (Observation.span != Span.MONTH_OF_DAYS.value)


def count_of_batch(batch: str) -> int:
    """How many there are of them."""
    return db.session.scalar(select(func.count()).select_from(Observation).where(of_batch(batch))) or 0
