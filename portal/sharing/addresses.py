"""What a short link looks like: `/g/<code>`, and `/g/<code>/<letter>` where it tells by which way it was handed on.

All of it may be written in capitals: a QR code holds those in fewer modules (ISO/IEC 18004, alphanumeric mode).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PREFIX = "/g/"
# The letter that stands in the address, for each way to hand a link on.
LETTERS: Mapping[str, str] = {"qr": "q", "zalo": "z", "facebook": "f", "sms": "s", "copy": "c"}
_CHANNELS = {letter: channel for channel, letter in LETTERS.items()}
_TAIL = re.compile(r"([2-9a-z]{6,10})(?:/([a-z]))?", re.IGNORECASE)
# A code and a letter.
LONGEST_TAIL = 12


def tail_of(code: str, channel: str = "") -> str:
    """What stands after `/g/`: the code, and the letter of the channel where there is one."""
    letter = LETTERS.get(channel)
    return f"{code}/{letter}" if letter else code


def link_path(code: str, channel: str = "") -> str:
    """The path of a short link, without language."""
    return PREFIX + tail_of(code, channel)


def read_tail(tail: str) -> tuple[str, str] | None:
    """Code and channel of what stands after `/g/`; None where no code can look like that, "" for no known channel."""
    found = _TAIL.fullmatch(tail) if len(tail) <= LONGEST_TAIL else None
    if found is None:
        return None
    return found[1].lower(), _CHANNELS.get((found[2] or "").lower(), "")
