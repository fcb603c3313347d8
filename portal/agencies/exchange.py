"""Files of agencies and their contacts as a kind of import. docs/howto/agencies.md describes the columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import delete, insert, update

from portal.agencies import queries
from portal.agencies.contacts import FIELDS, Contacts, ContactsError, read_contacts
from portal.agencies.models import Agency, AgencyKind
from portal.agencies.service import NAME_LIMIT
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.permissions import Permission
from portal.core.text import clean_line, fold, slugify
from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.keyed import KeyedKind, KeyedReport
from portal.exchange.registry import ChangeLog, Run, State
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_day
from portal.places.atlas import PlaceFact
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas

# A cell with this empties what is there; an empty cell says nothing.
_CLEARED = "-"
_LONGEST_CELL = 2_000
_KNOWN = "agencies_by_name"
# Folded, as people write them.
_KINDS = {
    "uy ban nhan dan": AgencyKind.COMMITTEE, "ubnd": AgencyKind.COMMITTEE,
    "so": AgencyKind.DEPARTMENT, "so, ban, nganh": AgencyKind.DEPARTMENT, "ban": AgencyKind.DEPARTMENT,
    "trung tam phuc vu hanh chinh cong": AgencyKind.SERVICE_CENTER, "mot cua": AgencyKind.SERVICE_CENTER,
    "bo phan mot cua": AgencyKind.SERVICE_CENTER, "cong an": AgencyKind.POLICE,
    "van phong dang ky dat dai": AgencyKind.LAND_OFFICE, "buu dien": AgencyKind.POST_OFFICE,
    "duong day nong": AgencyKind.HOTLINE, "co quan khac": AgencyKind.OTHER, "khac": AgencyKind.OTHER,
    **{kind.value: kind for kind in AgencyKind},
}  # fmt: skip


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class AgencyItem:
    """A row: what it says of an agency by its slug, "" for a new one; a field that is not in `said` stays as it is."""

    slug: str
    said: Mapping[str, Any]


class AgencyImport(KeyedKind[AgencyItem]):
    """Agencies by name: the same name is the same agency."""

    key: ClassVar[str] = "agencies"
    name: ClassVar[str] = _("Cơ quan và liên hệ")
    permission: ClassVar[Permission] = Permission.MANAGE_SETTINGS
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"name"}),
        optional=frozenset({"kind", "superior", "territory", *FIELDS, "confirmed_on"}),
        labels={
            "name": "Tên cơ quan", "kind": "Loại cơ quan", "superior": "Cơ quan cấp trên", "territory": "Địa bàn",
            "address": "Địa chỉ", "hours": "Giờ làm việc", "phones": "Điện thoại", "email": "Thư điện tử",
            "website": "Trang mạng", "confirmed_on": "Ngày xác nhận",
        },
    )  # fmt: skip

    def read(
        self, row: Row, options: Mapping[str, Any], *, is_tabular: bool  # noqa: ARG002
    ) -> AgencyItem | list[RowError]:  # fmt: skip
        """See `ImportKind.read`."""
        errors: list[RowError] = []
        cells = {name: clean_line(str(value), _LONGEST_CELL) for name, value in row.values.items() if value is not None}
        name = cells.get("name", "")
        if not slugify(name):
            errors.append(RowError(row.line, "name", "missing"))
        elif len(name) > NAME_LIMIT:
            errors.append(RowError(row.line, "name", "too_long", {"limit": NAME_LIMIT}))
        said: dict[str, Any] = {"name": name}
        for column, read in (("kind", _kind), ("superior", _superior), ("territory", _territory)):
            if cells.get(column):
                try:
                    said[column] = "" if cells[column] == _CLEARED and column != "kind" else read(cells[column])
                except ValueProblem as problem:
                    errors.append(problem.at(row.line, column))
        slug = _known().get(name.lower(), "")
        if slug and said.get("superior") in queries.with_subordinates(slug):
            errors.append(RowError(row.line, "superior", "circle", {"value": shown(cells["superior"])}))
        errors += _read_contacts(row, cells, said)
        return errors or AgencyItem(slug, said)

    def subject(self, item: AgencyItem) -> str:
        """The slug. For a new agency its name, until `store` finds a slug for it."""
        return item.slug or _unnamed(item.said["name"])

    def subject_of_row(self, row: Row) -> str | None:
        """The subject, where the row shows a name."""
        name = clean_line(str(row.values.get("name") or ""), NAME_LIMIT)
        return _known().get(name.lower(), _unnamed(name)) if slugify(name) else None

    def store(self, items: Iterator[AgencyItem], run: Run) -> KeyedReport:
        """See `ImportKind.store`; ExchangeError where the rows together make agencies stand above one another."""
        moved: dict[str, str] = {}
        report = super().store(_noted(items, moved), run)
        circle = in_circle({**queries.superiors(), **moved}, moved)
        if circle:
            raise ExchangeError("agencies_circle", value=shown(circle))
        return report

    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """See `KeyedKind.load`."""
        rows = queries.agencies_by_slug(subjects)
        superiors = queries.slugs_by_id([row.superior_id for row in rows.values()])
        places = queries.place_slugs_by_id([row.territory_id for row in rows.values()])
        return {
            slug: {
                "name": row.name, "kind": row.kind, "superior": superiors.get(row.superior_id or 0, ""),
                "territory": places.get(row.territory_id or 0, ""), "address": row.address, "hours": row.hours,
                "phones": list(row.phones), "email": row.email, "website": row.website,
                "confirmed_on": dict(sorted(row.confirmed_on.items())),
            }
            for slug, row in rows.items()
        }  # fmt: skip

    def state(self, item: AgencyItem, before: State | None) -> State:
        """What the row says, and what was there where it says nothing."""
        state: State = dict(before or _EMPTY)
        said = dict(item.said)
        day: date | None = said.pop("confirmed_on", None)
        days = dict(state["confirmed_on"])
        for name in FIELDS:
            if name in said and said[name] != state[name]:
                days.pop(name, None)
            if said.get(name) and day:
                days[name] = day.isoformat()
        return {**state, **said, "confirmed_on": dict(sorted(days.items()))}

    def insert(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.insert`."""
        values = [{**_columns(state), "slug": slug, "is_demo": False} for slug, state in states.items()]
        db.session.execute(insert(Agency), values)
        self._place(states)

    def update(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.update`."""
        ids = {slug: row.id for slug, row in queries.agencies_by_slug(list(states)).items()}
        db.session.execute(update(Agency), [{"id": ids[slug], **_columns(state)} for slug, state in states.items()])
        self._place(states)

    def _place(self, states: Mapping[str, State]) -> None:
        """Name superiors and territories by their ids."""
        superiors = {state["superior"] for state in states.values()} - {""}
        rows = queries.agencies_by_slug([*states, *superiors])
        places = queries.place_ids({state["territory"] for state in states.values()} - {""})
        changes = [
            {
                "id": rows[slug].id,
                "superior_id": rows[state["superior"]].id if state["superior"] in rows else None,
                "territory_id": places.get(state["territory"]),
            }
            for slug, state in states.items()
        ]
        db.session.execute(update(Agency), changes)

    def remove(self, subjects: Sequence[str], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.remove`."""
        db.session.execute(delete(Agency).where(Agency.slug.in_(subjects)))

    def blockers(self, changes: Sequence[ChangeLog]) -> list[str]:
        """New agencies for which somebody answers by now, or that stand above others."""
        created = [change.subject for change in changes if change.before is None]
        return queries.needed(created)


def _unnamed(name: str) -> str:
    """What stands for a new agency in a file; an asterisk, so that it is no slug."""
    return f"*{name.lower()}"[:200]


def _noted(items: Iterator[AgencyItem], moved: dict[str, str]) -> Iterator[AgencyItem]:
    """Each new agency with a slug that is free, in the file too; what the rows say of superiors is noted."""
    known = dict(_known())
    for item in items:
        name = item.said["name"]
        slug = known[name.lower()] = item.slug or queries.slug_for(name, known)
        if "superior" in item.said:
            moved[slug] = item.said["superior"]
        yield replace(item, slug=slug)


def in_circle(superiors: Mapping[str, str], moved: Collection[str]) -> str:
    """The first of the moved agencies that stands below itself; "" where there is none. Each is looked at once."""
    done: set[str] = set()
    for start in moved:
        path: dict[str, None] = {}
        slug = start
        while slug and slug not in done and slug not in path:
            path[slug] = None
            slug = superiors.get(slug, "")
        if slug in path:
            circle = list(path)[list(path).index(slug) :]
            if found := next((one for one in circle if one in moved), ""):
                return found
        done |= path.keys()
    return ""


_EMPTY: State = {
    "name": "", "kind": AgencyKind.OTHER.value, "superior": "", "territory": "", "address": "", "hours": "",
    "phones": [], "email": "", "website": "", "confirmed_on": {},
}  # fmt: skip


def _columns(state: State) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in {"superior", "territory"}}


def _read_contacts(row: Row, cells: Mapping[str, str], said: dict[str, Any]) -> list[RowError]:
    """Put the contacts of a row into `said`; what is wrong with them."""
    errors: list[RowError] = []
    texts = {name: "" if cells[name] == _CLEARED else cells[name] for name in FIELDS if cells.get(name)}
    try:
        contacts = read_contacts(texts)
        said |= {name: _json(contacts, name) for name in texts}
    except ContactsError as error:
        errors += [
            RowError(row.line, problem.field, f"contact_{problem.code}", {"value": shown(texts[problem.field])})
            for problem in error.problems
        ]
    try:
        day = parse_day(row.values.get("confirmed_on"))
        if day is not None:
            said["confirmed_on"] = day
    except ValueProblem as problem:
        errors.append(problem.at(row.line, "confirmed_on"))
    return errors


def _json(contacts: Contacts, name: str) -> Any:
    value = getattr(contacts, name)
    return list(value) if isinstance(value, tuple) else value


def _kind(text: str) -> str:
    kind = _KINDS.get(fold(text))
    if kind is None:
        raise ValueProblem("unknown_value", value=shown(text), known=", ".join(kind.value for kind in AgencyKind))
    return kind.value


def _superior(text: str) -> str:
    """An agency that there is: one of the same file can't be known before the file is stored."""
    slug = _known().get(text.lower())
    if slug is None:
        raise ValueProblem("unknown_agency", value=shown(text))
    return slug


def _territory(text: str) -> str:
    """A unit of today by its slug, or its name with or without its type. Bare codes name nobody: they were reused."""
    units = _standing_units()
    found = units.get(text.lower()) or units.get(fold(text), ())
    if not found:
        raise ValueProblem("unknown_place", value=shown(text))
    if len(found) > 1:
        raise ValueProblem("ambiguous_place", value=shown(text), known=", ".join(full_name(place) for place in found))
    return found[0].slug


def _known() -> Mapping[str, str]:
    """The slugs by name: inside a unit of work as they were at its first row, instead of asked for again by each."""
    session = db.session()
    if not session.info.get("unit_of_work"):
        return queries.slugs_by_name()
    held: tuple[object, Mapping[str, str]] | None = session.info.get(_KNOWN)
    if held is None or held[0] is not session.get_transaction():
        held = session.info[_KNOWN] = (session.get_transaction(), queries.slugs_by_name())
    return held[1]


@memoised_by_content
def _standing_units() -> Mapping[str, tuple[PlaceFact, ...]]:
    """Today's units by what a row may call them: with their marks, which tell some apart, and without."""
    found: dict[str, tuple[PlaceFact, ...]] = {}
    for place in atlas().places:
        if place.valid_to is None and place.level != Level.VILLAGE:
            names = (full_name(place).lower(), place.name.lower())
            for name in {place.slug, *names, *map(fold, names)}:
                found[name] = (*found.get(name, ()), place)
    return found
