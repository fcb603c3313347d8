"""Every SELECT of the drafts, and of the guides as their editors see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import aliased, defer

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.text import fold
from portal.editing.models import DraftEvent, GuideDraft
from portal.editing.states import DraftState
from portal.guides.models import Guide, GuideText, GuideVersion, WithdrawnGuide
from portal.guides.queries import digest_of
from portal.search.folding import sort_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A published guide in the editors' list; `folded` and `key` are its title for searching and sorting."""

    slug: str
    kind: str
    title: str
    folded: str
    key: str
    next_review_on: date
    updated_at: datetime


_guides, _texts, _drafts = Guide.__table__.c, GuideText.__table__.c, GuideDraft.__table__.c
_versions = GuideVersion.__table__.c


@memoised_by_content
def guides() -> tuple[Listed, ...]:
    """Every published guide, by title."""
    statement = (
        select(_guides.slug, _guides.kind, _texts.title, _guides.next_review_on, _guides.updated_at)
        .join_from(Guide.__table__, GuideText.__table__, _texts.guide_id == _guides.id)
        .where(_texts.locale == DEFAULT_LOCALE.code)
    )
    found = (
        Listed(**row._mapping, folded=fold(row.title), key=sort_key(row.title)) for row in db.session.execute(statement)
    )
    return tuple(sorted(found, key=lambda row: (row.key, row.slug)))


def open_drafts() -> Sequence[GuideDraft]:
    """The drafts that are worked on, those that waited longest first; what is written in them is not read."""
    statement = select(GuideDraft).options(defer(GuideDraft.content)).where(GuideDraft.open_slug.is_not(None))
    return db.session.scalars(statement.order_by(GuideDraft.updated_at)).all()


def open_drafts_with_content() -> Sequence[GuideDraft]:
    """The same with what is written in them."""
    return db.session.scalars(select(GuideDraft).where(GuideDraft.open_slug.is_not(None))).all()


def count_open(state: DraftState) -> int:
    """How many open drafts are in a state."""
    return db.session.scalar(select(func.count()).select_from(GuideDraft).where(GuideDraft.state == state.value)) or 0


def draft(code: str) -> GuideDraft | None:
    """A draft by its code."""
    return db.session.scalar(select(GuideDraft).where(GuideDraft.code == code))


def open_draft(slug: str) -> GuideDraft | None:
    """The draft of a guide that is worked on."""
    return db.session.scalar(select(GuideDraft).where(GuideDraft.open_slug == slug))


def locked(row: GuideDraft) -> GuideDraft:
    """The draft as it is now; nobody else changes it until the end of the unit of work."""
    db.session.refresh(row, with_for_update=True)
    return row


def events(row: GuideDraft) -> Sequence[DraftEvent]:
    """What was done with a draft, the newest first."""
    statement = select(DraftEvent).where(DraftEvent.draft_id == row.id).order_by(DraftEvent.id.desc())
    return db.session.scalars(statement).all()


def guide_row(slug: str) -> Guide | None:
    """A published guide."""
    return db.session.scalar(select(Guide).where(Guide.slug == slug))


def base_of(slug: str) -> str:
    """What a draft of a guide is begun from: the guide's digest, the mark of its withdrawal, or "" where nothing is."""
    mark = select(WithdrawnGuide.mark).where(WithdrawnGuide.slug == slug)
    return digest_of(slug) or db.session.scalar(mark) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """How a guide once stood, in a list; `has_content` where what it was made of was kept."""

    digest: str
    recorded_at: datetime
    published_by: str
    note: dict[str, Any]
    has_content: bool


def versions(slug: str) -> list[VersionRow]:
    """How a guide stood, the newest first."""
    statement = (
        select(
            _versions.digest, _versions.recorded_at, _versions.published_by, _versions.note,
            _versions.content.is_not(None).label("has_content"),
        )
        .where(_versions.slug == slug)
        .order_by(_versions.recorded_at.desc(), _versions.id.desc())
    )  # fmt: skip
    return [VersionRow(**row._mapping) for row in db.session.execute(statement)]


def version(slug: str, digest: str) -> GuideVersion | None:
    """One of them, by the beginning of its digest."""
    wanted = select(GuideVersion).where(
        GuideVersion.slug == slug, GuideVersion.digest.startswith(digest, autoescape=True)
    )
    return db.session.scalar(wanted.limit(1)) if digest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """How far a guide is translated into a language; `title` is the Vietnamese, `state` that of its open draft."""

    slug: str
    kind: str
    title: str
    has_text: bool
    is_complete: bool
    stale: int
    state: str


def translations(locale: str) -> list[Translation]:
    """Every published guide as it stands in a language."""
    own = aliased(GuideText)
    statement = (
        select(
            _guides.slug, _guides.kind, _texts.title, own.id.is_not(None).label("has_text"),
            func.coalesce(own.is_complete, false()).label("is_complete"), func.coalesce(own.stale, 0).label("stale"),
            func.coalesce(_drafts.state, "").label("state"),
        )
        .join_from(Guide.__table__, GuideText.__table__, _texts.guide_id == _guides.id)
        .outerjoin(own, (own.guide_id == _guides.id) & (own.locale == locale))
        .outerjoin(GuideDraft.__table__, _drafts.open_slug == _guides.slug)
        .where(_texts.locale == DEFAULT_LOCALE.code)
    )  # fmt: skip
    return [Translation(**row._mapping) for row in db.session.execute(statement)]
