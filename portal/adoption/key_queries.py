"""Every SELECT of the keys of systems that push figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.adoption.key_models import FigureKey, PushReceipt
from portal.core.db import db


def all_keys() -> Sequence[FigureKey]:
    """All keys, the latest first."""
    return db.session.scalars(select(FigureKey).order_by(FigureKey.id.desc())).all()


def key(code: str) -> FigureKey | None:
    """One key by its public code, also an ended one."""
    return db.session.scalar(select(FigureKey).where(FigureKey.code == code))


def receipt(key_id: int, request: str) -> PushReceipt | None:
    """What a request of a system was answered with."""
    return db.session.scalar(select(PushReceipt).where(PushReceipt.key_id == key_id, PushReceipt.request == request))


def old_receipts(before: datetime) -> Sequence[PushReceipt]:
    """Answers of before a moment, some hundred at a time."""
    return db.session.scalars(select(PushReceipt).where(PushReceipt.at < before).limit(500)).all()
