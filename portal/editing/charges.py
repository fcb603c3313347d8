"""Who is in charge of which guide. What is in nobody's charge waits for every editor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.queries import holding
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db, insert_into, table_of
from portal.core.permissions import Actor, Permission
from portal.editing.models import GuideCharge


def in_charge() -> Mapping[str, tuple[str, str]]:
    """The code and name of who is in charge, by the guide's slug; those who are editors no more are left out."""
    names = {user.code: user.name for user in holding(Permission.EDIT_CONTENT)}
    rows = db.session.execute(select(GuideCharge.slug, GuideCharge.user_code))
    return {row.slug: (row.user_code, names[row.user_code]) for row in rows if row.user_code in names}


def of_others(person: str) -> frozenset[str]:
    """The guides that are in the charge of somebody else than this account."""
    return frozenset(slug for slug, (code, _name) in in_charge().items() if code != person)


def take_charge(slug: str, title: str, *, actor: Actor, now: datetime) -> None:
    """Put the acting account in charge of a guide, in the place of whoever was; twice changes nothing."""
    values = {"user_code": actor.key, "since": now}
    statement = insert_into(table_of(GuideCharge)).values(slug=slug, **values)
    changes = statement.on_conflict_do_update(
        index_elements=["slug"], set_=values, where=GuideCharge.user_code != actor.key
    )
    if db.session.execute(changes.returning(GuideCharge.slug)).first() is not None:
        audit.record(actor, "guide_charge_taken", Subject("guide", slug, title), at=now)


def leave_charge(slug: str, title: str, *, actor: Actor, now: datetime) -> None:
    """Put the guide in nobody's charge, if it was in that of the acting account."""
    mine = delete(GuideCharge).where(GuideCharge.slug == slug, GuideCharge.user_code == actor.key)
    if db.session.execute(mine.returning(GuideCharge.slug)).first() is not None:
        audit.record(actor, "guide_charge_left", Subject("guide", slug, title), at=now)
