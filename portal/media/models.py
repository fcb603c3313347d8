"""The table of what editors upload for guides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class MediaFile(Base):
    """A picture or a video; the files themselves are in the store, each under the key that `files` gives.

    `digest` tells the bytes that were uploaded from all others, `mark` the content that came of them: it stands in
    addresses, which are kept for ever. `alt` and `caption` are by language.
    """

    __tablename__ = "media_files"
    __table_args__ = (CheckConstraint("kind IN ('picture', 'video')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64))
    files: Mapped[list[Any]]
    seconds: Mapped[int]
    alt: Mapped[dict[str, Any]]
    caption: Mapped[dict[str, Any]]
    credit: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text)
