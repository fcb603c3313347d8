"""Making share links."""

from __future__ import annotations

import secrets
from datetime import datetime

from portal.core.db import db, insert_into
from portal.sharing import queries
from portal.sharing.models import ShareLink

CODE_LENGTH = 7
# No letters that look like digits or like each other, all in one case: a code may be typed from paper.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_TRIES = 5


def share_link(team: str, path: str, title: str, *, now: datetime) -> ShareLink:
    """The link of a team (a slug, "" for the portal itself) to a page of ours: the same one however often it is asked.

    `path` is without language; the caller has checked that it leads to a public page of ours.
    """
    for _try in range(_TRIES):
        known = queries.link_of(team, path)
        if known is not None:
            return known
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        values = {"code": code, "team": team, "path": path, "title": title, "created_at": now}
        db.session.execute(insert_into(ShareLink).on_conflict_do_nothing(), values)
    raise RuntimeError("no free code was found for a share link")
