"""SELECTs for open data alone; whatever pages ask too, the domains' own queries answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.core.db import db
from portal.feedback.models import FeedbackFigures
from portal.fees.models import FeeReduction, LocalFee
from portal.guides.models import Guide
from portal.procedures.models import Procedure
from portal.teams.models import Team

_LISTED = Procedure.retired_at.is_(None)


def guides() -> Sequence[Any]:
    """What guides are about and when somebody last looked at them, by slug."""
    columns = (Guide.slug, Guide.kind, Guide.procedures, Guide.reviewed_on, Guide.next_review_on, Guide.updated_at)
    return db.session.execute(select(*columns).order_by(Guide.slug)).all()


def record_codes_after(code: str, limit: int) -> Sequence[str]:
    """The codes of the next records that are listed."""
    statement = select(Procedure.code).where(_LISTED, Procedure.code > code).order_by(Procedure.code).limit(limit)
    return db.session.scalars(statement).all()


def team_slugs() -> Sequence[str]:
    """The teams that work today."""
    return db.session.scalars(select(Team.slug).where(Team.ended_on.is_(None)).order_by(Team.slug)).all()


def guides_changed() -> datetime | None:
    """When a guide last changed."""
    return db.session.scalar(select(func.max(Guide.updated_at)))


def fees_changed() -> datetime | None:
    """When an official record or a fee of the province last changed."""
    return _latest(select(func.max(Procedure.updated_at)), select(func.max(LocalFee.updated_at)))


def reductions_changed() -> datetime | None:
    """When a reduction last changed."""
    return db.session.scalar(select(func.max(FeeReduction.updated_at)))


def teams_changed() -> datetime | None:
    """When a team last changed."""
    return db.session.scalar(select(func.max(Team.updated_at)))


def feedback_counted() -> datetime | None:
    """When the feedback was last counted."""
    return db.session.scalar(select(func.max(FeedbackFigures.counted_at)))


def _latest(*statements: Any) -> datetime | None:
    moments = [db.session.scalar(statement) for statement in statements]
    return max((moment for moment in moments if moment), default=None)
