"""Targets as staff and the command line keep them: every change says what it was before. Flushes, never commits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.adoption import queries, service
from portal.adoption.models import Target
from portal.adoption.service import TargetValues
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor


class TargetProblem(Exception):
    """Why a target is refused; `field` is the form's.

    Codes: no_document, bad_percent, bad_url, ends_before, exists (another one begins on that day for the same units),
    no_reason.
    """

    def __init__(self, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(code)


def subject_of(row: Target) -> Subject:
    """The target as the audit log names it."""
    name = f"{row.indicator} {percent_of(row)}%" + (f" {row.applies_to}" if row.applies_to else "")
    return Subject("figure_target", str(row.id), name)


def percent_of(row: Target) -> Decimal:
    """What has to be reached, in percent."""
    return Decimal(row.hundredths) / 100


def add(given: TargetValues, *, actor: Actor, now: datetime) -> Target:
    """A new target. Raises TargetProblem, also where one begins on that day for the same units."""
    _check(given)
    if queries.target(given.indicator, given.applies_to, given.starts_on) is not None:
        raise TargetProblem("exists", "starts_on")
    return set_target(given, actor=actor, now=now)


def set_target(given: TargetValues, *, actor: Actor, now: datetime) -> Target:
    """Write a target, over one of the same indicator, units and first day. FigureError where it can't be."""
    there = queries.target(given.indicator, given.applies_to, given.starts_on)
    before = _described(there) if there else None
    row = service.set_target(given)
    action = "figure_target_changed" if before else "figure_target_added"
    audit.record(actor, action, subject_of(row), at=now, before=before, after=_described(row))
    return row


def change(row: Target, given: TargetValues, *, actor: Actor, now: datetime) -> None:
    """Other values; it is no illustration any more. Raises TargetProblem."""
    _check(given)
    other = queries.target(given.indicator, given.applies_to, given.starts_on)
    if other is not None and other.id != row.id:
        raise TargetProblem("exists", "starts_on")
    before = _described(row)
    row.indicator, row.applies_to, row.starts_on = given.indicator, given.applies_to, given.starts_on
    row.ends_on, row.hundredths = given.ends_on, int(given.percent * 100)
    row.document, row.url, row.is_demo = given.document, given.url, False
    db.session.flush()
    audit.record(actor, "figure_target_changed", subject_of(row), at=now, before=before, after=_described(row))


def end(row: Target, last_day: date, reason: str, *, actor: Actor, now: datetime) -> None:
    """Give a target its last day, for a reason. Raises TargetProblem."""
    if last_day < row.starts_on:
        raise TargetProblem("ends_before", "last_day")
    if not reason:
        raise TargetProblem("no_reason", "end_reason")
    before = _described(row)
    row.ends_on = last_day
    db.session.flush()
    after = {**_described(row), "reason": reason}
    audit.record(actor, "figure_target_ended", subject_of(row), at=now, before=before, after=after)


def remove(row: Target, reason: str, *, actor: Actor, now: datetime) -> None:
    """Away with a target that was never one, for a reason. Raises TargetProblem."""
    if not reason:
        raise TargetProblem("no_reason", "reason")
    subject, before = subject_of(row), _described(row)
    db.session.delete(row)
    db.session.flush()
    audit.record(actor, "figure_target_removed", subject, at=now, before=before, after={"reason": reason})


def _check(given: TargetValues) -> None:
    if not given.document:
        raise TargetProblem("no_document", "document")
    if given.url and not given.url.startswith("https://"):
        raise TargetProblem("bad_url", "url")
    if given.ends_on and given.ends_on < given.starts_on:
        raise TargetProblem("ends_before", "ends_on")
    if given.percent * 100 != int(given.percent * 100) or not 0 <= given.percent <= 100:
        raise TargetProblem("bad_percent", "percent")


def _described(row: Target) -> dict[str, Any]:
    return {
        "indicator": row.indicator, "percent": str(percent_of(row)), "applies_to": row.applies_to,
        "starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "document": row.document, "url": row.url,
    }  # fmt: skip
