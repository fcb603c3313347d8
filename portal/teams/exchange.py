"""Files of teams and their members as a kind of import: a row for each member. docs/howto/teams.md describes them.

What stands in the rows about a team becomes a subject of its own, written before the members: so both are compared,
counted and undone like any other thing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, ClassVar

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.permissions import Actor, Permission, Scope, leaning_on
from portal.core.tokens import new_code
from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.keyed import KeyedKind, KeyedReport
from portal.exchange.registry import ChangeLog, Run, State
from portal.exchange.rows import Row
from portal.places.exchange import commune_of_row
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas, overview
from portal.teams import roster, storing
from portal.teams.checks import MOST_MEMBERS
from portal.teams.labels import role_names
from portal.teams.leaders import end_leading
from portal.teams.members import IMPORT_KIND, is_public
from portal.teams.models import MemberRole
from portal.teams.queries import SCOPE_KIND
from portal.teams.roster import Known, MemberRow
from portal.teams.rows import TEAM_COLUMNS, read_member, read_team
from portal.teams.service import free_slug

_HELD = "teams_known"
_IMPORT = Actor("system", "", "")
_LONGEST_SUBJECT = 200


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class TeamItem:
    """What a row, or all rows of a team, say of it; a field that is not in `said` stays as it is.

    `slug` and `code` are "" for a team or a member that there isn't yet; `code` and `name` also for the team itself.
    """

    slug: str
    commune: str
    team: str
    said_of_team: Mapping[str, Any]
    code: str = ""
    name: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """The team, by its commune and its name."""
        return self.commune, self.team.casefold()


class TeamImport(KeyedKind[TeamItem]):
    """Teams and members: the same name in the same commune is the same team, the same name in it the same member."""

    key: ClassVar[str] = IMPORT_KIND
    name: ClassVar[str] = _("Tổ công nghệ số và thành viên")
    permission: ClassVar[Permission] = Permission.MANAGE_TEAMS
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"team", "commune", "name"}),
        optional=frozenset({
            "villages", "role", "phone", "zalo", "consented_on", "confirmed_on", "meeting_place", "meeting_hours",
        }),
        labels={
            "team": "Tên tổ", "commune": "Xã", "villages": "Thôn", "name": "Họ tên", "role": "Vai trò",
            "phone": "Điện thoại", "zalo": "Zalo", "consented_on": "Đồng ý công khai (ngày)",
            "confirmed_on": "Xác nhận ngày", "meeting_place": "Nơi sinh hoạt", "meeting_hours": "Giờ",
        },
    )  # fmt: skip

    def read(
        self, row: Row, options: Mapping[str, Any], *, is_tabular: bool  # noqa: ARG002
    ) -> TeamItem | list[RowError]:  # fmt: skip
        """See `ImportKind.read`."""
        errors: list[RowError] = []
        commune = commune_of_row(row, None, errors)
        team, said_of_team = read_team(row, commune, errors)
        known = _known()
        there = known.teams.get((commune, team.casefold()))
        if there is not None and there.has_ended:
            errors.append(RowError(row.line, "team", "team_ended", {"value": shown(team)}))
        slug = there.slug if there is not None else ""
        name, said = read_member(row, lambda name: known.members.get((slug, name.casefold())), errors)
        if errors:
            return errors
        member = known.members.get((slug, name.casefold())) if slug else None
        return TeamItem(slug, commune, team, said_of_team, member.code if member else "", name, said)

    def subject(self, item: TeamItem) -> str:
        """Slug and code. For what there isn't yet commune, team and name, until `store` finds a slug and a code."""
        if item.slug and (item.code or not item.name):
            return f"{item.slug}/{item.code}" if item.code else item.slug
        text = f"*{item.commune}/{item.team.casefold()}/{item.name.casefold()}"
        if len(text) <= _LONGEST_SUBJECT:
            return text
        return f"*{blake2b(text.encode(), digest_size=16).hexdigest()}"

    def refusal(self, line: int, item: TeamItem, before: Counter[Any]) -> RowError | None:
        """See `ImportKind.refusal`: a team has as many members as forms let it have."""
        if item.code:
            return None
        if _known().sizes.get(item.slug, 0) + before[item.key] >= MOST_MEMBERS:
            return RowError(line, "name", "team_full", {"value": shown(item.team), "most": MOST_MEMBERS})
        before[item.key] += 1
        return None

    def store(self, items: Iterator[TeamItem], run: Run) -> KeyedReport:
        """See `ImportKind.store`; ExchangeError where rows contradict each other, or a team gets a second leader."""
        if not run.dry_run:
            roster.lock_all()  # before the rows are read: no consent may end unseen meanwhile
        rows = list(items)  # a few thousand: whether they contradict each other shows at the last
        teams: dict[tuple[str, str], dict[str, Any]] = {}
        for item in rows:
            _merge(teams.setdefault(item.key, {"name": item.team}), item)
        slugs = _slugs(rows)
        members = [
            TeamItem(slugs[one.key], one.commune, one.team, {}, one.code or new_code(), one.name, one.said)
            for one in rows
        ]
        _check_leaders(members)
        first = [TeamItem(slugs[key], key[0], said["name"], said) for key, said in teams.items()]
        return super().store(iter([*first, *members]), run)

    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """See `KeyedKind.load`."""
        return storing.load(subjects)

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`; asked for by an undo alone, which then writes what was before."""
        roster.lock_all()
        return super().marks(subjects)

    def state(self, item: TeamItem, before: State | None) -> State:
        """What the rows say, and what was there where they say nothing."""
        if not item.code:
            return storing.team_state(item.commune, item.said_of_team, before)
        return storing.member_state(item.slug, item.name, item.said, before)

    def insert(self, states: Mapping[str, State], now: datetime) -> None:
        """See `KeyedKind.insert`."""
        storing.insert_all(states, now)

    def update(self, states: Mapping[str, State], now: datetime) -> None:
        """See `KeyedKind.update`."""
        before = self.load(list(states))
        storing.update_all(states, now)
        _end_former_leaders(before, states, now)

    def remove(self, subjects: Sequence[str], now: datetime) -> None:
        """See `KeyedKind.remove`."""
        before = self.load(subjects)
        storing.remove_all(subjects, now)
        _end_former_leaders(before, {}, now)

    def blockers(self, changes: Sequence[ChangeLog]) -> list[str]:
        """New teams that have members from elsewhere, links, counted people, or leaders with an account by now."""
        created = {change.subject for change in changes if change.before is None}
        slugs = sorted(one for one in created if "/" not in one)
        used = roster.used(slugs) | roster.teams_with_others(slugs, {one for one in created if "/" in one})
        return sorted(used | {slug for slug in slugs if leaning_on(Scope(SCOPE_KIND, slug))})


def export_cells(row: MemberRow) -> dict[str, Any]:
    """A member as a row of the import. Whoever doesn't agree to be named in public goes out without numbers."""
    member, places = row.member, atlas()
    agreed = is_public(member)
    villages = [full_name(place) for slug in row.villages if (place := places.get(slug))]
    return {
        "team": row.team_name, "commune": _commune_names().get(row.commune, row.commune),
        "villages": "; ".join(villages) or None, "name": member.name,
        "role": role_names().get(member.role, member.role), "phone": member.phone if agreed else None,
        "zalo": member.zalo if agreed else None, "consented_on": member.consented_on if agreed else None,
        "confirmed_on": member.confirmed_on, "meeting_place": row.meeting_place or None,
        "meeting_hours": row.meeting_hours or None,
    }  # fmt: skip


@memoised_by_content
def _commune_names() -> Mapping[str, str]:
    """The names of today's communes by slug, without those that the import would take for others' as well.

    Former communes had some of these names: where one went elsewhere, a row says the slug.
    """
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for place in atlas().places:
        if place.level == Level.COMMUNE:
            meant[full_name(place).lower()] |= {one.slug for one in atlas().current(place.slug)}
    return {place.slug: full_name(place) for place in overview() if meant[full_name(place).lower()] == {place.slug}}


def _known() -> Known:
    """The teams and members: inside a unit of work as they were at its first row, instead of read again by each."""
    session = db.session()
    if not session.info.get("unit_of_work"):
        return roster.known()
    held: tuple[object, Known] | None = session.info.get(_HELD)
    if held is None or held[0] is not session.get_transaction():
        held = session.info[_HELD] = (session.get_transaction(), roster.known())
    return held[1]


def _end_former_leaders(before: Mapping[str, State], after: Mapping[str, State], now: datetime) -> None:
    """Who led a team before, and doesn't after, leads it with no account either."""

    def leads(state: State | None) -> bool:
        return state is not None and state.get("role") == MemberRole.LEADER

    former = {one["team"] for subject, one in before.items() if leads(one) and not leads(after.get(subject))}
    for team in roster.teams_by_slug(former).values():
        end_leading(team, "role", actor=_IMPORT, now=now)


def _merge(said: dict[str, Any], item: TeamItem) -> None:
    """Put what one more row says of its team to what others said."""
    for name in TEAM_COLUMNS:
        value = item.said_of_team.get(name)
        if value is not None and said.setdefault(name, value) != value:
            raise ExchangeError("teams_differ", value=shown(item.team))
    day: date | None = item.said.get("confirmed_on")
    if day is not None:
        said["confirmed_on"] = min(day, said.get("confirmed_on", day))


def _slugs(rows: Sequence[TeamItem]) -> dict[tuple[str, str], str]:
    """The slug of each team; for a new one, a free one."""
    slugs: dict[tuple[str, str], str] = {}
    for one in rows:
        if one.key not in slugs:
            slugs[one.key] = one.slug or free_slug(one.team, one.commune, frozenset(slugs.values()))
    return slugs


def _check_leaders(members: Sequence[TeamItem]) -> None:
    leaders = roster.leaders()
    for one in members:
        role = one.said.get("role")
        if role is not None and role != MemberRole.LEADER and leaders.get(one.slug) == one.code:
            del leaders[one.slug]
    for one in members:
        if one.said.get("role") == MemberRole.LEADER and leaders.setdefault(one.slug, one.code) != one.code:
            raise ExchangeError("teams_two_leaders", value=shown(one.team))
