"""Fees, reductions and places as the pages of one content version share them.

Guides are what people read most, so they ask no database for these: the snapshot is made once for each version that
the renderer learns of, which is never older than the version under which a page is kept. What it keeps for
a day is kept by the day.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from portal.core.content import transaction_version
from portal.core.pages import Renderer, renderer
from portal.fees.queries import Tariff, tariff
from portal.places.atlas import Atlas
from portal.places.queries import atlas


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What holds of fees, and where places lie. `made` keeps what follows from both, by keys that name the day."""

    tariff: Tariff
    atlas: Atlas
    made: dict[Hashable, Any] = field(default_factory=dict, compare=False)


_kept: WeakKeyDictionary[Renderer, tuple[int, Snapshot]] = WeakKeyDictionary()


def snapshot() -> Snapshot:
    """The snapshot of this moment's version; read anew where nobody may rely on a version."""
    maker = renderer()
    version = maker.version()
    known = _kept.get(maker)
    if known is not None and known[0] == version:
        return known[1]
    made = Snapshot(tariff(maker.config.demo), atlas())
    # A transaction that began before the last publish sees older rows; one that writes, rows that may never be.
    if version is not None and transaction_version() == version:
        _kept[maker] = (version, made)
    return made
