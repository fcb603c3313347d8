"""Every change of the teams themselves; `members` changes who is in them.

What the audit log keeps can never be erased from it. So it never holds what a person is reached by: of a member it
has the code and the names of the fields that changed, never their name or number, and of free text, in which somebody
may have written a number, that it changed. What is erased from the tables is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any

from sqlalchemy import delete, insert

from portal.core import audit, links
from portal.core.audit import Subject
from portal.core.clock import local_day
from portal.core.db import db
from portal.core.links import Purpose
from portal.core.permissions import Actor
from portal.core.text import slugify
from portal.places.models import Level
from portal.places.queries import atlas, ids_by_slug
from portal.teams import roster
from portal.teams.checks import LIMITS, Problem, TeamError, check_day, read_line, read_name, read_notes
from portal.teams.leaders import end_leading
from portal.teams.models import Team, TeamVillage
from portal.teams.queries import SCOPE_KIND

# A link to confirm is used once and soon; the one to the workspace is kept at hand for a season.
LINKS_LAST: Mapping[Purpose, timedelta] = {
    Purpose.TEAM_CONFIRM: timedelta(days=14),
    Purpose.TEAM_WORKSPACE: timedelta(days=90),
}
_LINK_MADE = {Purpose.TEAM_CONFIRM: "team_link_made", Purpose.TEAM_WORKSPACE: "team_workspace_link_made"}
_LINK_ENDED = {Purpose.TEAM_CONFIRM: "team_link_ended", Purpose.TEAM_WORKSPACE: "team_workspace_link_ended"}
_TEXTS = ("meeting_place", "meeting_hours", "notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is typed of a team; places are slugs. Without villages it serves the whole commune."""

    name: str
    commune: str
    villages: tuple[str, ...] = ()
    meeting_place: str = ""
    meeting_hours: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class _Checked:
    name: str
    place_id: int
    villages: list[int]
    texts: Mapping[str, str]


def create(details: Details, *, actor: Actor, now: datetime, is_demo: bool = False) -> Team:
    """A new team, confirmed on the day of `now`; raises TeamError."""
    checked = _checked(details, None)
    team = Team(
        slug=free_slug(checked.name, details.commune), name=checked.name, place_id=checked.place_id,
        confirmed_on=local_day(now), is_demo=is_demo, updated_at=now, **checked.texts,
    )  # fmt: skip
    db.session.add(team)
    db.session.flush()
    set_villages(team.id, checked.villages)
    audit.record(actor, "team_added", subject(team), at=now, after=_described(team))
    return team


def change(team: Team, details: Details, *, actor: Actor, now: datetime) -> None:
    """Other details; the slug stays, because links and roles hold by it. Raises TeamError."""
    checked = _checked(details, team)
    before, texts = _described(team), [name for name in _TEXTS if getattr(team, name) != checked.texts[name]]
    team.name, team.place_id = checked.name, checked.place_id
    for name in _TEXTS:
        setattr(team, name, checked.texts[name])
    set_villages(team.id, checked.villages)
    after = _described(team)
    changed = [key for key in after if before[key] != after[key]]
    if not changed and not texts:
        return
    touch(team, now)
    said: dict[str, Any] = {"texts": ", ".join(texts)} if texts else {}
    audit.record(
        actor, "team_changed", subject(team), at=now, before={key: before[key] for key in changed},
        after={key: after[key] for key in changed} | said,
    )  # fmt: skip


def change_meeting(team: Team, place: str, hours: str, *, actor: Actor, now: datetime) -> None:
    """Where and when the team meets, as its leader says; raises TeamError."""
    problems: list[Problem] = []
    texts = {"meeting_place": read_line(place, "meeting_place", problems),
             "meeting_hours": read_line(hours, "meeting_hours", problems)}  # fmt: skip
    if problems:
        raise TeamError(*problems)
    changed = [name for name, text in texts.items() if getattr(team, name) != text]
    if not changed:
        return
    for name, text in texts.items():
        setattr(team, name, text)
    touch(team, now)
    audit.record(actor, "team_changed", subject(team), at=now, after={"texts": ", ".join(changed)})


def confirm_all(team: Team, *, actor: Actor, now: datetime) -> None:
    """Say that everything about the team and its members is right today."""
    today, before = local_day(now), team.confirmed_on
    team.confirmed_on = today
    for member in roster.members_of(team):
        member.confirmed_on = today
    touch(team, now)
    said = {"confirmed_on": before.isoformat()} if before else None
    audit.record(actor, "team_confirmed", subject(team), at=now, before=said, after={"confirmed_on": today.isoformat()})


def disband(team: Team, last_day: date | None, *, actor: Actor, now: datetime) -> None:
    """Say on which day the team was there for the last time; its page stays. Raises TeamError.

    The confirmation link ends, and so does what its leaders could do with an account.
    """
    problems: list[Problem] = []
    check_day(last_day, local_day(now), problems, "ended_on")
    if team.ended_on is not None:
        problems.append(Problem("ended_on", "ended"))
    if last_day is None:
        problems.append(Problem("ended_on", "day"))
    if problems or last_day is None:
        raise TeamError(*problems)
    team.ended_on = last_day
    end_leading(team, "ended_on", actor=actor, now=now)
    touch(team, now)
    audit.record(actor, "team_ended", subject(team), at=now, after={"ended_on": last_day.isoformat()})


def take_back(team: Team, *, actor: Actor, now: datetime) -> None:
    """Let a team that was disbanded work again; who led it with an account is given that role anew by an admin."""
    if team.ended_on is None:
        return
    before = {"ended_on": team.ended_on.isoformat()}
    team.ended_on = None
    touch(team, now)
    audit.record(actor, "team_taken_back", subject(team), at=now, before=before)


def make_link(team: Team, purpose: Purpose = Purpose.TEAM_CONFIRM, *, actor: Actor, now: datetime) -> str:
    """The token of a link for the team's leader: to confirm or correct its data, or to its workspace.

    The former one for the same purpose ends.
    """
    touch(team, now)
    audit.record(actor, _LINK_MADE[purpose], subject(team), at=now)
    return links.create(purpose, team.slug, now=now, lasts=LINKS_LAST[purpose])


def end_link(team: Team, purpose: Purpose = Purpose.TEAM_CONFIRM, *, actor: Actor, now: datetime) -> None:
    """End the link that was given out, with the browsers that came by it."""
    links.revoke(purpose, team.slug, now=now)
    audit.record(actor, _LINK_ENDED[purpose], subject(team), at=now)


def free_slug(name: str, commune: str, taken: frozenset[str] = frozenset()) -> str:
    """The address part of a new team: its name and its commune, with a number where that is taken."""
    start = slugify(name, 60)
    wanted = (start if start.endswith(commune) else f"{start}-{commune}")[:112].rstrip("-")
    held = roster.slugs_like(wanted) | taken
    return next(slug for slug in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if slug not in held)


def set_villages(team_id: int, villages: list[int]) -> None:
    """Say which villages a team serves."""
    db.session.flush()
    db.session.execute(delete(TeamVillage).where(TeamVillage.team_id == team_id))
    if villages:
        db.session.execute(insert(TeamVillage), [{"team_id": team_id, "place_id": place} for place in villages])


def touch(team: Team, now: datetime) -> None:
    """Note that something of the team has changed: whoever opened it before is told so when they save."""
    team.updated_at = max(now, team.updated_at + timedelta(microseconds=1))
    db.session.flush()


def subject(team: Team) -> Subject:
    """The team as the audit log names it."""
    return Subject(SCOPE_KIND, team.slug, team.name)


def may_serve(village: str, commune: str) -> bool:
    """Whether a village of today lies in this commune."""
    place = atlas().get(village)
    return bool(place and place.level == Level.VILLAGE and place.superior == commune and place.valid_to is None)


def _checked(details: Details, team: Team | None) -> _Checked:
    """The values of what was typed. Asked for before the row is touched: a refused change leaves it as it was."""
    problems: list[Problem] = []
    name = read_name(details.name, LIMITS["name"], problems)
    texts = {
        "meeting_place": read_line(details.meeting_place, "meeting_place", problems),
        "meeting_hours": read_line(details.meeting_hours, "meeting_hours", problems),
        "notes": read_notes(details.notes, problems),
    }
    place = atlas().get(details.commune)
    ids = ids_by_slug()
    is_kept = team is not None and ids.get(details.commune) == team.place_id
    if place is None or place.level != Level.COMMUNE or (place.valid_to is not None and not is_kept):
        raise TeamError(*problems, Problem("commune", "no_place"))
    served = set(roster.villages_of(team)) if team is not None and is_kept else set()
    villages = list(dict.fromkeys(details.villages))
    if not all(village in served or may_serve(village, details.commune) for village in villages):
        problems.append(Problem("villages", "bad_village"))
    twin = roster.named_alike(ids[details.commune], name)
    if twin is not None and twin is not team:
        problems.append(Problem("name", "taken"))
    if problems:
        raise TeamError(*problems)
    return _Checked(name, ids[details.commune], [ids[village] for village in villages], texts)


def _described(team: Team) -> dict[str, str]:
    return {
        "name": team.name,
        "commune": roster.place_of(team).slug,
        "villages": "; ".join(roster.villages_of(team)),
    }
