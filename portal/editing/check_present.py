"""What agencies say of a draft, as the editors' pages show it beside the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.core import clock, links
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.links import Purpose
from portal.core.staff import staff_url
from portal.editing import check_queries, checks
from portal.editing.check_labels import SECTION_FIELDS, SOURCES_FIELD, section_labels
from portal.editing.check_models import FactCheck, FactComment
from portal.editing.models import GuideDraft
from portal.editing.states import ANSWERABLE
from portal.editing.values import tidy


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A check; `is_stale` where the draft is no longer what was answered for; its page, `url`, shows where."""

    row: FactCheck
    is_open: bool
    is_stale: bool
    url: str


@dataclass(frozen=True, slots=True)
class CommentShown:
    """Something that was said, and where it is marked as dealt with."""

    row: FactComment
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SectionShown:
    """What was said of one section; `field` is the id of the form's field in which it is mended, or ""."""

    label: str
    field: str
    comments: list[CommentShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksPart:
    """All of it. `open_count` is how much nobody has dealt with; `preview_until` until when a link to look is good."""

    checks: list[CheckShown]
    sections: list[SectionShown]
    open_count: int
    waiting: list[str]
    can_ask: bool
    ask_url: str
    preview_url: str
    preview_until: datetime | None


def draft_path(row: GuideDraft, rest: str = "") -> str:
    """The page of a draft in the reader's language."""
    return staff_url(f"/ban-thao/{row.code}{rest}")


def checks_part(row: GuideDraft) -> ChecksPart:
    """What was asked and said of a draft."""
    now, content = clock.now(), tidy(row.content)
    shown = [
        CheckShown(
            one, checks.is_open(one, now), one.seen is not None and tidy(one.seen) != content,
            draft_path(row, f"/kiem-tra/{one.code}"),
        )
        for one in check_queries.checks_of(row)
    ]  # fmt: skip
    said = check_queries.comments_on(row)
    return ChecksPart(
        checks=shown, sections=_sections(row, said), open_count=sum(one.dealt_at is None for one, _check in said),
        waiting=[one.row.name for one in shown if one.is_open and not one.row.answer],
        can_ask=row.state in ANSWERABLE, ask_url=draft_path(row, "/kiem-tra"),
        preview_url=draft_path(row, "/xem-truoc"),
        preview_until=links.open_until(Purpose.DRAFT_PREVIEW, row.code, now=now) if row.open_slug else None,
    )  # fmt: skip


def _sections(row: GuideDraft, said: Sequence[tuple[FactComment, FactCheck]]) -> list[SectionShown]:
    found: dict[tuple[str, str], list[CommentShown]] = {}
    for comment, one in said:
        url = draft_path(row, f"/y-kien/{comment.code}")
        found.setdefault((comment.section, comment.locale), []).append(CommentShown(comment, one.name, url))
    labels, order = section_labels(), checks.SECTIONS
    return [
        SectionShown(_label(labels.get(section, section), locale), _field(section, locale), comments)
        for (section, locale), comments in sorted(found.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
    ]


def _label(label: str, locale: str) -> str:
    return label if locale == DEFAULT_LOCALE.code else f"{locale}: {label}"


def _field(section: str, locale: str) -> str:
    if section == "can-cu":
        return SOURCES_FIELD
    return f"{locale}.{SECTION_FIELDS[section]}" if section in SECTION_FIELDS else ""
