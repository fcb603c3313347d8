"""Keys of systems that push figures: made, checked and revoked. Flushes, never commits."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.adoption import key_queries
from portal.adoption.key_models import FigureKey
from portal.adoption.queries import Unit
from portal.adoption.registry import INDICATORS
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import clean_line
from portal.core.tokens import hash_token, new_code, new_token, same

# Longer than two years nobody remembers who holds one.
LONGEST = timedelta(days=731)
RECEIPTS_KEPT = timedelta(days=30)
_NAME_LENGTH, _MOST_UNITS = 100, 200
_SEEN_EVERY = timedelta(minutes=5)
# The beginning lets people, and programs that look for lost secrets, recognise one.
_KEY = re.compile(r"gdk_([0-9a-z]{10})_([A-Za-z0-9_-]{43})", re.ASCII)
# What a code that nobody has is compared with.
_NOBODYS = hash_token("")


class KeyProblem(ValueError):
    """Why no key is made; `code` is no_name, unknown_indicator, too_many_units or bad_end."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValues:
    """Whom a key is for, what it may report of (empty: everything), and when it ends."""

    name: str
    expires_at: datetime
    indicators: Collection[str] = ()
    units: Collection[Unit] = ()


def issue(given: KeyValues, *, actor: Actor, now: datetime) -> tuple[FigureKey, str]:
    """A new key, and its text, which is known only now: 256 random bits behind a public code. Raises KeyProblem."""
    name = clean_line(given.name, _NAME_LENGTH)
    if not name:
        raise KeyProblem("no_name")
    if not set(given.indicators) <= {one.key for one in INDICATORS}:
        raise KeyProblem("unknown_indicator")
    if len(given.units) > _MOST_UNITS:
        raise KeyProblem("too_many_units")
    if not now < given.expires_at <= now + LONGEST:
        raise KeyProblem("bad_end")
    secret = new_token()
    key = FigureKey(
        code=new_code(), name=name, secret_hash=hash_token(secret), indicators=sorted(set(given.indicators)),
        units=sorted({f"{unit.kind}:{unit.key}" for unit in given.units}), created_at=now, created_by=actor.name,
        expires_at=given.expires_at,
    )  # fmt: skip
    db.session.add(key)
    db.session.flush()
    after = {"indicators": key.indicators, "units": key.units, "expires_at": key.expires_at.isoformat()}
    audit.record(actor, "figure_key_issued", subject_of(key), at=now, after=after)
    return key, f"gdk_{key.code}_{secret}"


def revoke(key: FigureKey, *, actor: Actor, now: datetime) -> None:
    """The key opens nothing from now on; one that is revoked stays so."""
    if key.revoked_at is None:
        key.revoked_at = now
        db.session.flush()
        audit.record(actor, "figure_key_revoked", subject_of(key), at=now)


def find(text: str, *, now: datetime) -> FigureKey | None:
    """The key that a system shows, where it holds now. The secrets are compared in a time that tells nothing."""
    match = _KEY.fullmatch(text)
    key = key_queries.key(match[1]) if match else None
    is_it = same(hash_token(match[2] if match else ""), key.secret_hash if key else f"-{_NOBODYS}")
    return key if key is not None and is_it and holds(key, now=now) else None


def holds(key: FigureKey, *, now: datetime) -> bool:
    """Whether a key is neither revoked nor over."""
    return key.revoked_at is None and now < key.expires_at


def is_long_unseen(key: FigureKey, *, now: datetime) -> bool:
    """Whether it is time to write down that a key is used: it is known to five minutes."""
    return key.last_used_at is None or now - key.last_used_at >= _SEEN_EVERY


def saw(key: FigureKey, *, now: datetime) -> None:
    """Remember that a key was used."""
    key.last_used_at = now
    db.session.flush()


def may_report(key: FigureKey, indicator: str, unit: Unit) -> bool:
    """Whether a key covers an indicator of a unit."""
    is_of_unit = not key.units or f"{unit.kind}:{unit.key}" in key.units
    return is_of_unit and (not key.indicators or indicator in key.indicators)


def actor_of(key: FigureKey) -> Actor:
    """The system as the audit log and the imports name it."""
    return Actor("key", key.code, key.name)


def subject_of(key: FigureKey) -> Subject:
    """The key as the audit log names it."""
    return Subject("figure_key", key.code, key.name)


def forget_receipts(now: datetime) -> int:
    """Forget answers that no system will ask for again; how many went."""
    old = key_queries.old_receipts(now - RECEIPTS_KEPT)
    for receipt in old:
        db.session.delete(receipt)
    db.session.flush()
    return len(old)
