"""The code by which a person finds their case again, and the token that a form carries."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core.tokens import hash_token, same

# 30 letters without 0/O, 1/I/L and U; twelve of them are 58 bits.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 12, 4
_PREFIX = "PA"
# How long a form may stay open before its person has to look at it once more.
FORM_LASTS = timedelta(hours=12)
# Nobody reads and fills in a form faster; programs do.
FASTEST = timedelta(seconds=3)


def _spell(number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    text = "".join(letters)
    return "-".join([_PREFIX, *(text[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))])


def code_of(submission_key: str, secret: str) -> str:
    """The code of what a form sent, always the same: who sends it twice is shown it twice."""
    digest = hmac.new(secret.encode(), b"feedback code " + submission_key.encode(), hashlib.sha256).digest()
    return _spell(int.from_bytes(digest[:16]))


def new_case_code() -> str:
    """A code that follows from nothing, for who has lost theirs."""
    return _spell(secrets.randbits(128))


def read_code(typed: str) -> str | None:
    """A code as people type it: any case, with or without its hyphens and `PA`; None for what can't be one."""
    letters = re.sub(r"[\s\-–—.]", "", typed[:60]).upper()
    if letters.startswith(_PREFIX) and len(letters) == _LENGTH + len(_PREFIX):
        letters = letters.removeprefix(_PREFIX)
    if len(letters) != _LENGTH or any(letter not in _LETTERS for letter in letters):
        return None
    return "-".join([_PREFIX, *(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))])


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return hash_token(code)


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a form carries: its own random name, and when it was opened; signed, so that nobody makes their own."""

    nonce: str
    opened_at: datetime

    @classmethod
    def new(cls, now: datetime) -> FormToken:
        """The token of a form that is being opened."""
        return cls(secrets.token_hex(16), now)

    def renewed(self, now: datetime) -> FormToken:
        """The same form, opened once more: what it sends is still one case."""
        return FormToken(self.nonce, now)

    def written(self, secret: str) -> str:
        """The token as the form's field holds it."""
        body = f"{self.nonce}.{int(self.opened_at.timestamp())}"
        return f"{body}.{_signature(body, secret)}"

    def is_expired(self, now: datetime) -> bool:
        """Whether its person has to look at the form once more."""
        return not timedelta() <= now - self.opened_at <= FORM_LASTS

    def is_hasty(self, now: datetime) -> bool:
        """Whether it comes back faster than a person could have filled it in."""
        return now - self.opened_at < FASTEST


def read_form_token(text: str, secret: str) -> FormToken | None:
    """The token that a form brought back, however old; None for one that isn't ours."""
    body, _, signature = text[:200].rpartition(".")
    nonce, _, opened = body.partition(".")
    if not same(signature, _signature(body, secret)) or not opened.isdecimal():
        return None
    return FormToken(nonce, datetime.fromtimestamp(int(opened)).astimezone())


def _signature(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"feedback form " + body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def lost_code_key(email: str, secret: str, now: datetime) -> str:
    """The name of a request for a new code: asked again within the hour, the same; it hides the address."""
    digest = hmac.new(secret.encode(), b"lost code " + email.lower().encode(), hashlib.sha256).hexdigest()
    return f"feedback-code-{digest[:32]}-{now:%Y%m%d%H}"


def submission_key(nonce: str, parts: tuple[str, ...]) -> str:
    """What makes a sent form itself: the form and what was written into it. The same form with other words is new."""
    digest = hashlib.sha256(nonce.encode())
    for part in parts:
        text = part.encode()
        digest.update(f"\0{len(text)}\0".encode() + text)
    return digest.hexdigest()
