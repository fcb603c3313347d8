"""Every SELECT of the drafts, and of the guides as their editors see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.editing.models import DraftEvent, GuideDraft
from portal.editing.states import DraftState
from portal.guides.models import Guide, GuideText, GuideVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A guide, or a draft of one that isn't there yet, in the editors' list. `code` is that of the open draft."""

    slug: str
    kind: str
    title: str
    next_review_on: date | None
    updated_at: datetime
    state: str
    code: str


_guides, _texts, _drafts = Guide.__table__.c, GuideText.__table__.c, GuideDraft.__table__.c
_ORDERS: dict[str, tuple[Any, ...]] = {
    "ten": (_texts.title,), "ra-soat": (_guides.next_review_on, _guides.slug), "sua": (_guides.updated_at, _guides.slug)
}  # fmt: skip


def _conditions(kind: str, text: str, state: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_texts.locale == DEFAULT_LOCALE.code]
    if kind:
        found.append(_guides.kind == kind)
    if text:
        found.append(or_(_guides.slug.contains(text, autoescape=True), _texts.title.icontains(text, autoescape=True)))
    if state:
        found.append(_drafts.state == state)
    return found


def guide_count(kind: str = "", text: str = "", state: str = "") -> int:
    """How many guides are found."""
    statement = (
        select(func.count())
        .select_from(Guide.__table__)
        .join(GuideText.__table__, _texts.guide_id == _guides.id)
        .outerjoin(GuideDraft.__table__, _drafts.open_slug == _guides.slug)
        .where(*_conditions(kind, text, state))
    )
    return db.session.scalar(statement) or 0


def guide_rows(
    kind: str = "", text: str = "", state: str = "", *, order: str = "ten", descending: bool = False, limit: int = 50,
    offset: int = 0,
) -> list[Listed]:  # fmt: skip
    """Some of the guides with their open drafts."""
    columns = _ORDERS.get(order, _ORDERS["ten"])
    statement = (
        select(
            _guides.slug, _guides.kind, _texts.title, _guides.next_review_on, _guides.updated_at, _drafts.state,
            _drafts.code,
        )
        .join_from(Guide.__table__, GuideText.__table__, _texts.guide_id == _guides.id)
        .outerjoin(GuideDraft.__table__, _drafts.open_slug == _guides.slug)
        .where(*_conditions(kind, text, state))
        .order_by(*(column.desc() if descending else column for column in columns))
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [_listed(row) for row in db.session.execute(statement)]


def _listed(row: Any) -> Listed:
    return Listed(
        slug=row.slug, kind=row.kind, title=row.title, next_review_on=row.next_review_on, updated_at=row.updated_at,
        state=row.state or "", code=row.code or "",
    )  # fmt: skip


def open_drafts(states: Sequence[DraftState] = ()) -> Sequence[GuideDraft]:
    """The drafts that are worked on, those that waited longest first; only those in certain states where given."""
    statement = select(GuideDraft).where(GuideDraft.open_slug.is_not(None)).order_by(GuideDraft.updated_at)
    if states:
        statement = statement.where(GuideDraft.state.in_([state.value for state in states]))
    return db.session.scalars(statement).all()


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


def versions(slug: str) -> Sequence[GuideVersion]:
    """How a guide stood, the newest first."""
    statement = select(GuideVersion).where(GuideVersion.slug == slug)
    return db.session.scalars(statement.order_by(GuideVersion.recorded_at.desc(), GuideVersion.id.desc())).all()


def version(slug: str, digest: str) -> GuideVersion | None:
    """One of them."""
    wanted = select(GuideVersion).where(GuideVersion.slug == slug, GuideVersion.digest == digest)
    return db.session.scalar(wanted)
