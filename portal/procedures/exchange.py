"""Files of records: their columns, a first pass that only validates, and the import itself.

The columns are documented in docs/howto/import-records.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.files import Progress, check_file, file_format, sha256_of
from portal.exchange.limits import Limits
from portal.exchange.reader import read_rows
from portal.exchange.rows import Row
from portal.procedures import catalogue, service
from portal.procedures.catalogue import CatalogueData, CatalogueReport
from portal.procedures.cells import from_cells
from portal.procedures.data import ProcedureData
from portal.procedures.fields import FieldReader
from portal.procedures.rows import read_record
from portal.procedures.service import Clock, ImportReport, ImportSource

HOSTS = ("dichvucong.gov.vn",)
_KEPT_ERRORS = 1000

RECORD_COLUMNS = Columns(
    required=frozenset({"code", "name", "field", "channels", "source_url", "as_of"}),
    optional=frozenset({
        "agency", "agency_note", "promulgating_agency", "decision_no", "levels", "subjects", "fees", "times", "steps",
        "documents", "results", "requirements", "legal_basis", "life_events", "portal_updated_at", "is_full",
    }),
    aliases={"implementation_levels": "levels", "processing_time": "times", "crawled_at": "as_of"},
    # Of the national data: the online level is each province's to decide, the others say nothing about the procedure.
    ignored=frozenset({"online_level", "portal_full_process_flag", "scope"}),
)  # fmt: skip
CATALOGUE_COLUMNS = Columns(
    required=frozenset({"code", "name", "source_url"}),
    optional=frozenset({"fields", "agencies", "promulgating_agency", "subjects", "type", "state"}),
    aliases={"executing": "agencies", "promulgating": "promulgating_agency", "field": "fields"},
    ignored=frozenset({"portal_id", "has_detail"}),
)

_T = TypeVar("_T", ProcedureData, CatalogueData)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file is read; `given_format` None goes by its name, `hosts` may be linked to."""

    given_format: str | None = None
    hosts: tuple[str, ...] = HOSTS
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class CheckedFile(Generic[_T]):
    """A file that was read through once without touching the database; `rows()` reads its good rows again."""

    path: Path
    options: ReadOptions
    columns: Columns
    read: Callable[[Row, Collection[str]], _T | list[RowError]]
    read_code: Callable[[FieldReader, str], str]
    sha256: str = ""
    good: int = 0
    bad: int = 0  # rows, of which one may have several errors
    errors: list[RowError] = field(default_factory=list)  # the first thousand
    codes: dict[str, int] = field(default_factory=dict)  # of the good rows, with their lines
    bad_codes: set[str] = field(default_factory=set)
    has_nameless_rows: bool = False  # bad ones whose code can't be told

    def check(self, progress: Progress | None = None) -> None:
        """The first pass. ExchangeError when the file is unusable as a whole."""
        check_file(self.path, self.options.limits)
        self.sha256 = sha256_of(self.path)
        for line, code, outcome in self._outcomes(progress):
            if isinstance(outcome, list):
                self._refuse(outcome, code)
            elif outcome.code in self.codes:
                params = {"value": outcome.code, "first": self.codes[outcome.code]}
                self._refuse([RowError(line, "code", "duplicate_code", params)], code)
            else:
                self.good += 1
                self.codes[outcome.code] = line

    def rows(self, progress: Progress | None = None) -> Iterator[_T]:
        """The good rows, `progress` counting them. ExchangeError when the file was changed since it was checked."""
        if sha256_of(self.path) != self.sha256:
            raise ExchangeError("changed_meanwhile")
        for line, code, outcome in self._outcomes(None):
            if code is not None and not isinstance(outcome, list) and self.codes.get(code) == line:
                yield outcome
                if progress:
                    progress(1)

    def _outcomes(self, progress: Progress | None) -> Iterator[tuple[int, str | None, _T | list[RowError]]]:
        options = self.options
        is_tabular = file_format(self.path, options.given_format) != "jsonl"
        for item in read_rows(
            self.path, self.columns, given_format=options.given_format, limits=options.limits, progress=progress
        ):
            row = from_cells(item) if is_tabular and isinstance(item, Row) else item
            code = self.read_code(FieldReader(item.line, item.values, []), "code") if isinstance(item, Row) else ""
            if isinstance(row, Row):
                yield row.line, code or None, self.read(row, options.hosts)
            else:
                yield item.line, code or None, [row] if isinstance(row, RowError) else row

    def _refuse(self, errors: list[RowError], code: str | None) -> None:
        self.bad += 1
        self.errors += errors[: max(0, _KEPT_ERRORS - len(self.errors))]
        if code is None:
            self.has_nameless_rows = True
        else:
            self.bad_codes.add(code)


def check_records(
    path: Path, options: ReadOptions | None = None, progress: Progress | None = None
) -> CheckedFile[ProcedureData]:
    """Read a file of records through without touching the database. ExchangeError: unusable as a whole."""
    checked = CheckedFile(path, options or ReadOptions(), RECORD_COLUMNS, read_record, FieldReader.code)
    checked.check(progress)
    return checked


def check_catalogue(
    path: Path, options: ReadOptions | None = None, progress: Progress | None = None
) -> CheckedFile[CatalogueData]:
    """The same for the national catalogue of names."""
    checked = CheckedFile(
        path, options or ReadOptions(), CATALOGUE_COLUMNS, catalogue.read_name, FieldReader.printed_code
    )
    checked.check(progress)
    return checked


class RowsRefusedError(Exception):
    """The file has bad rows, and skipping them was not asked for; nothing was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What an import may do beyond storing good rows of a file without bad ones."""

    skip_bad: bool = False
    retire_gone: bool = False
    dry_run: bool = False


def import_records(
    checked: CheckedFile[ProcedureData],
    options: ImportOptions | None = None,
    *,
    clock: Clock,
    progress: Progress | None = None,
) -> ImportReport:
    """Store a checked file's records; call it inside a unit of work. RowsRefusedError before anything is written."""
    options = _allowed(checked, options)
    return service.import_records(
        checked.rows(progress),
        ImportSource(file_name=shown(checked.path.name, 300), file_sha256=checked.sha256),
        clock=clock,
        also_present=checked.bad_codes,
        retire_gone=options.retire_gone,
        dry_run=options.dry_run,
    )


def import_catalogue(
    checked: CheckedFile[CatalogueData],
    options: ImportOptions | None = None,
    *,
    clock: Clock,
    progress: Progress | None = None,
) -> CatalogueReport:
    """Store a checked catalogue; call it inside a unit of work. RowsRefusedError before anything is written."""
    options = _allowed(checked, options)
    return catalogue.import_names(
        checked.rows(progress), now=clock(), also_present=checked.bad_codes, retire_gone=options.retire_gone
    )


def _allowed(checked: CheckedFile[Any], options: ImportOptions | None) -> ImportOptions:
    options = options or ImportOptions()
    if checked.bad and not options.skip_bad:
        raise RowsRefusedError
    # A row whose code can't be read may be any record's: then none is gone for certain.
    return replace(options, retire_gone=options.retire_gone and not checked.has_nameless_rows)
