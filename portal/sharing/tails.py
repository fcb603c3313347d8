"""What stands after `/g/`: `<code>`, or `<code>/<letter>` where the link tells by which way it was handed on.

All of it may be written in capitals: a QR code holds those in fewer modules (ISO/IEC 18004, alphanumeric mode).
"""

from __future__ import annotations

import re

from portal.sharing.addresses import LETTERS, Channel

PREFIX = "/g/"
# A code and a letter.
LONGEST_TAIL = 12
_CHANNELS = {letter: channel.value for channel, letter in LETTERS.items()}
_TAIL = re.compile(r"([2-9a-z]{6,10})(?:/([a-z]))?", re.IGNORECASE)


def tail_of(code: str, channel: str) -> str:
    """The tail of a link by a channel, "" for none."""
    return f"{code}/{LETTERS[Channel(channel)]}" if channel else code


def read_tail(tail: str) -> tuple[str, str] | None:
    """Code and channel, "" for one that is none of ours; None where no link can have such a tail."""
    found = _TAIL.fullmatch(tail) if len(tail) <= LONGEST_TAIL else None
    if found is None:
        return None
    return found[1].lower(), _CHANNELS.get((found[2] or "").lower(), "")
