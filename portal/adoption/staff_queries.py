"""What the staff's screens of figures ask beside `queries`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.adoption.models import PublishedFigure, Target
from portal.core.db import db


def every_published() -> Sequence[PublishedFigure]:
    """All published figures, also those that were taken back, the latest period first."""
    statement = select(PublishedFigure).order_by(PublishedFigure.starts_on.desc(), PublishedFigure.slug)
    return db.session.scalars(statement).all()


def every_target() -> Sequence[Target]:
    """All targets, the latest first."""
    return db.session.scalars(select(Target).order_by(Target.starts_on.desc(), Target.indicator, Target.id)).all()


def target_by_id(number: int) -> Target | None:
    """One target, to be changed."""
    return db.session.get(Target, number)
