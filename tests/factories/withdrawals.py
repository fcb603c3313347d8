"""Guides that are taken off the portal."""

from __future__ import annotations

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.editing import withdrawal_queries, withdrawals
from portal.editing.withdrawal_models import Withdrawal
from portal.editing.withdrawals import Decision
from portal.sharing.targets import target_of
from tests.factories.drafts import SECOND, SLUG, WRITER

WHY = "Từ 1/7/2026 việc này không cần làm nữa."


def find(typed: str) -> str | None:
    """The path of the page of ours that an address names."""
    found = target_of(typed, "http://localhost")
    return found.path if found else None


def asked_to_withdraw(slug: str = SLUG, target: str = "", explanation: str = WHY, actor: Actor = WRITER) -> str:
    """The code of a question about a guide."""
    with unit_of_work():
        return withdrawals.ask(
            slug, target=target, explanation={"vi": explanation, "en": ""}, why="", actor=actor, now=clock.now(),
            find=find,
        ).code  # fmt: skip


def decided(slug: str, what: Decision, actor: Actor = SECOND, words: str = "") -> None:
    """What somebody says to it."""
    with unit_of_work():
        row = withdrawal_queries.open_withdrawal(slug)
        assert row is not None
        withdrawals.decide(row, what, words=words, actor=actor, now=clock.now(), find=find)


def withdrawn(slug: str = SLUG, target: str = "") -> None:
    """A guide that two people took off the portal."""
    asked_to_withdraw(slug, target)
    decided(slug, Decision.APPROVE)


def question(slug: str = SLUG) -> Withdrawal | None:
    """What is asked about a guide now."""
    db.session.rollback()
    return withdrawal_queries.open_withdrawal(slug)
