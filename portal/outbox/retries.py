"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta
from secrets import SystemRandom

# After the first failure, the second, …; the last repeats.
DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
# With these delays, the last of so many attempts comes about two days after the first.
TWO_DAYS = 17
_SPREAD = 0.2
_random = SystemRandom()


def delay(attempts: int) -> timedelta:
    """The pause after so many attempts, up to a fifth longer, so that what failed together isn't tried together."""
    return DELAYS[min(attempts, len(DELAYS)) - 1] * (1 + _random.uniform(0, _SPREAD))
