"""Two people for what counts: who has written something doesn't vouch for it.

A row keeps the accounts of those who have written the values that nobody has vouched for since. What no account wrote,
the command line or what ships, anybody may check.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.permissions import Actor


def writers(known: Sequence[str], was_verified: bool, actor: Actor) -> list[str]:
    """Who has written the values, once `actor` has changed some: those before count until somebody had vouched."""
    return sorted({*([] if was_verified else known), *([actor.key] if actor.key else [])})


def has_written(known: Sequence[str], actor: Actor) -> bool:
    """Whether `actor` has a part in the values, so that somebody else has to check them."""
    return bool(actor.key) and actor.key in known
