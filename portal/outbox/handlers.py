"""What delivers e-mail and webhooks; in the worker alone."""

from __future__ import annotations

from portal.core import clock
from portal.core.db import db
from portal.core.pages import renderer
from portal.outbox import mail, mail_folder, queries, registry, smtp, webhooks
from portal.outbox.letters import compose, sender_parts
from portal.outbox.post import post
from portal.outbox.public_hosts import is_allowed
from portal.outbox.registry import Delivery, Refused, TryLater


def register_handlers() -> None:
    """Say who delivers the outbox's own kinds."""
    registry.register(mail.KIND, deliver_mail)
    registry.register(webhooks.KIND, deliver_webhook)


def deliver_mail(delivery: Delivery) -> None:
    """Hand an e-mail to the mail server, or write it to a folder where none is set."""
    config = renderer().config
    letter = mail.letter(delivery.payload)
    message = compose(
        letter, sender=config.mail_from, key=delivery.key, site_url=config.site_url, date=delivery.created_at
    )
    if config.smtp_url is None:
        mail_folder.store(message, config.data_dir / "mail")
    else:
        smtp.send(message, letter.to, sender_parts(config.mail_from)[1], config.smtp_url)


def deliver_webhook(delivery: Delivery) -> None:
    """Post an event to its endpoint, signed anew at each attempt; any answer but 2xx is a failure."""
    endpoint = queries.endpoint(delivery.payload["endpoint"])
    if endpoint is None or not endpoint.is_active:
        raise Refused("the endpoint was removed")
    url, secret = endpoint.url, endpoint.secret
    db.session.rollback()  # no transaction stays open while we wait for an answer
    allow_local = renderer().config.debug
    if not is_allowed(url, allow_local=allow_local):
        raise Refused("the endpoint's address is not https")
    body = webhooks.encode_body(delivery.payload["body"])
    name, timestamp = f"msg_{delivery.code}", int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GanDan-Webhooks",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": webhooks.signature(secret, name, timestamp, body),
    }
    status = post(url, body, headers, allow_local=allow_local)
    if status == 410:
        raise Refused("HTTP 410")
    if not 200 <= status <= 299:
        raise TryLater(f"HTTP {status}")
