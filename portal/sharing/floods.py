"""How often one network may be counted for one link: what one machine sends must not become a village's interest.

Above a ceiling a visit isn't counted, and goes on as any other. Kept in the memory of this process alone, under a
number from which no address can be read (Python's salted hash), and for a day at most.
"""

from __future__ import annotations

import threading

# A hall of people behind one address scans a poster in a minute; a commune behind a mobile network's in a day.
PER_MINUTE = 60
PER_DAY = 600
_MINUTE, _DAY = 60, 86_400
# So many networks and links are remembered at once.
_MOST = 50_000


class _Window:
    """Counts of one minute or day."""

    def __init__(self, seconds: int, ceiling: int) -> None:
        self._seconds, self._ceiling = seconds, ceiling
        self._number = -1
        self._counts: dict[int, int] = {}

    def allows(self, key: int, now: float) -> bool:
        """Count once more; False above the ceiling."""
        number = int(now // self._seconds)
        if number != self._number:
            self._number, self._counts = number, {}
        seen = self._counts.get(key, 0)
        if seen >= self._ceiling:
            return False
        if not seen and len(self._counts) >= _MOST:
            self._counts.pop(next(iter(self._counts)))  # the oldest: one flood must not silence the others
        self._counts[key] = seen + 1
        return True


class Ceilings:
    """The ceilings of one process, for threads to share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = _Window(_MINUTE, PER_MINUTE)
        self._day = _Window(_DAY, PER_DAY)

    def allows(self, network: str, link_id: int, event: str, now: float) -> bool:
        """Whether an event of a link counts that comes from a network at a time (seconds since the epoch)."""
        key = hash((network, link_id, event))
        with self._lock:
            return self._minute.allows(key, now) and self._day.allows(key, now)
