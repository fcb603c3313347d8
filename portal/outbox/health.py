"""What monitoring asks: can pages be served, and does what should leave the portal leave it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from portal.core import revisions
from portal.outbox import queries

# Six heartbeats.
WORKER_LOST = timedelta(minutes=1)
LATE = timedelta(hours=1)

Report = dict[str, Any]


def readiness(now: datetime) -> Report:
    """The report of `/readyz`; its `status` is `ok`, `degraded` or `unavailable`.

    Unavailable is a portal that can't serve its pages. While the worker is away, or mail is late or dead, pages are
    served well and nothing is lost: that is degraded, and somebody should look.
    """
    try:
        if not revisions.is_current():
            return {"status": "unavailable", "database": "ok", "migrations": "missing"}
        found = queries.condition(now)
    except SQLAlchemyError:
        return {"status": "unavailable", "database": "unreachable"}
    beat, oldest = (_age(moment, now) for moment in (found.last_beat, found.oldest_wanted))
    is_worker_lost = beat is None or beat > WORKER_LOST.total_seconds()
    is_late = oldest is not None and oldest > LATE.total_seconds()
    return {
        "status": "degraded" if is_worker_lost or is_late or found.dead else "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": {"status": "missing" if is_worker_lost else "ok", "heartbeat_seconds_ago": beat},
        "outbox": {"status": "late" if is_late else "ok", "oldest_due_seconds_ago": oldest, "dead": found.dead},
    }


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, round((now - moment).total_seconds()))
