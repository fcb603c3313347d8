"""All data sets. A new one is one entry here."""

from __future__ import annotations

from portal.opendata import sets_content, sets_figures, sets_people
from portal.opendata.model import Dataset

DATASETS: tuple[Dataset, ...] = (
    sets_figures.OBSERVATIONS,
    sets_figures.WITHDRAWN,
    sets_figures.INDICATORS,
    sets_figures.PUBLISHED,
    sets_content.PLACES,
    sets_content.SUCCESSIONS,
    sets_content.GUIDES,
    sets_content.FEES,
    sets_content.REDUCTIONS,
    sets_people.TEAMS,
    sets_people.FEEDBACK,
)
_BY_SLUG = {one.slug: one for one in DATASETS}


def dataset(slug: str) -> Dataset | None:
    """The data set of an address."""
    return _BY_SLUG.get(slug)
