"""What is forgotten in time, hour by hour: who wrote, what nobody sent, and why a guide was of no use.

Files go by their rows: a row is deleted in one unit of work, and once that is committed the file is nobody's and is
removed by the next. So a crash between the two neither keeps a file for good nor loses one that a case still has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete

from portal.core import clock
from portal.core.db import db
from portal.feedback import citizen, queries
from portal.feedback.models import FeedbackFile, GuideVoteReason

# A form whose page is left open is sent within twelve hours (`codes.FORM_LASTS`) or never.
UNSENT_LASTS = timedelta(hours=24)
REASONS_LAST = timedelta(days=365)
# Longer than any transaction: a file is on the disk before its row is there.
ORPHANS_LAST = timedelta(hours=1)
# At a time, so that nobody waits long to write.
_BATCH = 500


class Files(Protocol):
    """The store of uploads, as far as forgetting goes."""

    def forget_orphans(self, known: Callable[[Collection[str]], Collection[str]], *, older_than: datetime) -> int:
        """Remove old files that `known` doesn't name; how many."""


def forget_old(now: datetime, *, keep: timedelta) -> int:
    """Anonymise cases that ended longer than `keep` ago, and drop what was never sent; how many cases that were."""
    ended = queries.cases_to_forget(now - keep, limit=_BATCH)
    for case in ended:
        citizen.forget_person(case, now=now)
    db.session.execute(
        delete(FeedbackFile).where(FeedbackFile.case_id.is_(None), FeedbackFile.created_at < now - UNSENT_LASTS)
    )
    db.session.execute(delete(GuideVoteReason).where(GuideVoteReason.day < clock.local_day(now - REASONS_LAST)))
    return len(ended)


def forget_files(now: datetime, *, files: Files) -> int:
    """Remove the files of no row; how many."""
    return files.forget_orphans(queries.known_store_keys, older_than=now - ORPHANS_LAST)
