"""Random secrets: what a browser or a link carries, and the hash that the database keeps of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# No vowels, so that no code spells a word; no 0, 1 and l, which people confuse.
_CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_token() -> str:
    """A secret of 256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def new_code(length: int = 10) -> str:
    """A random public name of a row, for addresses; at ten letters nobody guesses one (47 bits)."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(length))


def hash_token(token: str) -> str:
    """What the database keeps of a token: enough to know it again. Random tokens need no slow hash (ASVS 5.0, 11.4)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def form_token(token: str) -> str:
    """The token that the forms of a session carry: follows from the cookie's, which it doesn't reveal."""
    return hmac.new(token.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
