"""What is counted of a request, and for which link: the one place that decides."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine

from portal.core import clock
from portal.core.addresses import network_of
from portal.sharing.counting import LANDING, ShareCounts
from portal.sharing.floods import Ceilings
from portal.sharing.landing import Landing, Landings
from portal.sharing.tails import tail_of
from portal.sharing.visitors import asks_not_to_be_told_apart, is_browser, is_person

_EXTENSION = "gandan.attribution"


class Attribution:
    """Counts for one application. `is_behind_proxy`: the proxy's last word says who the client is."""

    def __init__(self, engine: Engine, *, is_behind_proxy: bool) -> None:
        self.counts = ShareCounts(engine)
        self.landings = Landings()
        self._ceilings = Ceilings()
        self._is_behind_proxy = is_behind_proxy

    def land(self, environ: Mapping[str, Any], landing: Landing, channel: str) -> str:
        """Count somebody who comes by a link; returns the path, without language, to which they go on.

        The page learns of the link by the fragment, which no server or cache sees. It is left out where nothing more
        may be counted: for machines, for who asks not to be told apart, and on the page that only explains.
        """
        if not is_person(environ):
            return landing.path
        is_told_apart = not asks_not_to_be_told_apart(environ)
        self._count(environ, landing.link_id, channel if is_told_apart else "", LANDING)
        if is_told_apart and landing.is_there:
            return f"{landing.path}#g={tail_of(landing.code, channel)}"
        return landing.path

    def follow(self, environ: Mapping[str, Any], landing: Landing, channel: str, event: str) -> None:
        """Count a reading or a start of somebody who came by a link, unless they ask not to be told apart."""
        if is_browser(environ.get("HTTP_USER_AGENT", "")) and not asks_not_to_be_told_apart(environ):
            self._count(environ, landing.link_id, channel, event)

    def _count(self, environ: Mapping[str, Any], link_id: int, channel: str, event: str) -> None:
        if self._ceilings.allows(network_of(self._address(environ)), link_id, event, time.time()):
            self.counts.count(link_id, clock.today(), channel, event)

    def _address(self, environ: Mapping[str, Any]) -> str:
        """As ProxyFix reads it, which stands nearer to the views than who asks this."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if self._is_behind_proxy else ""
        return forwarded.rpartition(",")[2].strip() or environ.get("REMOTE_ADDR", "")


def init_attribution(app: Flask, made: Attribution) -> None:
    """Give the application its counts."""
    app.extensions[_EXTENSION] = made


def attribution() -> Attribution:
    """The counts of the current application."""
    found: Attribution = current_app.extensions[_EXTENSION]
    return found
