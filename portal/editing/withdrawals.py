"""Taking guides off the portal: somebody asks, somebody else says yes or no. Nobody does it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Actor, Permission
from portal.core.second_person import has_written
from portal.core.tokens import new_code
from portal.editing import queries, withdrawal_queries
from portal.editing.events import EditingError
from portal.editing.withdrawal_models import Withdrawal
from portal.guides.queries import URL_PREFIX, digest_of, values_of_guide

LONGEST_WORDS = 1_000
# The path of a page of ours that an address names, or None where there is no such page.
Find = Callable[[str], str | None]


class Decision(StrEnum):
    """What becomes of a question."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who decides so, and what it leads to; one that `needs_second` is not for who asked."""

    state: str
    permission: Permission
    needs_second: bool = False


RULES = {
    Decision.APPROVE: Rule("approved", Permission.REVIEW_CONTENT, needs_second=True),
    Decision.REFUSE: Rule("refused", Permission.REVIEW_CONTENT),
    Decision.CANCEL: Rule("cancelled", Permission.EDIT_CONTENT),
}


def ask(
    slug: str, *, target: str, explanation: Mapping[str, str], why: str, actor: Actor, now: datetime, find: Find
) -> Withdrawal:
    """Ask to withdraw a guide, its address leading to `target` from then on, or saying the `explanation`.

    Raises EditingError: no_guide, asked_already, bad_target, no_explanation.
    """
    guide = queries.guide_row(slug)
    if guide is None:
        raise EditingError("no_guide")
    if withdrawal_queries.open_withdrawal(slug) is not None:
        raise EditingError("asked_already")
    path = _target(slug, target, find) if target else ""
    said = {locale: text for locale, text in explanation.items() if text}
    if not path and DEFAULT_LOCALE.code not in said:
        raise EditingError("no_explanation")
    row = Withdrawal(
        code=new_code(), slug=slug, open_slug=slug, title=values_of_guide(guide)[DEFAULT_LOCALE.code]["title"],
        state="asked", base_digest=guide.digest, target=path, explanation={} if path else said, why=why,
        asked_by=actor.name, asked_by_key=actor.key, asked_at=now, decided_by="", answer="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell(row, "asked", actor, now)
    return row


def _target(slug: str, typed: str, find: Find) -> str:
    path = find(typed)
    if path is None or path.partition("?")[0] == URL_PREFIX + slug:
        raise EditingError("bad_target")
    return path


def possible(row: Withdrawal, actor: Actor, may: Callable[[Permission], bool]) -> list[Decision]:
    """What somebody may decide."""
    if row.state != "asked":
        return []
    asked = has_written([row.asked_by_key], actor)
    return [one for one, rule in RULES.items() if may(rule.permission) and not (rule.needs_second and asked)]


def decide(row: Withdrawal, what: Decision, *, words: str, actor: Actor, now: datetime, find: Find) -> None:
    """Say yes or no to a question, or take it back. Whether somebody holds the permission, the caller has checked.

    Raises EditingError: not_possible, second_person_withdraws, no_words, changed_since_asked (the guide is another one
    than was asked about), bad_target (where its address should lead there is nothing any more).
    """
    withdrawal_queries.locked(row)
    rule = RULES[what]
    if row.state != "asked":
        raise EditingError("not_possible")
    if rule.needs_second and has_written([row.asked_by_key], actor):
        raise EditingError("second_person_withdraws")
    if what is Decision.REFUSE and not words:
        raise EditingError("no_words")
    if what is Decision.APPROVE:
        _withdraw(row, now, find)
    row.state, row.open_slug = rule.state, None
    row.decided_by, row.decided_at, row.answer = actor.name, now, words
    db.session.flush()
    _tell(row, rule.state, actor, now)


def _withdraw(row: Withdrawal, now: datetime, find: Find) -> None:
    # Here, because it brings the writing side of the search, which processes that serve pages rarely need.
    from portal.guides.service import withdraw_guide

    if digest_of(row.slug) != row.base_digest:
        raise EditingError("changed_since_asked")
    target = _target(row.slug, row.target, find) if row.target else ""
    withdraw_guide(row.slug, target=target, explanation=row.explanation, now=now)


def _tell(row: Withdrawal, kind: str, actor: Actor, now: datetime) -> None:
    said = {"why": row.why, "target": row.target, "answer": row.answer}
    audit.record(actor, f"guide_withdrawal_{kind}", Subject("guide", row.slug, row.title), at=now, after=said)
