"""Every change of the tally: how many people a team helped with what, entered once however often it arrives.

A row says nothing of who was helped, nor of who entered it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from portal.core import audit
from portal.core.clock import local_day
from portal.core.db import db, insert_into, table_of
from portal.core.permissions import Actor
from portal.guides.queries import digest_of
from portal.teams.checks import refuse
from portal.teams.models import Team, TeamTally
from portal.teams.service import subject
from portal.teams.tally_queries import entries_of_day, tally_entry

MOST_PEOPLE = 200
# Of a team and a day, what was taken back included: more taps come from no hand.
MOST_ENTRIES = 300
# How long something may have waited on a telephone.
OLDEST = timedelta(days=31)
# Clocks of telephones are not exact.
_FAST_CLOCK = timedelta(minutes=10)
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,6}")
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_LONGEST_GUIDE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered; `guide` is a slug, or "" for work of which there is no guide."""

    key: str
    guide: str
    people: int
    day: date


def read_entry(*, key: str, guide: str, people: str, moment: str, now: datetime) -> Entry:
    """Check what was sent; raises TeamError.

    `moment` is when it was typed, in milliseconds since 1970, by the telephone's clock; "" stands for now.
    """
    if not _KEY.fullmatch(key):
        raise refuse("key", "bad_key")
    if len(guide) > _LONGEST_GUIDE or not guide.isprintable():
        raise refuse("guide", "no_guide")
    number = people.strip()
    if not _NUMBER.fullmatch(number) or not 1 <= int(number) <= MOST_PEOPLE:
        raise refuse("people", "people")
    return Entry(key, guide, int(number), local_day(_typed_at(moment, now)))


def _typed_at(moment: str, now: datetime) -> datetime:
    if not moment:
        return now
    if not _MILLISECONDS.fullmatch(moment):
        raise refuse("key", "bad_key")
    typed_at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    if typed_at > now + _FAST_CLOCK:
        raise refuse("key", "future")
    if typed_at < now - OLDEST:
        raise refuse("key", "too_old")
    return min(typed_at, now)


def record(team: Team, entry: Entry, *, now: datetime) -> bool:
    """Count what was entered; False where it had arrived before. Raises TeamError.

    What names a guide that isn't there any more counts as work without one: who was offline couldn't know.
    """
    if team.ended_on is not None and entry.day > team.ended_on:
        raise refuse("key", "ended")
    guide = entry.guide if entry.guide and digest_of(entry.guide) else ""
    if entries_of_day(team, entry.day) >= MOST_ENTRIES and tally_entry(team, entry.key) is None:
        raise refuse("key", "too_many_entries")
    statement = insert_into(table_of(TeamTally)).values(
        team_id=team.id, key=entry.key, guide=guide, day=entry.day, people=entry.people, recorded_at=now
    )
    statement = statement.on_conflict_do_nothing(index_elements=["team_id", "key"]).returning(TeamTally.id)
    if db.session.scalar(statement) is not None:
        return True
    known = tally_entry(team, entry.key)
    if known is None or (known.people, known.day) != (entry.people, entry.day):
        raise refuse("key", "key_taken")
    if known.guide not in {entry.guide, guide}:
        raise refuse("key", "key_taken")
    return False


def undo(team: Team, key: str, *, actor: Actor, now: datetime) -> None:
    """Take back what was entered today; nothing happens the second time. Raises TeamError."""
    known = tally_entry(team, key)
    if known is None:
        raise refuse("key", "no_entry")
    if known.undone_at is not None:
        return
    if local_day(known.recorded_at) != local_day(now):
        raise refuse("key", "not_today")
    known.undone_at = now
    before = {"guide": known.guide, "people": known.people, "day": known.day.isoformat()}
    audit.record(actor, "team_tally_removed", subject(team), at=now, before=before)
    db.session.flush()
