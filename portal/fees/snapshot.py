"""Fees, reductions and places as the pages of one content version share them.

Guides are what people read most, so they ask no database for these. What is kept for a day is kept by the day.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from portal.core.kept import KeptByVersion
from portal.core.pages import renderer
from portal.fees.queries import Tariff, tariff
from portal.places.atlas import Atlas
from portal.places.queries import atlas


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What holds of fees, and where places lie. `made` keeps what follows from both, by keys that name the day."""

    tariff: Tariff
    atlas: Atlas
    made: dict[Hashable, Any] = field(default_factory=dict, compare=False)


_kept: KeptByVersion[None, Snapshot] = KeptByVersion(1)


def snapshot() -> Snapshot:
    """The snapshot of this moment's version; read anew where nobody may rely on a version."""
    return _kept.get(None, lambda: Snapshot(tariff(renderer().config.demo), atlas()))
