"""Villages as a kind of import: a row each, under the commune that it names by slug, by name, or by code and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from portal.core.permissions import Permission
from portal.core.text import clean_line, slugify, words
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError, shown
from portal.exchange.keyed import KeyedKind
from portal.exchange.registry import State
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_day
from portal.places import queries, service
from portal.places.choice import chosen
from portal.places.kinds import KINDS, WORDS, full_name
from portal.places.models import Level

NAME_LIMIT = 60
_SHOWN = 4
_KIND_WORDS = {slugify(WORDS[kind]): kind for kind in KINDS[Level.VILLAGE]} | {"tdp": "to-dan-pho", "kp": "khu-pho"}


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class VillageItem:
    """A village as a row names it."""

    commune: str
    kind: str
    name: str
    valid_to: date | None


class VillageKind(KeyedKind[VillageItem]):
    """Villages: thôn, tổ dân phố and the like."""

    key: ClassVar[str] = "villages"
    name: ClassVar[str] = _("Thôn, tổ dân phố")
    permission: ClassVar[Permission] = Permission.EDIT_CONTENT
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"commune", "name"}),
        optional=frozenset({"kind", "day", "valid_to"}),
        labels={
            "commune": "Xã, phường", "name": "Tên thôn, tổ dân phố", "kind": "Loại", "day": "Ngày số liệu",
            "valid_to": "Ngày cuối",
        },
    )  # fmt: skip

    def read(
        self,
        row: Row,
        options: Mapping[str, Any],  # noqa: ARG002
        *,
        is_tabular: bool,  # noqa: ARG002
    ) -> VillageItem | list[RowError]:
        """See `ImportKind.read`."""
        errors: list[RowError] = []
        day, valid_to = _day(row, "day", errors), _day(row, "valid_to", errors)
        kind, name = _named(row, errors)
        commune = _commune(row, day, errors)
        return errors or VillageItem(commune, kind, name, valid_to)

    def subject(self, item: VillageItem) -> str:
        """Commune, type and name."""
        return f"{item.commune}/{item.kind}/{item.name}"

    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """See `KeyedKind.load`."""
        wanted = set(subjects)
        found = {
            f"{commune}/{one.kind}/{one.name}": {"valid_to": one.valid_to.isoformat() if one.valid_to else None}
            for commune, one in queries.villages_of({subject.split("/")[0] for subject in subjects})
        }
        return {subject: state for subject, state in found.items() if subject in wanted}

    def state(self, item: VillageItem, before: State | None) -> State:  # noqa: ARG002
        """See `KeyedKind.state`."""
        return {"valid_to": item.valid_to.isoformat() if item.valid_to else None}

    def insert(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.insert`."""
        service.insert_villages({_parts(subject): _last_day(state) for subject, state in states.items()})

    def update(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.update`."""
        service.update_villages({_parts(subject): _last_day(state) for subject, state in states.items()})

    def remove(self, subjects: Sequence[str], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.remove`."""
        service.remove_villages([_parts(subject) for subject in subjects])


def _parts(subject: str) -> tuple[str, str, str]:
    commune, kind, name = subject.split("/", 2)
    return commune, kind, name


def _last_day(state: State) -> date | None:
    return date.fromisoformat(state["valid_to"]) if state["valid_to"] else None


def _text(row: Row, column: str, limit: int, errors: list[RowError]) -> str:
    value = row.values.get(column)
    text = clean_line(str(value), limit + 1) if value is not None else ""
    if len(text) > limit:
        errors.append(RowError(row.line, column, "too_long", {"found": len(text), "limit": limit}))
    return text


def _day(row: Row, column: str, errors: list[RowError]) -> date | None:
    try:
        return parse_day(row.values.get(column))
    except ValueProblem as problem:
        errors.append(problem.at(row.line, column))
        return None


def _named(row: Row, errors: list[RowError]) -> tuple[str, str]:
    """Type and name; the type may stand before the name instead of in its own column."""
    name, word = _text(row, "name", NAME_LIMIT, errors), _text(row, "kind", 40, errors)
    if not slugify(name):
        errors.append(RowError(row.line, "name", "missing"))
        return "", name
    if word:
        kind = _KIND_WORDS.get(slugify(word), "")
        if not kind:
            known = ", ".join(WORDS[kind] for kind in KINDS[Level.VILLAGE])
            errors.append(RowError(row.line, "kind", "unknown_value", {"value": shown(word), "known": known}))
        return kind, name
    for parts in range(3, 0, -1):
        head, rest = name.split()[:parts], name.split()[parts:]
        if rest and (kind := _KIND_WORDS.get(slugify(" ".join(head)), "")):
            return kind, " ".join(rest)
    errors.append(RowError(row.line, "kind", "missing"))
    return "", name


def _commune(row: Row, day: date | None, errors: list[RowError]) -> str:
    """The slug of the one commune of today that a row means; every other case is an error of the row."""
    text, atlas = _text(row, "commune", 200, errors), queries.atlas()
    slug = text.lower()
    if text.isdigit():
        if day is None:
            errors.append(RowError(row.line, "commune", "code_without_day", {"value": text}))
            return ""
        unit = queries.place_by_code(atlas, text, Level.COMMUNE, day)
        if unit is None:
            errors.append(RowError(row.line, "commune", "no_unit_of_code", {"value": text, "day": day.isoformat()}))
            return ""
        slug = unit.slug
    if not text:
        errors.append(RowError(row.line, "commune", "missing"))
        return ""
    choices = _chosen(slug) or _found(text)
    if len(choices) == 1:
        return choices.pop()
    names = [full_name(place) for one in sorted(choices) if (place := atlas.get(one)) is not None]
    params = {"value": shown(text), "known": ", ".join(names[:_SHOWN])}
    errors.append(RowError(row.line, "commune", "ambiguous_place" if names else "unknown_place", params))
    return ""


def _chosen(slug: str) -> set[str]:
    choice = chosen(queries.atlas(), slug)
    return {choice.place.slug} if choice.place else {place.slug for place in choice.candidates}


def _found(text: str) -> set[str]:
    """Today's communes that a name may mean; one that is only near is no answer here, nor one of another type."""
    found = [one.place for one in queries.finder().find(text).candidates if not one.is_near]
    named = [place for place in found if place.level == Level.COMMUNE]
    typed = [place for place in named if f" {_plain(full_name(place))} " in f" {_plain(text)} "]
    return {slug for place in typed or named for slug in _chosen(place.slug)}


def _plain(text: str) -> str:
    return " ".join(words(text))
