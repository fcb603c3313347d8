"""Writing down what happens to a case, and having people told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from portal.core.db import db, table_of
from portal.core.driver_insert import DriverInsert
from portal.core.permissions import Actor
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.states import PRIVATE_EVENTS, EventKind
from portal.outbox.mail import KIND as MAIL
from portal.outbox.service import enqueue, forget
from portal.outbox.webhooks import forget_event, send_event

NOTICE = "feedback.notice"
# To whoever can reach a telephone: the code, where it is all that somebody left.
CODE_EVENT = "feedback.code"
_ADDING = DriverInsert(lambda: insert(table_of(FeedbackEvent)).returning(FeedbackEvent.id))
TO_PERSON, TO_AGENCY, TO_SUPERIOR = "person", "agency", "superior"
PERSON = Actor("citizen", "", "")
SYSTEM = Actor("system", "", "")


class Told(Protocol):
    """What others are told of a case: it may be one that was received this moment, and is no row in memory yet."""

    @property
    def id(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def contact_email(self) -> str: ...
    @property
    def contact_phone(self) -> str: ...
    @property
    def is_demo(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that has been written down: its row, and what it was."""

    id: int
    kind: str


def happened(
    case: FeedbackCase,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    text: str = "",
    agency: str = "",
    details: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> Happened:
    """Add to a case's history. Raises IntegrityError where something that happens `once` has happened."""
    if case.updated_at != now:
        case.updated_at = now
        db.session.flush()
    return _written(
        case, kind, now=now, actor_kind=actor.kind, actor_key=actor.key, actor_name=actor.name,
        agency=agency or case.agency, text=text, details=dict(details or {}), once=once,
    )  # fmt: skip


def received(case: Told, *, now: datetime) -> Happened:
    """Begin a case's history."""
    return _written(
        case, EventKind.RECEIVED, now=now, actor_kind=PERSON.kind, actor_key="", actor_name="", agency=case.agency,
        text="", details={}, once=None,
    )  # fmt: skip


def _written(case: Told, kind: EventKind, *, now: datetime, **values: Any) -> Happened:
    # Straight into the table: it is a part of every case that is received, and nobody changes what is written here.
    about = {"case_id": case.id, "at": now, "kind": kind.value, "is_public": kind not in PRIVATE_EVENTS}
    id_ = _ADDING.insert(about | values)
    if id_ is None:
        raise RuntimeError("an event that was written has no row")
    return Happened(id_, kind.value)


def happened_once(
    case: FeedbackCase,
    kind: EventKind,
    once: str,
    *,
    now: datetime,
    text: str = "",
    details: Mapping[str, Any] | None = None,
) -> Happened | None:
    """Add what comes about by itself; None where it has happened, such as where another scheduler was quicker."""
    try:
        with db.session.begin_nested():
            return happened(case, kind, actor=SYSTEM, now=now, once=once, text=text, details=details)
    except IntegrityError:
        return None


def notice_key(event_id: int, to: str) -> str:
    """The name of a notice, which the mail that comes of it to the person has too."""
    return f"feedback-{event_id}-{to}"


def tell(event: Happened, to: str, *, now: datetime) -> None:
    """Have the worker write to somebody about an event; once, however often this is asked for."""
    payload = {"event": event.id, "to": to}
    enqueue(NOTICE, payload, key=notice_key(event.id, to), now=now)


def tell_person(case: Told, event: Happened, *, now: datetime) -> None:
    """Have the person told, if they left an address; other systems learn of it by webhook, without who it is about."""
    if case.contact_email:
        tell(event, TO_PERSON, now=now)
    if case.is_demo:
        return  # what is illustrative is no other system's business
    send_event(
        f"feedback.{event.kind}",
        {"reference": case.reference, "category": case.category, "agency": case.agency, "place": case.place,
         "state": case.state, "due_on": case.due_on.isoformat() if case.due_on else None},
        key=f"feedback-{event.id}", now=now,
    )  # fmt: skip


def send_code_to_phone(case: Told, code: str, *, now: datetime) -> None:
    """Have a system that sends texts tell the code, where the person left a telephone and no e-mail address.

    The outbox keeps the code and the number no longer than it takes to deliver them.
    """
    if not case.contact_phone or case.contact_email or case.is_demo:
        return
    data = {"phone": case.contact_phone, "code": code, "reference": case.reference}
    send_event(CODE_EVENT, data, key=_code_key(case), now=now, forgets=True)


def _code_key(case: Told) -> str:
    return f"feedback-code-{case.id}"


def forget_told(case: FeedbackCase, events: Iterable[FeedbackEvent], *, now: datetime) -> None:
    """Clear what the outbox holds for the person of a case: their address or telephone, and what they were told."""
    forget(MAIL, [notice_key(event.id, TO_PERSON) for event in events], now=now)
    forget_event(_code_key(case), now=now)
