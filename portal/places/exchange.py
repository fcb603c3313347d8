"""Villages as a kind of import: a row each, under the commune that it names by slug, by name, or by code and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from portal.core.db import db
from portal.core.permissions import Permission
from portal.core.text import clean_line, slugify, words
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError, shown
from portal.exchange.keyed import KeyedKind, KeyedReport
from portal.exchange.registry import Run, State
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_day
from portal.places import queries, service
from portal.places.atlas import Atlas
from portal.places.choice import chosen
from portal.places.finder import Finder
from portal.places.kinds import KINDS, WORDS, full_name
from portal.places.models import Level
from portal.places.service import NewVillage
from portal.places.villages import Villages, village_slug

NAME_LIMIT = 60
_SHOWN = 4
_HELD = "places_of_villages"
_KIND_WORDS = {slugify(WORDS[kind]): kind for kind in KINDS[Level.VILLAGE]} | {"tdp": "to-dan-pho", "kp": "khu-pho"}


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class VillageItem:
    """A village as a row names it; `slug` is "" for one that there isn't yet."""

    slug: str
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
        commune = commune_of_row(row, day, errors)
        if errors:
            return errors
        known = _known().villages.meant(commune, kind, name, valid_to)
        return VillageItem(known.slug if known else "", commune, kind, name, valid_to)

    def subject(self, item: VillageItem) -> str:
        """The slug. For a new village commune, type and name, until `store` finds a slug for it."""
        return item.slug or f"{item.commune}/{item.kind}/{item.name.casefold()}"

    def store(self, items: Iterator[VillageItem], run: Run) -> KeyedReport:
        """See `ImportKind.store`."""
        return super().store(_with_slugs(items), run)

    def load(self, subjects: Sequence[str]) -> dict[str, State]:
        """See `KeyedKind.load`."""
        return {
            village.slug: _state(commune, village.kind, village.name, village.valid_to)
            for commune, village in queries.villages_by_slug(subjects)
        }

    def state(self, item: VillageItem, before: State | None) -> State:
        """What there is, and the last day where the row has one: without it nothing is revived."""
        if before is None:
            return _state(item.commune, item.kind, item.name, item.valid_to)
        return {**before, "valid_to": item.valid_to.isoformat()} if item.valid_to else before

    def insert(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.insert`."""
        service.insert_villages([
            NewVillage(slug, state["commune"], state["kind"], state["name"], _last_day(state))
            for slug, state in states.items()
        ])  # fmt: skip

    def update(self, states: Mapping[str, State], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.update`."""
        service.update_villages({slug: _last_day(state) for slug, state in states.items()})

    def remove(self, subjects: Sequence[str], now: datetime) -> None:  # noqa: ARG002
        """See `KeyedKind.remove`."""
        service.remove_villages(subjects)


def _with_slugs(items: Iterator[VillageItem]) -> Iterator[VillageItem]:
    """Each new village with a slug that neither a stored one has nor one before it in the file."""
    taken = {place.slug for place in _known().atlas.places}
    for item in items:
        if item.slug:
            yield item
            continue
        slug = service.free_slug(village_slug(item.commune, item.kind, item.name), taken)
        taken.add(slug)
        yield replace(item, slug=slug)


def _state(commune: str, kind: str, name: str, last_day: date | None) -> State:
    return {"commune": commune, "kind": kind, "name": name, "valid_to": last_day.isoformat() if last_day else None}


def _last_day(state: State) -> date | None:
    return date.fromisoformat(state["valid_to"]) if state["valid_to"] else None


class _Known(NamedTuple):
    atlas: Atlas
    finder: Finder
    villages: Villages


def _known() -> _Known:
    """All places: inside a unit of work as they were at its first row, instead of read again for each."""
    session = db.session()
    if not session.info.get("unit_of_work"):
        return _Known(queries.atlas(), queries.finder(), queries.known_villages())
    held: tuple[object, _Known] | None = session.info.get(_HELD)
    if held is None or held[0] is not session.get_transaction():
        atlas = queries.atlas()
        known = _Known(atlas, Finder(atlas), Villages(atlas.places))
        held = session.info[_HELD] = (session.get_transaction(), known)
    return held[1]


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


def commune_of_row(row: Row, day: date | None, errors: list[RowError]) -> str:
    """The slug of the one commune of today that a row means; every other case is an error of the row."""
    text, atlas = _text(row, "commune", 200, errors), _known().atlas
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
    choice = chosen(_known().atlas, slug)
    return {choice.place.slug} if choice.place else {place.slug for place in choice.candidates}


def _found(text: str) -> set[str]:
    """Today's communes that a name may mean; one that is only near is no answer here, nor one of another type."""
    found = [one.place for one in _known().finder.find(text).candidates if not one.is_near]
    named = [place for place in found if place.level == Level.COMMUNE]
    typed = [place for place in named if f" {_plain(full_name(place))} " in f" {_plain(text)} "]
    return {slug for place in typed or named for slug in _chosen(place.slug)}


def _plain(text: str) -> str:
    return " ".join(words(text))
