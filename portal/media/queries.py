"""Every SELECT of what editors uploaded."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.media.library import KINDS, PICTURE, Library, Picture, StoredFile, Video
from portal.media.models import MediaFile


@memoised_by_content
def library() -> Library:
    """All pictures and videos, as guides show them."""
    rows = db.session.scalars(select(MediaFile)).all()
    return Library(
        {row.slug: picture_of(row) for row in rows if row.kind == PICTURE},
        {row.slug: video_of(row) for row in rows if row.kind != PICTURE},
    )


def picture_of(row: MediaFile) -> Picture:
    """A picture's row as those know it who show it."""
    files = tuple(StoredFile(**file) for file in row.files)
    return Picture(row.slug, row.mark, files, dict(row.alt), dict(row.caption), row.credit)


def video_of(row: MediaFile) -> Video:
    """A video's row as those know it who show it."""
    return Video(row.slug, row.mark, StoredFile(**row.files[0]), row.media_type, row.seconds)


def media_file(slug: str) -> MediaFile | None:
    """A picture or video by its slug."""
    return db.session.scalar(select(MediaFile).where(MediaFile.slug == slug))


def media_files(kind: str = "") -> Sequence[MediaFile]:
    """All of a kind, or of both, the newest first."""
    kinds = [kind] if kind in KINDS else list(KINDS)
    return db.session.scalars(
        select(MediaFile).where(MediaFile.kind.in_(kinds)).order_by(MediaFile.created_at.desc(), MediaFile.id.desc())
    ).all()


def known_keys(keys: Collection[str]) -> set[str]:
    """Those of the store's keys that rows name."""
    named = {file["key"] for files in db.session.scalars(select(MediaFile.files)) for file in files}
    return named & set(keys)
