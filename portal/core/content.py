"""The content version: a number that grows with every commit that may have changed a page.

Caches keep what they hold under this number, so a publish empties them all, in every process. Every table counts
as content unless it carries `info={"content": False}`: forgetting the mark costs speed, never a stale page.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from sqlalchemy import BigInteger, CheckConstraint, Engine, TextClause, bindparam, event, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.sql.dml import UpdateBase

from portal.core import clock
from portal.core.db import Base, UtcDateTime, db, is_selecting, read_without_transaction, reading_notes

_P = ParamSpec("_P")
_R = TypeVar("_R")

_READ = "SELECT version FROM content_version WHERE id = 1"
_BUMP = text("UPDATE content_version SET version = version + 1, changed_at = :now WHERE id = 1").bindparams(
    bindparam("now", type_=UtcDateTime())
)
_CHANGED = "content_changed"
_BUMPED = "content_bumped"
_VERSION = "content_version"
_AS_PUBLISHED = "as_published"
# How long a process may go on with a version that it has read, and how much longer while one thread reads it anew.
_FRESH_SECONDS = 0.5
_GRACE_SECONDS = 0.3


class ContentVersion(Base):
    """The one row that holds the version."""

    __tablename__ = "content_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), {"info": {"content": False}})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
    # When it last grew; None before the first time.
    changed_at: Mapped[datetime | None]


class _LastPublish:
    """A new object at every publish in this process; comparing identities needs no lock and misses none."""

    mark: object = object()


def announce() -> None:
    """Make every watch of this process ask the database at once; commits through a session do it themselves."""
    _LastPublish.mark = object()


# Noticing changes, and counting them in the same transaction.


def _are_content(tables: Iterable[Any]) -> bool:
    """Whether one of the tables is content; what can't be asked (a join, a subquery) is."""
    return any(getattr(table, "info", {}).get("content", True) for table in tables)


@event.listens_for(Session, "do_orm_execute")
def _notice_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, UpdateBase):
        changes = _are_content([statement.table])
    elif isinstance(statement, TextClause):
        changes = statement is not _BUMP and not is_selecting(statement)  # our own bump is no change of content
    else:
        return
    if changes:
        state.session.info[_CHANGED] = True


@event.listens_for(Session, "after_flush")
def _notice_objects(session: Session, _context: object) -> None:
    changed = {*session.new, *session.deleted, *(item for item in session.dirty if session.is_modified(item))}
    mappers = {inspect(item).mapper for item in changed}
    between = (link.secondary for mapper in mappers for link in mapper.relationships if link.secondary is not None)
    if _are_content([*(table for mapper in mappers for table in mapper.tables), *between]):
        session.info[_CHANGED] = True


@event.listens_for(Session, "before_commit")
def _count_publish(session: Session) -> None:
    """The last statement before the commit, so that PostgreSQL holds the row's lock for a moment only."""
    if session.in_nested_transaction():
        return  # a savepoint is released; the outer transaction counts for it
    session.flush()
    if session.info.pop(_CHANGED, False):
        now = clock.now()
        result: Any = session.execute(_BUMP, {"now": now})
        if not result.rowcount:
            # The row was lost. Seconds since the epoch are beyond any number that was counted, so none comes twice.
            session.execute(insert(ContentVersion).values(id=1, version=int(time.time()), changed_at=now))
        session.info[_BUMPED] = True


@event.listens_for(Session, "after_commit")
def _tell_this_process(session: Session) -> None:
    if session.info.pop(_BUMPED, False):
        announce()


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    """Neither what a rolled-back transaction changed nor the version that an ended one saw outlasts it."""
    if transaction.parent is None:
        for name in (_CHANGED, _BUMPED, _VERSION):
            session.info.pop(name, None)


# Reading the version.


def read_version(engine: Engine) -> int | None:
    """The version now, straight through the driver, in a statement of its own; None where the database is away.

    What a later transaction reads is at least as new as this version.
    """
    try:
        connection = engine.raw_connection()
    except (engine.dialect.loaded_dbapi.Error, SQLAlchemyError):
        return None
    try:
        if engine.dialect.name == "postgresql":
            read_without_transaction(connection)
        cursor = connection.cursor()
        cursor.execute(_READ)
        row = cursor.fetchone()
    except engine.dialect.loaded_dbapi.Error:
        with suppress(engine.dialect.loaded_dbapi.Error):
            connection.invalidate()
        return None
    else:
        return int(row[0]) if row else None
    finally:
        connection.close()


def changed_at() -> datetime | None:
    """When content was last changed, in UTC; None where nobody knows."""
    return db.session.scalar(select(ContentVersion.changed_at))


class ContentWatch:
    """The version as this process knows it: at most half a second old, and never older than its own last publish."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asking = threading.Lock()
        self._telling = threading.Lock()
        self._version: int | None = None
        self._asked_at = 0.0
        self._fresh_until = 0.0
        self._mark: object = None

    def current(self) -> int | None:
        """The version, or None where nobody may rely on one: the database is away, or slow to say."""
        return self._version if self._is_known(0.0) else self._ask_once()

    def exact(self) -> int | None:
        """The version as the database has it at this moment; `current` learns it too."""
        # The mark before the time: so what is known under a mark is only replaced by what was asked for after it.
        mark = _LastPublish.mark
        asked_at = time.monotonic()
        version = read_version(self._engine)
        with self._telling:
            # An answer that was asked for earlier and came later knows less.
            if asked_at >= self._asked_at:
                self._mark = None
                self._version, self._asked_at = version, asked_at
                self._fresh_until = asked_at + _FRESH_SECONDS
                self._mark = mark
        return version

    def _ask_once(self) -> int | None:
        """One thread asks; the others go on for a moment with what was known, unless this process has published."""
        if self._asking.acquire(blocking=False):
            try:
                return self.exact()
            finally:
                self._asking.release()
        return self._version if self._is_known(_GRACE_SECONDS) else None

    def _is_known(self, grace: float) -> bool:
        """Whether the version that is read after this is fresh, or has been at most `grace` seconds ago.

        Whoever changes them writes the mark last, so a mark that is current vouches for the version. Only a newer
        version can take its place between this check and the reading; the other way round, an older one might pass.
        """
        return self._mark is _LastPublish.mark and time.monotonic() < self._fresh_until + grace


# Keeping values inside a process.

# Which thread waits for which result: a circle must end in Python's RecursionError, not in silence.
_waiting: dict[int, _Computation[Any]] = {}
_waiting_lock = threading.Lock()


class _Computation(Generic[_R]):
    """A result on its way: one thread computes it, others wait for it."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._done = threading.Event()
        # Empty until it is there, and for ever where the computation failed.
        self.result: tuple[_R] | tuple[()] = ()

    def finish(self) -> None:
        """Let go whoever waits."""
        self._done.set()

    def wait(self) -> None:
        """Wait for the result, unless whoever computes it waits for this thread."""
        me = threading.get_ident()
        with _waiting_lock:
            needed: _Computation[Any] | None = self
            while needed is not None:
                if needed._thread == me:
                    return
                needed = _waiting.get(needed._thread)
            _waiting[me] = self
        try:
            self._done.wait()
        finally:
            with _waiting_lock:
                del _waiting[me]


class _Memo(Generic[_R]):
    """Results of one function under the version of one database, the least recently used leaving first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._bind: object = None
        self._version = 0
        self._results: OrderedDict[Hashable, _R] = OrderedDict()
        self._running: dict[Hashable, _Computation[_R]] = {}

    def get(self, bind: object, version: int, key: Hashable, compute: Callable[[], _R]) -> _R:
        """What is remembered, or what `compute` returns: in one thread, while others wait for its result."""
        task = (bind, version, key)
        with self._lock:
            if self._bind is bind and self._version == version and key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
            running = self._running.get(task)
            if running is None:
                mine = self._running[task] = _Computation[_R]()
        if running is not None:
            running.wait()
            # What failed in another thread may work in this one; nobody waits twice.
            return running.result[0] if running.result else compute()
        try:
            result = compute()
            mine.result = (result,)
        finally:
            with self._lock:
                del self._running[task]
                if mine.result:
                    self._remember(bind, version, key, mine.result[0])
            mine.finish()
        return result

    def _remember(self, bind: object, version: int, key: Hashable, result: _R) -> None:
        if self._bind is bind and version < self._version:
            return  # from a transaction that began before the last publish
        if self._bind is not bind or version != self._version:
            self._results.clear()
            self._bind, self._version = bind, version
        self._results[key] = result
        if len(self._results) > self._limit:
            self._results.popitem(last=False)


def memoised_by_content(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Remember the results of a query until the content changes: the 256 last used, by their (hashable) arguments.

    For what many pages share, such as lists of facets. The version is read in the session's own transaction, before the
    query (on PostgreSQL that may see more than the version tells, never less): so nothing that an older transaction saw
    is kept under a newer version. Inside a unit of work, which may have changed what the query reads, nothing is
    remembered but in `as_published`. After a publish one thread computes what all are asking for; an exception is
    raised where it happened, and nobody else hears of it. Results are shared between threads: return what nobody
    changes.
    """
    memo: _Memo[_R] = _Memo(256)

    @wraps(function)
    def memoised(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        session = db.session()
        writes = session.info.get("unit_of_work") and not session.info.get(_AS_PUBLISHED)
        if writes or session.info.get(_CHANGED):
            return function(*args, **kwargs)
        version = _version_seen_by(session)
        if version is None:
            return function(*args, **kwargs)
        key = (args, tuple(sorted(kwargs.items())))
        return memo.get(session.get_bind(), version, key, lambda: function(*args, **kwargs))

    return memoised


@contextmanager
def as_published() -> Iterator[None]:
    """Inside a unit of work: let what is `memoised_by_content` be remembered, as it is outside of one.

    For work that only reads content, and by content of a moment ago is as right. Where the unit has changed content
    itself, nothing is remembered.
    """
    session = db.session()
    session.flush()
    # On PostgreSQL what others published since the unit began is seen; the version has to be as new.
    session.info.pop(_VERSION, None)
    outer = session.info.get(_AS_PUBLISHED, False)
    session.info[_AS_PUBLISHED] = True
    try:
        yield
    finally:
        session.info[_AS_PUBLISHED] = outer


def transaction_version() -> int | None:
    """The version that the session's own transaction sees; None in one that may have changed content."""
    session = db.session()
    if session.info.get("unit_of_work") or session.info.get(_CHANGED):
        return None
    return _version_seen_by(session)


def _version_seen_by(session: Session) -> int | None:
    """The version in the session's own transaction, asked for once in it.

    A page that only reads and has no transaction need not begin one: what it reads after this is at least as new.
    """
    notes = reading_notes()
    if notes is not None and not session.in_transaction():
        if notes.get(_VERSION) is None:
            notes[_VERSION] = read_version(db.engine)
        if notes[_VERSION] is not None:
            return int(notes[_VERSION])
    if _VERSION not in session.info:
        session.info[_VERSION] = session.connection().exec_driver_sql(_READ).scalar()
    version: int | None = session.info[_VERSION]
    return version
