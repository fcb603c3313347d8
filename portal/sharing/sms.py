"""How a text message is counted and made shorter (3GPP TS 23.038, the GSM alphabet and UCS-2). Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from portal.core.text import nfc

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Behind an escape character: each takes two places.
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM_ALONE, _GSM_PART = 160, 153
_UCS_ALONE, _UCS_PART = 70, 67
# What looks the same in letters that every message has.
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
                        "…": "...", "\u00a0": " ", "·": "-", "×": "x", "₫": "d", "•": "-"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsLength:
    """How long a message is: `units` of `room` in so many `parts`, each of which is paid for."""

    units: int
    parts: int
    room: int
    is_plain: bool


def sms_length(text: str) -> SmsLength:
    """Count a message as networks do. A character or an escaped pair never lies across two parts."""
    is_plain = all(char in _BASIC or char in _EXTENDED for char in text)
    alone, part = (_GSM_ALONE, _GSM_PART) if is_plain else (_UCS_ALONE, _UCS_PART)
    costs = [_cost(char, is_plain=is_plain) for char in text]
    units = sum(costs)
    if units <= alone:
        return SmsLength(units, 1, alone, is_plain)
    parts, used = 1, 0
    for cost in costs:
        if used + cost > part:
            parts, used = parts + 1, 0
        used += cost
    return SmsLength(units, parts, parts * part, is_plain)


def _cost(char: str, *, is_plain: bool) -> int:
    if is_plain:
        return 2 if char in _EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1


def without_accents(text: str) -> str:
    """The text in letters of the GSM alphabet: marks off, đ to d; what has no such letter is left out."""
    bare = (char for char in unicodedata.normalize("NFD", nfc(text)) if not unicodedata.combining(char))
    return "".join(char for char in "".join(bare).translate(_PLAIN) if char in _BASIC or char in _EXTENDED)
