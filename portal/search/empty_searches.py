"""Searches without an answer, counted: what editors should write next.

Only the folded and cut text, the language and the day are kept, for a year. Counting never makes a reader wait and
never fails a page: a thread writes in the background, and what it cannot write is lost.
"""

from __future__ import annotations

import logging
import queue
import re
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

from sqlalchemy import Connection, Engine, delete, func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import db
from portal.core.text import words
from portal.search.models import EMPTY_SEARCHES

MAX_TEXT = 80
KEPT_DAYS = 365
# A flood of nonsense must not fill the disk: beyond this, a day's new texts are not kept.
MAX_TEXTS_A_DAY = 2_000
_WAITING = 1_000
_BATCH = 200
# Numbers of papers, telephones and accounts, also in groups; dates. The class of a school is shorter.
_NUMBERS = re.compile(r"\d{4,}|\d(?:[\s.,/()-]*\d){4,}|\d{1,2}\s*[./-]\s*\d{1,2}(?!\d)")
_ADDRESS = re.compile(r"\S*\s?@\s?\S*|\S+://\S*")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A text that found no answer, and how often."""

    text: str
    locale: str
    count: int
    last_day: date


def countable(text: str) -> str:
    """A text without marks, dates, long numbers and addresses of e-mail or the web, at most `MAX_TEXT` characters.

    May be empty. Names can't be told from other words; the privacy page says so.
    """
    return " ".join(words(_NUMBERS.sub(" ", _ADDRESS.sub(" ", text))))[:MAX_TEXT].rstrip()


class EmptySearches:
    """Counts for one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._waiting: queue.Queue[tuple[str, str, date]] = queue.Queue(_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pruned: date | None = None

    def count(self, text: str, locale: str, day: date) -> None:
        """Count a text that found nothing on a day (in Asia/Ho_Chi_Minh); returns at once."""
        text = countable(text)
        if not text:
            return
        try:
            self._waiting.put_nowait((text, locale, day))
        except queue.Full:
            logger.warning("too many empty searches to count")
            return
        with self._lock:
            # Started when first needed, because a thread doesn't outlive the fork of a worker.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write_all, name="empty-searches", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until everything counted so far is written."""
        self._waiting.join()

    def _write_all(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            try:
                with self.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
                    self._write(connection, Counter(batch))
                    connection.commit()
            except SQLAlchemyError:
                logger.warning("empty searches could not be counted", exc_info=True)
            finally:
                for _ in batch:
                    self._waiting.task_done()

    def _write(self, connection: Connection, counts: Counter[tuple[str, str, date]]) -> None:
        columns = EMPTY_SEARCHES.c
        identity = tuple_(columns.text, columns.locale, columns.day)
        day = max(day for _, _, day in counts)
        if self._pruned != day:
            connection.execute(delete(EMPTY_SEARCHES).where(columns.day < day - timedelta(days=KEPT_DAYS)))
            self._pruned = day
        today = select(func.count()).select_from(EMPTY_SEARCHES).where(columns.day == day)
        room = MAX_TEXTS_A_DAY - connection.execute(today).scalar_one()
        # Imported when needed: a process has one database, and the other's dialect takes two megabytes.
        insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert
        known = {tuple(row) for row in connection.execute(
            select(columns.text, columns.locale, columns.day).where(identity.in_(sorted(counts)))
        )}  # fmt: skip
        for key, count in sorted(counts.items()):
            if key not in known and room <= 0:
                continue
            room -= key not in known
            text, locale, its_day = key
            new = insert(EMPTY_SEARCHES).values(text=text, locale=locale, day=its_day, count=count)
            # Another worker may have been quicker.
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=[columns.text, columns.locale, columns.day], set_={"count": columns.count + count}
                )
            )


class _Current:
    """The counts of the database that was used last: a process has one."""

    counts: EmptySearches | None = None


def empty_searches() -> EmptySearches:
    """The counts of the current database."""
    counts = _Current.counts
    if counts is None or counts.engine is not db.engine:
        counts = _Current.counts = EmptySearches(db.engine)
    return counts


def settle_empty_searches() -> None:
    """Wait until all that was counted is written and its connection is back in the pool.

    Whoever closes the engine calls this first: a connection that is out at that moment would be left open.
    """
    if _Current.counts is not None:
        _Current.counts.settle()


def most_unanswered(since: date, *, at_least: int = 1, limit: int = 50) -> list[Unanswered]:
    """The texts that found nothing since a day, the most frequent first."""
    columns = EMPTY_SEARCHES.c
    total = func.sum(columns.count).label("total")
    statement = (
        select(columns.text, columns.locale, total, func.max(columns.day))
        .where(columns.day >= since)
        .group_by(columns.text, columns.locale)
        .having(total >= at_least)
        .order_by(total.desc(), columns.text, columns.locale)
        .limit(limit)
    )
    return [Unanswered(*row) for row in db.session.execute(statement)]
