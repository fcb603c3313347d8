"""Passwords: long over complicated, common ones refused, kept as scrypt.

NIST SP 800-63B-4, 3.1.1: at least 15 characters where the password stands alone, no rules of composition, a check
against what is commonly used. Here at least 12, with the strength judged, and a second factor for whoever administers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from portal.core.text import fold, nfc
from portal.core.tokens import new_token

SHORTEST = 12
LONGEST = 128
# N=2^15, r=8, p=3: 32 MiB for each check (OWASP Password Storage Cheat Sheet).
_METHOD = "scrypt:32768:8:3"
# Hashing takes memory and a core for a tenth of a second: more at once would starve the readers of the public pages.
_one_at_a_time = threading.BoundedSemaphore(1)
# zxcvbn reads no further than this; a longer password is judged by its beginning.
_JUDGED = 72
# Of 4: safely unguessable offline against a slow hash such as ours (zxcvbn).
_STRONG_ENOUGH = 3
# What people here reach for, beside the English words that the library knows.
_LOCAL_WORDS = (
    "matkhau", "anhyeuem", "emyeuanh", "vietnam", "quangngai", "xinchao", "quantri", "canbo", "hanhchinh", "dichvucong",
    "gandan", "cogiao", "yeuconlam", "conyeuchame",
)  # fmt: skip


class WeakPasswordError(ValueError):
    """The password may not be used; `reason` is too_short, too_long or common."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def hash_password(password: str) -> str:
    """The scrypt hash to keep; takes a tenth of a second."""
    with _one_at_a_time:
        return generate_password_hash(nfc(password), _METHOD)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that a hash was made of; as slow where there is none."""
    with _one_at_a_time:
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
    # Loaded when needed: its word lists take several megabytes of a worker.
    from zxcvbn import zxcvbn

    known = [
        *_LOCAL_WORDS,
        *(word for text in about for word in fold(text).replace("@", " ").replace(".", " ").split()),
    ]
    if zxcvbn(fold(password)[:_JUDGED], user_inputs=known)["score"] < _STRONG_ENOUGH:
        raise WeakPasswordError("common")
