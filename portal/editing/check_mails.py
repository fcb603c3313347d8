"""What somebody gets by e-mail who is asked to check a draft."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.mails import is_mail_sent, write
from portal.core import clock, formats
from portal.core.i18n import DEFAULT_LOCALE
from portal.editing.check_models import FactCheck
from portal.editing.models import GuideDraft


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
