"""Illustrative teams in a few communes. Their names say that they are none, and 0000 is nobody's prefix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.accounts.demo import TEAM
from portal.core.clock import local_day
from portal.core.db import db
from portal.core.demo import DemoPart, StillUsedError
from portal.core.permissions import Actor, Scope, leaning_on
from portal.places.models import Level
from portal.places.queries import atlas
from portal.sharing.models import ShareLink
from portal.teams import members, roster, service
from portal.teams.leaders import forget_leaders_links
from portal.teams.members import MemberDetails
from portal.teams.models import MemberRole, Team
from portal.teams.queries import SCOPE_KIND
from portal.teams.service import Details

# Where places have other names there are no illustrative teams.
COMMUNES = ("xa-tinh-khe", "xa-binh-son", "phuong-cam-thanh", "xa-ba-xa")
TEAMS = 12
_NOBODY = Actor("system", "", "minh họa")
_ROLES = (MemberRole.LEADER, MemberRole.DEPUTY, MemberRole.MEMBER)
# The numbers of those with which something is missing.
_WITHOUT_LEADER, _WITHOUT_CONSENT, _UNCONFIRMED, _DISBANDED = 4, 6, 8, 11


def _load(now: datetime) -> Sequence[str]:
    places = atlas()
    communes = [slug for slug in COMMUNES if (place := places.get(slug)) and place.level == Level.COMMUNE]
    if not communes or roster.demo_slugs():
        return ()
    for number in range(TEAMS):
        _team(number, communes[number % len(communes)], now)
    return ()


def _team(number: int, commune: str, now: datetime) -> None:
    details = Details(
        name=f"Tổ công nghệ số minh họa {number + 1}", commune=commune, meeting_place="Nhà văn hóa thôn (minh họa)",
        meeting_hours="Thứ Bảy, 7:30–10:30" if number % 3 else "", notes="Minh họa, không có thật.",
    )  # fmt: skip
    then = now - timedelta(days=300) if number == _UNCONFIRMED else now - timedelta(days=3 * number)
    team = service.create(details, actor=_NOBODY, now=then, is_demo=True)
    if number == 0 and roster.teams_by_slug([TEAM]) == {}:
        team.slug = TEAM  # the one that the illustrative leader leads
        db.session.flush()
    for place, role in enumerate(_ROLES):
        if role is MemberRole.LEADER and number == _WITHOUT_LEADER:
            continue
        _member(team, number, place, role, then)
    leader = roster.members_of(team)[0]
    members.add_shift(team, str(1 + number % 5), "7:30", "11:00", leader.code, actor=_NOBODY, now=then)
    if number == _DISBANDED:
        service.disband(team, local_day(now) - timedelta(days=10), actor=_NOBODY, now=now)


def _member(team: Team, number: int, place: int, role: MemberRole, then: datetime) -> None:
    phone = f"0000 {number + 1:03d} {place + 1:03d}"
    agrees = number != _WITHOUT_CONSENT and role is not MemberRole.MEMBER
    details = MemberDetails(
        name=f"Người Minh Họa {number * len(_ROLES) + place + 1}", role=role.value, phone=phone,
        zalo=phone if role is MemberRole.LEADER else "", consented_on=local_day(then) if agrees else None,
    )  # fmt: skip
    members.add_member(team, details, actor=_NOBODY, now=then)


def _remove() -> None:
    """After the illustrative people are gone: whoever still leads one of the teams is real."""
    slugs = roster.demo_slugs()
    held = [slug for slug in slugs if leaning_on(Scope(SCOPE_KIND, slug))]
    if held:
        raise StillUsedError(f"people hold roles for the teams {', '.join(held)}")
    db.session.execute(delete(ShareLink).where(ShareLink.team.in_(slugs)))
    db.session.execute(delete(Team).where(Team.is_demo))
    forget_leaders_links(slugs)


TEAMS_DEMO = DemoPart(_load, _remove)
