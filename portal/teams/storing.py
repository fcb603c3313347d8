"""Teams and members as an import loads, writes and removes them: a team by its slug, a member by slug and code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update

from portal.core.db import db
from portal.exchange.registry import State
from portal.places.queries import ids_by_slug
from portal.teams import roster
from portal.teams.leaders import forget_leaders_links
from portal.teams.models import MemberRole, Team, TeamMember, TeamShift
from portal.teams.service import set_villages

_DAYS = ("consented_on", "withdrawn_on", "confirmed_on")
_CONTACT = ("name", "phone", "zalo")


def load(subjects: Sequence[str]) -> dict[str, State]:
    """The states of those that exist."""
    slugs, codes = _split(subjects)
    teams = roster.teams_by_slug(slugs)
    villages = roster.village_slugs([team.id for team in teams.values()])
    places = roster.place_slugs({team.place_id for team in teams.values()})
    states: dict[str, State] = {
        slug: {
            "name": team.name, "commune": places[team.place_id], "villages": sorted(villages[team.id]),
            "meeting_place": team.meeting_place, "meeting_hours": team.meeting_hours,
            "confirmed_on": _iso(team.confirmed_on),
        }
        for slug, team in teams.items()
    }  # fmt: skip
    members = roster.members_by_code(codes.values())
    for subject, code in codes.items():
        if code in members:
            states[subject] = _stored(subject, members[code])
    return states


def _stored(subject: str, member: TeamMember) -> State:
    days = {name: _iso(getattr(member, name)) for name in _DAYS}
    return {
        "team": subject.partition("/")[0], "name": member.name, "role": member.role, "phone": member.phone,
        "zalo": member.zalo, **days,
    }  # fmt: skip


def team_state(commune: str, said: Mapping[str, Any], before: State | None) -> State:
    """What a file says of a team; a day of confirmation never goes back."""
    state: State = dict(before) if before else {
        "name": said["name"], "commune": commune, "villages": [], "meeting_place": "", "meeting_hours": "",
        "confirmed_on": None,
    }  # fmt: skip
    state |= {name: said[name] for name in ("villages", "meeting_place", "meeting_hours") if name in said}
    if said.get("confirmed_on"):
        state["confirmed_on"] = max(said["confirmed_on"].isoformat(), state["confirmed_on"] or "")
    return state


def member_state(team: str, name: str, said: Mapping[str, Any], before: State | None) -> State:
    """What a row says of a member. A number that differs is confirmed on the row's day, or on none."""
    old: State = before or {
        "team": team, "name": name, "role": MemberRole.MEMBER.value, "phone": "", "zalo": "", "consented_on": None,
        "withdrawn_on": None, "confirmed_on": None,
    }  # fmt: skip
    new = old | {key: said[key] for key in ("role", "phone", "zalo") if key in said}
    if "consented_on" in said:
        new |= {"consented_on": said["consented_on"].isoformat(), "withdrawn_on": None}
    if any(new[key] != old[key] for key in _CONTACT):
        new["confirmed_on"] = None
    if "confirmed_on" in said:
        new["confirmed_on"] = said["confirmed_on"].isoformat()
    return new


def insert_all(states: Mapping[str, State], now: datetime) -> None:
    """Write teams, then members, each the last of their team."""
    places = ids_by_slug()
    teams = {slug: state for slug, state in states.items() if "/" not in slug}
    if teams:
        values = [_team_values(state, places) | {"slug": slug, "updated_at": now} for slug, state in teams.items()]
        db.session.execute(insert(Team), values)
        _serve(teams, places)
    members = {subject: state for subject, state in states.items() if "/" in subject}
    if members:
        rows = roster.teams_by_slug({state["team"] for state in members.values()})
        last = roster.last_positions([team.id for team in rows.values()])
        values = []
        for subject, state in members.items():
            team_id = rows[state["team"]].id
            last[team_id] += 1
            own = {"code": subject.partition("/")[2], "team_id": team_id, "position": last[team_id]}
            values.append(_member_values(state) | own)
        db.session.execute(insert(TeamMember), values)
        _touch(rows, now)


def update_all(states: Mapping[str, State], now: datetime) -> None:
    """Overwrite teams and members that are there."""
    places = ids_by_slug()
    slugs, codes = _split(states)
    rows = roster.teams_by_slug(slugs | {subject.partition("/")[0] for subject in codes})
    teams = {slug: states[slug] for slug in slugs}
    if teams:
        values = [_team_values(state, places) | {"id": rows[slug].id} for slug, state in teams.items()]
        db.session.execute(update(Team), values)
        _serve(teams, places)
    members = roster.members_by_code(codes.values())
    if codes:
        values = [_member_values(states[subject]) | {"id": members[code].id} for subject, code in codes.items()]
        db.session.execute(update(TeamMember), values)
    _touch(rows, now)


def remove_all(subjects: Sequence[str], now: datetime) -> None:
    """Take members and teams away, as if they had never come."""
    slugs, codes = _split(subjects)
    _touch(roster.teams_by_slug({subject.partition("/")[0] for subject in codes}), now)
    members = [member.id for member in roster.members_by_code(codes.values()).values()]
    db.session.execute(delete(TeamShift).where(TeamShift.member_id.in_(members)))
    db.session.execute(delete(TeamMember).where(TeamMember.id.in_(members)))
    db.session.execute(delete(Team).where(Team.slug.in_(slugs)))
    forget_leaders_links(slugs)


def _split(subjects: Iterable[str]) -> tuple[set[str], dict[str, str]]:
    """The teams, and the code of each member by their subject."""
    named = set(subjects)
    codes = {one: one.partition("/")[2] for one in named if "/" in one}
    return named - codes.keys(), codes


def _team_values(state: State, places: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": state["name"], "place_id": places[state["commune"]], "meeting_place": state["meeting_place"],
        "meeting_hours": state["meeting_hours"], "confirmed_on": _day(state["confirmed_on"]),
    }  # fmt: skip


def _member_values(state: State) -> dict[str, Any]:
    days = {name: _day(state[name]) for name in _DAYS}
    return {"name": state["name"], "role": state["role"], "phone": state["phone"], "zalo": state["zalo"], **days}


def _serve(teams: Mapping[str, State], places: Mapping[str, int]) -> None:
    rows = roster.teams_by_slug(teams)
    for slug, state in teams.items():
        set_villages(rows[slug].id, [places[village] for village in state["villages"] if village in places])


def _touch(teams: Mapping[str, Team], now: datetime) -> None:
    """Whoever has a form of these teams open is told that they have changed."""
    if teams:
        db.session.execute(update(Team).where(Team.slug.in_(list(teams))).values(updated_at=now))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
