"""Every SELECT of the links that lead out: those in published content, and what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.adoption.models import PublishedFigure
from portal.agencies.models import Agency
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.notices import SiteNotice
from portal.core.site_content import SiteContent
from portal.guides.models import Guide, GuideText
from portal.legal.models import LegalDocument
from portal.linkcheck.models import CheckedLink, Outcome
from portal.procedures.models import Procedure

GUIDE, DOCUMENT, AGENCY, FIGURE, RECORD = "guide", "document", "agency", "figure", "record"
NOTICE, TEXT = "notice", "text"
# Records without a guide are some thousands on one host, all of them imported from it: those with one are checked.
MOST_RECORDS = 500


@dataclass(frozen=True, slots=True)
class Carrier:
    """A page of ours that carries links: `urls` are bare addresses, `bodies` those of guides, `texts` are Markdown."""

    kind: str
    key: str
    title: str
    urls: Sequence[str]
    bodies: Sequence[Mapping[str, Any]] = ()
    texts: Sequence[str] = ()


_texts: list[Callable[[], Sequence[Carrier]]] = []


def register_texts(find: Callable[[], Sequence[Carrier]]) -> None:
    """Say who knows the standing texts as they hold: they are pages of a higher package."""
    _texts[:] = [find]


def carriers(now: datetime) -> list[Carrier]:
    """Everything published that may lead out of the portal; nothing of the illustrative data, nor what is over."""
    guides = _guides()
    codes = [code for _carrier, codes in guides for code in codes]
    # A link names its first pages alone. Many guides share one; what every reader sees is named before them.
    first = [*_notices(now), *(one for find in _texts for one in find())]
    return [*first, *(carrier for carrier, _codes in guides), *_records(codes), *_others()]


def _guides() -> list[tuple[Carrier, list[str]]]:
    rows = db.session.execute(
        select(Guide.slug, Guide.sources, Guide.procedures, GuideText.locale, GuideText.title, GuideText.source)
        .join(GuideText, GuideText.guide_id == Guide.id)
        .order_by(Guide.slug)
    )
    by_slug: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_slug[row.slug].append(row)
    return [
        (
            Carrier(
                GUIDE, slug, next((row.title for row in texts if row.locale == DEFAULT_LOCALE.code), slug),
                [source["url"] for source in texts[0].sources if source.get("url")], [row.source for row in texts],
            ),
            texts[0].procedures,
        )
        for slug, texts in by_slug.items()
    ]  # fmt: skip


def _records(codes: Iterable[str]) -> list[Carrier]:
    wanted = sorted(set(codes))[:MOST_RECORDS]
    rows = db.session.execute(
        select(Procedure.code, Procedure.name, Procedure.source_url).where(Procedure.code.in_(wanted))
    )
    return [Carrier(RECORD, row.code, row.name, [row.source_url]) for row in rows]


def _others() -> list[Carrier]:
    documents = select(LegalDocument.slug, LegalDocument.number, LegalDocument.url)
    agencies = select(Agency.slug, Agency.name, Agency.website)
    figures = select(PublishedFigure.slug, PublishedFigure.name_vi, PublishedFigure.url)
    kinds = (
        (DOCUMENT, documents.where(LegalDocument.url != "", LegalDocument.is_demo.is_(False))),
        (AGENCY, agencies.where(Agency.website != "", Agency.is_demo.is_(False))),
        (FIGURE, figures.where(PublishedFigure.url != "", PublishedFigure.is_withdrawn.is_(False))),
    )
    return [Carrier(kind, key, title, [url]) for kind, rows in kinds for key, title, url in db.session.execute(rows)]


def _notices(now: datetime) -> list[Carrier]:
    """Those that are shown or will be: a notice is best mended before its day."""
    rows = db.session.execute(
        select(SiteNotice.code, SiteNotice.texts, SiteNotice.url).where(SiteNotice.ends_at > now, SiteNotice.url != "")
    )
    return [
        Carrier(NOTICE, row.code, row.texts.get(DEFAULT_LOCALE.code, {}).get("title", row.code), [row.url])
        for row in rows
    ]


def all_links() -> Sequence[CheckedLink]:
    """Every link that is known."""
    return db.session.scalars(select(CheckedLink)).all()


@dataclass(frozen=True, slots=True)
class Due:
    """A link that is to be asked for now."""

    id: int
    url: str
    host: str


def due(now: datetime) -> list[Due]:
    """The links to be asked for, those first that wait longest."""
    statement = (
        select(CheckedLink.id, CheckedLink.url, CheckedLink.host)
        .where(CheckedLink.due_at <= now, CheckedLink.outcome != Outcome.RETIRED.value)
        .order_by(CheckedLink.due_at, CheckedLink.id)
    )
    return [Due(row.id, row.url, row.host) for row in db.session.execute(statement)]


def link(id_: int) -> CheckedLink | None:
    """One of them."""
    return db.session.get(CheckedLink, id_)


def with_outcome(*outcomes: Outcome, limit: int) -> Sequence[CheckedLink]:
    """The links of which that is known, those first that have failed longest."""
    statement = (
        select(CheckedLink)
        .where(CheckedLink.outcome.in_([outcome.value for outcome in outcomes]))
        .order_by(CheckedLink.failed_since.is_(None), CheckedLink.failed_since, CheckedLink.url)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many links there are, how many of them were asked for so far, and when the last one was."""

    known: int
    checked: int
    last_at: datetime | None


def progress() -> Progress:
    """How far the check has come; retired addresses are not asked for, and count as checked."""
    known, checked, last_at = db.session.execute(
        select(
            func.count(),
            func.count().filter(CheckedLink.outcome != Outcome.UNKNOWN.value),
            func.max(CheckedLink.checked_at),
        ).select_from(CheckedLink)
    ).one()
    return Progress(known, checked, last_at)


def guides_changed_at(slugs: Iterable[str]) -> Mapping[str, datetime]:
    """When guides were last changed; those that are gone are not named."""
    rows = db.session.execute(select(Guide.slug, Guide.updated_at).where(Guide.slug.in_(sorted(set(slugs)))))
    return {row.slug: row.updated_at for row in rows}


def notices_changed_at(codes: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """When notices were last changed; those that are gone or over are not named."""
    wanted = select(SiteNotice.code, SiteNotice.updated_at).where(SiteNotice.code.in_(sorted(set(codes))))
    return {row.code: row.updated_at for row in db.session.execute(wanted.where(SiteNotice.ends_at > now))}


def texts_changed_at(keys: Iterable[str]) -> Mapping[str, datetime]:
    """When staff last changed standing texts; those that ship as they are, are not named."""
    wanted = select(SiteContent.key, SiteContent.updated_at).where(SiteContent.key.in_(sorted(set(keys))))
    return {row.key: row.updated_at for row in db.session.execute(wanted)}


def waiting_since() -> datetime | None:
    """Since when the oldest link that is due could have been asked for; None where there is nothing to ask for."""
    due = select(func.min(CheckedLink.due_at)).where(CheckedLink.outcome != Outcome.RETIRED.value)
    return db.session.scalar(due) or db.session.scalar(select(func.min(Guide.updated_at)))
