"""Every change of the guides: importing files, and keeping the search index in step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core import markdown
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.guides.models import Guide, GuideText, GuideVersion, WithdrawnGuide
from portal.guides.queries import OWN_PARTS, URL_PREFIX, leads_to, values_of_text
from portal.guides.rendering import render_body
from portal.guides.translating import is_complete, own_parts, pairs, stale_fields
from portal.guides.written import GuideData, TextData, markdown_texts, values_of
from portal.procedures import queries as procedure_queries
from portal.search import service as search
from portal.search.entries import Entry, Facet, instead_of


class UnknownReferenceError(Exception):
    """A guide names guides or procedures that don't exist; `problems` says which, a line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(slots=True)
class ImportReport:
    """Slugs by what happened to them."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # the province's own, which what ships doesn't overwrite
    withdrawn: list[str] = field(default_factory=list)  # left out: the province took them off the portal


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published a version, and what changed in it, for readers: a sentence for each language, or none.

    `translated` is what is known of its translations (`translating`), by language; all are of today's where it is None.
    """

    by: str = ""
    note: Mapping[str, str] = field(default_factory=dict)
    translated: Mapping[str, Sequence[str]] | None = None


def import_guides(
    guides: Sequence[GuideData], *, now: datetime, is_starter: bool = False, publication: Publication | None = None,
    brings_back: bool = False,
) -> ImportReport:  # fmt: skip
    """Write the guides that are new or changed; the same files twice change nothing.

    One that was withdrawn is left out, unless who imports `brings_back` such guides: no file resurrects what people
    took off the portal.
    Raises UnknownReferenceError where one names a guide that is neither stored nor among `guides`, or an unknown code.
    Flushes, never commits.
    """
    existing = {guide.slug: guide for guide in db.session.scalars(select(Guide))}
    gone = {row.slug: row for row in db.session.scalars(select(WithdrawnGuide))}
    # Files may still lead to what was withdrawn: its address answers. Whoever publishes a page mends such links first.
    _check_references(guides, known=set(existing) if publication else {*existing, *gone})
    report = ImportReport()
    written: list[GuideData] = []
    versions: list[tuple[Guide, GuideData]] = []
    for data in guides:
        digest = digest_of(data)
        guide = existing.get(data.slug)
        if data.slug in gone and not brings_back:
            report.withdrawn.append(data.slug)
            continue
        if guide is not None and guide.digest == digest:
            if publication is not None:
                _compare(guide, publication)
            report.unchanged.append(data.slug)
            continue
        if guide is not None and is_starter and not guide.is_starter:
            report.kept.append(data.slug)
            continue
        (report.new if guide is None else report.changed).append(data.slug)
        if guide is None:
            guide = Guide(slug=data.slug)
            db.session.add(guide)
            if data.slug in gone:
                db.session.delete(gone[data.slug])
        _fill(guide, data, digest, now)
        _compare(guide, publication or Publication())
        guide.is_starter = is_starter
        written.append(data)
        versions.append((guide, data))
    db.session.flush()
    _keep_versions(versions, publication or Publication(), now)
    search.replace(entry for data in written for entry in _entries(data))
    for code in LOCALES:
        search.remove("guide", [data.slug for data in written if _text(data, code)], locale=instead_of(code))
    return report


def index_every_language() -> int:
    """Have each guide found in every language, by its Vietnamese where it isn't translated; how many were new.

    For a language that was added to the portal after its guides. Flushes, never commits.
    """
    guides = db.session.scalars(select(Guide).options(selectinload(Guide.texts)))
    return search.replace(
        entry for guide in guides for entry in _entries(_data_of(guide)) if entry.locale not in {*LOCALES}
    )


def _data_of(guide: Guide) -> GuideData:
    texts = sorted(guide.texts, key=lambda text: text.locale != DEFAULT_LOCALE.code)
    return GuideData(
        slug=guide.slug, kind=guide.kind, icon=guide.icon, procedures=tuple(guide.procedures),
        related=tuple(guide.related), sources=tuple(guide.sources), reviewed_on=guide.reviewed_on,
        next_review_on=guide.next_review_on,
        texts=tuple(
            TextData(
                locale=text.locale, title=text.title, summary=text.summary, keywords=tuple(text.source["keywords"]),
                body={name: part for name, part in text.source.items() if name != "keywords"},
            )
            for text in texts
        ),
    )  # fmt: skip


def _text(data: GuideData, code: str) -> TextData | None:
    return next((text for text in data.texts if text.locale == code), None)


def _keep_versions(guides: Sequence[tuple[Guide, GuideData]], publication: Publication, now: datetime) -> None:
    """Write down how guides stand now; one that is as it was once before is there already."""
    slugs = [guide.slug for guide, _data in guides]
    known = {
        (row.slug, row.digest): row
        for row in db.session.scalars(select(GuideVersion).where(GuideVersion.slug.in_(slugs)))
    }
    for guide, data in guides:
        version = known.get((guide.slug, guide.digest))
        if version is None:
            version = GuideVersion(slug=guide.slug, digest=guide.digest, texts=_texts_of(guide))
            db.session.add(version)
        # Brought back, it is the newest once more.
        version.recorded_at, version.content = now, values_of(data)
        version.note, version.published_by = dict(publication.note), publication.by
    db.session.flush()


def _texts_of(guide: Guide) -> dict[str, Any]:
    return {
        text.locale: {"title": text.title, "summary": text.summary, "rendered": text.rendered} for text in guide.texts
    }


def remove_guide(slug: str) -> None:
    """Take a guide off the portal and out of search.

    Raises UnknownReferenceError where there is none, or where another guide leads to it. Flushes, never commits.
    """
    guides = {guide.slug: guide for guide in db.session.scalars(select(Guide))}
    if slug not in guides:
        raise UnknownReferenceError([f"no guide {slug!r}"])
    problems = [f"{other.slug} leads to {slug!r}" for other in guides.values() if leads_to(other, slug)]
    if problems:
        raise UnknownReferenceError(problems)
    db.session.delete(guides[slug])
    db.session.flush()
    search.remove("guide", [slug])


def withdraw_guide(slug: str, *, target: str, explanation: Mapping[str, str], now: datetime) -> None:
    """Take a guide off the portal; its address leads to `target`, a path of ours, or says why there is nothing.

    Its versions stay. Raises UnknownReferenceError where there is none. Flushes, never commits.
    """
    guide = db.session.scalar(select(Guide).where(Guide.slug == slug))
    if guide is None:
        raise UnknownReferenceError([f"no guide {slug!r}"])
    mark = hashlib.sha256(f"{slug} {guide.digest} {now.isoformat()}".encode()).hexdigest()
    titles = {text.locale: text.title for text in guide.texts}
    db.session.delete(guide)
    db.session.add(
        WithdrawnGuide(
            slug=slug, titles=titles, target=target, explanation=dict(explanation), mark=mark, withdrawn_at=now
        )
    )
    db.session.flush()
    search.remove("guide", [slug])


def store_withdrawal(
    slug: str, *, titles: Mapping[str, str], target: str, explanation: Mapping[str, str], at: datetime
) -> bool:
    """Write what a content file says of a guide that was withdrawn, and take the guide away; whether that is new."""
    row = db.session.scalar(select(WithdrawnGuide).where(WithdrawnGuide.slug == slug))
    values = {"titles": dict(titles), "target": target, "explanation": dict(explanation), "withdrawn_at": at}
    if row is not None and all(getattr(row, name) == value for name, value in values.items()):
        return False
    guide = db.session.scalar(select(Guide).where(Guide.slug == slug))
    if guide is not None:
        db.session.delete(guide)
        search.remove("guide", [slug])
    if row is None:
        row = WithdrawnGuide(slug=slug)
        db.session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.mark = hashlib.sha256(f"{slug} {at.isoformat()}".encode()).hexdigest()
    db.session.flush()
    return True


def _check_references(guides: Sequence[GuideData], known: set[str]) -> None:
    slugs = known | {guide.slug for guide in guides}
    codes = procedure_queries.known_codes({code for guide in guides for code in guide.procedures})
    problems = []
    for guide in guides:
        problems += [f"{guide.slug}: no guide {slug!r}" for slug in sorted(guide.references() - slugs)]
        problems += [f"{guide.slug}: no procedure {code}" for code in guide.procedures if code not in codes]
    if problems:
        raise UnknownReferenceError(problems)


def digest_of(data: GuideData) -> str:
    """What tells a guide from every other, and from how it stood before."""
    text = json.dumps(asdict(data), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _fill(guide: Guide, data: GuideData, digest: str, now: datetime) -> None:
    guide.kind, guide.icon = data.kind, data.icon
    guide.procedures, guide.related = list(data.procedures), list(data.related)
    guide.sources = [dict(source) for source in data.sources]
    guide.reviewed_on, guide.next_review_on = data.reviewed_on, data.next_review_on
    guide.digest, guide.updated_at = digest, now
    kept = {text.locale: text for text in guide.texts}
    default = data.texts[0].body
    guide.texts = [
        _filled_text(kept.get(text.locale) or GuideText(locale=text.locale), text, default) for text in data.texts
    ]


def _filled_text(row: GuideText, text: TextData, default: dict[str, Any]) -> GuideText:
    row.title, row.summary, row.is_complete = text.title, text.summary, is_complete(default, text.body)
    row.source = {"keywords": list(text.keywords), **text.body}
    # Which parts readers see in this language: of the others they see the Vietnamese.
    row.rendered = {**render_body(text.body), OWN_PARTS: own_parts(default, text.body)}
    return row


def _compare(guide: Guide, publication: Publication) -> None:
    """Write down of which Vietnamese the translations are, and how much of them is of a former one."""
    default, *others = sorted(guide.texts, key=lambda text: text.locale != DEFAULT_LOCALE.code)
    source = values_of_text(default)
    default.stale = 0
    for text in others:
        values, known = values_of_text(text), publication.translated
        text.translated = pairs(source, values) if known is None else list(known.get(text.locale, ()))
        text.stale = len(stale_fields(text.translated, source, values))


def _entries(data: GuideData) -> Iterable[Entry]:
    facets = (Facet("guide_kind", data.kind, data.kind), *procedure_queries.facets(data.procedures))
    names = [name for text in data.texts for name in (text.title, *text.keywords)]
    # Readers of a language into which nothing is translated find the Vietnamese.
    missing = [(instead_of(code), data.texts[0]) for code in LOCALES if not _text(data, code)]
    for locale, text in [*((text.locale, text) for text in data.texts), *missing]:
        steps = [step["title"] for step in text.body.get("steps", [])]
        questions = [part["question"] for part in text.body.get("questions", [])]
        parts = [*map(markdown.to_plain, markdown_texts(text.body)), *steps, *questions]
        sentences = [part.strip() for part in parts if part.strip()]
        body = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in sentences)
        yield Entry(
            kind="guide",
            key=data.slug,
            locale=locale,
            title=text.title,
            summary=text.summary,
            body=body,
            # Somebody reading English may still type Vietnamese, and the other way round.
            keywords=tuple(dict.fromkeys([*text.keywords, *(name for name in names if name != text.title)])),
            url=URL_PREFIX + data.slug,
            codes=data.procedures,
            facets=facets,
        )
