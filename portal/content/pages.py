"""Guides, words, figures, directives, notices and the home page as files."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portal.adoption import queries as figure_queries
from portal.adoption import service as figures
from portal.adoption.service import FigureError, PublishedValues, TargetValues
from portal.adoption.starter import figures_of
from portal.content import queries
from portal.content.folder import Folder
from portal.content.parts import Files, Part, day, each, filled, text, yaml_file
from portal.core import site_content
from portal.core.clock import LOCAL_ZONE
from portal.core.days import EARLIEST, LATEST
from portal.core.i18n import LOCALES
from portal.core.notices import OWN_PAGE, NoticeKind, Shown, is_safe_url
from portal.core.pages import renderer
from portal.core.permissions import Actor
from portal.core.text import slugify
from portal.directives import queries as directive_queries
from portal.directives import service as directives
from portal.directives.cli import directive_of
from portal.directives.service import DirectiveError
from portal.guides import jargon, media_files, picks
from portal.guides import queries as guide_queries
from portal.guides import service as guides
from portal.guides.cli import read_guides
from portal.guides.files import dump_yaml, guide_file
from portal.media import queries as media_queries
from portal.pages import texts
from portal.places.queries import atlas
from portal.search import synonym_service
from portal.search.synonyms import parse_file, to_file
from portal.settings import notices
from portal.settings.notices import NoticeValues

GUIDES, WITHDRAWN, SYNONYMS, JARGON = "guides", "withdrawn.yaml", "synonyms.txt", "jargon.txt"
_SAID = ("titles", "explanation")
DIRECTIVES, FIGURES, TARGETS = "directives.yaml", "figures.yaml", "targets.yaml"
NOTICES, HOME, TEXTS = "notices.yaml", "home.yaml", "pages"
OPERATOR = Actor("command", "", "")


def _write_guides() -> Files:
    for values in guide_queries.all_values():
        yield f"{GUIDES}/{values['slug']}.yaml", guide_file(values)
    uploads = {row.slug for row in media_queries.media_files()}
    for name, content in media_files.media_contents(uploads, renderer().config):
        yield f"{GUIDES}/{name}", content


def _load_guides(folder: Folder, now: datetime) -> int:
    source = folder.root / GUIDES
    if not source.is_dir():
        return 0
    brought = media_files.read_media(source, renderer().config)
    # Uploads may come without any guide that shows them.
    found, problems = (
        read_guides(source, brought.library(media_queries.library())) if any(source.glob("*.yaml")) else ([], [])
    )
    for problem in (*brought.problems, *problems):
        path, _sign, message = problem.removeprefix(f"{source}/").partition(":")
        line, _sign, rest = message.partition(":")
        folder.fail(f"{GUIDES}/{path}", int(line) if line.isdecimal() else 0, (rest or message).strip())
    if brought.problems or problems:
        return 0
    count, problems = media_files.import_media(brought, renderer().config, now=now)
    for problem in problems:
        folder.fail(f"{GUIDES}/{media_files.FOLDER}", 0, problem)
    try:
        report = guides.import_guides(found, now=now)
    except guides.UnknownReferenceError as error:
        for problem in error.problems:
            folder.fail(GUIDES, 0, problem)
        return 0
    return count + len(report.new) + len(report.changed)


def _write_withdrawn() -> Files:
    found = sorted(guide_queries.withdrawn().values(), key=lambda one: (one.at, one.slug))
    yield WITHDRAWN, yaml_file([
        filled({
            "slug": one.slug, "titles": dict(one.titles), "target": one.target, "explanation": dict(one.explanation),
            "withdrawn_at": one.at.isoformat(),
        })
        for one in found
    ])  # fmt: skip


def _load_withdrawn(folder: Folder, _now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        slug, target = text(entry, "slug"), text(entry, "target")
        if folder.path(f"{GUIDES}/{slug}.yaml") is not None:
            raise ValueError(f"{slug}: withdrawn, but {GUIDES}/{slug}.yaml is there")
        if not slug or slugify(slug, 100) != slug or (target and not OWN_PAGE.fullmatch(target)):
            raise ValueError("slug is needed, and target has to be a path of ours")
        if target.partition("?")[0] == f"{guide_queries.URL_PREFIX}{slug}":
            raise ValueError("target leads to itself")
        at = datetime.fromisoformat(text(entry, "withdrawn_at")).astimezone(UTC)
        said = {name: {str(code): text(entry[name], code) for code in entry.get(name, {})} for name in _SAID}
        if not said["titles"].get("vi") or not (target or said["explanation"].get("vi")):
            raise ValueError("a title in vi is needed, and a target or an explanation in vi")
        return guides.store_withdrawal(
            slug, target=target, at=at, titles=said["titles"], explanation=said["explanation"]
        )

    return each(folder, WITHDRAWN, {"slug", "target", "withdrawn_at", *_SAID}, (), store)


def _write_synonyms() -> Files:
    yield SYNONYMS, to_file(synonym_service.effective_rules())


def _load_synonyms(folder: Folder, _now: datetime) -> int:
    given = folder.text(SYNONYMS)
    if given is None:
        return 0
    rules, problems = parse_file(given)
    for problem in problems:
        folder.fail(SYNONYMS, problem.line, problem.message)
    return 0 if problems else synonym_service.take_over(rules)


def _write_jargon() -> Files:
    yield JARGON, jargon.to_file(jargon.office_words())


def _load_jargon(folder: Folder, now: datetime) -> int:
    given = folder.text(JARGON)
    if given is None:
        return 0
    try:
        words = jargon.parse(given)
    except jargon.JargonError as error:
        folder.fail(JARGON, error.line, str(error))
        return 0
    return int(jargon.save(words, counter=jargon.counter(), actor=OPERATOR, now=now))


_DIRECTIVE = ("slug", "number", "title", "issuer", "issued_on", "dated", "source", "is_historic", "is_public")
_TASK = ("article", "text", "text_en", "owner", "agency", "agency_source", "deadline", "deadline_note")


def _write_public_directives() -> Files:
    return _write_directives(only_public=True)


def _write_directives(*, only_public: bool = False) -> Files:
    agencies = queries.agencies_by_id()

    def task(row: Any) -> dict[str, Any]:
        agency = agencies.get(row.agency_id or 0)
        values = {name: getattr(row, name) for name in _TASK if name != "agency"}
        ordered = {**values, "agency": agency.slug if agency else "", "agency_source": values["agency_source"]}
        return filled({name: ordered[name] for name in _TASK})

    yield DIRECTIVES, yaml_file([
        {**filled({name: getattr(row, name) for name in _DIRECTIVE}),
         "tasks": [task(one) for one in directive_queries.task_rows(row.id)]}
        for row in queries.directives()
        if row.is_public or not only_public
    ])  # fmt: skip


def _load_directives(folder: Folder, now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        return directives.store(directive_of(entry), now=now)

    return each(folder, DIRECTIVES, {*_DIRECTIVE, "tasks"}, (DirectiveError,), store)


_OF_SOURCE = ("document", "url", "published_on")
_OF_FIGURE = tuple(one.name for one in fields(PublishedValues) if one.name not in {*_OF_SOURCE, "place"})


def _write_figures() -> Files:
    found = []
    for row in queries.published():
        source = filled({name: getattr(row, name) for name in _OF_SOURCE})
        figure = filled({name: getattr(row, name) for name in _OF_FIGURE} | {"is_withdrawn": row.is_withdrawn})
        found.append({**source, "place": row.place, "figures": [figure]})
    yield FIGURES, yaml_file(found)


def _load_figures(folder: Folder, _now: datetime) -> int:
    known = atlas()

    def store(entry: dict[str, Any]) -> bool:
        withdrawn = {one["slug"] for one in entry["figures"] if one.pop("is_withdrawn", False)}
        stored = [figures.store_published(one, is_withdrawn=one.slug in withdrawn) for one in figures_of(entry, known)]
        return any(stored)

    return each(folder, FIGURES, {*_OF_SOURCE, *_OF_FIGURE, "place", "province", "figures"}, (), store)


_TARGET = ("indicator", "applies_to", "starts_on", "ends_on", "document", "url")


def _write_targets() -> Files:
    yield TARGETS, yaml_file([
        filled({
            "indicator": row.indicator, "percent": f"{Decimal(row.hundredths) / 100:.2f}",
            **{name: getattr(row, name) for name in _TARGET},
        })
        for row in queries.targets()
    ])  # fmt: skip


def _load_targets(folder: Folder, _now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        starts_on = day(entry, "starts_on")
        if starts_on is None:
            raise ValueError("starts_on is missing")
        values = TargetValues(
            indicator=entry["indicator"], percent=Decimal(str(entry["percent"])), starts_on=starts_on,
            ends_on=day(entry, "ends_on"), document=text(entry, "document"), url=text(entry, "url"),
            applies_to=text(entry, "applies_to"),
        )  # fmt: skip
        row = figure_queries.target(values.indicator, values.applies_to, starts_on)
        wanted = (values.percent * 100, values.ends_on, values.document, values.url)
        if row is not None and (Decimal(row.hundredths), row.ends_on, row.document, row.url) == wanted:
            return False
        figures.set_target(values)
        return True

    return each(folder, TARGETS, {"percent", *_TARGET}, (FigureError, ArithmeticError), store)


def _write_notices() -> Files:
    yield NOTICES, yaml_file([
        filled({
            "code": row.code, "kind": row.kind, "texts": {code: filled(said) for code, said in row.texts.items()},
            "url": row.url, "shown_on": row.shown_on, "paths": list(row.paths),
            "starts_at": f"{row.starts_at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}",
            "ends_at": f"{row.ends_at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}",
        })
        for row in queries.notices()
    ])  # fmt: skip


def _load_notices(folder: Folder, now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        starts, ends = (datetime.fromisoformat(f"{entry[name]}+07:00") for name in ("starts_at", "ends_at"))
        if not all(EARLIEST <= one.date() <= LATEST for one in (starts, ends)):
            raise ValueError("starts_at and ends_at: outside of the years that there can be")
        code, paths = text(entry, "code"), entry.get("paths", [])
        if not code or slugify(code, 20) != code:
            raise ValueError("code: at most 20 lower-case letters and digits")
        if not (isinstance(paths, list) and all(isinstance(one, str) and OWN_PAGE.fullmatch(one) for one in paths)):
            raise ValueError("paths: a list of paths of ours was expected")
        texts = {
            str(code): {"title": text(said, "title"), "text": text(said, "text")}
            for code, said in entry["texts"].items()
        }
        if not texts.get("vi", {}).get("title"):
            raise ValueError("texts: a title in vi is needed")
        values = NoticeValues(
            kind=NoticeKind(entry["kind"]), texts=texts, url=text(entry, "url"), shown_on=Shown(entry["shown_on"]),
            paths=paths, starts_at=starts, ends_at=ends,
        )  # fmt: skip
        if values.url and not is_safe_url(values.url, renderer().profile.allows):
            raise ValueError(f"url: {values.url} is neither a page of ours nor on an allowed host")
        return notices.store(code, values, now=now)

    keys = {"code", "kind", "texts", "url", "shown_on", "paths", "starts_at", "ends_at"}
    return each(folder, NOTICES, keys, (notices.NoticeError,), store)


def _write_home() -> Files:
    yield HOME, dump_yaml({name: list(slugs) for name, slugs in picks.picked().items()})


def _load_home(folder: Folder, now: datetime) -> int:
    given = folder.value(HOME)
    if given is None:
        return 0
    if not isinstance(given, dict) or not all(
        name in picks.SECTIONS and isinstance(slugs, list) and all(isinstance(slug, str) for slug in slugs)
        for name, slugs in given.items()
    ):
        folder.fail(HOME, 1, f"lists of guides under {', '.join(picks.SECTIONS)} were expected")
        return 0
    return int(picks.replace(given, actor=OPERATOR, now=now))


def _write_texts() -> Files:
    for name, said in texts.all_texts().items():
        yield f"{TEXTS}/{name}", said


def _load_texts(folder: Folder, now: datetime) -> int:
    changes = 0
    for name in texts.NAMES:
        for locale in LOCALES:
            path = f"{TEXTS}/{name}.{locale}.md"
            said = folder.text(path)
            if said is None:
                continue
            try:
                wanted = texts.joined(*texts.parted(said), renderer().profile.allows)
            except texts.TextError as error:
                folder.fail(path, 1 if error.field == "title" else 0, str(error))
                continue
            counter = site_content.counter_of(texts.key_of(name, locale))
            changes += texts.save(name, locale, wanted, counter=counter, actor=OPERATOR, now=now)
    return changes


# Guides may lead to what was withdrawn: its address answers.
GUIDE_PARTS = (
    Part("withdrawn guides", _write_withdrawn, _load_withdrawn), Part("guides", _write_guides, _load_guides)
)  # fmt: skip
PARTS = (
    Part("synonyms", _write_synonyms, _load_synonyms),
    Part("office words", _write_jargon, _load_jargon),
    Part("directives", _write_directives, _load_directives, _write_public_directives),
    Part("published figures", _write_figures, _load_figures),
    Part("targets", _write_targets, _load_targets),
    Part("notices", _write_notices, _load_notices),
    Part("home page", _write_home, _load_home),
    Part("standing texts", _write_texts, _load_texts),
)
