"""Illustrative people and data: each domain that has some says how it is loaded and taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


class StillUsedError(Exception):
    """Something real leans on what is illustrative; the message says what."""


@dataclass(frozen=True, slots=True)
class DemoPart:
    """What one domain shows in a demo. `load` returns lines for the operator; both can be repeated.

    `remove` raises StillUsedError where something real leans on it.
    """

    load: Callable[[datetime], Sequence[str]]
    remove: Callable[[], None]


_parts: list[DemoPart] = []


def register_demo(*parts: DemoPart) -> None:
    """Say who has illustrative data, lower domains first; `wiring` calls it."""
    _parts[:] = parts


def load(now: datetime) -> list[str]:
    """Load all of it; what to tell the operator."""
    return [line for part in _parts for line in part.load(now)]


def remove() -> None:
    """Take all of it away, higher domains first."""
    for part in reversed(_parts):
        part.remove()
