"""Every SELECT of the guides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path
from portal.guides.models import Guide, GuideText

URL_PREFIX = "/huong-dan/"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow:
    """A guide as its page reads it. `text_locale` is the language of the body: Vietnamese where no other is complete."""

    slug: str
    kind: str
    icon: str
    title: str
    summary: str
    title_locale: str
    text_locale: str
    body: dict[str, Any]
    procedures: list[str]
    related: list[str]
    sources: list[dict[str, str]]
    reviewed_on: date
    next_review_on: date
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GuideCard:
    """A guide in a list; `url` is in the reader's language, `title_locale` the language that the title is in."""

    slug: str
    kind: str
    icon: str
    title: str
    summary: str
    url: str
    title_locale: str


def guide(slug: str, locale: str) -> GuideRow | None:
    """One guide in a language, its texts falling back to Vietnamese; None where there is no such guide."""
    guides, texts = Guide.__table__.c, GuideText.__table__.c
    rows = db.session.execute(
        select(
            guides.kind, guides.icon, guides.procedures, guides.related, guides.sources, guides.reviewed_on,
            guides.next_review_on, guides.updated_at, texts.locale, texts.title, texts.summary, texts.is_complete,
            texts.rendered,
        )
        .join_from(Guide.__table__, GuideText.__table__, guides.id == texts.guide_id)
        .where(guides.slug == slug, texts.locale.in_({locale, DEFAULT_LOCALE.code}))
    ).all()  # fmt: skip
    by_locale = {row.locale: row for row in rows}
    default = by_locale.get(DEFAULT_LOCALE.code)
    if default is None:
        return None
    own = by_locale.get(locale, default)
    whole = own if own.is_complete else default
    return GuideRow(
        slug=slug, kind=own.kind, icon=own.icon, title=own.title, summary=own.summary, title_locale=own.locale,
        text_locale=whole.locale, body=whole.rendered, procedures=own.procedures, related=own.related,
        sources=own.sources, reviewed_on=own.reviewed_on, next_review_on=own.next_review_on,
        updated_at=own.updated_at,
    )  # fmt: skip


def cards(locale: str, *, slugs: Collection[str] | None = None, kind: str | None = None) -> list[GuideCard]:
    """Guides in a list, by title; only those of `slugs` or `kind` where given."""
    guides, texts = Guide.__table__.c, GuideText.__table__.c
    statement = (
        select(guides.slug, guides.kind, guides.icon, texts.locale, texts.title, texts.summary)
        .join_from(Guide.__table__, GuideText.__table__, guides.id == texts.guide_id)
        .where(texts.locale.in_({locale, DEFAULT_LOCALE.code}))
        .order_by(guides.slug)
    )
    if slugs is not None:
        statement = statement.where(guides.slug.in_(list(slugs)))
    if kind is not None:
        statement = statement.where(guides.kind == kind)
    found: dict[str, GuideCard] = {}
    for row in db.session.execute(statement):
        if row.slug not in found or row.locale == locale:
            url = localised_path(URL_PREFIX + row.slug, LOCALES[locale])
            found[row.slug] = GuideCard(row.slug, row.kind, row.icon, row.title, row.summary, url, row.locale)
    return list(found.values())


def guides_of_procedure(code: str, locale: str) -> list[GuideCard]:
    """The guides that explain a procedure."""
    # Some sixty guides and a JSON list each: reading the lists beats a database-specific JSON operator.
    rows = db.session.execute(select(Guide.__table__.c.slug, Guide.__table__.c.procedures))
    slugs = [row.slug for row in rows if code in row.procedures]
    return cards(locale, slugs=slugs) if slugs else []


def sitemap_rows() -> list[tuple[str, datetime]]:
    """Slug and last change of every guide."""
    rows = db.session.execute(select(Guide.__table__.c.slug, Guide.__table__.c.updated_at).order_by(Guide.slug))
    return [(row.slug, row.updated_at) for row in rows]
