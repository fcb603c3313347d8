"""What arrives without a file, from another system: an applied batch, as if it had been imported.

It stands among the imports, with what it changed, and can be undone like them. Flushes, never commits.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.db import db
from portal.core.permissions import Actor
from portal.exchange import queries, registry
from portal.exchange.applying import ChangeWriter
from portal.exchange.models import Batch, State
from portal.exchange.registry import Run
from portal.exchange.service import new_batch_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came from whom: `name` as people will know it, `sha256` and `size` of what was sent."""

    kind: str
    name: str
    sha256: str
    size: int
    actor: Actor


def wait_for_turn(kind: str) -> None:
    """Let nobody else import this kind until the transaction ends."""
    queries.take_turns(kind)


def bring(items: Iterable[Any], given: Arrival, *, clock: Callable[[], datetime]) -> tuple[str, Mapping[str, int]]:
    """Store items inside the caller's unit of work; the batch's code, "" where nothing differed, and the kind's counts.

    `wait_for_turn` comes first.
    """
    kind, now = registry.get(given.kind), clock()
    batch = Batch(
        code=new_batch_code(), kind=given.kind, state=State.APPLYING, file_name=given.name[:300] or "?",
        stored_name=queries.FILE_FORGOTTEN, format="json", sha256=given.sha256, size=given.size,
        fingerprint=secrets.token_hex(32), mapping={}, options={}, counts={}, preview={},
        actor_key=given.actor.key[:100], actor_name=given.actor.name[:200], created_at=now, state_at=now,
        applied_at=now, error_params={},
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    log = ChangeWriter(batch.id)
    run = Run(
        clock=clock, now=now, dry_run=False, file_name=batch.file_name, sha256=given.sha256, options={}, log=log,
        batch=batch.code, actor_name=batch.actor_name,
    )  # fmt: skip
    counts = kind.store(iter(items), run).counts()
    log.flush()
    if not log.count:
        db.session.delete(batch)
        db.session.flush()
        return "", counts
    batch.counts = {"good": sum(counts.get(name, 0) for name in ("new", "changed", "unchanged", "older")),
                    **counts, "changes": log.count}  # fmt: skip
    batch.state = State.APPLIED
    db.session.flush()
    return batch.code, counts
