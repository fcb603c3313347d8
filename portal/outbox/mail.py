"""E-mail: what other packages ask for, and the message that comes of it, the same at every attempt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.text import clean_line
from portal.outbox.queries import message_by_key
from portal.outbox.service import FORGETS, Enqueued, enqueue

KIND = "email"
_SUBJECT_LENGTH = 200
_NAME_LENGTH = 100
_TEXT_LENGTH = 100_000
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class InvalidAddress(ValueError):
    """That can't be an e-mail address; the message doesn't repeat it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as it was asked for."""

    to: str
    name: str
    subject: str
    text: str
    html: str | None


def checked_address(text: str) -> str:
    """An address of ASCII letters, a domain of other letters encoded (IDNA); raises InvalidAddress.

    No quotes, comments or spaces: such addresses are nobody's, and how forgers break headers.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    is_good = at and len(local) <= 64 and len(local) + len(domain) < 254 and _LOCAL_PART.fullmatch(local)
    if not is_good or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidAddress("not an e-mail address")
    if len(labels) < 2 or labels[-1].isdigit():
        raise InvalidAddress("not an e-mail address: its domain is incomplete")
    return f"{local}@{domain}"


def send_later(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    now: datetime,
    name: str = "",
    html: str | None = None,
    forgets: bool = False,
) -> Enqueued:
    """Enqueue an e-mail in the caller's transaction; under a known key nothing changes.

    `key` says what the e-mail is about and to whom, such as `invitation:17`: it must not be an address. `name` is the
    recipient's. One that `forgets` holds a secret, which the database keeps no longer than it takes to deliver it.
    Raises InvalidAddress, and ValueError for a text that is longer than 100,000 characters.
    """
    if len(text) > _TEXT_LENGTH or len(html or "") > _TEXT_LENGTH:
        raise ValueError("the text is too long for an e-mail")
    payload: dict[str, Any] = {
        "to": checked_address(to),
        "name": clean_line(name, _NAME_LENGTH),
        "subject": clean_line(subject, _SUBJECT_LENGTH),
        "text": _sendable(text),
        "html": None if html is None else _sendable(html),
        FORGETS: forgets,
    }
    return enqueue(KIND, payload, key=key, now=now)


def is_asked_for(key: str) -> bool:
    """Whether there is an e-mail under this key, sent or not."""
    return message_by_key(KIND, key) is not None


def _sendable(text: str) -> str:
    """Without what can't be written in UTF-8, and NUL: else the e-mail would fail at every attempt."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def letter(payload: dict[str, Any]) -> Letter:
    """The e-mail that a payload holds."""
    return Letter(payload["to"], payload["name"], payload["subject"], payload["text"], payload["html"])
