"""Every change of the drafts, up to the publication of a guide."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Actor
from portal.core.second_person import has_written
from portal.core.tokens import new_code
from portal.editing import checks, queries
from portal.editing.events import EditingError, tell
from portal.editing.models import GuideDraft
from portal.editing.states import OVER, TRANSITIONS, Act, DraftState, is_allowed
from portal.editing.translations import Known, after_saving, known_of_draft, known_of_guide
from portal.editing.unwritten import unwritten
from portal.editing.values import Values, blank, is_too_much, tidy
from portal.guides.queries import values_of_guide
from portal.guides.written import ContentError, GuideData
from portal.outbox.service import enqueue

PUBLISH_JOB = "publish_draft"
TELL_JOB = "tell_published"
LONGEST_NOTE = 500
_REVIEW_AFTER = timedelta(days=182)
# Parses the values of a guide: what the editor lets pass is what a guide file may have.
Parse = Callable[[dict[str, Any]], tuple[GuideData | None, list[ContentError]]]


def start(slug: str, *, actor: Actor, now: datetime) -> GuideDraft:
    """The next version of a published guide, as it stands; the one that is there already where somebody began it.

    Raises EditingError (no_guide).
    """
    guide = queries.guide_row(slug)
    if guide is None:
        raise EditingError("no_guide")
    known = queries.open_draft(slug)
    return known or _insert(values_of_guide(guide), guide.digest, actor, now, known_of_guide(guide))


def start_new(
    slug: str, kind: str, title: str, *, actor: Actor, now: datetime, today: date, replaces: bool = False
) -> GuideDraft:
    """A guide that isn't there yet; with `replaces` also at the address of one that was withdrawn.

    Raises EditingError (taken, withdrawn).
    """
    if queries.guide_row(slug) is not None or queries.open_draft(slug) is not None:
        raise EditingError("taken")
    base = queries.base_of(slug)
    if base and not replaces:
        raise EditingError("withdrawn")
    values = blank(slug, kind, today.isoformat(), (today + _REVIEW_AFTER).isoformat())
    values[DEFAULT_LOCALE.code] = {"title": title}
    return _insert(values, base, actor, now, {})


def start_from(slug: str, digest: str, *, actor: Actor, now: datetime) -> GuideDraft:
    """A draft in which a guide stands as in a version, named by the beginning of its digest; withdrawn ones too.

    Raises EditingError (no_guide, no_content, taken).
    """
    base, former = queries.base_of(slug), queries.version(slug, digest)
    if not base or former is None:
        raise EditingError("no_guide")
    if former.content is None:
        raise EditingError("no_content")
    if queries.open_draft(slug) is not None:
        raise EditingError("taken")
    values, guide = copy.deepcopy(former.content), queries.guide_row(slug)
    return _insert(values, base, actor, now, after_saving(known_of_guide(guide) if guide else {}, values))


def _insert(values: Values, base_digest: str, actor: Actor, now: datetime, known: Known) -> GuideDraft:
    slug = str(values["slug"])
    row = GuideDraft(
        code=new_code(), slug=slug, open_slug=slug, kind=str(values["kind"]), title=_title(values),
        state=DraftState.DRAFT.value, content=values, base_digest=base_digest, counter=1,
        writers=[actor.key] if actor.key else [], notes={}, translated=known, created_at=now, updated_at=now,
        updated_by=actor.name,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    tell(row, "begin", actor, now)
    return row


def save(
    row: GuideDraft, values: Values, notes: Mapping[str, str], *, counter: int, actor: Actor, now: datetime,
    confirmed: Mapping[str, Collection[str]] | None = None,
) -> None:  # fmt: skip
    """Other values of a draft, and in a sentence for each language what changes.

    `confirmed` are, by language, the parts (`guides.translating.fields`) that are still right for today's Vietnamese.

    Raises EditingError: not_open, too_much, meanwhile (somebody saved after `counter`).
    """
    queries.locked(row)
    if row.state != DraftState.DRAFT:
        raise EditingError("not_open")
    said = {locale: text[:LONGEST_NOTE] for locale, text in notes.items() if text}
    known = known_of_draft(row)
    translated = after_saving(known, values, confirmed or {})
    if (row.content, row.notes, known) == (values, said, translated):
        return
    if is_too_much(values):
        raise EditingError("too_much")
    if counter != row.counter:
        raise EditingError("meanwhile")
    row.content, row.notes, row.title, row.translated = values, said, _title(values), translated
    if actor.key and actor.key not in row.writers:
        row.writers = [*row.writers, actor.key]
    _touch(row, actor, now)


def _touch(row: GuideDraft, actor: Actor, now: datetime) -> None:
    row.counter += 1
    row.updated_at, row.updated_by = now, actor.name or row.updated_by
    db.session.flush()


def _title(values: Values) -> str:
    return str(values.get(DEFAULT_LOCALE.code, {}).get("title", ""))


def act(
    row: GuideDraft, what: Act, *, counter: int, words: str, actor: Actor, now: datetime, parse: Parse,
    at: datetime | None = None, aware_of: int = 0,
) -> None:  # fmt: skip
    """Do something with a draft as a whole; `at` is when to publish, for SCHEDULE. `aware_of` is how many comments of
    agencies, which nobody has dealt with, who approves has seen.

    Raises EditingError: not_possible, second_person, meanwhile (it was changed after `counter`), faults, references,
    base_changed (the guide was changed past this draft), no_words, past, open_comments. Who may do what, the caller
    has checked.
    """
    queries.locked(row)
    state = DraftState(row.state)
    if what is Act.APPROVE and state is DraftState.IN_REVIEW and has_written(row.writers, actor):
        raise EditingError("second_person")
    if not is_allowed(what, state, has_written=has_written(row.writers, actor)):
        raise EditingError("not_possible")
    if counter != row.counter:
        raise EditingError("meanwhile")
    if what is Act.SEND_BACK and not words.strip():
        raise EditingError("no_words")
    checks.before(row, what, aware_of=aware_of)
    if what in (Act.SUBMIT, Act.APPROVE, Act.SCHEDULE):
        _parsed(row, parse)
    if what is Act.SCHEDULE:
        if at is None or at <= now:
            raise EditingError("past")
        enqueue(PUBLISH_JOB, {"code": row.code}, key=f"{row.code}:{row.counter}", now=now, due=at)
    if what is Act.PUBLISH:
        _publish(row, parse, actor.name, now)
    row.publish_at = at if what is Act.SCHEDULE else None
    _move(row, what, words, actor, now)


def rebase(row: GuideDraft, *, actor: Actor, now: datetime) -> None:
    """Go on with a draft although its guide was changed meanwhile: what is published then, the draft replaces.

    Raises EditingError (not_open).
    """
    queries.locked(row)
    if row.state != DraftState.DRAFT:
        raise EditingError("not_open")
    row.base_digest = queries.base_of(row.slug)
    _touch(row, actor, now)
    tell(row, "rebase", actor, now)


def is_outdated(row: GuideDraft) -> bool:
    """Whether the guide was changed past this draft, or withdrawn."""
    return row.open_slug is not None and queries.base_of(row.slug) != row.base_digest


def publish_when_due(row: GuideDraft, *, parse: Parse, actor: Actor, now: datetime) -> bool:
    """Publish a draft whose time has come; False where there is nothing left to do. Raises EditingError as `act`."""
    queries.locked(row)
    if row.state != DraftState.SCHEDULED or row.publish_at is None or row.publish_at > now:
        return False
    _publish(row, parse, row.updated_by, now)
    _move(row, Act.PUBLISH, "", actor, now)
    return True


def put_off(row: GuideDraft, why: str, *, actor: Actor, now: datetime) -> None:
    """A draft whose time came could not be published: it is approved still, and its history says why."""
    queries.locked(row)
    if row.state != DraftState.SCHEDULED or row.publish_at is None or row.publish_at > now:
        return
    row.state, row.publish_at = DraftState.APPROVED.value, None
    _touch(row, actor, now)
    tell(row, "failed", actor, now, why)


def _move(row: GuideDraft, what: Act, words: str, actor: Actor, now: datetime) -> None:
    target = TRANSITIONS[what].target
    row.state = target.value
    if target in OVER:
        row.open_slug = None
    _touch(row, actor, now)
    checks.after(row, now)
    tell(row, what.value, actor, now, words.strip()[:2_000])


def _publish(row: GuideDraft, parse: Parse, by: str, now: datetime) -> None:
    # Here, because publishing brings the writing side of the search, which processes that serve pages rarely need.
    from portal.guides.service import Publication, UnknownReferenceError, import_guides

    if is_outdated(row):
        raise EditingError("base_changed")
    try:
        publication = Publication(by, row.notes, known_of_draft(row))
        import_guides([_parsed(row, parse)], now=now, publication=publication, brings_back=True)
    except UnknownReferenceError as error:
        raise EditingError("references", [ContentError(0, "", problem) for problem in error.problems]) from error
    enqueue(TELL_JOB, {"code": row.code}, key=row.code, now=now)


def _parsed(row: GuideDraft, parse: Parse) -> GuideData:
    guide, faults = parse(tidy(row.content))
    faults = [*faults, *unwritten(row.content)]
    if guide is None or faults:
        raise EditingError("faults", faults)
    return guide
