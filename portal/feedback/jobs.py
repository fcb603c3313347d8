"""What the worker does for feedback: people and agencies are told, and lost codes are made anew.

A notice is rendered when it is delivered, from the case as it is then. Mails are rows of the same transaction under
keys of their own, so that a worker that is killed anywhere leaves one mail.
"""

from __future__ import annotations

from portal.accounts.queries import officers_in
from portal.agencies.queries import SCOPE_KIND, agencies
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Scope
from portal.feedback import citizen, history, mails, queries
from portal.feedback.mails import Reader
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.states import PENDING, CaseState, EventKind
from portal.outbox.mail import InvalidAddress, checked_address, is_asked_for
from portal.outbox.registry import Delivery

MOST_CODES = 5


def send_notice(delivery: Delivery) -> None:
    """Hand over the mails about an event; none where they have become pointless or the case is illustrative."""
    to = str(delivery.payload["to"])
    with unit_of_work():
        event = queries.event_by_id(int(delivery.payload["event"]))
        case = queries.case_by_id(event.case_id) if event else None
        if event is None or case is None or case.is_demo:
            return
        now = clock.now()
        if to == history.TO_PERSON:
            case = queries.locked(case)  # who asks to be forgotten at this moment is told nothing after it
            if case.contact_email and event.kind in mails.TOLD_PERSON:
                mails.write_to_person(case, event, key=delivery.key, now=now)
            return
        for reader in readers(_addressee(case, event, to)):
            mails.write_to_agency(case, event.kind, reader, key=f"{delivery.key}-{reader.key}", now=now)


def _addressee(case: FeedbackCase, event: FeedbackEvent, to: str) -> str:
    """The agency to tell; "" where nothing waits for it any more. Who got the case later is told by a later event."""
    if case.state not in PENDING:
        return ""
    if to == history.TO_SUPERIOR:
        return str(event.details["to"])
    if event.kind in {EventKind.REMINDED, EventKind.OVERDUE} and case.state != CaseState.OPEN:
        return ""
    agency = str(event.details.get("to") or event.agency)
    return agency if agency == case.agency else ""


def readers(slug: str) -> list[Reader]:
    """Who reads the mail of an agency: its own address, and its officers who can sign in; each address once."""
    if not slug:
        return []
    own = next((one.contacts.email for one in agencies() if one.slug == slug), "")
    found = [Reader("agency", own)] if own else []
    found += [Reader(user.code, user.email) for user in officers_in(Scope(SCOPE_KIND, slug))]
    return list({reader.email.lower(): reader for reader in reversed(found)}.values())[::-1]


def send_codes(delivery: Delivery) -> None:
    """Give the newest cases of an address new codes, and send them there; nothing where it has none."""
    # Not the delivery's own key, which whoever asks may have made long.
    key, now = f"feedback-code-{delivery.code}", clock.now()
    try:
        email = checked_address(str(delivery.payload["email"]))
    except InvalidAddress:
        return  # a new code that reaches nobody would only lock its person out
    with unit_of_work():
        if is_asked_for(f"{key}-0"):
            return  # a worker was killed after this; other codes would end those in the mails
        found = queries.cases_of_email(email, ended_since=now - citizen.CODE_LASTS)
        for number, case in enumerate(found[:MOST_CODES]):
            mails.write_code(case, citizen.renew_code(case, now=now), key=f"{key}-{number}", now=now)
