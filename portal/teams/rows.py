"""The cells of a row about a team's member."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from portal.core.clock import today
from portal.core.text import clean_line, fold
from portal.exchange.errors import RowError, shown
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_day
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas
from portal.teams.checks import LIMITS, MEMBER_NAME_LIMIT, Problem, check_day, read_line, read_name, read_number
from portal.teams.models import MemberRole
from portal.teams.roster import KnownMember

TEAM_COLUMNS = ("villages", "meeting_place", "meeting_hours")
# A cell with this empties what is there; an empty cell says nothing.
_CLEARED = "-"
_LONGEST_CELL = 2_000
_BETWEEN = re.compile(r"\s*[;,\n]\s*")
# A telephone number that a spreadsheet took for a number has lost its zero.
_LOST_ZERO = re.compile(r"[235789][0-9]{8,9}(?:\.0)?")
_ROLES = {
    "to truong": MemberRole.LEADER, "truong": MemberRole.LEADER, "to pho": MemberRole.DEPUTY,
    "pho": MemberRole.DEPUTY, "thanh vien": MemberRole.MEMBER, "to vien": MemberRole.MEMBER,
    **{role.value: role for role in MemberRole},
}  # fmt: skip


def read_team(row: Row, commune: str, errors: list[RowError]) -> tuple[str, dict[str, Any]]:
    """The name of the team, and what the row says of it."""
    problems: list[Problem] = []
    name = read_name(_cell(row, "team"), LIMITS["name"], problems, "team")
    said: dict[str, Any] = {}
    for column in ("meeting_place", "meeting_hours"):
        text = _cell(row, column)
        if text:
            said[column] = "" if text == _CLEARED else read_line(text, column, problems)
    villages = _cell(row, "villages")
    if villages and commune:
        said["villages"] = [] if villages == _CLEARED else _villages(row, villages, commune, errors)
    errors += [_error(row, problem) for problem in problems]
    return name, said


def read_member(
    row: Row, known: Callable[[str], KnownMember | None], errors: list[RowError]
) -> tuple[str, dict[str, Any]]:
    """The member's name, and what the row says of them; `known` finds the member of a name in the row's team."""
    problems: list[Problem] = []
    name, said = read_name(_cell(row, "name"), MEMBER_NAME_LIMIT, problems), dict[str, Any]()
    for column in ("phone", "zalo"):
        text = _number(_cell(row, column))
        if text:
            said[column] = "" if text == _CLEARED else read_number(text, column, problems)
    role = _cell(row, "role")
    if role:
        found = _ROLES.get(fold(role))
        if found is None:
            params = {"value": shown(role), "known": "Tổ trưởng, Tổ phó, Thành viên"}
            errors.append(RowError(row.line, "role", "unknown_value", params))
        else:
            said["role"] = found.value
    for column in ("consented_on", "confirmed_on"):
        day = _day(row, column, problems, errors)
        if day is not None:
            said[column] = day
    member, agreed = known(name), said.get("consented_on")
    if (
        member is not None
        and member.withdrawn_on is not None
        and (agreed <= member.withdrawn_on if agreed is not None else any(said.get(name) for name in ("phone", "zalo")))
    ):
        errors.append(RowError(row.line, "consented_on", "consent_ended", {"day": member.withdrawn_on.isoformat()}))
    errors += [_error(row, problem) for problem in problems]
    return name, said


def _cell(row: Row, column: str) -> str:
    value = row.values.get(column)
    return clean_line(str(value).replace("\n", "; "), _LONGEST_CELL) if value is not None else ""


def _number(text: str) -> str:
    text = text.removeprefix("'")  # put there by an export, so that no spreadsheet takes a plus for a formula
    return "0" + text.removesuffix(".0") if _LOST_ZERO.fullmatch(text) else text


def _day(row: Row, column: str, problems: list[Problem], errors: list[RowError]) -> date | None:
    try:
        day = parse_day(row.values.get(column))
    except ValueProblem as problem:
        errors.append(problem.at(row.line, column))
        return None
    check_day(day, today(), problems, column)
    return day


def _error(row: Row, problem: Problem) -> RowError:
    if problem.code == "too_long":
        limits = LIMITS | {"team": LIMITS["name"], "name": MEMBER_NAME_LIMIT}
        found = len(str(row.values.get(problem.field) or ""))
        return RowError(row.line, problem.field, "too_long", {"found": found, "limit": limits[problem.field]})
    if problem.code == "phone":
        return RowError(row.line, problem.field, "contact_phone", {"value": shown(_cell(row, problem.field))})
    code = {"no_name": "missing", "day": "in_future"}[problem.code]
    return RowError(row.line, problem.field, code, {"value": shown(_cell(row, problem.field))})


def _villages(row: Row, text: str, commune: str, errors: list[RowError]) -> list[str]:
    """The slugs of today's villages of the commune that a cell names, each with or without its type."""
    here = [
        place
        for place in atlas().places
        if place.level == Level.VILLAGE and place.superior == commune and place.valid_to is None
    ]
    found: set[str] = set()
    for name in filter(None, _BETWEEN.split(text)):
        exact = [place for place in here if name.lower() in {full_name(place).lower(), place.name.lower(), place.slug}]
        alike = exact or [place for place in here if fold(name) in {fold(full_name(place)), fold(place.name)}]
        if len(alike) == 1:
            found.add(alike[0].slug)
            continue
        params = {"value": shown(name), "known": ", ".join(full_name(place) for place in alike)}
        errors.append(RowError(row.line, "villages", "ambiguous_place" if alike else "unknown_place", params))
    return sorted(found)
