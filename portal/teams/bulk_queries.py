"""Every question to the table of bulk files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.teams.bulk_models import BulkJob, BulkState

AT_WORK = (BulkState.WAITING.value, BulkState.WORKING.value)


def job(code: str) -> BulkJob | None:
    """A job by its code."""
    return db.session.scalar(select(BulkJob).where(BulkJob.code == code))


def locked(code: str) -> BulkJob | None:
    """The same, read anew, and nobody else changes it until the transaction ends."""
    statement = select(BulkJob).where(BulkJob.code == code).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True))


def job_by_key(actor: str, key: str) -> BulkJob | None:
    """The job that a form of somebody's has made before."""
    return db.session.scalar(select(BulkJob).where(BulkJob.actor_key == actor, BulkJob.key == key))


def waiting_of(actor: str) -> int:
    """How many files of somebody's the worker still has to make."""
    mine = BulkJob.actor_key == actor, BulkJob.state.in_(AT_WORK)
    return db.session.scalar(select(func.count()).select_from(BulkJob).where(*mine)) or 0


def recent(limit: int) -> list[BulkJob]:
    """The newest jobs first."""
    return list(db.session.scalars(select(BulkJob).order_by(BulkJob.id.desc()).limit(limit)))


def in_state(states: Collection[str], before: datetime | None = None) -> list[BulkJob]:
    """The jobs in these states, those alone that came into them before a moment, where one is given."""
    statement = select(BulkJob).where(BulkJob.state.in_(states)).order_by(BulkJob.id)
    return list(db.session.scalars(statement if before is None else statement.where(BulkJob.state_at < before)))
