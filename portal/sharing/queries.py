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


def teams_sharing(path: str) -> list[str]:
    """The teams, by slug, that have a link to a page, whatever query it carries; `path` has none, and no language."""
    leads_there = (ShareLink.path == path) | ShareLink.path.startswith(f"{path}?", autoescape=True)
    statement = select(ShareLink.team).where(leads_there, ShareLink.team != "").distinct().order_by(ShareLink.team)
    return list(db.session.scalars(statement))


def links_to(paths: Collection[str]) -> dict[str, int]:
    """How many links there are to each of these pages, whatever query they carry; pages without any are left out."""
    if not paths:
        return {}
    found: dict[str, int] = {}
    statement = select(ShareLink.path, func.count().label("number")).group_by(ShareLink.path)
    for row in db.session.execute(statement):
        page = row.path.partition("?")[0]
        if page in paths:
            found[page] = found.get(page, 0) + row.number
    return found


def count_to(path: str) -> int:
    """How many links lead to a page, for whatever commune."""
    leads = (ShareLink.path == path) | ShareLink.path.startswith(f"{path}?", autoescape=True)
    return db.session.scalar(select(func.count()).select_from(ShareLink).where(leads)) or 0


def links_of_team(team: str) -> list[ShareLink]:
    """All links of a team, the newest first."""
    return list(db.session.scalars(select(ShareLink).where(ShareLink.team == team).order_by(ShareLink.id.desc())))
