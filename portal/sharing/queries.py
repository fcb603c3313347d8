"""Every SELECT of the share links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.core.db import db
from portal.sharing.models import ShareLink


def link_by_code(code: str) -> ShareLink | None:
    """A link by what stands in its address."""
    return db.session.scalar(select(ShareLink).where(ShareLink.code == code))


def link_of(team: str, path: str) -> ShareLink | None:
    """The link of a team to a page, which there is at most one of."""
    return db.session.scalar(select(ShareLink).where(ShareLink.team == team, ShareLink.path == path))


def first_link_at(teams: Collection[str] | Select[str]) -> datetime | None:
    """When the first link of some teams was made: before, nothing could be counted. None without any."""
    return db.session.scalar(select(func.min(ShareLink.created_at)).where(ShareLink.team.in_(teams)))


def count_of_team(team: str) -> int:
    """How many links a team has."""
    return db.session.scalar(select(func.count()).select_from(ShareLink).where(ShareLink.team == team)) or 0


def count_to(path: str) -> int:
    """How many links lead to a page, for whatever commune."""
    leads = (ShareLink.path == path) | ShareLink.path.startswith(f"{path}?", autoescape=True)
    return db.session.scalar(select(func.count()).select_from(ShareLink).where(leads)) or 0


def links_of_team(team: str) -> list[ShareLink]:
    """All links of a team, the newest first."""
    return list(db.session.scalars(select(ShareLink).where(ShareLink.team == team).order_by(ShareLink.id.desc())))
