"""Telling of a published guide those who wait for it: who wrote about it, and the teams that shared it.

All of it is one unit of work with the marks that it is done, so that a message which is delivered twice tells nobody
twice. What goes to a person is said by their case; teams hear of it by their leader's account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from itertools import islice

from portal.accounts.models import User
from portal.accounts.queries import reachable_holders
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.gate import STAFF
from portal.core.i18n import DEFAULT_LOCALE, localised_path, speaking
from portal.core.pages import renderer
from portal.core.permissions import Actor, Role
from portal.editing import case_queries, events, queries
from portal.editing.models import GuideDraft
from portal.editing.states import DraftState
from portal.feedback.fixed import guide_fixed
from portal.guides.queries import URL_PREFIX
from portal.outbox.mail import InvalidAddress, send_later
from portal.outbox.registry import Delivery
from portal.sharing.queries import teams_sharing
from portal.teams.queries import SCOPE_KIND, real_teams

_WORKER = Actor("system", "", "")
_WORKSPACE = f"{STAFF}/to-cua-toi"
_AT_ONCE = 500


def tell(delivery: Delivery) -> None:
    """Tell of the draft of a message, once; nobody where it answered no feedback."""
    with unit_of_work():
        row = queries.draft(str(delivery.payload["code"]))
        if row is not None:
            _tell(row, clock.now())


def _tell(row: GuideDraft, now: datetime) -> None:
    queries.locked(row)
    waiting = [link for link in case_queries.links_of_draft(row) if link.told_at is None]
    cases = case_queries.cases_of_draft(row)
    if row.state != DraftState.PUBLISHED or not waiting or not cases:
        return
    path, notes = URL_PREFIX + row.slug, dict(row.notes)
    people = sum(
        guide_fixed(case, _titles(row), notes, path=path, once=f"guide-fixed:{row.code}", now=now) for case in cases
    )
    leaders = sum(_write(row, user, path, now) for user in _leaders(path))
    for link in waiting:
        link.told_at = now
    events.tell(row, "told", _WORKER, now, f"{people} {leaders}")


def _titles(row: GuideDraft) -> Mapping[str, str]:
    titles = {code: one["title"] for code, one in row.content.items() if isinstance(one, dict) and one.get("title")}
    return {DEFAULT_LOCALE.code: row.title or row.slug} | titles


def _leaders(path: str) -> Iterator[User]:
    """Who leads a team that shared a page and works today, each once; illustrative ones get no mail."""
    slugs, seen = iter(real_teams(teams_sharing(path))), set()
    while some := list(islice(slugs, _AT_ONCE)):
        for user in reachable_holders(Role.TEAM_LEADER, SCOPE_KIND, some):
            if user.id not in seen and not user.is_demo:
                seen.add(user.id)
                yield user


def _write(row: GuideDraft, user: User, path: str, now: datetime) -> bool:
    site, locale = renderer().config.site_url, DEFAULT_LOCALE
    with speaking(locale.code):
        text = renderer().text(
            "email/guide_fixed_team.txt", locale, title=row.title, note=row.notes.get(locale.code, ""),
            page=site + localised_path(path, locale), link=site + localised_path(_WORKSPACE, locale),
        )  # fmt: skip
    # Templates escape for HTML; in a plain text the characters stand for themselves.
    subject, *lines = [line for line in unescape(text).splitlines() if line.strip()]
    try:
        send_later(user.email, subject, "\n\n".join(lines), key=f"guide-fixed-{row.code}-{user.code}", now=now)
    except InvalidAddress:
        return False
    return True
