"""Mails about checks of drafts: the link to who is asked, and how it went to the account that asked.

The second kind names the guide, the agency and numbers. What was remarked stays on the draft's page: people write names
and telephone numbers there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.accounts import queries as account_queries
from portal.accounts.mails import is_mail_sent, language_of, write, write_to
from portal.accounts.models import User
from portal.core import clock, formats
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Permission
from portal.editing import check_queries
from portal.editing.check_labels import SECTION_FIELDS
from portal.editing.check_models import RIGHT, FactCheck
from portal.editing.checks import is_answered
from portal.editing.models import GuideDraft
from portal.editing.values import tidy
from portal.outbox.mail import is_asked_for

# A worker that was away tells of what expired meanwhile; what is older, whoever asked has seen on the start page.
LOOKED_BACK = timedelta(days=7)
_DRAFTS = "/can-bo/ban-thao/"


def is_written_to(one: FactCheck) -> bool:
    """Whether the link goes by e-mail; else it is shown, once, to who asked."""
    return bool(one.email) and is_mail_sent()


def write_to_checker(row: GuideDraft, one: FactCheck, token: str, *, now: datetime) -> None:
    """Send the link: the outbox forgets it once it is delivered. Each link is one e-mail, however often it is tried."""
    write(
        "email/fact_check.txt", one.email, f"/lien-ket/{token}", key=f"fact_check:{one.code}:{one.links_made}", now=now,
        forgets=True, title=row.title or row.slug, asked_by=one.asked_by, question=one.question,
        until=formats.day(clock.local_day(one.expires_at), DEFAULT_LOCALE.code),
    )  # fmt: skip


def tell_of_answer(row: GuideDraft, one: FactCheck, *, now: datetime) -> None:
    """Write to the account that asked that there is an answer.

    Once for each link, text and verdict: who sends three remarks one after the other makes one mail, who finds a fault
    in what they called right another.
    """
    user = _asker(one)
    if user is None:
        return
    sections = sections_of(row)
    remarked = {comment.section for comment in check_queries.comments_of(one) if comment.dealt_at is None}
    write_to(
        user, "email/fact_check_answered.txt", f"{_DRAFTS}{row.code}#kiem-tra",
        key=f"fact_check_answered:{one.code}:{one.links_made}:{row.counter}:{one.answer}", now=now,
        title=row.title or row.slug, name=one.name, is_right=one.answer == RIGHT, remarked=len(remarked),
        unremarked=len(sections - remarked),
    )  # fmt: skip


def tell_of_expired(now: datetime) -> None:
    """Write to those who asked that a link has expired without an answer: once for each link, whoever sweeps when."""
    for one, row in check_queries.expired(now - LOOKED_BACK, now):
        key = f"fact_check_expired:{one.code}:{one.links_made}"
        user = None if is_answered(one) or is_asked_for(key) else _asker(one)
        if user is not None:
            write_to(
                user, "email/fact_check_expired.txt", f"{_DRAFTS}{row.code}#kiem-tra", key=key, now=now,
                title=row.title or row.slug, name=one.name,
                day=formats.day(clock.local_day(one.expires_at), language_of(user).code),
            )  # fmt: skip


def _asker(one: FactCheck) -> User | None:
    """The account that asked, where it still edits and can be written to; illustrative ones get no mail."""
    if not is_mail_sent() or not account_queries.may(one.asked_by_key, Permission.EDIT_CONTENT):
        return None
    user = account_queries.user_by_code(one.asked_by_key)
    return None if user is None or user.is_demo else user


def sections_of(row: GuideDraft) -> frozenset[str]:
    """The sections that the page of a draft has, by their anchors."""
    values = tidy(row.content)
    texts, procedures = values[DEFAULT_LOCALE.code], values["procedures"]
    written = {section for section, field in SECTION_FIELDS.items() if texts.get(field)} - {"truong-hop"}
    of_procedures = ("cach-nop", "truong-hop")[: len(procedures)]
    return frozenset({"dau-trang", "can-cu", *written, *of_procedures})
