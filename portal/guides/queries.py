"""Every SELECT of the guides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from portal.core import markdown
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.driver_select import DriverSelect
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path
from portal.core.registry import Explained
from portal.guides.models import Guide, GuideText, GuideVersion, WithdrawnGuide
from portal.guides.written import markdown_texts

URL_PREFIX = "/huong-dan/"
# In a rendered text: the parts that readers see in its language.
OWN_PARTS = "own_parts"
MOST_CHANGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow:
    """A guide as its page reads it; `text_locale` is the language of the body, which may not be the title's.

    Where only some parts are translated, that is Vietnamese, and `translated` names those that are in the reader's.
    `is_old` where the Vietnamese was changed after some of it was translated.
    """

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
    translated: Collection[str] = ()
    is_old: bool = False


class GuideCard(NamedTuple):
    """A guide in a list; `url` is in the reader's language, `title_locale` the language that the title is in."""

    slug: str
    kind: str
    icon: str
    title: str
    summary: str
    url: str
    title_locale: str


_guides, _texts = Guide.__table__.c, GuideText.__table__.c
_GUIDE = DriverSelect(
    select(
        _guides.kind, _guides.icon, _guides.procedures, _guides.related, _guides.sources, _guides.reviewed_on,
        _guides.next_review_on, _guides.updated_at, _texts.locale, _texts.title, _texts.summary, _texts.is_complete,
        _texts.rendered, _texts.stale,
    )
    .join_from(Guide.__table__, GuideText.__table__, _guides.id == _texts.guide_id)
    .where(_guides.slug == bindparam("slug"), _texts.locale.in_(bindparam("locales", expanding=True)))
)  # fmt: skip
_CARDS = (
    select(_guides.slug, _guides.kind, _guides.icon, _texts.locale, _texts.title, _texts.summary)
    .join_from(Guide.__table__, GuideText.__table__, _guides.id == _texts.guide_id)
    .where(_texts.locale.in_(bindparam("locales", expanding=True)))
    .order_by(_guides.slug)
)
_CARDS_OF_ALL = DriverSelect(_CARDS)
_CARDS_OF_SLUGS = DriverSelect(_CARDS.where(_guides.slug.in_(bindparam("slugs", expanding=True))))
_CARDS_OF_KIND = DriverSelect(_CARDS.where(_guides.kind == bindparam("kind")))


def _locales(locale: str) -> list[str]:
    return sorted({locale, DEFAULT_LOCALE.code})


def guide(slug: str, locale: str) -> GuideRow | None:
    """One guide in a language, its texts falling back to Vietnamese; None where there is no such guide."""
    by_locale = {row.locale: row for row in _GUIDE.rows(slug=slug, locales=_locales(locale))}
    default = by_locale.get(DEFAULT_LOCALE.code)
    if default is None:
        return None
    own = by_locale.get(locale, default)
    whole = own if own.is_complete else default
    parts = own.rendered.get(OWN_PARTS, ()) if whole is not own else ()
    return GuideRow(
        slug=slug, kind=own.kind, icon=own.icon, title=own.title, summary=own.summary, title_locale=own.locale,
        text_locale=whole.locale,
        body={**whole.rendered, **{part: own.rendered[part] for part in parts}}, translated=parts, is_old=own.stale > 0,
        procedures=own.procedures, related=own.related,
        sources=own.sources, reviewed_on=own.reviewed_on, next_review_on=own.next_review_on,
        updated_at=own.updated_at,
    )  # fmt: skip


def cards(locale: str, *, slugs: Collection[str] | None = None, kind: str | None = None) -> list[GuideCard]:
    """Guides in a list, by slug; only those of `slugs` or `kind` where given."""
    locales = _locales(locale)
    if slugs is not None:
        rows = _CARDS_OF_SLUGS.rows(locales=locales, slugs=list(slugs))
    elif kind is not None:
        rows = _CARDS_OF_KIND.rows(locales=locales, kind=kind)
    else:
        rows = _CARDS_OF_ALL.rows(locales=locales)
    found: dict[str, GuideCard] = {}
    for row in rows:
        if row.slug not in found or row.locale == locale:
            url = localised_path(URL_PREFIX + row.slug, LOCALES[locale])
            found[row.slug] = GuideCard(row.slug, row.kind, row.icon, row.title, row.summary, url, row.locale)
    return list(found.values())


def digest_of(slug: str) -> str:
    """What tells a guide as it stands from how it stood before; "" where there is no such guide."""
    return db.session.scalar(select(_guides.digest).where(_guides.slug == slug)) or ""


@dataclass(frozen=True, slots=True)
class FormerGuide:
    """A guide as it once stood, in one language; `body` as `GuideRow.body`."""

    title: str
    summary: str
    body: dict[str, Any]
    recorded_at: datetime


def has_version(slug: str, digest: str) -> bool:
    """Whether a guide is kept as it stood then."""
    wanted = select(GuideVersion.id).where(GuideVersion.slug == slug, GuideVersion.digest == digest)
    return bool(digest) and db.session.scalar(wanted) is not None


def former_guide(slug: str, digest: str, locale: str) -> FormerGuide | None:
    """A version of a guide in a language, else in Vietnamese; None where it was never recorded."""
    row = db.session.scalar(select(GuideVersion).where(GuideVersion.slug == slug, GuideVersion.digest == digest))
    if row is None:
        return None
    default = row.texts[DEFAULT_LOCALE.code]
    text = row.texts.get(locale) or default
    # Of a text from before parts were told from one another, all is shown.
    rendered = text["rendered"]
    body = {**default["rendered"], **{part: rendered[part] for part in rendered.get(OWN_PARTS, rendered)}}
    return FormerGuide(text["title"], text["summary"], body, row.recorded_at)


class Change(NamedTuple):
    """What was changed in a guide, in a sentence for readers, and when."""

    at: datetime
    text: str


def changes(locale: str) -> Mapping[str, tuple[Change, ...]]:
    """What editors said that they changed, by slug, the newest first; in Vietnamese where not translated."""
    statement = (
        select(GuideVersion.slug, GuideVersion.recorded_at, GuideVersion.note)
        .where(GuideVersion.published_by != "")
        .order_by(GuideVersion.recorded_at.desc())
    )
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for row in db.session.execute(statement):
        text = row.note.get(locale) or row.note.get(DEFAULT_LOCALE.code)
        if text and len(found[row.slug]) < MOST_CHANGES:
            found[row.slug].append(Change(row.recorded_at, text))
    return {slug: tuple(said) for slug, said in found.items()}


class Published(NamedTuple):
    """A version of a guide that an editor published, what changed in it by language, and when."""

    slug: str
    at: datetime
    note: dict[str, str]


def published_since(slugs: Collection[str], since: datetime) -> list[Published]:
    """The newest version of each of these guides, where an editor published it since a moment; the newest first."""
    statement = (
        select(GuideVersion.slug, GuideVersion.recorded_at, GuideVersion.note)
        .where(GuideVersion.slug.in_(slugs), GuideVersion.recorded_at >= since, GuideVersion.published_by != "")
        .order_by(GuideVersion.recorded_at.desc(), GuideVersion.id.desc())
    )
    found: dict[str, Published] = {}
    for row in db.session.execute(statement) if slugs else ():
        found.setdefault(row.slug, Published(row.slug, row.recorded_at, row.note))
    return list(found.values())


def guides_of_procedure(code: str, locale: str) -> list[GuideCard]:
    """The guides that explain a procedure."""
    # Some seventy guides and a JSON list each: reading the lists beats a database-specific JSON operator.
    rows = db.session.execute(select(_guides.slug, _guides.procedures))
    slugs = [row.slug for row in rows if code in row.procedures]
    return cards(locale, slugs=slugs) if slugs else []


@memoised_by_content
def explained_procedures(locale: str) -> Mapping[str, tuple[Explained, ...]]:
    """Every procedure that guides explain, by code, as the guides call it: the guide's own cases tell them apart."""
    statement = (
        select(_guides.slug, _guides.procedures, _texts.locale, _texts.title, _texts.is_complete, _texts.rendered)
        .join_from(Guide.__table__, GuideText.__table__, _guides.id == _texts.guide_id)
        .where(_guides.kind == "service", _texts.locale.in_(_locales(locale)))
        .order_by(_guides.slug)
    )
    by_slug: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in db.session.execute(statement):
        by_slug[row.slug][row.locale] = row
    found: defaultdict[str, list[Explained]] = defaultdict(list)
    for slug, texts in by_slug.items():
        row = texts.get(locale) or texts[DEFAULT_LOCALE.code]
        has_labels = row.is_complete or "procedure_labels" in row.rendered.get(OWN_PARTS, ())
        labels = row.rendered.get("procedure_labels", {}) if has_labels else {}
        for code in row.procedures:
            label = labels.get(code, "") if len(row.procedures) > 1 else ""
            title = f"{row.title}: {label}" if label else row.title
            found[code].append(Explained(title, URL_PREFIX + slug, row.locale))
    return {code: tuple(explained) for code, explained in found.items()}


@memoised_by_content
def procedures_of_services() -> Mapping[str, tuple[str, ...]]:
    """The procedures that each guide to a service explains, the main one first, by the guide's slug."""
    rows = db.session.execute(select(_guides.slug, _guides.procedures).where(_guides.kind == "service"))
    return {row.slug: tuple(row.procedures) for row in rows if row.procedures}


def citing(number: str, locale: str) -> list[GuideCard]:
    """The guides that name a document, among their sources or in their Vietnamese text."""
    rows = db.session.execute(
        select(_guides.slug, _guides.sources, _texts.source)
        .join_from(Guide.__table__, GuideText.__table__, _guides.id == _texts.guide_id)
        .where(_texts.locale == DEFAULT_LOCALE.code)
    )
    slugs = [row.slug for row in rows if number in str(row.sources) or number in str(row.source)]
    return cards(locale, slugs=slugs) if slugs else []


def leads_to(row: Guide, slug: str) -> bool:
    """Whether a guide names another one: as related, as a step, or with a link in its text."""
    if row.slug == slug:
        return False
    if slug in row.related or any(
        step.get("guide") == slug for text in row.texts for step in text.source.get("steps", [])
    ):
        return True
    written = (source for text in row.texts for source in markdown_texts(text.source))
    # Most texts have no link: parsing them all would take a second.
    named = (source for source in written if slug in source)
    return any(URL_PREFIX + slug in markdown.links(source) for source in named)


def leading_to(slug: str, locale: str) -> list[GuideCard]:
    """The guides that name another one, as cards."""
    every = db.session.scalars(select(Guide).options(selectinload(Guide.texts)))
    slugs = [row.slug for row in every if leads_to(row, slug)]
    return cards(locale, slugs=slugs) if slugs else []


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What stands at the address of a guide that was withdrawn; `titles` and `explanation` are by language."""

    slug: str
    titles: Mapping[str, str]
    target: str
    explanation: Mapping[str, str]
    mark: str
    at: datetime

    def title(self, locale: str) -> tuple[str, str]:
        """What it was called, and the language of that."""
        return _in(self.titles, locale)

    def why(self, locale: str) -> tuple[str, str]:
        """Why it is gone, and the language of that."""
        return _in(self.explanation, locale)


def _in(texts: Mapping[str, str], locale: str) -> tuple[str, str]:
    found = locale if texts.get(locale) else DEFAULT_LOCALE.code
    return texts.get(found, ""), found


@memoised_by_content
def withdrawn() -> Mapping[str, Withdrawn]:
    """The guides that were withdrawn, by slug."""
    return {
        row.slug: Withdrawn(row.slug, row.titles, row.target, row.explanation, row.mark, row.withdrawn_at)
        for row in db.session.scalars(select(WithdrawnGuide).order_by(WithdrawnGuide.withdrawn_at.desc()))
    }


def values_of_guide(row: Guide) -> dict[str, Any]:
    """The values that the file of a published guide would have."""
    found: dict[str, Any] = {
        "slug": row.slug, "kind": row.kind, "icon": row.icon, "procedures": list(row.procedures),
        "related": list(row.related), "reviewed_on": row.reviewed_on.isoformat(),
        "next_review_on": row.next_review_on.isoformat(), "sources": [dict(source) for source in row.sources],
    }  # fmt: skip
    for text in row.texts:
        found[text.locale] = values_of_text(text)
    return found


def values_of_text(text: GuideText) -> dict[str, Any]:
    """Those of one language."""
    return {"title": text.title, "summary": text.summary, **text.source}


def all_values() -> list[dict[str, Any]]:
    """Those of every guide, by slug."""
    statement = select(Guide).options(selectinload(Guide.texts)).order_by(Guide.slug)
    return [values_of_guide(row) for row in db.session.scalars(statement)]


def sitemap_rows() -> list[tuple[str, datetime]]:
    """Slug and last change of every guide."""
    rows = db.session.execute(select(_guides.slug, _guides.updated_at).order_by(_guides.slug))
    return [(row.slug, row.updated_at) for row in rows]
