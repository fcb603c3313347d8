"""Community digital teams for tests, written as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from portal.core.db import db, unit_of_work
from portal.core.tokens import new_code
from portal.places.models import Level, Place
from portal.teams.models import MemberRole, Team, TeamMember, TeamShift, TeamVillage

MOMENT = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 1)
PHONE = "0912 345 678"


def village(name: str, commune: str, kind: str = "thon") -> str:
    """A village of a commune; its slug."""
    slug = f"{kind}-{name.lower().replace(' ', '-')}-{commune}"
    with unit_of_work():
        above = db.session.scalars(select(Place).where(Place.slug == commune)).one()
        db.session.add(
            Place(
                slug=slug,
                level=Level.VILLAGE.value,
                kind=kind,
                name=name,
                superior_id=above.id,
                former_names=[],
                is_starter=False,
            )
        )
    db.session.remove()
    return slug


def team(slug: str, commune: str, *, villages: tuple[str, ...] = (), **changes: Any) -> str:
    """A team that was confirmed; its slug."""
    with unit_of_work():
        values = {"name": f"Tổ {slug}", "is_demo": False, "updated_at": MOMENT, "confirmed_on": DAY, **changes}
        row = Team(slug=slug, place_id=_place_id(commune), **values)
        db.session.add(row)
        db.session.flush()
        db.session.add_all(TeamVillage(team_id=row.id, place_id=_place_id(one)) for one in villages)
    db.session.remove()
    return slug


def member(of: str, name: str = "Nguyễn Thị Lan", **changes: Any) -> str:
    """Somebody of a team who agreed to be named; their code."""
    values = {
        "role": MemberRole.LEADER.value, "phone": PHONE, "zalo": "0912345678", "consented_on": DAY,
        "confirmed_on": DAY, "withdrawn_on": None, **changes,
    }  # fmt: skip
    code = new_code()
    with unit_of_work():
        db.session.add(TeamMember(code=code, team_id=_team_id(of), name=name, **values))
    db.session.remove()
    return code


def shift(of: str, weekday: int, starts: int, ends: int, code: str = "") -> None:
    """A time at the counter, of a member where one is named."""
    with unit_of_work():
        who = db.session.scalar(select(TeamMember.id).where(TeamMember.code == code)) if code else None
        db.session.add(TeamShift(team_id=_team_id(of), member_id=who, weekday=weekday, starts=starts, ends=ends))
    db.session.remove()


def end_consent(code: str, day: date = DAY) -> None:
    """Somebody wants to be named no more."""
    with unit_of_work():
        db.session.execute(update(TeamMember).where(TeamMember.code == code).values(withdrawn_on=day))
    db.session.remove()


def disband(slug: str, day: date = DAY) -> None:
    """The team's last day."""
    with unit_of_work():
        db.session.execute(update(Team).where(Team.slug == slug).values(ended_on=day))
    db.session.remove()


def _place_id(slug: str) -> int:
    return db.session.scalars(select(Place.id).where(Place.slug == slug)).one()


def _team_id(slug: str) -> int:
    return db.session.scalars(select(Team.id).where(Team.slug == slug)).one()
