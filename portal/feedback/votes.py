"""Whether a guide was useful: counted per guide and day, with reasons in people's words; nobody's vote by itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from portal.core.db import db, insert_into
from portal.core.text import clean_line
from portal.feedback import personal
from portal.feedback.models import GuideVoteReason, GuideVotes

LONGEST_REASON = 500
# Of one guide and day; who votes by program fills no disk.
MOST_REASONS = 50


def count_vote(slug: str, is_useful: bool, *, day: date) -> None:
    """Count one vote: in one statement, so that none is lost among those of the same moment."""
    column = GuideVotes.useful if is_useful else GuideVotes.not_useful
    statement = insert_into(GuideVotes).values(slug=slug, day=day, useful=int(is_useful), not_useful=int(not is_useful))
    db.session.execute(statement.on_conflict_do_update(index_elements=["slug", "day"], set_={column.key: column + 1}))


def add_reason(slug: str, reason: str, *, day: date) -> None:
    """Keep why a guide was of no use, on one line and with personal data masked; nothing beyond the day's most."""
    text = personal.mask(clean_line(reason, LONGEST_REASON))
    mine = GuideVoteReason.slug == slug, GuideVoteReason.day == day
    if not text or (db.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_REASONS:
        return
    db.session.add(GuideVoteReason(slug=slug, day=day, reason=text))
    db.session.flush()


def useful_by_guide(since: date, until: date) -> dict[str, int]:
    """How many found each guide useful, by its slug; both days belong to the range."""
    statement = (
        select(GuideVotes.slug, func.sum(GuideVotes.useful).label("useful"))
        .where(GuideVotes.day.between(since, until), GuideVotes.useful > 0)
        .group_by(GuideVotes.slug)
        .order_by(GuideVotes.slug)
    )
    return {row.slug: int(row.useful) for row in db.session.execute(statement)}
