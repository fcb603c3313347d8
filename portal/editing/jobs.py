"""Publishing at the minute that was chosen."""

from __future__ import annotations

import logging

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor
from portal.editing import queries, service
from portal.editing.events import EditingError
from portal.guides.rules import parse
from portal.outbox.registry import Delivery

logger = logging.getLogger(__name__)
_WORKER = Actor("system", "", "")


def publish(delivery: Delivery) -> None:
    """Publish the draft of a message, unless it was taken back meanwhile; delivered twice it is published once."""
    code = str(delivery.payload["code"])
    try:
        with unit_of_work():
            row = queries.draft(code)
            if row is not None:
                service.publish_when_due(row, parse=parse, actor=_WORKER, now=clock.now())
    except EditingError as error:
        logger.warning("a scheduled guide was not published", extra={"draft": code, "why": error.code})
        with unit_of_work():
            row = queries.draft(code)
            if row is not None:
                service.put_off(row, error.code, actor=_WORKER, now=clock.now())
