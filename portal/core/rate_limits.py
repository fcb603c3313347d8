"""How often one client may ask for what is costly to answer; pages that are kept are never counted.

Counted by the client's network address, in this process or, where REDIS_URL is set, in all of them together. Many
phones share one address of a mobile network: the limit stops a flood, not a busy hour.
"""

from __future__ import annotations

import logging

from flask import Flask, abort, current_app, request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from portal.config import Config
from portal.core.addresses import network_of

logger = logging.getLogger("portal.rate_limits")
_EXTENSION = "gandan.rate_limits"


class RateLimits:
    """Counts clients."""

    def __init__(self, storage_url: str, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        # Without `wrap_exceptions` every kind of storage would raise errors of its own.
        storage = storage_from_string(storage_url, wrap_exceptions=True)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._is_away = False

    def allows(self, address: str) -> bool:
        """Count one costly answer for a client; True where it may have it, also while the counter is away."""
        try:
            is_allowed = self._limiter.hit(self._limit, network_of(address))
        except StorageError:
            if not self._is_away:
                logger.error("the counter of clients is away; nobody is limited", exc_info=True)
            self._is_away = True
            return True
        self._is_away = False
        return bool(is_allowed)


def init_rate_limits(app: Flask, config: Config) -> None:
    """Give the application its counter, unless nobody is limited."""
    if config.searches_per_minute:
        app.extensions[_EXTENSION] = RateLimits(config.redis_url or "memory://", config.searches_per_minute)


def count_client() -> None:
    """Count the client of this request; 429 where it has asked too often."""
    limits: RateLimits | None = current_app.extensions.get(_EXTENSION)
    if limits and not limits.allows(request.remote_addr or ""):
        abort(429)
