"""Every change of the synonyms. Functions flush, and never commit."""

from __future__ import annotations

from sqlalchemy import delete, insert

from portal.core.db import db
from portal.search.models import SYNONYMS
from portal.search.synonyms import Rules

_CHUNK = 500


def replace_synonyms(rules: Rules, *, is_starter: bool) -> int:
    """Put the rules in the place of those that came from the same hand; how many there are now.

    A province's own rule stands against the starter's for the same phrase, and leaves it untouched.
    """
    session = db.session()
    session.execute(delete(SYNONYMS).where(SYNONYMS.c.is_starter == is_starter))
    rows = [
        {"phrase": phrase, "meanings": list(meanings), "is_starter": is_starter}
        for phrase, meanings in sorted(rules.items())
    ]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(SYNONYMS), rows[start : start + _CHUNK])
    return len(rows)
