"""Every change of the legal documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from portal.core import audit
from portal.core.audit import Subject
from portal.core.days import EARLIEST, LATEST
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.second_person import has_written, writers
from portal.core.text import slugify
from portal.legal import queries
from portal.legal.models import LegalDocument
from portal.legal.validity import Allows, IssuerKind

# What somebody vouches for when verifying; a change of these asks for another check.
_VOUCHED_FOR = (
    "number", "issuer", "issuer_kind", "issued_on", "title", "url", "source", "effective_from", "effective_to"
)  # fmt: skip


class LegalError(Exception):
    """Why a change is refused; `field` is the form's.

    Codes: no_number, no_issuer, no_title, taken (this issuer has a document of this number), bad_url (not https on an
    allowed host), bad_order (ends before it begins), no_end, bad_day (too early or too late), itself (replaced by
    itself), circle, unknown, no_dates, no_source (nothing says where it is known from), own_work (who wrote it
    doesn't verify it).
    """

    def __init__(self, code: str, field: str) -> None:
        self.code, self.field = code, field
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentValues:
    """What people enter of a document."""

    number: str
    issuer: str
    issuer_kind: IssuerKind
    issued_on: date | None = None
    title: str
    title_en: str = ""
    url: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    summary_vi: str = ""
    summary_en: str = ""
    source: str = ""

    def stored(self) -> dict[str, Any]:
        """The values by column."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"issuer_kind": self.issuer_kind.value}


def create(values: DocumentValues, allows: Allows, *, actor: Actor, now: datetime) -> LegalDocument:
    """A new document, unverified; raises LegalError."""
    _check(values, allows, None)
    document = _insert(values, now, is_starter=False)
    _written(document, actor)
    audit.record(actor, "document_added", subject_of(document), at=now, after=_described(document))
    return document


def change(document: LegalDocument, values: DocumentValues, allows: Allows, *, actor: Actor, now: datetime) -> None:
    """Other values. Where they are what somebody vouched for, the document is unverified again. Raises LegalError."""
    _check(values, allows, document)
    before, stored = _described(document), values.stored()
    if document.replaced_by_id is not None and values.effective_to is None:
        raise LegalError("no_end", "effective_to")
    if any(getattr(document, name) != stored[name] for name in _VOUCHED_FOR):
        _written(document, actor)
    _assign(document, stored, now)
    audit.record(actor, "document_changed", subject_of(document), at=now, before=before, after=_described(document))


def verify(document: LegalDocument, *, actor: Actor, now: datetime) -> None:
    """Vouch for number, issuer, title, source and dates, written by others.

    Raises LegalError where there is nothing to vouch for, or the actor wrote it.
    """
    if has_written(document.written_by, actor):
        raise LegalError("own_work", "xac-minh")
    if document.effective_from is None:
        raise LegalError("no_dates", "effective_from")
    if not document.url and not document.source:
        raise LegalError("no_source", "source")
    before = _described(document)
    _changed(document, "document_verified", actor, now, before, verified_at=now, verified_by=actor.name)


def withdraw_verification(document: LegalDocument, *, actor: Actor, now: datetime) -> None:
    """Vouch for it no longer: what rests on it leaves every total at once."""
    before = _described(document)
    _changed(document, "document_unverified", actor, now, before, verified_at=None, verified_by="")


def expire(document: LegalDocument, last_day: date | None, *, actor: Actor, now: datetime) -> None:
    """Its last day, included; a later one than before leaves the document unverified. Raises LegalError."""
    day = _checked_end(document, last_day)
    is_later = document.effective_to is not None and day > document.effective_to
    before = _described(document)
    if is_later or document.verified_at is None:
        _written(document, actor)
    _changed(document, "document_ended", actor, now, before, effective_to=day)


def replace(
    document: LegalDocument, successor_slug: str, last_day: date | None, *, actor: Actor, now: datetime
) -> None:
    """Another document stands in its place after its last day; it is unverified again. Raises LegalError."""
    successor = queries.document(successor_slug)
    if successor is None:
        raise LegalError("unknown", "successor")
    if successor.id == document.id:
        raise LegalError("itself", "successor")
    day = _checked_end(document, last_day)
    following: LegalDocument | None = successor
    while following is not None:
        if following.id == document.id:
            raise LegalError("circle", "successor")
        following = queries.document_by_id(following.replaced_by_id)
    before = _described(document)
    _written(document, actor)
    _changed(document, "document_replaced", actor, now, before, replaced_by_id=successor.id, effective_to=day)


def _checked_end(document: LegalDocument, last_day: date | None) -> date:
    if last_day is None:
        raise LegalError("no_end", "last_day")
    if not EARLIEST <= last_day <= LATEST:
        raise LegalError("bad_day", "last_day")
    if document.effective_from is not None and last_day < document.effective_from:
        raise LegalError("bad_order", "last_day")
    return last_day


def _written(document: LegalDocument, actor: Actor) -> None:
    """Nobody vouches for it any more, and somebody else has to."""
    document.written_by = writers(document.written_by, document.verified_at is not None, actor)
    document.verified_at, document.verified_by = None, ""


def _changed(
    document: LegalDocument, action: str, actor: Actor, now: datetime, before: dict[str, Any], **values: Any
) -> None:
    _assign(document, values, now)
    audit.record(actor, action, subject_of(document), at=now, before=before, after=_described(document))


def _assign(document: LegalDocument, values: dict[str, Any], now: datetime) -> None:
    for name, value in values.items():
        setattr(document, name, value)
    document.is_starter, document.updated_at = False, now
    db.session.flush()


def _check(values: DocumentValues, allows: Allows, document: LegalDocument | None) -> None:
    for field in ("number", "issuer", "title"):
        if not getattr(values, field):
            raise LegalError(f"no_{field}", field)
    same = queries.document_by_number(values.number, values.issuer)
    if same is not None and same is not document:
        raise LegalError("taken", "number")
    if values.url and not allows(values.url):
        raise LegalError("bad_url", "url")
    if values.effective_from and values.effective_to and values.effective_to < values.effective_from:
        raise LegalError("bad_order", "effective_to")


def _insert(values: DocumentValues, now: datetime, *, is_starter: bool, is_demo: bool = False) -> LegalDocument:
    document = LegalDocument(
        slug=_free_slug(values), **values.stored(), verified_at=None, verified_by="", written_by=[],
        replaced_by_id=None,
        is_starter=is_starter, is_demo=is_demo, updated_at=now,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    return document


def _free_slug(values: DocumentValues) -> str:
    """The number, with the issuer where another one's document has it, and counted where even that is taken."""
    taken = queries.slugs()
    plain = slugify(values.number) or "van-ban"
    longer = slugify(f"{values.number} {values.issuer}") or plain
    choices = (plain, longer, *(f"{longer}-{number}" for number in range(2, len(taken) + 3)))
    return next(choice for choice in choices if choice not in taken)


def subject_of(document: LegalDocument) -> Subject:
    """The document as the audit log names it."""
    return Subject("legal_document", document.slug, document.number)


def _described(document: LegalDocument) -> dict[str, Any]:
    successor = queries.document_by_id(document.replaced_by_id)
    days = {
        name: day.isoformat() if (day := getattr(document, name)) else ""
        for name in ("issued_on", "effective_from", "effective_to", "verified_at")
    }
    texts = {name: getattr(document, name) for name in ("number", "issuer", "issuer_kind", "title", "url", "source")}
    others = {"replaced_by": successor.number if successor else "", "written_by": document.written_by}
    return texts | days | others


@dataclass(frozen=True, slots=True)
class StarterDocument:
    """A document that ships; `verified_by` says who checked it, "" is unverified."""

    values: DocumentValues
    verified_by: str = ""


def load_starter(given: Iterable[StarterDocument], *, now: datetime) -> int:
    """Load what ships; what the province has written or changed stays. Returns how many documents changed."""
    changes = 0
    for starter in given:
        values = starter.values.stored()
        document = queries.document_by_number(values["number"], values["issuer"])
        if document is None:
            document = _insert(starter.values, now, is_starter=True)
        elif not document.is_starter or (
            all(getattr(document, name) == value for name, value in values.items())
            and document.verified_by == starter.verified_by
        ):
            continue
        for name, value in values.items():
            setattr(document, name, value)
        document.verified_by, document.verified_at = starter.verified_by, now if starter.verified_by else None
        document.updated_at = now
        changes += 1
    db.session.flush()
    return changes


def store(given: StarterDocument, slug: str, *, now: datetime) -> bool:
    """Write a document of a content file as the province's own; `slug` "" for one that follows from its number.

    What is as the file says stays untouched. Whether anything differed.
    """
    values = given.values.stored()
    document = queries.document_by_number(values["number"], values["issuer"])
    if document is None:
        document = _insert(given.values, now, is_starter=False)
        document.slug = slug or document.slug
    elif all(getattr(document, name) == value for name, value in values.items()) and (
        (document.verified_at is not None) == bool(given.verified_by)
    ):
        return False
    for name, value in values.items():
        setattr(document, name, value)
    document.verified_at, document.verified_by = (now, given.verified_by) if given.verified_by else (None, "")
    document.is_starter, document.updated_at = False, now
    db.session.flush()
    return True


def succeed(document: LegalDocument, successor: LegalDocument, *, now: datetime) -> bool:
    """What a content file says of which document stands in its place; whether that is new. Raises LegalError."""
    if document.replaced_by_id == successor.id:
        return False
    following: LegalDocument | None = successor
    while following is not None:
        if following.id == document.id:
            raise LegalError("circle", "successor")
        following = queries.document_by_id(following.replaced_by_id)
    document.replaced_by_id, document.is_starter, document.updated_at = successor.id, False, now
    db.session.flush()
    return True


def add_demo(values: DocumentValues, verified_by: str, *, now: datetime) -> LegalDocument:
    """An illustrative document, verified; the one of this number where there is one."""
    known = queries.document_by_number(values.number, values.issuer)
    if known is not None:
        return known
    document = _insert(values, now, is_starter=False, is_demo=True)
    document.verified_at, document.verified_by = now, verified_by
    db.session.flush()
    return document


def remove_demo() -> None:
    """Remove the illustrative documents."""
    db.session.execute(delete(LegalDocument).where(LegalDocument.is_demo))
