"""The check of links in the worker: at night, one question after the other, and what was asked stays asked."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day

from portal.core import clock
from portal.core.clock import LOCAL_ZONE
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.linkcheck import queries, service
from portal.linkcheck.collecting import collect
from portal.linkcheck.fetching import PAUSE_SECONDS, Answer, Fetcher
from portal.linkcheck.queries import Due
from portal.outbox.registry import Delivery
from portal.outbox.service import enqueue

CHECK = "check_links"
# A question takes at most three quarters of a minute, and the name service may take its time before.
LEASE = timedelta(minutes=5)
_NIGHT = (time_of_day(2), time_of_day(6))
_TOO_LONG = timedelta(days=2)
# Faults of a host, not of a page: once so many of its pages in a row had one, the others aren't asked for that night.
_OF_HOST = frozenset({"name", "connect", "timeout", "tls", "cert_expired", "cert_host", "cert_self", "cert_other"})
_ENOUGH = 3


def ask_to_check(now: datetime) -> None:
    """Have the links checked at night, once; by day only where none could be for two days, as on a machine that sleeps.

    Nothing is put into the outbox before its time: what waits there is what should have gone out.
    """
    if not renderer().config.link_check:
        return
    local = now.astimezone(LOCAL_ZONE)
    is_night = _NIGHT[0] <= local.time() < _NIGHT[1]
    if is_night or ((since := queries.waiting_since()) is not None and now - since > _TOO_LONG):
        enqueue(CHECK, {}, key=f"{local.date()}", now=now)


def check_links(delivery: Delivery) -> None:
    """Look for the links of published content, and ask for those that are due.

    Begun anew after the worker was killed, it goes on with what is still due.
    """
    if renderer().config.link_check:
        check_due(Fetcher(renderer().config.site_url), renew=delivery.renew)


def check_due(fetcher: Fetcher, *, renew: Callable[[], None], pause: float = PAUSE_SECONDS) -> int:
    """Ask for every link that is due, no transaction open meanwhile, and a pause between two questions to one host.

    Calls `renew` before each question. Returns how many links were asked for.
    """
    carriers = queries.carriers(clock.now())
    db.session.rollback()
    found = collect(carriers)
    with unit_of_work():
        service.keep(found, retired=renderer().profile.retired_hosts, now=clock.now())
    due = queries.due(clock.now())
    db.session.rollback()
    asked: dict[str, float] = {}
    faults: Counter[tuple[str, str]] = Counter()
    count = 0
    for one in in_turns(due):
        renew()
        answer = _of_host(one.host, faults)
        if answer is None:
            time.sleep(max(0.0, asked.get(one.host, 0.0) + pause - time.monotonic()))
            answer = fetcher.ask(one.url)
            asked[one.host] = time.monotonic()
            _learn(one.host, answer, faults)
            count += 1
        with unit_of_work():
            service.note(one.id, answer, now=clock.now())
    return count


def _learn(host: str, answer: Answer, faults: Counter[tuple[str, str]]) -> None:
    if answer.reason in _OF_HOST:
        faults[host, answer.reason] += 1
    else:
        for why in _OF_HOST:
            faults.pop((host, why), None)


def _of_host(host: str, faults: Counter[tuple[str, str]]) -> Answer | None:
    """What is known of a host that has failed often enough, and of it alone."""
    return next((Answer(why) for why in sorted(_OF_HOST) if faults[host, why] >= _ENOUGH), None)


def in_turns(links: Sequence[Due]) -> Iterator[Due]:
    """Links of different hosts in turn, so that the pauses between questions to one are spent on others."""
    by_host: defaultdict[str, list[Due]] = defaultdict(list)
    for link in links:
        by_host[link.host].append(link)
    queues = [list(reversed(of_host)) for of_host in by_host.values()]
    while queues:
        for queue in queues:
            yield queue.pop()
        queues = [queue for queue in queues if queue]
