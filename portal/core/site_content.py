"""What staff have put in the place of a file that ships: the home page's picks, office words, standing texts.

Where nothing is stored under a key, what ships holds, and follows its updates.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import audit
from portal.core.audit import Subject
from portal.core.content import memoised_by_content
from portal.core.db import Base, db
from portal.core.permissions import Actor


class SiteContent(Base):
    """One such thing; a value of None leaves it to what ships.

    `counter` grows with each change, so that nobody overwrites what they haven't seen.
    """

    __tablename__ = "site_content"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    counter: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(Text)


class ChangedMeanwhileError(Exception):
    """Somebody else saved after this was opened."""


def stored(key: str) -> SiteContent | None:
    """What staff have put there, or None."""
    return db.session.get(SiteContent, key)


@memoised_by_content
def value_of(key: str) -> Any:
    """The value that pages show, or None; nobody may change it."""
    return db.session.scalar(select(SiteContent.value).where(SiteContent.key == key))


def counter_of(key: str) -> int:
    """How often this was changed; 0 where what ships holds."""
    row = stored(key)
    return row.counter if row else 0


def save(key: str, value: Any, *, counter: int, actor: Actor, now: datetime, subject: Subject, before: Any) -> bool:
    """Store another value; None goes back to what ships. Whether anything differs.

    `before` is what holds until then, for the audit log. Raises ChangedMeanwhileError where somebody saved after
    `counter`.
    """
    row = db.session.get(SiteContent, key, with_for_update=True, populate_existing=True)
    if counter != (row.counter if row else 0):
        raise ChangedMeanwhileError(key)
    if value == (row.value if row else None):
        return False
    if row is not None:
        row.value, row.counter, row.updated_at, row.updated_by = value, row.counter + 1, now, actor.name
    else:
        db.session.add(SiteContent(key=key, value=value, counter=1, updated_at=now, updated_by=actor.name))
    db.session.flush()
    audit.record(actor, "site_content_changed", subject, at=now, before={"value": before}, after={"value": value})
    return True
