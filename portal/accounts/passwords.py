"""Passwords: long over complicated, common ones refused, kept as scrypt.

NIST SP 800-63B-4, 3.1.1: at least 15 characters where the password stands alone, no rules of composition, a check
against what is commonly used. Here at least 12, with the strength judged, and a second factor for whoever administers.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.security import check_password_hash, generate_password_hash

from portal.core.text import fold, nfc, words
from portal.core.tokens import new_token

SHORTEST = 12
LONGEST = 128
# N=2^15, r=8, p=3: 32 MiB for each check (OWASP Password Storage Cheat Sheet).
_METHOD = "scrypt:32768:8:3"
# Hashing and judging take a core, and memory, for a good part of a second. One at a time, and one more may wait:
# whoever else comes is told to try again, so that the other threads go on serving pages.
_one_at_a_time = threading.BoundedSemaphore(1)
_room = threading.BoundedSemaphore(2)
# A longer password is judged by its beginning: what the judge does grows steeply with the length.
_JUDGED = 24
# Of 4 (zxcvbn).
_STRONG_ENOUGH = 3
# What people here reach for, beside the English words that the judge knows.
_LOCAL_WORDS = frozenset(
    {
        "matkhau", "anhyeuem", "emyeuanh", "toiyeu", "vietnam", "quangngai", "hanoi", "saigon", "xinchao", "quantri",
        "canbo", "congchuc", "hanhchinh", "dichvucong", "gandan", "cogiao", "yeucon", "chame", "khongcogi", "khongbiet",
        "sotuphap", "tuphap", "congan", "uyban", "ubnd", "phuong", "tinh", "xaphuong", "dangnhap", "password", "qwerty",
    }
)  # fmt: skip
_WEAK_DIGITS = re.compile(r"(?:19|20)\d\d|0?1234(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?|(\d)\1{2,}")
# So much has to be left of a password without such words and numbers, counting every word once.
_LEAST_OF_ITS_OWN = 8


class WeakPasswordError(ValueError):
    """The password may not be used; `reason` is too_short, too_long or common."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def hash_password(password: str) -> str:
    """The scrypt hash to keep; takes a tenth of a second."""
    with _turn():
        return generate_password_hash(nfc(password), _METHOD)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that a hash was made of; as slow where there is none."""
    with _turn():
        found = check_password_hash(kept or _nobody(), nfc(password[: LONGEST * 4]))
    return found and kept is not None


@cache
def _nobody() -> str:
    """What a password is compared with where there is no account, so that it takes as long."""
    return generate_password_hash(new_token(), _METHOD)


def require_good(password: str, about: Iterable[str] = ()) -> None:
    """Raises WeakPasswordError for a password that is too short or easily guessed.

    `about` are words an attacker would try first: the person's name and address.
    """
    password = nfc(password)
    if len(password) < SHORTEST:
        raise WeakPasswordError("too_short")
    if len(password) > LONGEST:
        raise WeakPasswordError("too_long")
    known = {*_LOCAL_WORDS, *(word for text in about for word in [*words(text), "".join(words(text))] if len(word) > 2)}
    if _own_part(password, known) < _LEAST_OF_ITS_OWN:
        raise WeakPasswordError("common")
    # Loaded when needed: its word lists take several megabytes of a worker.
    from zxcvbn import zxcvbn

    with _turn():
        score = zxcvbn(fold(password)[:_JUDGED], user_inputs=sorted(known))["score"]
    if score < _STRONG_ENOUGH:
        raise WeakPasswordError("common")


def _own_part(password: str, known: Collection[str]) -> int:
    """How many letters and digits of a password an attacker has yet to guess who tries what is known first."""
    text = "".join(dict.fromkeys(words(password)))
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, "")
    return len(_WEAK_DIGITS.sub("", text))


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for a turn at the slow work; ServiceUnavailable (503) where somebody is waiting already."""
    if not _room.acquire(blocking=False):
        raise ServiceUnavailable
    try:
        with _one_at_a_time:
            yield
    finally:
        _room.release()
