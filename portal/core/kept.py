"""What the pages of one content version share without asking the database, not even for the version.

For what the pages that people read most need each time. `content.memoised_by_content` is for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from portal.core.content import transaction_version
from portal.core.pages import Renderer, renderer

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class KeptByVersion(Generic[_K, _V]):
    """Values by key, made once for each version that the renderer learns of.

    That version is never older than the one under which a page is kept. Values are shared between threads: nobody may
    change them.
    """

    def __init__(self, most: int) -> None:
        """At `most` keys everything is forgotten and begun anew."""
        self._most = most
        self._kept: WeakKeyDictionary[Renderer, tuple[int, dict[_K, _V]]] = WeakKeyDictionary()

    def get(self, key: _K, make: Callable[[], _V]) -> _V:
        """The value of this moment's version; made anew where nobody may rely on a version."""
        maker = renderer()
        version = maker.version()
        known: Any = self._kept.get(maker)
        values: dict[_K, _V] = known[1] if known is not None and known[0] == version else {}
        if key in values:
            return values[key]
        made = make()
        # A transaction that began before the last publish sees older rows; one that writes, rows that may never be.
        if version is not None and transaction_version() == version:
            if len(values) >= self._most:
                values = {}
            values[key] = made
            self._kept[maker] = (version, values)
        return made
