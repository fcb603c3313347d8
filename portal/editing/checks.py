"""Every change of what agencies say of drafts: they are asked by a private link, and answer without an account.

A check moves no draft: whatever is answered, somebody who hasn't written approves. It can be asked for and answered
while the draft is in review, where nobody writes in it; so an answer is about a text that stands still.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.core import links
from portal.core.db import db
from portal.core.links import Purpose
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.editing import check_queries, queries
from portal.editing.check_models import RIGHT, WRONG, FactCheck, FactComment
from portal.editing.events import EditingError, tell
from portal.editing.models import GuideDraft
from portal.editing.states import ANSWERABLE, OVER, Act, DraftState
from portal.outbox.mail import InvalidAddress, checked_address

LINK_LASTS, PREVIEW_LASTS = timedelta(days=14), timedelta(days=14)
LONGEST_NAME, LONGEST_COMMENT, LONGEST_QUESTION = 200, 2_000, 1_000
MOST_CHECKS, MOST_COMMENTS = 20, 200
# The parts of a page that are commented on, by the anchors that its sections have; the last one is for all the rest.
SECTIONS = (
    "dau-trang", "ai-lam", "chuan-bi", "cac-buoc", "cach-nop", "truong-hop", "ket-qua", "hay-nham", "meo", "hoi-dap",
    "can-cu", "khac",
)  # fmt: skip
_CHECK, _PREVIEW = Purpose.FACT_CHECK, Purpose.DRAFT_PREVIEW


def ask(
    row: GuideDraft, *, agency: str, name: str, email: str, question: str, actor: Actor, now: datetime
) -> tuple[FactCheck, str]:
    """Ask somebody to check a draft; returns the token of their link too, which is kept nowhere.

    Raises EditingError: not_in_review, no_checker, bad_address, many_checks.
    """
    queries.locked(row)
    if row.state not in ANSWERABLE:
        raise EditingError("not_in_review")
    if not name:
        raise EditingError("no_checker")
    if len(check_queries.checks_of(row)) >= MOST_CHECKS:
        raise EditingError("many_checks")
    one = FactCheck(
        code=new_code(), draft_id=row.id, agency=agency, name=name, email=_address(email), question=question,
        asked_by=actor.name, asked_by_key=actor.key, asked_at=now, links_made=0, expires_at=now, answer="",
        answered_by="",
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    tell(row, "check_asked", actor, now, name)
    return one, _new_link(one, now)


def _address(email: str) -> str:
    try:
        return checked_address(email) if email else ""
    except InvalidAddress as error:
        raise EditingError("bad_address") from error


def _new_link(one: FactCheck, now: datetime) -> str:
    one.links_made += 1
    one.expires_at = now + LINK_LASTS
    token = links.create(_CHECK, one.code, now=now, lasts=LINK_LASTS)
    db.session.flush()
    return token


def renew(row: GuideDraft, one: FactCheck, *, actor: Actor, now: datetime) -> str:
    """Another link for the same check; the former one ends. Raises EditingError: not_in_review, check_ended."""
    queries.locked(row)
    check_queries.locked_check(one)
    if row.state not in ANSWERABLE:
        raise EditingError("not_in_review")
    if one.ended_at is not None:
        raise EditingError("check_ended")
    tell(row, "check_renewed", actor, now, one.name)
    return _new_link(one, now)


def end(row: GuideDraft, one: FactCheck, *, actor: Actor, now: datetime) -> None:
    """Let nobody answer any more; what was answered stays."""
    check_queries.locked_check(one)
    if one.ended_at is None:
        _end(one, now)
        tell(row, "check_ended", actor, now, one.name)


def _end(one: FactCheck, now: datetime) -> None:
    one.ended_at, one.email = now, ""
    links.revoke(_CHECK, one.code, now=now)
    db.session.flush()


def is_open(one: FactCheck, now: datetime) -> bool:
    """Whether its link is good."""
    return one.ended_at is None and one.expires_at > now


def is_answered(one: FactCheck) -> bool:
    """Whether an answer came by its last link."""
    return one.answered_at is not None and one.answered_at >= one.expires_at - LINK_LASTS


def answer(
    row: GuideDraft, one: FactCheck, *, counter: int, said: str, by: str, comments: Mapping[str, str], locale: str,
    now: datetime,
) -> bool:  # fmt: skip
    """What the person with the link says of the draft as it is, and of its sections; whether that is anything new.

    What is sent twice is kept once. Raises EditingError: check_ended, not_in_review, changed_since (the draft was sent
    in anew after `counter`), no_name, no_answer, no_comment (something is wrong, and nobody said what), many_comments.
    """
    queries.locked(row)
    check_queries.locked_check(one)
    if not is_open(one, now):
        raise EditingError("check_ended")
    if row.state not in ANSWERABLE:
        raise EditingError("not_in_review")
    if counter != row.counter:
        raise EditingError("changed_since")
    if not by:
        raise EditingError("no_name")
    if said not in (RIGHT, WRONG):
        raise EditingError("no_answer")
    known = check_queries.comments_of(one)
    told = {(comment.section, comment.text) for comment in known}
    fresh = {name: comments[name] for name in SECTIONS if comments.get(name) and (name, comments[name]) not in told}
    if said == WRONG and not fresh and all(comment.dealt_at for comment in known):
        raise EditingError("no_comment")
    if len(known) + len(fresh) > MOST_COMMENTS:
        raise EditingError("many_comments")
    for section, text in fresh.items():
        db.session.add(
            FactComment(
                code=new_code(), check_id=one.id, section=section, locale=locale, text=text, by=by, at=now, dealt_by=""
            )
        )
    if not fresh and (one.answer, one.answered_by, one.seen) == (said, by, row.content):
        return False  # the same form once more
    one.answer, one.answered_by, one.answered_at, one.seen = said, by, now, copy.deepcopy(row.content)
    db.session.flush()
    tell(row, f"checked_{said}", Actor("link", one.code, f"{by} ({one.name})"), now)
    return True


def deal(row: GuideDraft, comment: FactComment, *, is_dealt: bool, actor: Actor, now: datetime) -> None:
    """Say that a comment is dealt with, or that it isn't after all."""
    queries.locked(row)
    db.session.refresh(comment)
    if (comment.dealt_at is not None) == is_dealt:
        return
    comment.dealt_at, comment.dealt_by = (now, actor.name) if is_dealt else (None, "")
    db.session.flush()
    tell(row, "comment_dealt" if is_dealt else "comment_reopened", actor, now, comment.text[:200])


def make_preview(row: GuideDraft, *, actor: Actor, now: datetime) -> str:
    """The token of a link by which a draft is looked at; the former one ends. Raises EditingError (not_possible)."""
    queries.locked(row)
    if row.open_slug is None:
        raise EditingError("not_possible")
    tell(row, "preview_made", actor, now)
    return links.create(_PREVIEW, row.code, now=now, lasts=PREVIEW_LASTS)


def end_preview(row: GuideDraft, *, actor: Actor, now: datetime) -> None:
    """End the link by which a draft is looked at."""
    if links.open_until(_PREVIEW, row.code, now=now) is not None:
        links.revoke(_PREVIEW, row.code, now=now)
        tell(row, "preview_ended", actor, now)


def before(row: GuideDraft, what: Act, *, aware_of: int) -> None:
    """Whoever approves a draft over comments that nobody has dealt with says so, of every one: another may have come
    meanwhile. Raises EditingError (open_comments).
    """
    if what is Act.APPROVE and check_queries.count_open_comments(row) > max(0, aware_of):
        raise EditingError("open_comments")


def after(row: GuideDraft, now: datetime) -> None:
    """End the links of a draft that has gone on: what is approved is no longer asked about, what is over not shown."""
    state = DraftState(row.state)
    if state not in (*ANSWERABLE, DraftState.DRAFT):
        for one in check_queries.checks_of(row):
            if one.ended_at is None:
                _end(one, now)
    if state in OVER:
        links.revoke(_PREVIEW, row.code, now=now)
