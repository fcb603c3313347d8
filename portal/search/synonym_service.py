"""Every change of the synonyms. Functions flush, and never commit."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from portal.core.db import db
from portal.search.models import SYNONYMS
from portal.search.synonyms import Rules

_CHUNK = 500


def replace_synonyms(rules: Rules, *, is_starter: bool) -> int:
    """Put the rules in the place of those that came from the same hand; how many are in force from this hand now.

    A province's own rule stands against the starter's for the same phrase, whichever was loaded first.
    """
    session = db.session()
    own = (
        set()
        if not is_starter
        else set(session.execute(select(SYNONYMS.c.phrase).where(~SYNONYMS.c.is_starter)).scalars())
    )
    session.execute(delete(SYNONYMS).where(SYNONYMS.c.is_starter == is_starter))
    rows = [
        {"phrase": phrase, "meanings": list(meanings), "is_starter": is_starter}
        for phrase, meanings in sorted(rules.items())
        if phrase not in own
    ]
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        session.execute(delete(SYNONYMS).where(SYNONYMS.c.phrase.in_([row["phrase"] for row in chunk])))
        session.execute(insert(SYNONYMS), chunk)
    return len(rows)
