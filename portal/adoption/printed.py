"""Published figures as staff keep them: what a source prints, as text; nobody reckons with it.

Flushes, never commits.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from portal.adoption import queries
from portal.adoption.models import PublishedFigure
from portal.adoption.registry import INDICATORS
from portal.adoption.service import PublishedValues
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import slugify

_NEEDED = ("name_vi", "printed", "scope_vi", "period_vi")
_SLUG_LENGTH = 70


class PublishedProblem(Exception):
    """Why a published figure is refused; `field` is the form's.

    Codes: needed, unknown_indicator, ends_before, no_source, bad_url, no_reason.
    """

    def __init__(self, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(code)


def subject_of(row: PublishedFigure) -> Subject:
    """The figure as the audit log names it."""
    return Subject("published_figure", row.slug, f"{row.name_vi}: {row.printed}")


def add(given: PublishedValues, *, actor: Actor, now: datetime) -> PublishedFigure:
    """A new figure; its slug follows from its name. Raises PublishedProblem."""
    _check(given)
    values = asdict(given) | {"slug": _free_slug(given)}
    row = PublishedFigure(**values, is_starter=False, is_withdrawn=False)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "published_figure_added", subject_of(row), at=now, after=_described(row))
    return row


def change(row: PublishedFigure, given: PublishedValues, *, actor: Actor, now: datetime) -> None:
    """Other values; what ships no longer overwrites them. Raises PublishedProblem."""
    _check(given)
    before = _described(row)
    for name, value in asdict(given).items():
        if name != "slug":
            setattr(row, name, value)
    row.is_starter = False
    db.session.flush()
    audit.record(actor, "published_figure_changed", subject_of(row), at=now, before=before, after=_described(row))


def withdraw(row: PublishedFigure, reason: str, *, actor: Actor, now: datetime) -> None:
    """Show a figure nowhere any more, for a reason; what ships doesn't bring it back. Raises PublishedProblem."""
    if not reason:
        raise PublishedProblem("no_reason", "reason")
    row.is_withdrawn, row.is_starter = True, False
    db.session.flush()
    after = {"reason": reason}
    audit.record(actor, "published_figure_withdrawn", subject_of(row), at=now, before=_described(row), after=after)


def restore(row: PublishedFigure, *, actor: Actor, now: datetime) -> None:
    """Show a figure again that was taken back."""
    if row.is_withdrawn:
        row.is_withdrawn = False
        db.session.flush()
        audit.record(actor, "published_figure_restored", subject_of(row), at=now)


def _check(given: PublishedValues) -> None:
    for name in _NEEDED:
        if not getattr(given, name):
            raise PublishedProblem("needed", name)
    if given.indicator and given.indicator not in {one.key for one in INDICATORS}:
        raise PublishedProblem("unknown_indicator", "indicator")
    if given.ends_on < given.starts_on:
        raise PublishedProblem("ends_before", "ends_on")
    if not given.document and not given.url:
        raise PublishedProblem("no_source", "document")
    if given.url and not given.url.startswith("https://"):
        raise PublishedProblem("bad_url", "url")


def _free_slug(given: PublishedValues) -> str:
    plain = slugify(f"{given.name_vi} {given.period_vi}")[:_SLUG_LENGTH].strip("-") or "so-lieu"
    candidates = chain([plain], (f"{plain}-{number}" for number in count(2)))
    return next(slug for slug in candidates if not queries.published_by_slug([slug]))


def _described(row: PublishedFigure) -> dict[str, Any]:
    given = {name: getattr(row, name) for name in PublishedValues.__dataclass_fields__}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
