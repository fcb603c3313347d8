"""From official records: what changed put before the editor, drafts prepared, guides begun."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db, insert_into
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Actor
from portal.core.text import fold, slugify
from portal.editing import queries, record_queries, service
from portal.editing.charges import take_charge
from portal.editing.events import EditingError, tell
from portal.editing.models import GuideDraft, SeenRecord
from portal.editing.record_queries import RecordChange
from portal.editing.unwritten import proposed
from portal.editing.values import CHANNELS, MOST_ROWS, Values
from portal.guides.models import Guide
from portal.procedures import queries as procedures
from portal.procedures.queries import RecordPage

# These become a part of the Vietnamese draft, whatever language the editor's own pages are in.
_GONE = "Hồ sơ chính thức không còn ghi giấy này. Bạn bỏ dòng này, hoặc giữ lại và nói vì sao vẫn cần."
_HAS_CHANNEL = "Hồ sơ chính thức có cách nộp này. Bạn nói nộp ở đâu, làm thế nào."
_SOURCE = "Hồ sơ thủ tục trên Cổng Dịch vụ công quốc gia"
_PROCEDURE_WORD = "thủ tục "
# Names shorter than this are found inside of too many others.
_TELLING = 8
_LONGEST_PAPER = 600
_LONGEST_SLUG = 80


def see(guide: Guide, marks: Sequence[tuple[str, str]], *, actor: Actor, now: datetime) -> None:
    """Say that the changes of these records, each with the mark that its reader saw, ask for none in the guide.

    Raises EditingError (record_changed) where a record has changed since, or isn't one that changed.
    """
    open_ = {change.code: change for change in record_queries.record_changes(guide) if change.is_open}
    if not marks or any(code not in open_ or open_[code].mark != mark for code, mark in marks):
        raise EditingError("record_changed")
    for code, _mark in marks:
        change = open_[code]
        values = {"version": change.version, "is_retired": change.is_retired, "seen_at": now, "seen_by": actor.name}
        statement = insert_into(SeenRecord).values(slug=guide.slug, code=code, **values)
        db.session.execute(statement.on_conflict_do_update(index_elements=["slug", "code"], set_=values))
        subject = Subject("guide", guide.slug, f"{guide.slug} · {code}")
        audit.record(actor, "guide_record_seen", subject, at=now, after={"code": code, "version": change.version})
    db.session.expire_all()


def prepare(slug: str, *, actor: Actor, now: datetime) -> GuideDraft:
    """The draft of a guide whose records changed: the open one as it is, else a new one with what can be carried over.

    Raises EditingError (no_guide).
    """
    guide, known = queries.guide_row(slug), queries.open_draft(slug)
    if guide is None:
        raise EditingError("no_guide")
    if known is not None:
        return known
    changes = [change for change in record_queries.record_changes(guide) if change.is_open]
    row = service.start(slug, actor=actor, now=now)
    _fill(row, carried_over(row.content, changes), actor, now)
    tell(row, "prepare", actor, now, ", ".join(change.code for change in changes))
    return row


def _fill(row: GuideDraft, values: Values, actor: Actor, now: datetime) -> None:
    """Put proposals into a draft; where that would be more than a guide can have, it stays as it is."""
    try:
        service.save(row, values, row.notes, counter=row.counter, actor=actor, now=now)
    except EditingError as error:
        if error.code != "too_much":
            raise


def carried_over(values: Values, changes: Sequence[RecordChange]) -> Values:
    """The values of a guide with what changed in its records: dates of sources, and papers as proposals."""
    found = copy.deepcopy(values)
    for change in changes:
        own = {change.before["source_url"], change.after["source_url"]}
        for source in found.get("sources", []):
            if source.get("url") in own:
                source |= {"url": change.after["source_url"], "as_of": change.after_as_of}
        if change.before["is_full"] and change.after["is_full"]:
            texts = found.setdefault(DEFAULT_LOCALE.code, {})
            texts["prepare"] = _papers(texts.get("prepare", []), *map(_names, (change.before, change.after)))
    return found


def _names(payload: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(paper["name"] for paper in payload["documents"]))


def _papers(rows: Sequence[dict[str, str]], before: Sequence[str], after: Sequence[str]) -> list[dict[str, str]]:
    """The list of papers: rows that only a paper which is gone could have meant are marked, new papers follow."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    found = []
    for row in rows:
        item = row.get("item", "")
        if any(_is_same(item, name) for name in gone) and not any(_is_same(item, name) for name in after):
            found.append({**row, "note": f"{proposed(_GONE)} {row.get('note', '')}".strip()})
        else:
            found.append(dict(row))
    known = [row.get("item", "") for row in rows]
    found += [_paper(name) for name in new if not any(_is_same(item, name) for item in known)]
    return found[:MOST_ROWS]


def _is_same(item: str, name: str) -> bool:
    """Whether a guide's word for a paper and the official one are likely to mean the same: one is part of the other."""
    short, long = sorted((fold(item).strip(" .;"), fold(name).strip(" .;")), key=len)
    return short == long or (len(short) >= _TELLING and short in long)


def _paper(name: str) -> dict[str, str]:
    return {"item": proposed(name[:_LONGEST_PAPER]), "note": ""}


def start_from_record(code: str, *, actor: Actor, now: datetime, today: date) -> GuideDraft:
    """A new guide on a record, with what can be filled in; the draft on it that is there already.

    Nothing is made up: what the record doesn't say stays empty. Raises EditingError: no_record, has_guide, taken.
    """
    page = procedures.record_page(code)
    if page is None or page.facts.retired_at is not None:
        raise EditingError("no_record")
    if record_queries.explaining(code):
        raise EditingError("has_guide")
    for draft in queries.open_drafts_with_content():
        if code in draft.content.get("procedures", []):
            return draft
    title = title_of(page.facts.name)
    row = service.start_new(_free_slug(title, code), "service", title, actor=actor, now=now, today=today)
    take_charge(row.slug, title, actor=actor, now=now)
    _fill(row, _filled(row.content, page), actor, now)
    tell(row, "from_record", actor, now, code)
    return row


def _free_slug(title: str, code: str) -> str:
    """The address that the title gives; with the record's code where a page, a draft or a withdrawn page has that."""
    slug = slugify(title, _LONGEST_SLUG) or slugify(code)
    is_taken = queries.base_of(slug) != "" or queries.open_draft(slug) is not None
    return f"{slug}-{slugify(code)}" if is_taken else slug


def title_of(name: str) -> str:
    """A record's name as a title: without "Thủ tục" before it, not in capitals."""
    text = " ".join(name.split()).rstrip(" .;")
    if text.isupper():
        text = text.lower().replace("việt nam", "Việt Nam")
    if text.lower().startswith(_PROCEDURE_WORD):
        text = text[len(_PROCEDURE_WORD) :]
    return text[:1].upper() + text[1:]


def _filled(values: Values, page: RecordPage) -> Values:
    facts, found = page.facts, copy.deepcopy(values)
    found["procedures"] = [facts.code]
    found["sources"] = [
        {"title": _SOURCE, "number": facts.code, "url": facts.source_url, "as_of": str(facts.as_of)},
    ]
    found[DEFAULT_LOCALE.code] |= {
        "prepare": [
            {**_paper(paper.name), "note": proposed(paper.group[:_LONGEST_PAPER]) if paper.group else ""}
            for paper in page.texts.documents[:MOST_ROWS]
        ],
        "channels": {name: proposed(_HAS_CHANNEL) for name in CHANNELS if name in facts.channels},
    }
    return found
