"""What staff tell every reader for a time: a downtime, something urgent. Shown and gone to the minute, by the clock.

Pages are kept under the content version; when a notice comes or goes, nothing changes in the database. So the page
cache asks here at which moments that happens, and keeps no page across one: no job has to run for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Engine, String, Text, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import LOCAL_ZONE
from portal.core.db import Base
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path

HOME = "/"
# Our own pages for readers: a path, with nothing that leads elsewhere.
OWN_PAGE = re.compile(
    r"/(?!/|can-bo(?:/|$)|static/|api/)[A-Za-z0-9._~/%+-]*(?:\?[A-Za-z0-9._~/%+=&-]*)?(?:#[A-Za-z0-9._-]*)?"
)
_ONE_DAY = timedelta(days=1)


class NoticeKind(StrEnum):
    """What a notice is about; a downtime is told from the day before."""

    DOWNTIME = "downtime"
    URGENT = "urgent"


class Shown(StrEnum):
    """On which public pages a notice stands."""

    EVERYWHERE = "everywhere"
    HOME = "home"
    PAGES = "pages"


class SiteNotice(Base):
    """A notice. `texts` has title and text by language; `paths` are the pages where it is `shown_on` some alone."""

    __tablename__ = "site_notices"
    __table_args__ = (
        CheckConstraint("kind IN ('downtime', 'urgent')", name="kind"),
        CheckConstraint("shown_on IN ('everywhere', 'home', 'pages')", name="shown_on"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    texts: Mapped[dict[str, Any]]
    url: Mapped[str] = mapped_column(Text)
    shown_on: Mapped[str] = mapped_column(String(20))
    paths: Mapped[list[str]]
    # What it is about: of a downtime, when that begins and ends.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as pages need it; shown from `shown_from` until `ends_at`, which is the first moment without it."""

    kind: str
    texts: Mapping[str, Mapping[str, str]]
    url: str
    shown_on: str
    paths: frozenset[str]
    shown_from: datetime
    starts_at: datetime
    ends_at: datetime

    def is_on(self, path: str) -> bool:
        """Whether it belongs on the page of a path without language."""
        if self.shown_on == Shown.PAGES:
            return path in self.paths
        return self.shown_on == Shown.EVERYWHERE or path == HOME


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in a reader's language, or in Vietnamese where there is no other: `locale` says which."""

    kind: str
    locale: str
    title: str
    text: str
    url: str
    starts_at: datetime
    ends_at: datetime


def is_safe_url(url: str, allows: Callable[[str], bool]) -> bool:
    """Whether a notice may lead there: to one of our pages, or to a host that content may link to."""
    return OWN_PAGE.fullmatch(url) is not None or allows(url)


def shown_from(kind: str, starts_at: datetime) -> datetime:
    """From when a notice is shown: a downtime from the beginning of the day before (in Asia/Ho_Chi_Minh)."""
    if kind != NoticeKind.DOWNTIME:
        return starts_at
    return datetime.combine(starts_at.astimezone(LOCAL_ZONE).date() - _ONE_DAY, time.min, LOCAL_ZONE)


def _of_row(row: SiteNotice) -> Notice:
    return Notice(
        kind=row.kind, texts=row.texts, url=row.url, shown_on=row.shown_on, paths=frozenset(row.paths),
        shown_from=shown_from(row.kind, row.starts_at), starts_at=row.starts_at, ends_at=row.ends_at,
    )  # fmt: skip


def read_notices(engine: Engine, now: datetime) -> tuple[Notice, ...] | None:
    """The notices that are not over, in a transaction of their own; None where the database can't say."""
    statement = select(SiteNotice).where(SiteNotice.ends_at > now).order_by(SiteNotice.starts_at, SiteNotice.id)
    try:
        with Session(engine) as session:
            return tuple(_of_row(row) for row in session.scalars(statement))
    except SQLAlchemyError:
        return None


class NoticeBoard:
    """The notices of one database as this process knows them, read once for each content version."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: tuple[int, tuple[Notice, ...]] | None = None

    def at(self, version: int, now: datetime) -> tuple[Notice, ...] | None:
        """The notices under a version, which the caller has read before; None where the database can't say."""
        known = self._known
        if known is not None and known[0] == version:
            return known[1]
        found = read_notices(self._engine, now)
        if found is not None:
            self._known = (version, found)
        return found

    def moments(self, version: int, now: datetime) -> list[float] | None:
        """When notices come and go, in seconds since the epoch; None where the database can't say."""
        found = self.at(version, now)
        if found is None:
            return None
        return sorted({moment.timestamp() for one in found for moment in (one.shown_from, one.ends_at)})

    def on_page(self, path: str, locale: str, version: int | None, now: datetime) -> list[NoticeText]:
        """What stands on a page now, the urgent first."""
        found = (read_notices(self._engine, now) if version is None else self.at(version, now)) or ()
        here = [one for one in found if one.shown_from <= now < one.ends_at and one.is_on(path)]
        return [_in_language(one, locale) for one in sorted(here, key=lambda one: one.kind != NoticeKind.URGENT)]


def _in_language(notice: Notice, locale: str) -> NoticeText:
    spoken = locale if notice.texts.get(locale, {}).get("title") else DEFAULT_LOCALE.code
    texts = notice.texts.get(spoken, {})
    url = localised_path(notice.url, LOCALES[locale]) if notice.url.startswith("/") else notice.url
    return NoticeText(
        notice.kind, spoken, texts.get("title", ""), texts.get("text", ""), url, notice.starts_at, notice.ends_at
    )  # fmt: skip
