"""What feedback may be about. Adding a category is one entry here and its words in `labels`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Diversion(StrEnum):
    """Why something can't be taken here: it has a law of its own, or can't wait."""

    COMPLAINT = "complaint"  # Luật Khiếu nại 2011
    DENUNCIATION = "denunciation"  # Luật Tố cáo 2018
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of feedback. One that is diverted is never taken as a case."""

    key: str
    diversion: Diversion | None = None


CATEGORIES: Mapping[str, Category] = {
    one.key: one
    for one in (
        Category("page_error"),
        Category("fee_error"),
        Category("procedure"),
        Category("delay"),
        Category("conduct"),
        Category("technical"),
        Category("team"),
        Category("proposal"),
        Category("other"),
        Category("complaint", Diversion.COMPLAINT),
        Category("denunciation", Diversion.DENUNCIATION),
        Category("emergency", Diversion.EMERGENCY),
    )
}


def is_taken(key: str) -> bool:
    """Whether feedback of this category becomes a case."""
    category = CATEGORIES.get(key)
    return category is not None and category.diversion is None
