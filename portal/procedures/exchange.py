"""Files of records and of the national catalogue as kinds of imports.

The columns are documented in docs/howto/import-records.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from portal.core.permissions import Permission
from portal.exchange.checking import Reading
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError
from portal.exchange.files import Progress
from portal.exchange.limits import Limits
from portal.exchange.registry import ChangeLog, ImportKind, Run
from portal.exchange.rows import Row
from portal.exchange.service import RowsRefusedError
from portal.procedures import catalogue, service, undo
from portal.procedures.catalogue import CatalogueData, CatalogueReport
from portal.procedures.cells import from_cells
from portal.procedures.data import ProcedureData
from portal.procedures.fields import FieldReader
from portal.procedures.rows import read_record
from portal.procedures.service import Clock, ImportReport, ImportSource

HOSTS = ("dichvucong.gov.vn",)
RECORDS = "procedures"
CATALOGUE = "catalogue"


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


RECORD_COLUMNS = Columns(
    required=frozenset({"code", "name", "field", "channels", "source_url", "as_of"}),
    optional=frozenset({
        "agency", "agency_note", "promulgating_agency", "decision_no", "levels", "subjects", "fees", "times", "steps",
        "documents", "results", "requirements", "legal_basis", "life_events", "portal_updated_at", "is_full",
    }),
    aliases={"implementation_levels": "levels", "processing_time": "times", "crawled_at": "as_of"},
    # Of the national data: the online level is each province's to decide, the others say nothing about the procedure.
    ignored=frozenset({"online_level", "portal_full_process_flag", "scope"}),
    labels={
        "code": _("Mã thủ tục"), "name": _("Tên thủ tục"), "field": _("Lĩnh vực"), "channels": _("Cách thức thực hiện"),
        "source_url": _("Địa chỉ nguồn"), "as_of": _("Ngày ghi nhận"), "agency": _("Cơ quan thực hiện"),
        "agency_note": _("Ghi chú về cơ quan"), "promulgating_agency": _("Cơ quan ban hành"),
        "decision_no": _("Số quyết định"), "levels": _("Cấp thực hiện"), "subjects": _("Đối tượng thực hiện"),
        "fees": _("Phí, lệ phí"),
        "times": _("Thời hạn giải quyết"), "steps": _("Trình tự thực hiện"), "documents": _("Thành phần hồ sơ"),
        "results": _("Kết quả thực hiện"), "requirements": _("Yêu cầu, điều kiện"), "legal_basis": _("Căn cứ pháp lý"),
        "life_events": _("Sự kiện"), "portal_updated_at": _("Ngày cập nhật trên cổng"), "is_full": _("Là hồ sơ đầy đủ"),
    },
)  # fmt: skip
CATALOGUE_COLUMNS = Columns(
    required=frozenset({"code", "name", "source_url"}),
    optional=frozenset({"fields", "agencies", "promulgating_agency", "subjects", "type", "state"}),
    aliases={"executing": "agencies", "promulgating": "promulgating_agency", "field": "fields"},
    ignored=frozenset({"portal_id", "has_detail"}),
    labels={
        "code": _("Mã thủ tục"), "name": _("Tên thủ tục"), "source_url": _("Địa chỉ nguồn"), "fields": _("Lĩnh vực"),
        "agencies": _("Cơ quan thực hiện"), "promulgating_agency": _("Cơ quan ban hành"),
        "subjects": _("Đối tượng thực hiện"),
        "type": _("Loại thủ tục"), "state": _("Trạng thái"),
    },
)  # fmt: skip


def _hosts(options: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(options.get("hosts", HOSTS))


def _retires(run: Run) -> bool:
    """Whether gone subjects are retired: a row whose code can't be read may be any one's, then none is surely gone."""
    return bool(run.options.get("retire_gone")) and not run.has_nameless_rows()


class RecordKind(ImportKind[ProcedureData]):
    """Official records."""

    key: ClassVar[str] = RECORDS
    name: ClassVar[str] = _("Thủ tục hành chính")
    permission: ClassVar[Permission] = Permission.EDIT_CONTENT
    columns: ClassVar[Columns] = RECORD_COLUMNS

    def read(self, row: Row, options: Mapping[str, Any], *, is_tabular: bool) -> ProcedureData | list[RowError]:
        """See `ImportKind.read`."""
        parted = from_cells(row) if is_tabular else row
        return read_record(parted, _hosts(options)) if isinstance(parted, Row) else parted

    def subject(self, item: ProcedureData) -> str:
        """The code."""
        return item.code

    def subject_of_row(self, row: Row) -> str | None:
        """The code, where the row shows one."""
        return FieldReader(row.line, row.values, []).code("code") or None

    def duplicate(self, line: int, subject: str, first: int) -> RowError:
        """See `ImportKind.duplicate`."""
        return RowError(line, "code", "duplicate_code", {"value": subject, "first": first})

    def store(self, items: Iterator[ProcedureData], run: Run) -> ImportReport:
        """See `ImportKind.store`."""
        report = service.import_records(
            items,
            ImportSource(file_name=run.file_name, file_sha256=run.sha256),
            clock=run.clock,
            also_present=run.refused,
            retires_gone=lambda: _retires(run),
            dry_run=run.dry_run,
            log=run.log,
        )
        for code in report.new:
            run.differs(code, "new")
        for code, changes in report.changed.items():
            run.differs(code, "changed", [(change.field, change.before, change.after) for change in changes])
        for code in report.gone:
            run.differs(code, "gone")
        return report

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`."""
        return undo.record_marks(subjects)

    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:
        """See `ImportKind.undo`."""
        undo.undo_records(changes, now=now)

    def blockers(self, changes: Sequence[ChangeLog]) -> list[str]:
        """New records that a guide explains by now: it would lose its fees and times."""
        return undo.explained([change.subject for change in changes if change.before is None])


class CatalogueKind(ImportKind[CatalogueData]):
    """Names of the national catalogue."""

    key: ClassVar[str] = CATALOGUE
    name: ClassVar[str] = _("Danh mục thủ tục toàn quốc")
    permission: ClassVar[Permission] = Permission.EDIT_CONTENT
    columns: ClassVar[Columns] = CATALOGUE_COLUMNS

    def read(self, row: Row, options: Mapping[str, Any], *, is_tabular: bool) -> CatalogueData | list[RowError]:
        """See `ImportKind.read`."""
        parted = from_cells(row) if is_tabular else row
        return catalogue.read_name(parted, _hosts(options)) if isinstance(parted, Row) else parted

    def subject(self, item: CatalogueData) -> str:
        """The code as it is printed."""
        return item.code

    def subject_of_row(self, row: Row) -> str | None:
        """The code, where the row shows one."""
        return FieldReader(row.line, row.values, []).printed_code("code") or None

    def duplicate(self, line: int, subject: str, first: int) -> RowError:
        """See `ImportKind.duplicate`."""
        return RowError(line, "code", "duplicate_code", {"value": subject, "first": first})

    def store(self, items: Iterator[CatalogueData], run: Run) -> CatalogueReport:
        """See `ImportKind.store`."""
        return catalogue.import_names(
            items,
            now=run.now,
            also_present=run.refused,
            retires_gone=lambda: _retires(run),
            dry_run=run.dry_run,
            log=run.log,
        )

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`."""
        return catalogue.marks(subjects)

    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:  # noqa: ARG002
        """See `ImportKind.undo`."""
        catalogue.undo_names(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file is read; `given_format` None goes by its name, `hosts` may be linked to."""

    given_format: str | None = None
    hosts: tuple[str, ...] = HOSTS
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What an import may do beyond storing good rows of a file without bad ones."""

    skip_bad: bool = False
    retire_gone: bool = False
    dry_run: bool = False


def check_records(
    path: Path, options: ReadOptions | None = None, progress: Progress | None = None
) -> Reading[ProcedureData]:
    """Read a file of records through without touching the database. ExchangeError: unusable as a whole."""
    options = options or ReadOptions()
    reading = Reading(
        path, RecordKind(), given_format=options.given_format, limits=options.limits, options={"hosts": options.hosts}
    )
    reading.check(progress)
    return reading


def import_records(
    reading: Reading[ProcedureData],
    options: ImportOptions | None = None,
    *,
    clock: Clock,
    progress: Progress | None = None,
) -> ImportReport:
    """Store a checked file's records without a batch, inside a unit of work; `progress` is called once a row.

    RowsRefusedError before anything is written.
    """
    options = options or ImportOptions()
    if reading.bad and not options.skip_bad:
        raise RowsRefusedError
    reading.options = {**reading.options, "retire_gone": options.retire_gone}
    items = reading.items()
    run = reading.run(clock, dry_run=options.dry_run)
    return RecordKind().store(_counted(items, progress) if progress else items, run)


def _counted(items: Iterator[ProcedureData], progress: Progress) -> Iterator[ProcedureData]:
    for item in items:
        yield item
        progress(1)
