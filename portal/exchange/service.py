"""Imports from the upload to the confirmation, and what becomes of those that end otherwise.

Flushes, never commits. `applying` has what changes the portal itself.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import delete, insert

from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import clean_line
from portal.exchange import queries, registry, storage
from portal.exchange.checking import Reading
from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError
from portal.exchange.files import file_format
from portal.exchange.layout import HEADER_ROWS, Layout, signature
from portal.exchange.models import Batch, RememberedMapping, RowProblem, State
from portal.exchange.reader import Inspection, inspect_file
from portal.exchange.registry import Run

SMALL_ROWS = 2000
SMALL_BYTES = 1_000_000
# A workbook is packed: this is what its rows take at least.
_WORKBOOK_ROW_BYTES = 20
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CHUNK = 500
_ASKED, _UNDOING_LASTS = "undo_asked_at", timedelta(hours=1)
NOT_APPLIED = (
    State.UPLOADED, State.CHECKING, State.READY, State.REFUSED, State.QUEUED, State.APPLYING, State.FAILED,
)  # fmt: skip


class WrongStateError(Exception):
    """What was asked for doesn't fit the batch's state; `state` is what it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the import is {state}")
        self.state = state


class UndoTooOldError(WrongStateError):
    """What the batch changed was forgotten in time; it can't be undone any more."""


class AlreadyImportedError(Exception):
    """The same file was imported before, and nothing would change; `code` is that batch's."""

    def __init__(self, code: str) -> None:
        super().__init__(f"already imported: {code}")
        self.code = code


class RowsRefusedError(Exception):
    """The file has bad rows, and skipping them was not asked for; nothing was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that a person brings. Without `guess_columns` its columns must have our own names."""

    kind: str
    file_name: str
    source: BinaryIO
    actor: Actor
    given_format: str | None = None
    options: Mapping[str, Any] | None = None
    guess_columns: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """A file in the folder of imports that has no batch yet."""

    given: Upload
    code: str
    file: storage.StoredFile
    format: str
    inspection: Inspection | None


def new_batch_code() -> str:
    """A random name for a batch: addresses of batches can't be counted."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def receive(given: Upload, *, folder: Path) -> Received:
    """Store a file and look how it is made, without the database: best before a unit of work, which locks SQLite.

    ExchangeError where the file can't be an import of this kind; then it is not kept. A file that never gets its batch
    is swept away later.
    """
    kind = registry.get(given.kind)
    code = new_batch_code()
    file = storage.store(folder, storage.stored_name(code, given.file_name), given.source, kind.limits)
    try:
        path = folder / file.name
        form = file_format(path, given.given_format)
        found = None
        if given.guess_columns:
            found = inspect_file(path, kind.columns, given_format=form, limits=kind.limits)
            if found.layout is None:
                raise ExchangeError("no_header", limit=HEADER_ROWS)  # noqa: TRY301
            if form == "jsonl" and kind.columns.required.issubset(map(kind.columns.resolve, found.layout.headers)):
                found = None  # its rows have names that we know, each those that it needs
    except BaseException:
        storage.remove(folder, file.name)
        raise
    return Received(given, code, file, form, found)


def upload(received: Received, *, now: datetime) -> Batch:
    """Begin the batch of a file that was received: it is complete on the disk before this row is committed."""
    given, file = received.given, received.file
    batch = Batch(
        code=received.code, kind=given.kind, state=State.UPLOADED, file_name=clean_line(given.file_name, 300) or "?",
        stored_name=file.name, format=received.format, sha256=file.sha256, size=file.size, fingerprint="", mapping={},
        options=dict(given.options or {}), counts={}, preview={}, actor_key=given.actor.key[:100],
        actor_name=given.actor.name[:200], created_at=now, state_at=now, error_params={},
    )  # fmt: skip
    if received.inspection and received.inspection.layout:
        _guess_columns(batch, received.inspection, received.inspection.layout)
    _settle_fingerprint(batch)
    db.session.add(batch)
    db.session.flush()
    return batch


def _guess_columns(batch: Batch, found: Inspection, layout: Layout) -> None:
    columns = registry.get(batch.kind).columns
    batch.preview = {"samples": [list(row) for row in found.samples], "first": [list(row) for row in found.first]}
    batch.counts = {"encoding": found.encoding}
    remembered = queries.remembered_targets(batch.kind, signature(layout.headers))
    is_remembered = remembered is not None and not mapping_problems(layout.headers, remembered, columns)
    if remembered is not None and is_remembered:
        layout = Layout(layout.headers, tuple(remembered), layout.line, layout.depth)
    batch.preview |= {"confidence": [guess.confidence for guess in found.guesses], "is_remembered": is_remembered}
    batch.mapping = layout.as_json()


def mapping_problems(headers: Sequence[str], targets: Sequence[str | None], columns: Columns) -> dict[str, list[str]]:
    """What is wrong with a mapping: `missing`, `unknown` and `double` columns; empty where it can be used."""
    known = columns.required | columns.optional
    given = [target for target in targets if target is not None]
    problems = {
        "missing": sorted(columns.required - set(given)),
        "unknown": sorted({target for target in given if target not in known}),
        "double": sorted({target for target in given if given.count(target) > 1}),
        "length": [] if len(targets) == len(headers) else [str(len(targets))],
    }
    return {name: found for name, found in problems.items() if found}


def needs_mapping(batch: Batch) -> bool:
    """True while a person has to say what the columns mean."""
    if not batch.mapping:
        return False
    columns = registry.get(batch.kind).columns
    return bool(mapping_problems(batch.mapping["headers"], batch.mapping["targets"], columns))


def set_mapping(code: str, targets: Sequence[str | None], *, now: datetime) -> Batch:
    """Say what each column means, None for one that isn't read; remembered for tables of the same shape.

    The batch has to be checked again. ExchangeError (`wrong_columns`) where the mapping can't be used.
    """
    batch = in_state(code, State.UPLOADED, State.READY, State.REFUSED)
    if not batch.mapping:
        raise WrongStateError(batch.state)  # its columns have our own names
    layout = Layout.from_json(batch.mapping)
    problems = mapping_problems(layout.headers, targets, registry.get(batch.kind).columns)
    if problems:
        said = {name: ", ".join(problems.get(name, ["–"])) for name in ("missing", "unknown", "double")}
        raise ExchangeError("wrong_columns", problems=str(problems), **said)
    layout = Layout(layout.headers, tuple(targets), layout.line, layout.depth)
    batch.mapping = layout.as_json()
    remembered = {"kind": batch.kind, "signature": signature(layout.headers)}
    db.session.merge(RememberedMapping(**remembered, targets=list(targets), used_at=now))
    _clear(batch, State.UPLOADED, now)
    _settle_fingerprint(batch)
    return batch


def inspect_again(batch: Batch, line: int, folder: Path) -> Inspection:
    """Read a batch's file as a table whose header begins on this line; without the database, as `receive`."""
    kind, path = registry.get(batch.kind), folder / batch.stored_name
    if not batch.stored_name or not path.is_file():
        raise ExchangeError("lost_file")
    return inspect_file(path, kind.columns, given_format=batch.format, limits=kind.limits, header_line=line)


def set_header(code: str, found: Inspection, *, now: datetime) -> Batch:
    """Take the header that somebody chose; its columns are guessed anew, and the batch has to be checked again."""
    batch = in_state(code, State.UPLOADED, State.READY, State.REFUSED)
    if not batch.mapping or found.layout is None:
        raise WrongStateError(batch.state)
    _clear(batch, State.UPLOADED, now)
    _guess_columns(batch, found, found.layout)
    _settle_fingerprint(batch)
    return batch


def is_small(batch: Batch, folder: Path) -> bool:
    """True where a file can be checked within a request: under 2,000 rows and 1 MB."""
    if batch.size >= SMALL_BYTES or batch.stored_name.endswith(".gz"):
        return False
    if batch.format == "xlsx":
        return batch.size < SMALL_ROWS * _WORKBOOK_ROW_BYTES
    path = folder / batch.stored_name
    return path.is_file() and path.read_bytes().count(b"\n") < SMALL_ROWS


def reading_of(batch: Batch, folder: Path) -> Reading[Any]:
    """The batch's file, to be read; another content than was uploaded is refused. ExchangeError where it is gone."""
    path = folder / batch.stored_name
    if not batch.stored_name or not path.is_file():
        raise ExchangeError("lost_file")
    return Reading(
        path, registry.get(batch.kind), given_format=batch.format, options=batch.options, sha256=batch.sha256,
        layout=Layout.from_json(batch.mapping) if batch.mapping else None, file_name=batch.file_name,
        batch=batch.code, actor_name=batch.actor_name,
    )  # fmt: skip


def enter(batch: Batch, state: State, now: datetime) -> None:
    """Note where the work on the batch is: `checking`, `applying`, or `queued` again."""
    batch.state, batch.state_at = state, now


def keep_check(batch: Batch, reading: Reading[Any], report: Any, run: Run, *, now: datetime) -> None:
    """Keep what a check found: `ready`, or `refused` because of its rows. `report` None: not compared."""
    _clear(batch, State.READY, now)
    compared = {f"would_{name}": number for name, number in report.counts().items()} if report else {}
    batch.counts = {**reading.counts(), **compared}
    batch.preview = batch.preview | {
        "differences": run.differences,
        "totals": [list(total) for total in run.totals],
        "ignored": [[note.line, note.text] for note in reading.notes],
        "texts": reading.samples,
    }
    rows = [
        {
            "batch_id": batch.id, "line": error.line, "column": error.column and error.column[:300],
            "code": error.code, "params": json.loads(json.dumps(dict(error.params), default=str)),
        }
        for error in reading.errors
    ]  # fmt: skip
    for start in range(0, len(rows), _CHUNK):
        db.session.execute(insert(RowProblem), rows[start : start + _CHUNK])
    if not reading.good:
        _refuse(batch, "no_good_rows", {})
    elif reading.bad and not batch.options.get("skip_bad"):
        _refuse(batch, "rows_refused", {"bad": reading.bad, "rows": reading.bad + reading.good})
    db.session.flush()


def _refuse(batch: Batch, code: str, params: Mapping[str, Any]) -> None:
    batch.state, batch.error_code = State.REFUSED, code
    batch.error_params = json.loads(json.dumps(dict(params), default=str))


def refuse(batch: Batch, error: ExchangeError, *, now: datetime) -> None:
    """The file is unusable as a whole."""
    _clear(batch, State.REFUSED, now)
    _refuse(batch, error.code, error.params)


def fail(batch: Batch, error: ExchangeError, *, now: datetime) -> None:
    """Applying has failed for good; nothing was imported."""
    _refuse(batch, error.code, error.params)
    batch.state, batch.state_at = State.FAILED, now


def confirm(code: str, *, skip_bad: bool = False, even_if_imported: bool = False, now: datetime) -> Batch:
    """Let a checked batch be applied: `queued`. The caller puts the work into the outbox in the same transaction.

    Raises RowsRefusedError where it has bad rows that are not to be skipped, AlreadyImportedError where the same file
    was imported before and would change nothing.
    """
    batch = in_state(code, State.READY, State.REFUSED)
    if batch.state == State.REFUSED:
        if batch.error_code != "rows_refused":
            raise WrongStateError(batch.state)
        if not skip_bad:
            raise RowsRefusedError
        batch.options = {**batch.options, "skip_bad": True}
        _settle_fingerprint(batch)
    twin = already_imported(batch)
    if twin is not None and not would_change(batch) and not even_if_imported:
        raise AlreadyImportedError(twin.code)
    batch.state, batch.state_at, batch.error_code, batch.error_params = State.QUEUED, now, None, {}
    return batch


def already_imported(batch: Batch) -> Batch | None:
    """The applied batch that brought the same file with the same mapping and options."""
    return queries.applied_twin(batch.fingerprint, other_than=batch.id)


def would_change(batch: Batch) -> bool:
    """Whether the check found anything to change; True where it did not compare."""
    numbers = {name: number for name, number in batch.counts.items() if name.startswith("would_")}
    idle = {"would_unchanged", "would_kept", "would_gone", "would_older", "would_silent", "would_aside"}
    told = (number for name, number in numbers.items() if name not in idle and not name.startswith("would_sum_"))
    return not numbers or any(told)


def discard(code: str, *, now: datetime) -> Batch:
    """Give a batch up that was not applied; its file is swept away later. Work under way on it finds that and ends."""
    batch = in_state(code, *NOT_APPLIED)
    batch.state, batch.state_at = State.DISCARDED, now
    return batch


def require_undoable(batch: Batch) -> None:
    """Raises UndoTooOldError for an applied batch whose file and changes have been swept away."""
    if not batch.stored_name:
        raise UndoTooOldError(batch.state)


def ask_undo(code: str, *, now: datetime) -> Batch:
    """Note that a batch is to be undone, which the worker will do. WrongStateError, UndoTooOldError."""
    batch = in_state(code, State.APPLIED)
    require_undoable(batch)
    batch.preview = {**batch.preview, _ASKED: now.isoformat()}
    batch.error_code, batch.error_params = None, {}
    return batch


def settle_undo(batch: Batch) -> None:
    """The undoing that was asked for has come to an end, whichever."""
    batch.preview = {name: value for name, value in batch.preview.items() if name != _ASKED}


def is_being_undone(batch: Batch, *, now: datetime) -> bool:
    """Whether the worker is to undo a batch. What it hasn't done in an hour may be asked for again."""
    asked = batch.preview.get(_ASKED)
    if batch.state != State.APPLIED or asked is None:
        return False
    return now - datetime.fromisoformat(asked) < _UNDOING_LASTS


def forget(batch: Batch, folder: Path) -> None:
    """Remove a batch that changed nothing, with its file."""
    storage.remove(folder, batch.stored_name)
    db.session.delete(batch)
    db.session.flush()


def in_state(code: str, *states: State) -> Batch:
    """The batch, locked, in one of these states; LookupError where there is none, else WrongStateError."""
    batch = queries.locked(code)
    if batch is None:
        raise LookupError(code)
    if batch.state not in states:
        raise WrongStateError(batch.state)
    return batch


def _clear(batch: Batch, state: State, now: datetime) -> None:
    """Forget what an earlier check found."""
    batch.state, batch.state_at, batch.error_code, batch.error_params = state, now, None, {}
    if batch.id is not None:
        db.session.execute(delete(RowProblem).where(RowProblem.batch_id == batch.id))


def _settle_fingerprint(batch: Batch) -> None:
    identity = [batch.kind, batch.sha256, batch.mapping, batch.options]
    batch.fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
