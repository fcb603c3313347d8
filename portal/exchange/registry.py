"""The kinds of imports. Each domain describes its own; `wiring` registers them.

A kind reads rows into items, stores items, and can take back what it stored. The framework does the rest: files,
columns, previews, batches, workers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from portal.core.permissions import Permission
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError, shown
from portal.exchange.limits import Limits
from portal.exchange.rows import Ignored, Row

T = TypeVar("T")
State = dict[str, Any]
_SHOWN_DIFFERENCES = 200
_SHOWN_FIELDS = 20


class Total(NamedTuple):
    """What a row of totals says of a column, and what its rows add up to."""

    line: int
    column: str
    given: int
    ours: int


class ChangeLog(NamedTuple):
    """What an import did to one subject; see `models.Change`."""

    subject: str
    before: State | None
    mark: str | None


# What an import changed, the latest first, some hundred at a time.
Log = Callable[[], Iterable[Sequence[ChangeLog]]]


@dataclass(slots=True)
class Run:
    """One pass over the good items of a file: to compare (`dry_run`), or to store inside a unit of work.

    What the rows before it were like is only complete after the last item: `refused` has the subjects of bad rows,
    `has_nameless_rows` says that of some bad rows nobody can tell the subject, `ignored` are the first hundred rows
    above and below the table. `totals` are what the file's own rows of totals say, where the kind compares them.
    """

    clock: Callable[[], datetime]
    now: datetime
    dry_run: bool
    file_name: str
    sha256: str
    options: Mapping[str, Any]
    refused: Collection[str] = ()
    has_nameless_rows: Callable[[], bool] = lambda: False
    ignored: Sequence[Ignored] = ()
    log: Callable[[ChangeLog], None] = lambda _change: None
    differences: list[dict[str, Any]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    batch: str = ""  # the code of the import, where there is one
    actor_name: str = ""

    @property
    def shows_more(self) -> bool:
        """Whether the preview has room for another subject."""
        return len(self.differences) < _SHOWN_DIFFERENCES

    def differs(self, subject: str, action: str, fields: Sequence[tuple[str, Any, Any]] = ()) -> None:
        """Show a subject in the preview: `new`, `changed` or `gone`, with fields as (name, before, after)."""
        if self.shows_more:
            shortened = [[name, shown(before, 80), shown(after, 80)] for name, before, after in fields[:_SHOWN_FIELDS]]
            self.differences.append({"subject": shown(subject, 200), "action": action, "fields": shortened})


class ImportKind(ABC, Generic[T]):
    """One kind of import. `name` is Vietnamese; `permission` is what a person needs to import it."""

    key: ClassVar[str]
    name: ClassVar[str]
    permission: ClassVar[Permission]
    columns: ClassVar[Columns]
    limits: ClassVar[Limits] = Limits()
    # Whether a mark that something later has replaced never comes back: then marks alone tell what stands on a change.
    has_lasting_marks: ClassVar[bool] = False

    def heed(self, above: Sequence[str], options: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 for those that do
        """The options for a file's rows, after what stands above its table, such as the month that it is of."""
        return options

    @abstractmethod
    def read(self, row: Row, options: Mapping[str, Any], *, is_tabular: bool) -> T | list[RowError]:
        """The item of a row, or every reason why it is refused. `is_tabular`: the values are cells."""

    @abstractmethod
    def subject(self, item: T) -> str:
        """What the item is about: at most 200 characters, once in a file."""

    def subject_of_row(self, row: Row) -> str | None:  # noqa: ARG002 for the kinds that can tell
        """The subject of a row that may be bad; None where it can't be told."""
        return None

    def subject_in_words(self, subject: str) -> str:
        """A subject as a person knows it, for messages."""
        return subject

    def duplicate(self, line: int, subject: str, first: int) -> RowError:
        """The reason to refuse a second row about a subject."""
        return RowError(line, None, "duplicate_subject", {"value": shown(subject), "first": first})

    def refusal(self, line: int, item: T, before: Counter[Any]) -> RowError | None:  # noqa: ARG002 for those that need it
        """Why an otherwise good row is refused for the rows before it; None where it isn't.

        `before` is empty at the beginning of each pass over a file, and the kind's own to count in.
        """
        return None

    @abstractmethod
    def store(self, items: Iterator[T], run: Run) -> Any:
        """Compare all items with what is stored and, unless `run.dry_run`, write them and log every change.

        Returns a report with `counts() -> dict[str, int]`. Flushes, never commits; holds no more than a chunk of items.
        """

    @abstractmethod
    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """The marks of those of the subjects that exist now, to be compared with the logged ones.

        Best read `FOR UPDATE`: what is found unchanged is about to be undone.
        """

    def changed_since(self, changes: Sequence[ChangeLog]) -> list[str]:
        """Those of the changed subjects that are no longer as the import left them."""
        marks = self.marks([change.subject for change in changes])
        return [change.subject for change in changes if marks.get(change.subject) != change.mark]

    def undo_whole(self, batch: str, log: Log, now: datetime) -> bool:  # noqa: ARG002 for those that can
        """Take all of an import back at once, by its code; `log` is what it changed, as often as it is asked for.

        False, with nothing changed, where its subjects have to be looked at one by one: something stands on one.
        """
        return False

    @abstractmethod
    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:
        """Bring these subjects back to what they were before. Called for some hundred at a time, the latest first."""

    def blockers(self, changes: Sequence[ChangeLog]) -> list[str]:  # noqa: ARG002 for the kinds that need it
        """Those of the changed subjects on which something else stands by now, so that they can't be taken back."""
        return []


_kinds: dict[str, ImportKind[Any]] = {}


def register(kind: ImportKind[Any]) -> None:
    """Make a kind of import known; the same key again replaces it."""
    _kinds[kind.key] = kind


def unregister(key: str) -> None:
    """Forget a kind."""
    _kinds.pop(key, None)


def get(key: str) -> ImportKind[Any]:
    """The kind with this key; KeyError where no domain has registered it."""
    return _kinds[key]


def kinds() -> tuple[ImportKind[Any], ...]:
    """All kinds, in the order of their registration."""
    return tuple(_kinds.values())
