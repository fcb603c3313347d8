"""What the worker does for the adoption statistics: once a day it gathers what the portal itself has counted."""

from __future__ import annotations

from datetime import datetime

from portal.adoption.gathering import gather
from portal.core import clock
from portal.core.clock import local_day
from portal.core.db import unit_of_work
from portal.feedback.figures import refresh
from portal.outbox.registry import Delivery
from portal.outbox.service import enqueue

GATHER = "adoption.gather"


def ask_to_gather(now: datetime) -> None:
    """Have yesterday gathered, once a day: outside of this unit of work, so nobody waits."""
    enqueue(GATHER, {}, key=f"{local_day(now)}", now=now)


def ask_to_gather_all(now: datetime) -> None:
    """Have all that was ever counted gathered anew, as after illustrative counts have come or gone."""
    enqueue(GATHER, {"all": True}, key=f"all {now:%Y-%m-%d %H:%M:%S}", now=now)


def gather_figures(delivery: Delivery) -> None:
    """Gather what was asked for."""
    gather_now(clock.now(), all_of_it=bool(delivery.payload.get("all")))


def gather_now(now: datetime, *, all_of_it: bool = False) -> int:
    """Count the feedback as its public page shows it, and gather; how many figures changed."""
    refresh(now)
    with unit_of_work():
        return gather(now, all_of_it=all_of_it)
