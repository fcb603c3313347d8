"""Every question to the table of bulk files."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from portal.core.db import db
from portal.outbox import queries as outbox
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


def in_state(states: Collection[str]) -> list[BulkJob]:
    """The jobs in these states."""
    return list(db.session.scalars(select(BulkJob).where(BulkJob.state.in_(states)).order_by(BulkJob.id)))


def forsaken(kind: str) -> list[str]:
    """The codes of jobs at which nobody will work any more: the message for the worker was given up, or is gone."""
    awaited = outbox.awaited_keys(kind)
    return [job.code for job in in_state(AT_WORK) if job.code not in awaited]
