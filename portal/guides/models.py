"""Tables of the guides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base


class Guide(Base):
    """What a guide is in every language."""

    __tablename__ = "guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    icon: Mapped[str] = mapped_column(String(40))
    procedures: Mapped[list[str]]
    related: Mapped[list[str]]
    sources: Mapped[list[Any]]
    reviewed_on: Mapped[date]
    next_review_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))
    # True until the province writes the guide itself; then what ships no longer overwrites it.
    is_starter: Mapped[bool]
    updated_at: Mapped[datetime]
    texts: Mapped[list[GuideText]] = relationship(back_populates="guide", cascade="all, delete-orphan")


class GuideVersion(Base):
    """A guide as it stood from `recorded_at` on: title, summary and rendered parts of each language, by its digest.

    What somebody wrote about a page stays understandable after the page has changed.
    """

    __tablename__ = "guide_versions"
    __table_args__ = (UniqueConstraint("slug", "digest"), {"info": {"content": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    texts: Mapped[dict[str, Any]]
    # What its file had; nothing of versions from before that was kept.
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # What changed, for readers, by language; and who published it.
    note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    published_by: Mapped[str] = mapped_column(Text, default="")


class GuideText(Base):
    """A guide in one language: as written (`source`), and its Markdown rendered when it was saved (`rendered`).

    Rendering at saving keeps Markdown and the sanitiser off the reading path.
    """

    __tablename__ = "guide_texts"
    __table_args__ = (UniqueConstraint("guide_id", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guides.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    is_complete: Mapped[bool]
    source: Mapped[dict[str, Any]]
    rendered: Mapped[dict[str, Any]]
    # Of which Vietnamese each part is a translation (`translating`); None: of today's. How many parts are of a former.
    translated: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    stale: Mapped[int] = mapped_column(default=0)
    guide: Mapped[Guide] = relationship(back_populates="texts")


class WithdrawnGuide(Base):
    """What stands at the address of a guide that was withdrawn: where it leads now, or why there is nothing.

    `target` is the path of another page of ours, without language, or "". `explanation` and `titles` are by language.
    `mark` tells this withdrawal from every other, as the digest of a guide does a version.
    """

    __tablename__ = "withdrawn_guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    titles: Mapped[dict[str, Any]]
    target: Mapped[str] = mapped_column(String(500), default="")
    explanation: Mapped[dict[str, Any]]
    mark: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime]
