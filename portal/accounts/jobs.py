"""What the worker does for accounts."""

from __future__ import annotations

from portal.accounts import forgotten
from portal.accounts.mails import send_reset
from portal.core import clock
from portal.core.db import unit_of_work
from portal.outbox.mail import is_asked_for
from portal.outbox.registry import Delivery


def send_password_reset(delivery: Delivery) -> None:
    """Make the link and hand over the mail in one transaction, once for each request."""
    now, key = clock.now(), f"reset-{delivery.key}"
    with unit_of_work():
        if is_asked_for(key):
            return  # a worker was killed after this; another link would end the one in the mail
        found = forgotten.reset_link(str(delivery.payload["email"]), now=now)
        if found is not None:
            email, token = found
            send_reset(email, token, key=key, now=now)
