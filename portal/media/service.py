"""Every change of what editors uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.media import queries
from portal.media.library import StoredFile
from portal.media.models import MediaFile


class MediaError(Exception):
    """A change that is refused; `code` says why: taken (another file has the name), used (a page shows it)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Something to keep whose files are in the store already; `digest` is of the bytes that came."""

    kind: str
    media_type: str
    digest: str
    mark: str
    files: Sequence[StoredFile]
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a picture or video: what it shows, what stands under it, by language; and whose it is."""

    alt: Mapping[str, str]
    caption: Mapping[str, str]
    credit: str


def subject_of(row: MediaFile) -> Subject:
    """The file as the audit log names it."""
    return Subject("media_file", row.slug, row.slug)


def add(slug: str, upload: Upload, said: Said, *, actor: Actor, now: datetime) -> MediaFile:
    """Keep an upload under a name; the one that is there where the same bytes are sent twice under one name.

    Raises MediaError (taken).
    """
    known = queries.media_file(slug)
    if known is not None:
        if (known.kind, known.digest) == (upload.kind, upload.digest):
            return known
        raise MediaError("taken")
    row = MediaFile(
        slug=slug, kind=upload.kind, media_type=upload.media_type, digest=upload.digest, mark=upload.mark,
        files=[asdict(file) for file in upload.files], seconds=upload.seconds, created_at=now, created_by=actor.name,
        **_said(said),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "media_file_add", subject_of(row), at=now, after={"kind": row.kind, **_said(said)})
    return row


def say(row: MediaFile, said: Said, *, is_used: bool, actor: Actor, now: datetime) -> None:
    """Say something else of it. Raises MediaError (used): what a published page shows goes through a review."""
    before, after = {"alt": row.alt, "caption": row.caption, "credit": row.credit}, _said(said)
    if before == after:
        return
    if is_used:
        raise MediaError("used")
    row.alt, row.caption, row.credit = after["alt"], after["caption"], after["credit"]
    db.session.flush()
    audit.record(actor, "media_file_say", subject_of(row), at=now, before=before, after=after)


def remove(row: MediaFile, *, is_used: bool, actor: Actor, now: datetime) -> None:
    """Forget it; its files leave the store a day later. Raises MediaError (used)."""
    if is_used:
        raise MediaError("used")
    audit.record(actor, "media_file_remove", subject_of(row), at=now, before={"kind": row.kind, "mark": row.mark})
    db.session.delete(row)
    db.session.flush()


def _said(said: Said) -> dict[str, Any]:
    return {
        "alt": {locale: text for locale, text in said.alt.items() if text},
        "caption": {locale: text for locale, text in said.caption.items() if text},
        "credit": said.credit,
    }
