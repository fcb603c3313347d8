"""What higher domains know of guides, for the choice of what a team shares this week; `wiring` fills it in.

Teams must not import them: whether readers found a guide useful the feedback knows, how many file online the figures of
adoption. What nobody has registered is left out of the choice, and its page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

# How many people found each guide useful, by its slug, in days that both belong to it.
UsefulVotes = Callable[[date, date], Mapping[str, int]]
# Which share (0 to 1) of what people of a commune (its slug) file is filed online, by the guide's slug, as of a day.
OnlineRates = Callable[[str, date], Mapping[str, float]]
_votes: list[UsefulVotes] = []
_rates: list[OnlineRates] = []


def register_useful_votes(source: UsefulVotes) -> None:
    """Say who counts how many found a guide useful."""
    _votes[:] = [source]


def register_online_rates(source: OnlineRates) -> None:
    """Say who knows how much is filed online."""
    _rates[:] = [source]


def useful_votes(since: date, until: date) -> Mapping[str, int]:
    """The guides that somebody found useful; none where nobody counts."""
    return _votes[0](since, until) if _votes else {}


def online_rates(commune: str, day: date) -> Mapping[str, float]:
    """The shares that are known; none where nobody knows any."""
    return _rates[0](commune, day) if _rates else {}
