"""Taking in the figures that a system sent: once, however often it sends them. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.adoption import key_queries, keys
from portal.adoption.key_models import FigureKey, PushReceipt
from portal.adoption.pushing import Pushed
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.exchange import arriving
from portal.exchange.arriving import Arrival

KIND = "figures"
_RECORDS = ("new", "changed", "unchanged", "older")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request: who sent it, what they call it ("": nothing), and its body's hash and size in bytes."""

    key: FigureKey
    name: str
    sha256: str
    size: int


def take_in(found: Pushed, sent: Sent, *, clock: Callable[[], datetime]) -> dict[str, Any] | None:
    """Store good figures; the answer, which the same request gets again. None where its name stood with another body.

    A request without a name that was sent before is stored anew where something else was said in between: only a name
    says that it is the same one and not a correction back.
    """
    arriving.wait_for_turn(KIND)
    request = f"name:{sent.name}" if sent.name else f"body:{sent.sha256}"
    before = key_queries.receipt(sent.key.id, request)
    if before is not None and sent.name:
        return before.answer if before.sha256 == sent.sha256 else None
    document, actor = found.items[0].document, keys.actor_of(sent.key)
    given = Arrival(kind=KIND, name=document, sha256=sent.sha256, size=sent.size, actor=actor)
    code, counts = arriving.bring(found.items, given, clock=clock)
    if before is not None and not code:
        return before.answer
    records = {name: counts.get(name, 0) for name in _RECORDS}
    answer: dict[str, Any] = {"batch": code or None, "observations": found.observations, "records": records}
    if code:
        audit.record(actor, "figures_pushed", Subject("import", code, document), at=clock(), after=records)
    if before is None:
        before = PushReceipt(key_id=sent.key.id, request=request, sha256=sent.sha256, answer=answer, at=clock())
        db.session.add(before)
    before.answer, before.at = answer, clock()
    db.session.flush()
    return answer
