"""Every change of the sets that were frozen: they are made once, never altered, and at most withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from portal.adoption.periods import Period
from portal.core import audit, links
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.links import Purpose
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.meetings import queries
from portal.meetings.agenda import Agenda, digest
from portal.meetings.models import MeetingSet

# A year of meetings, and the month after it.
LINK_LASTS = timedelta(days=400)
LONGEST_REASON = 500


class MeetingError(ValueError):
    """A change that is refused; the message is its code."""


def freeze(agenda: Agenda, nonce: str, *, actor: Actor, now: datetime) -> MeetingSet:
    """Keep what the screens show. The same form sent again gives the set that it made."""
    if found := queries.by_nonce(nonce):
        return found
    period, text = Period.parse(agenda.period), agenda.text()
    if period is None:
        raise MeetingError("no_period")
    made = MeetingSet(
        code=new_code(10), nonce=nonce, period=agenda.period, period_start=period.start, data=text,
        digest=digest(text), frozen_at=now, frozen_by=actor.name,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        # The other press was quicker.
        if found := queries.by_nonce(nonce):
            return found
        raise
    audit.record(actor, "meeting_frozen", subject(made), at=now, after={"period": made.period, "digest": made.digest})
    return made


def is_whole(one: MeetingSet) -> bool:
    """Whether a set is still what was frozen."""
    return digest(one.data) == one.digest


def withdraw(one: MeetingSet, why: str, *, actor: Actor, now: datetime) -> None:
    """Show a set to nobody any more, and end its link. MeetingError `no_reason` or `withdrawn`."""
    if one.withdrawn_at is not None:
        raise MeetingError("withdrawn")
    if not why:
        raise MeetingError("no_reason")
    one.withdrawn_at, one.withdrawn_by, one.withdrawn_why = now, actor.name, why
    links.revoke(Purpose.MEETING, one.code, now=now)
    audit.record(actor, "meeting_withdrawn", subject(one), at=now, after={"why": why, "digest": one.digest})
    db.session.flush()


def make_link(one: MeetingSet, *, actor: Actor, now: datetime) -> str:
    """The token of a link by which anybody reads a set; the former one ends. MeetingError `withdrawn`."""
    if one.withdrawn_at is not None:
        raise MeetingError("withdrawn")
    audit.record(actor, "meeting_link_made", subject(one), at=now)
    return links.create(Purpose.MEETING, one.code, now=now, lasts=LINK_LASTS)


def end_link(one: MeetingSet, *, actor: Actor, now: datetime) -> None:
    """End the link that was given out, with the browsers that came by it."""
    links.revoke(Purpose.MEETING, one.code, now=now)
    audit.record(actor, "meeting_link_ended", subject(one), at=now)


def subject(one: MeetingSet) -> Subject:
    """A set as the audit log names it."""
    return Subject("meeting", one.code, one.period)
