"""What the worker does for accounts."""

from __future__ import annotations

from portal.accounts import forgotten, queries
from portal.accounts.mails import send_reset, send_warning
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


def send_guesses_warning(delivery: Delivery) -> None:
    """Tell the owner of an account that it was guessed at; nobody is told of an address that is nobody's."""
    with unit_of_work():
        user = queries.user_by_code(str(delivery.payload["user"]))
        if user is not None and user.is_active:
            send_warning(user.email, key=f"guessed-at-{delivery.key}", now=clock.now())
