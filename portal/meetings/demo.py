"""Illustrative sets: none is loaded; what somebody froze of illustrative figures goes with these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.core import links
from portal.core.clock import now
from portal.core.db import db
from portal.core.demo import DemoPart
from portal.core.links import Purpose
from portal.meetings import queries
from portal.meetings.agenda import Agenda


def _load(_now: datetime) -> Sequence[str]:
    return []


def _remove() -> None:
    for one in queries.frozen_sets():
        if Agenda.read(one.data).has_demo:
            links.revoke(Purpose.MEETING, one.code, now=now())
            db.session.delete(one)
    db.session.flush()


MEETINGS = DemoPart(_load, _remove)
