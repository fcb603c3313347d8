"""Which agency feedback goes to, and why: rules of the staff over category, place and the agency of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.agencies.models import AgencyKind
from portal.agencies.queries import AgencyFact
from portal.places.atlas import Atlas, Coverage
from portal.places.choice import chosen
from portal.places.models import Level

AGENCY = "agency:"
SUBJECT_AGENCY, PLACE_CENTER, PLACE_COMMITTEE = "subject_agency", "place_center", "place_committee"
RELATIVE_TARGETS = (SUBJECT_AGENCY, PLACE_CENTER, PLACE_COMMITTEE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as routing reads it; empty conditions fit everything."""

    code: str
    category: str
    place: str
    about: str
    target: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class World:
    """What rules are judged against: places and agencies of this moment, and the rules in their order."""

    atlas: Atlas
    agencies: Sequence[AgencyFact]
    rules: Sequence[Rule]

    def agency(self, slug: str) -> AgencyFact | None:
        """An agency by its slug."""
        return next((one for one in self.agencies if one.slug == slug), None)

    def of_place(self, slug: str, kind: AgencyKind) -> AgencyFact | None:
        """The first agency of a kind whose territory a place is."""
        return next((one for one in self.agencies if one.territory == slug and one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be routed: `place` as it was named, also one of before; `about` is the agency of the subject."""

    category: str
    place: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where it goes. `agency` is "" only where there is no agency at all.

    `place` is the unit of today, "" where none was named or a split one can't be told. `rule` is the code of the rule
    that decided, or "" for the last resort; `skipped` are rules that fitted and whose target doesn't exist.
    """

    agency: str
    place: str
    rule: str
    target: str
    is_default: bool
    skipped: tuple[str, ...] = ()
    is_split: bool = False

    def as_json(self) -> dict[str, Any]:
        """What a case remembers of its way."""
        return {
            "rule": self.rule, "target": self.target, "is_default": self.is_default, "skipped": list(self.skipped),
            "is_split": self.is_split,
        }  # fmt: skip


def route(world: World, question: Question) -> Route:
    """The agency that a question goes to: the first rule that fits and whose target exists; else the last resort."""
    choice = chosen(world.atlas, question.place)
    place = choice.slug
    skipped: list[str] = []
    for rule in world.rules:
        if not _fits(world, rule, question, place):
            continue
        agency = _target(world, rule.target, question, place)
        if agency is not None:
            return Route(
                agency.slug, place, rule.code, rule.target, rule.is_default, tuple(skipped), bool(choice.candidates)
            )
        skipped.append(rule.code)
    last = last_resort(world)
    return Route(
        last.slug if last else "", place, "", AGENCY + last.slug if last else "", True, tuple(skipped),
        bool(choice.candidates),
    )  # fmt: skip


def last_resort(world: World) -> AgencyFact | None:
    """Where feedback goes that no rule sends anywhere: the province's service centre, its committee, any agency."""
    provinces = [one.slug for one in world.atlas.places if one.level == Level.PROVINCE and one.valid_to is None]
    for kind in (AgencyKind.SERVICE_CENTER, AgencyKind.COMMITTEE):
        for province in provinces:
            found = world.of_place(province, kind)
            if found is not None:
                return found
    return world.agencies[0] if world.agencies else None


def _fits(world: World, rule: Rule, question: Question, place: str) -> bool:
    if rule.category and rule.category != question.category:
        return False
    if rule.about and rule.about != question.about:
        return False
    if rule.place:
        return bool(place) and world.atlas.coverage(rule.place, place) is Coverage.WHOLE
    return True


def _target(world: World, target: str, question: Question, place: str) -> AgencyFact | None:
    if target.startswith(AGENCY):
        return world.agency(target.removeprefix(AGENCY))
    if target == SUBJECT_AGENCY:
        return world.agency(question.about) if question.about else None
    kind = AgencyKind.SERVICE_CENTER if target == PLACE_CENTER else AgencyKind.COMMITTEE
    return world.of_place(place, kind) if place else None


def superior_of(world: World, slug: str, superiors: Mapping[str, str]) -> AgencyFact | None:
    """Who stands above an agency: as it is entered, else where everything goes that no rule fits.

    None where that is the agency itself, or one that stands below it.
    """
    entered = world.agency(superiors.get(slug, ""))
    if entered is not None:
        return entered
    default = general(world)
    return None if default is None or slug in chain_of(default.slug, superiors) else default


def chain_of(agency: str, superiors: Mapping[str, str]) -> list[str]:
    """An agency, and those above it."""
    chain: list[str] = []
    while agency and agency not in chain:
        chain.append(agency)
        agency = superiors.get(agency, "")
    return chain


def general(world: World) -> AgencyFact | None:
    """The agency that takes what no rule fits: the default's target, else the last resort."""
    default = next((rule.target for rule in world.rules if rule.is_default), "")
    named = world.agency(default.removeprefix(AGENCY)) if default.startswith(AGENCY) else None
    return named or last_resort(world)
