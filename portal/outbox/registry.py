"""Who delivers what: one handler for each kind of message, filled in by `wiring`.

Delivery is at least once: a worker may be killed after a handler has done its work and before that is written down.
A handler therefore does its work so that doing it twice harms nothing, by the message's key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.core.db import unit_of_work
from portal.outbox.retries import TWO_DAYS


class Refused(Exception):
    """It will never work: the message goes to the dead letters at once.

    The reason is logged and shown to staff, so it holds no personal data.
    """


class TryLater(Exception):
    """It didn't work this time, for a reason worth showing; without personal data, as above."""


class Stopped(Exception):
    """The worker has been asked to end; a handler lets it pass, and the message is begun anew by the next worker."""


class LeaseLost(Exception):
    """Somebody else may be delivering the message by now; a handler lets it pass."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt at a message, outside of any transaction; `attempt` counts from 1."""

    id: int
    code: str
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime
    prolong: Callable[[], None] = field(repr=False)

    def renew(self) -> None:
        """Prolong the lease to its full length from now. Work that takes longer calls it between units of work.

        Raises Stopped where the worker should end, and LeaseLost where the lease had already ended.
        """
        self.prolong()


Handler = Callable[[Delivery], None]
Sweep = Callable[[datetime], object]
_sweeps: list[Sweep] = []


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: each has a thread of its own in the worker, so that slow work holds up no mail.

    `lease` is how long a handler may take without renewing. After `attempts` a message is dead; see `retries`.
    """

    name: str
    handler: Handler
    lease: timedelta
    attempts: int


_kinds: dict[str, Kind] = {}


def register(kind: str, handler: Handler, *, lease: timedelta = timedelta(minutes=2), attempts: int = TWO_DAYS) -> None:
    """Say who delivers a kind."""
    _kinds[kind] = Kind(kind, handler, lease, attempts)


def register_sweeps(*sweeps: Sweep) -> None:
    """Say what else is forgotten in time; `wiring` calls it. The worker runs each every hour, in a unit of work."""
    _sweeps[:] = sweeps


def sweep(now: datetime) -> None:
    """Forget what its domains say is old."""
    for forget in _sweeps:
        with unit_of_work():
            forget(now)


def kinds() -> tuple[Kind, ...]:
    """Every kind that has a handler, in the order of registering."""
    return tuple(_kinds.values())
