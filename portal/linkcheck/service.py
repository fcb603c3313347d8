"""Every change of what is known of links. Functions flush, and never commit; times come from the caller."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.core.clock import local_day
from portal.core.db import db
from portal.linkcheck import queries
from portal.linkcheck.addresses import is_within
from portal.linkcheck.collecting import Found
from portal.linkcheck.fetching import Answer
from portal.linkcheck.models import CheckedLink, Outcome

# So many days a link must fail before it counts as dead: a server may be away for a night.
DAYS_TO_DIE = 3
# A little less than a week and a day: the check runs each night, and takes a while.
_WEEK = timedelta(days=6, hours=20)
_DAY = timedelta(hours=20)
# Pages answer so to programs, while people may well see them.
_ONLY_PEOPLE = frozenset({401, 403, 405, 406, 418, 429, 451, 999})
# An incomplete chain of certificates is mended by browsers without a word.
_UNSURE = frozenset({"cert_chain"})


def keep(found: Found, *, retired: Collection[str], now: datetime) -> None:
    """Know exactly the links of today's content; those to a closed site are flagged and not asked for any more."""
    known = {row.url: row for row in queries.all_links()}
    for url, row in known.items():
        if url not in found:
            db.session.delete(row)
    for url, (host, carriers) in found.items():
        kept = known.get(url)
        if kept is None:
            kept = CheckedLink(url=url, host=host, due_at=now, outcome=Outcome.UNKNOWN.value, failures=0)
            db.session.add(kept)
        kept.carriers, kept.seen_at = carriers, now
        is_retired = is_within(host, retired)
        if is_retired != (kept.outcome == Outcome.RETIRED.value):
            kept.outcome = Outcome.RETIRED.value if is_retired else Outcome.UNKNOWN.value
            kept.reason, kept.status, kept.moved_to = ("retired" if is_retired else ""), None, ""
            kept.failures, kept.failed_on, kept.failed_since = 0, None, now if is_retired else None
            kept.due_at = now
    db.session.flush()


def note(id_: int, answer: Answer, *, now: datetime) -> None:
    """Write down how a link answered; nothing where it is gone meanwhile. The same answer twice counts once."""
    row = queries.link(id_)
    if row is None or row.outcome == Outcome.RETIRED.value:
        return
    row.checked_at, row.reason, row.status, row.moved_to = now, answer.reason, answer.status, answer.moved_to
    if not answer.reason:
        _settle(row, Outcome.MOVED if answer.moved_to else Outcome.FINE, now)
    elif answer.reason in _UNSURE or (answer.reason == "http" and answer.status in _ONLY_PEOPLE):
        _settle(row, Outcome.UNSURE, now)
    else:
        _fail(row, now)
    db.session.flush()


def _settle(row: CheckedLink, outcome: Outcome, now: datetime) -> None:
    row.outcome, row.failures, row.failed_since, row.failed_on = outcome.value, 0, None, None
    row.due_at = now + _WEEK


def _fail(row: CheckedLink, now: datetime) -> None:
    today = local_day(now)
    if row.failed_on != today:
        row.failures += 1
    row.failed_on, row.failed_since = today, row.failed_since or now
    is_dead = row.failures >= DAYS_TO_DIE
    row.outcome = (Outcome.DEAD if is_dead else Outcome.FAILING).value
    row.due_at = now + (_WEEK if is_dead else _DAY)
