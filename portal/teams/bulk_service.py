"""Every change of bulk files. Flushes, never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update

from portal.accounts.queries import locked_user
from portal.core import audit
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.outbox.service import enqueue
from portal.teams import bulk_queries as queries
from portal.teams.bulk_models import BulkForm, BulkJob, BulkState

BUILD = "teams.bulk"
CLEAN = "teams.bulk_clean"
MOST_PAGES = 12
# How many files of one person's may wait.
MOST_WAITING = 3
# Of teams times pages. What the worker draws in about an hour; a PDF is put together in memory.
MOST_POSTERS = {BulkForm.ZIP: 6_000, BulkForm.PDF: 1_000}
SUBJECT_KIND = "bulk"


class BulkError(Exception):
    """Why no file is made: `code` is one of `bulk_words.refusal`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for; `place_name` is for the audit log, `teams` how many there are now."""

    place: str
    place_name: str
    pages: tuple[str, ...]
    form: BulkForm
    sheet: str
    locale: str
    teams: int


def ask(wanted: Wanted, *, actor: Actor, key: str, now: datetime) -> BulkJob:
    """Have the worker make a file; the job that is there where the same form comes twice. Raises BulkError."""
    locked_user(actor.key)
    known = queries.job_by_key(actor.key, key)
    if known is not None:
        return known
    total = wanted.teams * len(wanted.pages)
    if not wanted.pages:
        raise BulkError("no_pages")
    if len(wanted.pages) > MOST_PAGES:
        raise BulkError("too_many_pages")
    if not wanted.teams:
        raise BulkError("no_teams")
    if total > MOST_POSTERS[wanted.form]:
        raise BulkError("too_many_posters" if wanted.form is BulkForm.ZIP else "too_many_for_pdf")
    if queries.waiting_of(actor.key) >= MOST_WAITING:
        raise BulkError("too_many_waiting")
    made = BulkJob(
        code=new_code(), key=key, actor_key=actor.key, actor_name=actor.name, place=wanted.place,
        pages=list(wanted.pages), form=wanted.form.value, sheet=wanted.sheet, locale=wanted.locale,
        state=BulkState.WAITING.value, total=total, created_at=now, state_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    enqueue(BUILD, {"code": made.code}, key=made.code, now=now)
    about = audit.Subject(SUBJECT_KIND, made.code, wanted.place_name)
    after = {"form": made.form, "sheet": made.sheet, "pages": "; ".join(made.pages), "posters": total}
    audit.record(actor, "bulk_asked", about, at=now, after=after)
    return made


def start(code: str, run: str, total: int, *, now: datetime) -> bool:
    """Say that an attempt is at work; False where nothing is left to do. An attempt before it ends."""
    found = queries.locked(code)
    if found is None or found.state not in queries.AT_WORK:
        return False
    found.state, found.state_at, found.run = BulkState.WORKING.value, now, run
    found.done, found.total, found.problem = 0, total, ""
    db.session.flush()
    return True


def advance(code: str, run: str, done: int) -> bool:
    """Say how far an attempt has come; False where it should end: it was cancelled, or is not the last one."""
    return _change(code, run, done=done)


def finish(code: str, run: str, *, size: int, stamp: str, now: datetime) -> bool:
    """Say that the file is on the disk; False where nobody wants it any more."""
    return _change(code, run, state=BulkState.DONE.value, state_at=now, size=size, stamp=stamp)


def _change(code: str, run: str, /, **values: Any) -> bool:
    mine = BulkJob.code == code, BulkJob.state == BulkState.WORKING.value, BulkJob.run == run
    result = db.session.execute(update(BulkJob).where(*mine).values(**values))
    assert isinstance(result, CursorResult)  # noqa: S101 for the type checker
    return result.rowcount == 1


def fail(code: str, problem: str, *, now: datetime) -> None:
    """Give a job up that isn't finished."""
    found = queries.locked(code)
    if found is not None and found.state in queries.AT_WORK:
        found.state, found.state_at, found.problem = BulkState.FAILED.value, now, problem
        db.session.flush()


def end(code: str, *, actor: Actor, place_name: str, now: datetime) -> bool:
    """Cancel a job, or have its file removed; False where there is nothing to end. The worker finds out by itself."""
    found = queries.locked(code)
    if found is None or found.state not in (*queries.AT_WORK, BulkState.DONE.value):
        return False
    was_done = found.state == BulkState.DONE.value
    found.state = (BulkState.REMOVED if was_done else BulkState.CANCELLED).value
    found.state_at, found.problem = now, "by_hand" if was_done else ""
    action = "bulk_removed" if was_done else "bulk_cancelled"
    audit.record(actor, action, audit.Subject(SUBJECT_KIND, found.code, place_name), at=now)
    return True


def remove(code: str, problem: str, *, now: datetime) -> None:
    """Say that a job's file is no longer there, and why."""
    found = queries.locked(code)
    if found is not None and found.state == BulkState.DONE.value:
        found.state, found.state_at, found.problem = BulkState.REMOVED.value, now, problem
        db.session.flush()


def ask_to_clean(now: datetime, *, why: str = "") -> None:
    """Have the worker remove what nobody may have any more: once an hour, and at once for each other reason.

    The same reason may come twice in an hour: somebody who agreed anew withdraws again.
    """
    enqueue(CLEAN, {}, key=f"{why}{now.isoformat()}" if why else f"{now:%Y-%m-%d %H}", now=now)
