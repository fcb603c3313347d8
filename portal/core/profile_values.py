"""What staff enter of the province profile; it stands in the place of what the profile's file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, Text, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import audit
from portal.core.db import Base, db
from portal.core.i18n import LOCALES
from portal.core.permissions import Actor
from portal.core.profile import Site

# (name of a field of `Site`, code of a language, or "" where it is the same in all) -> value, never empty
Values = Mapping[tuple[str, str], str]
EDITABLE: tuple[tuple[str, str], ...] = (
    *(("portal_name", code) for code in LOCALES),
    *((name, "") for name in ("publisher", "responsible", "contact", "hotline", "source_code_url", "any_counter")),
)


class ProfileValue(Base):
    """One value that staff have entered."""

    __tablename__ = "profile_values"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    locale: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


def _of_rows(rows: list[ProfileValue]) -> dict[tuple[str, str], str]:
    """What is entered, but for fields that this version doesn't know."""
    return {(row.key, row.locale): row.value for row in rows if (row.key, row.locale) in EDITABLE}


def read_values(engine: Engine) -> Values | None:
    """What is entered now, in a transaction of its own; None where the database can't say."""
    try:
        with Session(engine) as session:
            return _of_rows(list(session.scalars(select(ProfileValue))))
    except SQLAlchemyError:
        return None


def entered_values() -> tuple[Values, datetime | None]:
    """What is entered as the session sees it, and when that was last changed."""
    rows = list(db.session.scalars(select(ProfileValue)))
    return _of_rows(rows), max((row.changed_at for row in rows), default=None)


def with_values(sites: Mapping[str, Site], values: Values) -> dict[str, Site]:
    """The profile in every language with what is entered."""
    return {
        code: replace(site, **{name: value for (name, locale), value in values.items() if locale in {"", code}})
        for code, site in sites.items()
    }


def save_values(wanted: Values, *, actor: Actor, now: datetime) -> bool:
    """Store what differs, and audit it; an empty value goes back to the file's. Whether anything differed."""
    present = {(row.key, row.locale): row for row in db.session.scalars(select(ProfileValue))}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for (key, locale), value in wanted.items():
        row = present.get((key, locale))
        former = row.value if row else ""
        if value == former:
            continue
        name = f"{key}.{locale}" if locale else key
        before[name], after[name] = former, value
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        if value:
            db.session.add(ProfileValue(key=key, locale=locale, value=value, changed_at=now))
    db.session.flush()
    if after:
        subject = audit.Subject("profile", "", "")
        audit.record(actor, "profile_changed", subject, at=now, before=before, after=after)
    return bool(after)
