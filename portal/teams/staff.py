"""The teams as coordinators keep them: the list with what is missing, communes without a team, a team's own data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of, was_changed
from portal.core.tables import Column, Link, Order, Value, table_page
from portal.core.text import clean_line, fold
from portal.exchange import tables
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas, overview
from portal.search.folding import sort_key
from portal.teams import queries, roster, service
from portal.teams.checks import LIMITS, LONGEST_TYPED, Problem, TeamError
from portal.teams.desk import Desk, desk_of
from portal.teams.exchange import TeamImport, export_cells
from portal.teams.freshness import is_old, is_unconfirmed
from portal.teams.labels import refusal
from portal.teams.models import Team
from portal.teams.roster import MemberRow, TeamRow
from portal.teams.service import Details

teams_staff = Blueprint("teams_staff", __name__, url_prefix="/can-bo/to-cong-nghe")
MANAGE = Permission.MANAGE_TEAMS
HERE = "/to-cong-nghe"
_TYPED = ("name", "commune", "meeting_place", "meeting_hours")


@dataclass(frozen=True)
class _Rows:
    """A few thousand at most: sorted here."""

    found: Sequence[Any]
    keys: Mapping[str, Callable[[Any], Any]]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Any]:
        key = self.keys.get(order.key)
        ordered = sorted(self.found, key=key, reverse=order.descending) if key else self.found
        return ordered[offset : offset + limit]


def _states() -> dict[str, str]:
    return {
        "": _("Đang hoạt động"),
        "chua-xac-nhan": _("Chưa xác nhận 6 tháng"),
        "chua-co-to-truong": _("Chưa có tổ trưởng"),
        "chua-co-lien-ket": _("Chưa có liên kết chia sẻ"),
        "chua-co-luot-mo": _("Chưa ai mở liên kết"),
        "da-giai-the": _("Đã giải thể"),
    }


def _is_in(row: TeamRow, state: str) -> bool:
    if state == "da-giai-the" or row.ended_on is not None:
        return state == "da-giai-the" and row.ended_on is not None
    if state == "chua-xac-nhan":
        return is_unconfirmed(row.confirmed_on, clock.today())
    missing = {"chua-co-to-truong": row.has_leader, "chua-co-lien-ket": row.links, "chua-co-luot-mo": row.landings}
    return not missing.get(state)


def place_name(slug: str) -> str:
    """A place with its type."""
    place = atlas().get(slug)
    return full_name(place) if place else slug


@teams_staff.get("")
@requires(MANAGE, is_scoped=True)
def teams() -> ResponseReturnValue:
    desk, args = desk_of(principal()), request.args
    text, commune = clean_line(args.get("q", ""), 100), clean_line(args.get("xa", ""), 120)
    states, state = _states(), args.get("trang-thai", "")
    state = state if state in states else ""
    found = [
        row
        for row in roster.team_rows()
        if desk.keeps(row.commune) and commune in {"", row.commune} and _is_in(row, state)
        and fold(text) in fold(f"{row.name} {place_name(row.commune)}")
    ]  # fmt: skip
    parameters = {"q": text, "xa": commune, "trang-thai": state}
    keys: dict[str, Callable[[TeamRow], Any]] = {
        "ten": lambda row: (sort_key(row.name), row.slug),
        "xa": lambda row: (sort_key(place_name(row.commune)), sort_key(row.name)),
        "thanh-vien": lambda row: row.members,
        "xac-nhan": lambda row: row.confirmed_on.toordinal() if row.confirmed_on else 0,
    }
    table = table_page(_columns(), _Rows(found, keys), Order("ten"), parameters=parameters, name="to-cong-nghe")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/teams/list.html", title=_("Tổ công nghệ số"), table=table, text=text,
        communes=[(place.slug, full_name(place), place.slug == commune) for place in _communes(desk)],
        states=[(key, label, key == state) for key, label in states.items()],
        may_import=principal().may(MANAGE),
    )  # fmt: skip


def _columns() -> list[Column[TeamRow]]:
    today = clock.today()

    def state(row: TeamRow) -> str:
        said = [_("minh họa")] if row.is_demo else []
        if row.ended_on:
            return "; ".join([*said, _("đã giải thể")])
        said += [] if row.has_leader else [_("chưa có tổ trưởng")]
        if row.confirmed_on is None:
            said.append(_("chưa xác nhận"))
        elif is_old(row.confirmed_on, today):
            said.append(_("hơn 6 tháng chưa xác nhận"))
        return "; ".join(said)

    return [
        Column[TeamRow]("ten", _("Tên tổ"), lambda row: Link(row.name, staff_url(f"{HERE}/{row.slug}")), True),
        Column[TeamRow]("ghi-chu", _("Tình trạng"), lambda row: state(row) or None),
        Column[TeamRow]("xa", _("Xã, phường"), lambda row: place_name(row.commune), True),
        Column[TeamRow]("thanh-vien", _("Thành viên"), lambda row: row.members, True, True),
        Column[TeamRow]("cong-khai", _("Được công khai"), lambda row: row.public, False, True),
        Column[TeamRow]("luot-mo", _("Lượt mở liên kết"), lambda row: row.landings, False, True),
        Column[TeamRow]("xac-nhan", _("Xác nhận ngày"), lambda row: row.confirmed_on, True),
    ]


def _communes(desk: Desk) -> list[PlaceFact]:
    return [place for place in overview() if desk.keeps(place.slug)]


@teams_staff.get("/xa-chua-co-to")
@requires(MANAGE, is_scoped=True)
def communes_without() -> ResponseReturnValue:
    served = queries.teams_by_commune()
    found = [place for place in _communes(desk_of(principal())) if place.slug not in served]
    columns = [
        Column[PlaceFact](
            "ten", _("Xã, phường"),
            lambda place: Link(full_name(place), staff_url(f"{HERE}/them?xa={place.slug}")), True,
        ),
    ]  # fmt: skip
    keys = {"ten": lambda place: (sort_key(place.name), place.slug)}
    table = table_page(columns, _Rows(found, keys), Order("ten"), parameters={}, name="xa-chua-co-to")
    if isinstance(table, Response):
        return table
    return render_staff("staff/teams/without.html", title=_("Xã, phường chưa có tổ"), crumbs=crumbs(), table=table)


@teams_staff.get("/thanh-vien")
@requires(MANAGE, is_scoped=True)
def members() -> ResponseReturnValue:
    """Every member in the columns of the import; numbers only of those who agreed to be named in public."""
    desk, labels = desk_of(principal()), TeamImport.columns.labels
    text = clean_line(request.args.get("q", ""), 100)
    found = [
        row
        for row in roster.member_rows()
        if desk.keeps(row.commune) and fold(text) in fold(f"{row.team_name} {row.member.name}")
    ]

    def of(name: str) -> Callable[[MemberRow], Value]:
        return lambda row: export_cells(row)[name]

    columns = [Column[MemberRow](name.replace("_", "-"), labels[name], of(name)) for name in labels]
    table = table_page(columns, _Rows(found, {}), Order("team"), parameters={"q": text}, name="thanh-vien-to")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/teams/members.html", title=_("Thành viên các tổ"), crumbs=crumbs(), table=table, text=text
    )


@teams_staff.get("/mau-nhap/<slug:code>")
@requires(MANAGE, is_scoped=True)
def template(code: str) -> ResponseReturnValue:
    writers = {"csv": ("text/csv", tables.write_csv), "xlsx": (tables.XLSX, tables.write_sheet)}
    mimetype, write = writers.get(code) or abort(404)
    file = BytesIO()
    write(file, list(TeamImport.columns.labels.values()), [])
    response = Response(file.getvalue(), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="mau-to-cong-nghe-so.{code}"'
    return response


@teams_staff.get("/them")
@requires(MANAGE, is_scoped=True)
def new_team() -> ResponseReturnValue:
    commune = clean_line(request.args.get("xa", ""), 120)
    communes = _communes(desk_of(principal()))
    if commune not in {place.slug for place in communes}:
        return render_staff(
            "staff/teams/which.html", title=_("Thêm tổ: chọn xã, phường"), crumbs=crumbs(),
            communes=[(place.slug, full_name(place)) for place in communes],
        )  # fmt: skip
    return _form(None, dict.fromkeys((*_TYPED, "notes"), "") | {"commune": commune}, ())


@teams_staff.post("/them")
@requires(MANAGE, is_scoped=True)
def add_team() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save(None, lambda details: service.create(details, actor=actor, now=now))


@teams_staff.get("/<slug:slug>/sua")
@requires(MANAGE, is_scoped=True)
def team_form(slug: str) -> ResponseReturnValue:
    team = own_team(slug)
    return _form(team, _stored(team), roster.villages_of(team))


@teams_staff.post("/<slug:slug>/sua")
@requires(MANAGE, is_scoped=True)
def change_team(slug: str) -> ResponseReturnValue:
    team, actor, now = own_team(slug), principal().actor, clock.now()

    def change(details: Details) -> Team:
        service.change(team, details, actor=actor, now=now)
        return team

    return _save(team, change)


def own_team(slug: str) -> Team:
    """A team that this person keeps; for others it doesn't exist."""
    team = queries.team(slug)
    if team is None or not desk_of(principal()).keeps(roster.place_of(team).slug):
        abort(404)
    return team


def team_url(team: Team) -> str:
    """The page of a team, in the reader's language."""
    return staff_url(f"{HERE}/{team.slug}")


def crumbs(team: Team | None = None) -> list[tuple[str, str | None]]:
    """What stands above a page of the teams, or of one."""
    above: list[tuple[str, str | None]] = [(_("Tổ công nghệ số"), staff_url(HERE))]
    return [*above, (team.name, team_url(team))] if team else above


def messages_of(problems: Sequence[Problem]) -> dict[str, str]:
    """What is wrong by field, in words."""
    return {problem.field: refusal(problem.code) for problem in problems}


def _stored(team: Team) -> dict[str, str]:
    return {
        "name": team.name, "commune": roster.place_of(team).slug, "meeting_place": team.meeting_place,
        "meeting_hours": team.meeting_hours, "notes": team.notes,
    }  # fmt: skip


def _save(team: Team | None, change: Callable[[Details], Team]) -> ResponseReturnValue:
    form = request.form
    typed = {name: clean_line(form.get(name, ""), LONGEST_TYPED) for name in _TYPED}
    typed["notes"] = form.get("notes", "")[:LONGEST_TYPED]
    villages = tuple(form.getlist("villages"))[:500]
    if team and was_changed(team):
        return _form(team, typed, villages, [Problem("name", "changed_meanwhile")], 409)
    if not desk_of(principal()).keeps(typed["commune"]):
        return _form(team, typed, villages, [Problem("commune", "no_place")], 422)
    try:
        saved = change(Details(**typed, villages=villages))
    except TeamError as error:
        return _form(team, typed, villages, error.problems, 422)
    return see_other(team_url(saved))


def _form(
    team: Team | None, typed: Mapping[str, str], chosen: Sequence[str], problems: Sequence[Problem] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    messages, communes = messages_of(problems), _communes(desk_of(principal()))
    here = [(place.slug, full_name(place)) for place in communes]
    if typed["commune"] not in dict(here) and (place := atlas().get(typed["commune"])) is not None and team:
        here.insert(0, (place.slug, full_name(place)))
    villages = sorted(
        (place for place in atlas().places if place.level == Level.VILLAGE and place.superior == typed["commune"]
         and (place.valid_to is None or place.slug in chosen)),
        key=lambda place: sort_key(place.name),
    )  # fmt: skip
    return render_staff(
        "staff/teams/form.html", title=_("Sửa tổ") if team else _("Thêm tổ"), crumbs=crumbs(team),
        typed=typed, messages=messages, errors=[(message, field) for field, message in messages.items()],
        limits=LIMITS, communes=here,
        villages=[(place.slug, full_name(place), place.slug in chosen) for place in villages],
        stamp=sent_stamp() or (stamp_of(team) if team else ""), status=status,
    )  # fmt: skip
