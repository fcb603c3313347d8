"""Every SELECT of the share links."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.db import db
from portal.sharing.models import ShareLink


def link_by_code(code: str) -> ShareLink | None:
    """A link by what stands in its address."""
    return db.session.scalar(select(ShareLink).where(ShareLink.code == code))


def link_of(team: str, path: str) -> ShareLink | None:
    """The link of a team to a page, which there is at most one of."""
    return db.session.scalar(select(ShareLink).where(ShareLink.team == team, ShareLink.path == path))


def links_of_team(team: str) -> list[ShareLink]:
    """All links of a team, the newest first."""
    return list(db.session.scalars(select(ShareLink).where(ShareLink.team == team).order_by(ShareLink.id.desc())))
