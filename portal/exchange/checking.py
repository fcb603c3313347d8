"""Reading one file as items of one kind: the good ones one after the other, the bad rows with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic

from portal.exchange.encodings import UTF8, legacy_font
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.files import Progress, check_file, encoding_of, file_format, sha256_of
from portal.exchange.layout import Layout
from portal.exchange.limits import Limits
from portal.exchange.reader import read_rows
from portal.exchange.registry import ChangeLog, ImportKind, Run, T
from portal.exchange.rows import Ignored, Row

KEPT_ERRORS = 10_000
_KEPT_NOTES = 100
_SAMPLED_ROWS = 200
_SHOWN_SAMPLES = 8


@dataclass(slots=True)
class Reading(Generic[T]):
    """A file and how it is read. Every pass over it starts the numbers anew; after a whole pass they are complete.

    `sha256` is that of the first pass; a later pass over a file with another content is an ExchangeError.
    """

    path: Path
    kind: ImportKind[T]
    given_format: str | None = None
    layout: Layout | None = None
    limits: Limits | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    file_name: str = ""  # as the person knows it
    sha256: str = ""
    encoding: str = ""
    good: int = 0
    bad: int = 0  # rows, of which one may have several errors
    errors: list[RowError] = field(default_factory=list)  # the first ten thousand
    lines: dict[str, int] = field(default_factory=dict)  # of the good rows, by subject
    bad_subjects: set[str] = field(default_factory=set)
    has_nameless_rows: bool = False  # bad ones whose subject can't be told
    notes: list[Ignored] = field(default_factory=list)  # the first hundred rows above and below the table
    note_count: int = 0
    samples: list[str] = field(default_factory=list)  # texts with marks, by which a person can judge the encoding
    batch: str = ""  # the code of the import, where there is one
    actor_name: str = ""
    _heeded: Mapping[str, Any] | None = None  # the options, after what stands above the table
    _texts: list[str] = field(default_factory=list)
    _before: Counter[Any] = field(default_factory=Counter)

    def check(self, progress: Progress | None = None) -> None:
        """Read the file through. ExchangeError when it is unusable as a whole."""
        for _ in self.items(progress):
            pass

    def items(self, progress: Progress | None = None) -> Iterator[T]:
        """The good items; `progress` gets the bytes read so far. Bad rows are only noted."""
        self._begin()
        is_tabular = file_format(self.path, self.given_format) != "jsonl"
        for outcome in read_rows(
            self.path, self.kind.columns, given_format=self.given_format, limits=self.limits or self.kind.limits,
            progress=progress, layout=self.layout,
        ):  # fmt: skip
            if isinstance(outcome, Ignored):
                self.note_count += 1
                self.notes += [outcome] * (len(self.notes) < _KEPT_NOTES)
            elif isinstance(outcome, RowError):
                self._refuse([outcome], None)
            elif (item := self._item(outcome, is_tabular=is_tabular)) is not None:
                yield item
        self._judge_font()

    def _begin(self) -> None:
        limits = self.limits or self.kind.limits
        check_file(self.path, limits)
        sha256 = sha256_of(self.path)
        if self.sha256 and sha256 != self.sha256:
            raise ExchangeError("changed_meanwhile")
        self.sha256 = sha256
        if not self.encoding:
            is_workbook = file_format(self.path, self.given_format) == "xlsx"
            self.encoding = UTF8 if is_workbook else encoding_of(self.path, limits)
        self.good = self.bad = self.note_count = 0
        self.has_nameless_rows = False
        self._heeded = None
        for collected in (
            self.errors, self.lines, self.bad_subjects, self.notes, self.samples, self._texts, self._before,
        ):  # fmt: skip
            collected.clear()

    def _item(self, row: Row, *, is_tabular: bool) -> T | None:
        """The item of a good row; None for a bad one, which is noted."""
        if self.good + self.bad < _SAMPLED_ROWS:
            self._sample(row)
        if self._heeded is None:
            self._heeded = self.kind.heed([note.text for note in self.notes], self.options)
        item = self.kind.read(row, self._heeded, is_tabular=is_tabular)
        if isinstance(item, list):
            self._refuse(item, self.kind.subject_of_row(row))
            return None
        subject = self.kind.subject(item)
        if subject in self.lines:
            self._refuse([self.kind.duplicate(row.line, subject, self.lines[subject])], subject)
            return None
        if (error := self.kind.refusal(row.line, item, self._before)) is not None:
            self._refuse([error], subject)
            return None
        self.good += 1
        self.lines[subject] = row.line
        return item

    def _sample(self, row: Row) -> None:
        texts = [value[:200] for value in row.values.values() if isinstance(value, str) and not value.isascii()]
        self.samples += [shown(text) for text in texts][: max(0, _SHOWN_SAMPLES - len(self.samples))]
        self._texts += texts
        if self.good + self.bad == _SAMPLED_ROWS - 1:
            self._judge_font()

    def _judge_font(self) -> None:
        if legacy := legacy_font("\n".join(self._texts)):
            raise ExchangeError("legacy_font", encoding=legacy)
        self._texts.clear()

    def _refuse(self, errors: list[RowError], subject: str | None) -> None:
        self.bad += 1
        self.errors += errors[: max(0, KEPT_ERRORS - len(self.errors))]
        if subject:
            self.bad_subjects.add(subject)
        else:
            self.has_nameless_rows = True

    def counts(self) -> dict[str, Any]:
        """The numbers of the last pass."""
        return {
            "good": self.good, "bad": self.bad, "errors": len(self.errors), "ignored": self.note_count,
            "encoding": self.encoding,
        }  # fmt: skip

    def run(self, clock: Callable[[], datetime], *, dry_run: bool, log: Any = None) -> Run:
        """The run in which the kind stores this file's items."""
        return Run(
            clock=clock, now=clock(), dry_run=dry_run, file_name=shown(self.file_name or self.path.name, 300),
            sha256=self.sha256,
            options=self.options, refused=self.bad_subjects,
            has_nameless_rows=lambda: self.has_nameless_rows, ignored=self.notes, log=log or _forget,
            batch=self.batch, actor_name=self.actor_name,
        )  # fmt: skip


def _forget(_change: ChangeLog) -> None:
    """Where no batch keeps what changed."""
