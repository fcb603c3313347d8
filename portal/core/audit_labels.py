"""What the audit log's entries are called: each domain names its own; `wiring` registers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Labels = Callable[[], Mapping[str, str]]
_labels: list[Labels] = []


def register_audit_labels(*labels: Labels) -> None:
    """Say who names actions: each is called within a request and gives the words by the action's key."""
    _labels[:] = labels


def action_label(action: str) -> str:
    """What was done, in words; the key itself where a later version wrote it."""
    return next((words[action] for labels in _labels if action in (words := labels())), action)
