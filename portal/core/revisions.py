"""Whether the database is at the last migration, told without Alembic, which would take memory in every web process."""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import text

from portal.config import ROOT
from portal.core.db import db, is_migrated

_REVISION = re.compile(r'^(down_)?revision\b.*?= "([^"]+)"$', re.MULTILINE)


@cache
def head() -> str:
    """The last migration of this version of the portal."""
    found = [match for path in (ROOT / "migrations" / "versions").glob("*.py")
             for match in _REVISION.findall(path.read_text(encoding="utf-8"))]  # fmt: skip
    (last,) = {name for down, name in found if not down} - {name for down, name in found if down}
    return str(last)


def is_current() -> bool:
    """Whether the database has been brought to exactly this version. Raises SQLAlchemyError where it is away."""
    return is_migrated() and db.session.scalar(text("SELECT version_num FROM alembic_version")) == head()
