"""Webhooks: which systems are told of what, as the Standard Webhooks specification has it (standardwebhooks.com)."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import token_bytes, token_hex
from typing import Any

from portal.core.db import db
from portal.outbox import queries
from portal.outbox.models import WebhookEndpoint
from portal.outbox.public_hosts import is_allowed
from portal.outbox.service import FORGETS, Enqueued, enqueue, forget

KIND = "webhook"
_SECRET_PREFIX = "whsec_"  # noqa: S105  how the specification marks one
_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_URL_LENGTH = 500


class InvalidEndpoint(ValueError):
    """The endpoint can't be added; the message says why."""


def add_endpoint(url: str, events: Sequence[str], *, allow_local: bool, now: datetime) -> WebhookEndpoint:
    """Tell a system about events from now on; its secret is made here and never shown in lists.

    `allow_local` (in development) lets an address be http on this machine. Raises InvalidEndpoint.
    """
    if len(url) > _URL_LENGTH or not is_allowed(url, allow_local=allow_local):
        raise InvalidEndpoint("the address must be https, without a password, and at most 500 characters long")
    wrong = [event for event in events if not _EVENT.fullmatch(event)]
    if wrong or not events:
        raise InvalidEndpoint(f"not an event: {', '.join(wrong) or 'none is named'}")
    endpoint = WebhookEndpoint(
        code=token_hex(8), url=url, secret=_SECRET_PREFIX + base64.b64encode(token_bytes(32)).decode(),
        events=sorted(set(events)), is_active=True, created_at=now,
    )  # fmt: skip
    db.session.add(endpoint)
    db.session.flush()
    return endpoint


def remove_endpoint(code: str) -> bool:
    """Tell a system nothing more, also of what is still waiting; False where there is no such endpoint."""
    endpoint = queries.endpoint(code)
    if endpoint is None:
        return False
    db.session.delete(endpoint)
    db.session.flush()
    return True


def send_event(event: str, data: dict[str, Any], *, key: str, now: datetime, forgets: bool = False) -> list[Enqueued]:
    """Enqueue an event for every active endpoint that wants it, in the caller's transaction.

    `key` names the event; under a known one nothing changes. One that `forgets` holds a secret, which the database
    keeps no longer than it takes to deliver it.
    """
    body = {"type": event, "timestamp": now.astimezone(UTC).isoformat(timespec="seconds"), "data": data}
    return [
        enqueue(KIND, {"endpoint": endpoint, "body": body, FORGETS: forgets}, key=f"{endpoint}:{key}", now=now)
        for endpoint in queries.endpoints_wanting(event)
    ]


def forget_event(key: str, *, now: datetime) -> None:
    """Clear what an event said, and give up where it still waits."""
    forget(KIND, [f"{endpoint.code}:{key}" for endpoint in queries.endpoints()], now=now)


def encode_body(body: dict[str, Any]) -> bytes:
    """The bytes that are sent and signed."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    digest = hmac.digest(key, f"{message}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()
