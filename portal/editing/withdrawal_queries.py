"""Every SELECT of what was asked about withdrawing guides."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.core.db import db
from portal.editing.withdrawal_models import Withdrawal


def open_withdrawal(slug: str) -> Withdrawal | None:
    """What is asked about a guide now."""
    return db.session.scalar(select(Withdrawal).where(Withdrawal.open_slug == slug))


def open_withdrawals() -> Sequence[Withdrawal]:
    """Everything that is asked now, what waited longest first."""
    statement = select(Withdrawal).where(Withdrawal.open_slug.is_not(None)).order_by(Withdrawal.id)
    return db.session.scalars(statement).all()


def count_open() -> int:
    """How much is asked now."""
    statement = select(func.count()).select_from(Withdrawal).where(Withdrawal.open_slug.is_not(None))
    return db.session.scalar(statement) or 0


def decided(slug: str) -> Sequence[Withdrawal]:
    """What was decided about a guide, the newest first."""
    statement = select(Withdrawal).where(Withdrawal.slug == slug, Withdrawal.open_slug.is_(None))
    return db.session.scalars(statement.order_by(Withdrawal.id.desc())).all()


def locked(row: Withdrawal) -> Withdrawal:
    """The question as it is now; nobody else answers it until the end of the unit of work."""
    db.session.refresh(row, with_for_update=True)
    return row
