"""Every change of the notices that all readers see. Functions flush, and never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.notices import NoticeKind, Shown, SiteNotice
from portal.core.permissions import Actor
from portal.core.tokens import new_code

# More at a time would push everything else off a phone's screen, and nobody would read them.
MOST_OPEN = 10


class NoticeError(Exception):
    """Why a notice is refused; `field` is the form's. Codes: order (ends before it begins), over, too_many."""

    def __init__(self, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeValues:
    """What people enter of a notice; times in UTC, `texts` by language with title and text."""

    kind: NoticeKind
    texts: Mapping[str, Mapping[str, str]]
    url: str = ""
    shown_on: Shown = Shown.EVERYWHERE
    paths: Sequence[str] = ()
    starts_at: datetime
    ends_at: datetime

    def stored(self) -> dict[str, Any]:
        """The values by column."""
        return {
            "kind": self.kind.value, "texts": {code: dict(texts) for code, texts in self.texts.items()},
            "url": self.url, "shown_on": self.shown_on.value, "paths": list(self.paths),
            "starts_at": self.starts_at, "ends_at": self.ends_at,
        }  # fmt: skip


def notices() -> list[SiteNotice]:
    """All of them, the newest first."""
    return list(db.session.scalars(select(SiteNotice).order_by(SiteNotice.starts_at.desc(), SiteNotice.id.desc())))


def notice(code: str) -> SiteNotice | None:
    """The notice of an address, or None."""
    return db.session.scalar(select(SiteNotice).where(SiteNotice.code == code))


def add(values: NoticeValues, *, actor: Actor, now: datetime) -> SiteNotice:
    """A new notice; raises NoticeError."""
    _check(values, now)
    if _count_open(now) >= MOST_OPEN:
        raise NoticeError("too_many", "title_vi")
    row = SiteNotice(code=new_code(), updated_at=now, updated_by=actor.name, **values.stored())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "notice_added", subject_of(row), at=now, after=_described(row))
    return row


def change(row: SiteNotice, values: NoticeValues, *, actor: Actor, now: datetime) -> None:
    """Other values; raises NoticeError."""
    _check(values, now)
    if row.ends_at <= now and _count_open(now) >= MOST_OPEN:
        raise NoticeError("too_many", "title_vi")
    before = _described(row)
    for name, value in values.stored().items():
        setattr(row, name, value)
    row.updated_at, row.updated_by = now, actor.name
    db.session.flush()
    audit.record(actor, "notice_changed", subject_of(row), at=now, before=before, after=_described(row))


def store(code: str, values: NoticeValues, *, now: datetime) -> bool:
    """Write a notice of a content file, over or not; whether anything differed. Raises NoticeError."""
    if values.ends_at <= values.starts_at:
        raise NoticeError("order", "ends_at")
    row, stored = notice(code), values.stored()
    if row is None:
        db.session.add(SiteNotice(code=code, updated_at=now, updated_by="", **stored))
    elif any(getattr(row, name) != value for name, value in stored.items()):
        for name, value in stored.items():
            setattr(row, name, value)
        row.updated_at = now
    else:
        return False
    db.session.flush()
    return True


def remove(row: SiteNotice, *, actor: Actor, now: datetime) -> None:
    """Take a notice away, from every page at once."""
    audit.record(actor, "notice_removed", subject_of(row), at=now, before=_described(row))
    db.session.delete(row)
    db.session.flush()


def subject_of(row: SiteNotice) -> Subject:
    """The notice as the audit log names it."""
    return Subject("notice", row.code, str(row.texts.get(DEFAULT_LOCALE.code, {}).get("title", "")))


def _check(values: NoticeValues, now: datetime) -> None:
    if values.ends_at <= values.starts_at:
        raise NoticeError("order", "ends_day")
    if values.ends_at <= now:
        raise NoticeError("over", "ends_day")


def _count_open(now: datetime) -> int:
    return db.session.scalar(select(func.count()).where(SiteNotice.ends_at > now)) or 0


def _described(row: SiteNotice) -> dict[str, Any]:
    times = {name: getattr(row, name).isoformat() for name in ("starts_at", "ends_at")}
    return times | {name: getattr(row, name) for name in ("kind", "texts", "url", "shown_on", "paths")}
