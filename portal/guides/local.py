"""A guide for one commune: its offices instead of "the commune"."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.agencies.local import LocalAnswer, local_answer
from portal.agencies.models import AgencyKind
from portal.places.atlas import PlaceFact
from portal.places.kinds import lower_name
from portal.places.queries import atlas
from portal.procedures.queries import RecordFacts


@dataclass(frozen=True, slots=True)
class LocalPart:
    """What a guide says of a commune: `name` inside a sentence, `unnamed` an office that nobody has entered."""

    name: str
    answer: LocalAnswer
    unnamed: str

    @property
    def has_contacts(self) -> bool:
        """Whether any of the commune's offices can be reached by what is known."""
        return any(not row.contacts.is_empty for row in (self.answer.counter, *self.answer.responsible) if row)

    @property
    def province_has_contacts(self) -> bool:
        """Whether any of the province's offices can."""
        return any(not row.contacts.is_empty for row in self.answer.province)


def local_part(place: PlaceFact, record: RecordFacts) -> LocalPart:
    """The offices of a commune for a guide's main record."""
    answer = local_answer(atlas(), place, levels=record.levels, named=record.agencies)
    return LocalPart(lower_name(place), answer, _unnamed(answer.unnamed, place))


def _unnamed(kind: AgencyKind | None, place: PlaceFact) -> str:
    """An office that surely is there by its plain name; "" for one that a commune may not have."""
    if kind is AgencyKind.POLICE:
        return f"Công an {lower_name(place)}"
    if kind is AgencyKind.LAND_OFFICE:
        return str(_("Chi nhánh Văn phòng đăng ký đất đai"))
    return ""
