"""What stands on a poster: words alone, ready to be drawn, in one language."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from struct import Struct
from typing import Any

# How long an answer of the process is that draws posters: before each.
ANSWER_LENGTH = Struct(">Q")


class Sheet(StrEnum):
    """A paper: A4 and A5 upright, and an A4 to be folded once, which stands on a table and is read from both sides."""

    A4 = "a4"
    A5 = "a5"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingWords:
    """A saving that a verified reduction gives: what, instead of what, and by which document until when."""

    amount: str
    detail: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperWords:
    """Who helps: `name` and `place` of a team; `person` and `phone` only of who agreed to be named."""

    label: str
    name: str
    place: str
    person: str = ""
    phone: str = ""
    meeting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One poster. `qr` is what the code holds, `address` the same in letters for typing.

    `steps` are at most three, `more` says how many others there are. `notes` are the small lines at the foot;
    `warning` stands out, where something on it is not real. `printed_on` is a day in ISO form, also the file's.
    """

    portal_name: str
    kind: str
    title: str
    steps: tuple[str, ...]
    more: str
    saving: SavingWords | None
    helper: HelperWords | None
    scan: str
    typing: str
    qr: str
    address: str
    notes: tuple[str, ...]
    warning: str
    printed_on: str
    locale: str
    primary: str
    accent: str

    def values(self) -> dict[str, Any]:
        """The poster as plain values, to be sent to another process."""
        return asdict(self)

    @classmethod
    def of(cls, values: dict[str, Any]) -> Poster:
        """The poster that `values` made."""
        saving, helper = values["saving"], values["helper"]
        return replace(
            cls(**values), saving=SavingWords(**saving) if saving else None,
            helper=HelperWords(**helper) if helper else None, steps=tuple(values["steps"]),
            notes=tuple(values["notes"]),
        )  # fmt: skip
