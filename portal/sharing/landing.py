"""Where a short link leads today, kept in this process for as long as the content stays the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from portal.core.content import transaction_version
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.pages import renderer
from portal.guides import queries as guides
from portal.sharing import queries
from portal.sharing.models import ShareLink
from portal.sharing.targets import GUIDES, Address, read_address, title_of

# The page that explains what became of a link's target, and the parameter with the link's code.
EXPLANATION, CODE = "/lien-ket-cu", "g"
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Landing:
    """A link and where it leads: `path` is without language; `is_there` unless that only explains."""

    link_id: int
    code: str
    path: str
    is_there: bool


class Landings:
    """The links that were opened last, under one content version: opening them again asks no database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: int | None = None
        self._kept: OrderedDict[str, Landing] = OrderedDict()

    def find(self, code: str, version: int | None) -> Landing | None:
        """What is kept of a link under a version; None where nothing is, or nobody may rely on a version."""
        with self._lock:
            if version is None or version != self._version or code not in self._kept:
                return None
            self._kept.move_to_end(code)
            return self._kept[code]

    def keep(self, landing: Landing, version: int) -> None:
        """Keep a link; what was kept under another version is forgotten."""
        with self._lock:
            if version != self._version:
                self._version = version
                self._kept.clear()
            self._kept[landing.code] = landing
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def get(self, code: str) -> Landing | None:
        """Where a link leads; None where no link has the code, which isn't kept: it may be made at any moment."""
        version = renderer().version()
        found = self.find(code, version)
        if found is not None:
            return found
        link = queries.link_by_code(code)
        if link is None:
            return None
        landing = landing_of(link)
        # A transaction that began before the last publish sees older rows.
        if version is not None and transaction_version() == version:
            self.keep(landing, version)
        return landing


def landing_of(link: ShareLink) -> Landing:
    """Where a link leads: to its page, to where that has moved, or to what explains that it is gone."""
    address = read_address(link.path)
    if address is not None and title_of(address) is not None:
        return Landing(link.id, link.code, address.path, is_there=True)
    gone = _withdrawn(address, link) if address else None
    if gone is not None:
        return gone
    moved = _moved(address, link.title) if address else None
    if moved is not None:
        return Landing(link.id, link.code, moved.path, is_there=True)
    return Landing(link.id, link.code, f"{EXPLANATION}?{CODE}={link.code}", is_there=False)


def _withdrawn(address: Address, link: ShareLink) -> Landing | None:
    """To where a guide leads that editors withdrew, for the same commune, or to its own address, which says why."""
    found = guides.withdrawn().get(address.key) if address.folder == GUIDES else None
    if found is None:
        return None
    target = read_address(found.target) if found.target else None
    if target is None:
        return Landing(link.id, link.code, address._replace(query=()).path, is_there=False)
    if target.folder == GUIDES and target.key:
        target = target._replace(query=address.query)
    return Landing(link.id, link.code, target.path, is_there=title_of(target) is not None)


def _moved(address: Address, title: str) -> Address | None:
    """The one guide that has the title of a guide that is gone: it got another address."""
    if address.folder != GUIDES or not address.key:
        return None
    alike = [card.slug for card in guides.cards(DEFAULT_LOCALE.code) if card.title == title]
    return address._replace(key=alike[0]) if len(alike) == 1 else None
