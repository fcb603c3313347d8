"""How often one client may ask for what is costly to answer, or do what floods others; kept pages are never counted.

Counted by the client's network address, in this process or, where REDIS_URL is set, in all of them together. Many
phones share one address of a mobile network: a ceiling stops a flood, not a busy hour.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, abort, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from portal.config import Config
from portal.core.addresses import network_of

logger = logging.getLogger("portal.rate_limits")
_EXTENSION = "gandan.rate_limits"


class RateLimits:
    """Counts clients under several names, each with a ceiling of its own."""

    def __init__(self, storage_url: str) -> None:
        # Without `wrap_exceptions` every kind of storage would raise errors of its own.
        storage = storage_from_string(storage_url, wrap_exceptions=True)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._is_away = False

    def allows(self, name: str, ceiling: RateLimitItem, address: str) -> bool:
        """Count a client once; True where it is below the ceiling, also while the counter is away."""
        return self._ask(lambda: self._limiter.hit(ceiling, name, network_of(address)))

    def would_allow(self, name: str, ceiling: RateLimitItem, address: str) -> bool:
        """What `allows` would say, without counting."""
        return self._ask(lambda: self._limiter.test(ceiling, name, network_of(address)))

    def _ask(self, ask: Callable[[], bool]) -> bool:
        try:
            is_allowed = ask()
        except StorageError:
            if not self._is_away:
                logger.error("the counter of clients is away; nobody is limited", exc_info=True)
            self._is_away = True
            return True
        self._is_away = False
        return bool(is_allowed)


def init_rate_limits(app: Flask, config: Config) -> None:
    """Give the application its counters."""
    app.extensions[_EXTENSION] = RateLimits(config.redis_url or "memory://"), config.searches_per_minute


def count_client() -> None:
    """Count the client of this request, who asks for something costly; 429 where it has asked too often."""
    limits, per_minute = current_app.extensions[_EXTENSION]
    if per_minute and not limits.allows("search", RateLimitItemPerMinute(per_minute), request.remote_addr or ""):
        abort(429)


def is_over(name: str, per_hour: int) -> bool:
    """Count the client of this request under a name; True where that was once too often. 0 limits nobody."""
    limits, _ = current_app.extensions[_EXTENSION]
    address = request.remote_addr or ""
    return bool(per_hour) and not limits.allows(name, RateLimitItemPerHour(per_hour), address)


def has_used_up(name: str, per_hour: int) -> bool:
    """Whether the client of this request has been counted as often as it may, without counting it."""
    limits, _ = current_app.extensions[_EXTENSION]
    address = request.remote_addr or ""
    return bool(per_hour) and not limits.would_allow(name, RateLimitItemPerHour(per_hour), address)


def is_over_by_minute(name: str, per_minute: int, *, by_address: bool = True) -> bool:
    """The same as `is_over`, by the minute; not `by_address`, everybody counts under the name together."""
    limits, _ = current_app.extensions[_EXTENSION]
    address = (request.remote_addr or "") if by_address else ""
    return bool(per_minute) and not limits.allows(name, RateLimitItemPerMinute(per_minute), address)
