"""Imports on the staff's screens: upload, columns, preview, confirm, undo. Each works by plain forms and by reload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.access import signed_in
from portal.core.audit import Subject
from portal.core.db import unit_of_work
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.core.permissions import Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.exchange import jobs, queries, registry, service, storage, tables
from portal.exchange.encodings import UTF8
from portal.exchange.errors import ExchangeError
from portal.exchange.labels import (
    action_label,
    column_in_file,
    column_label,
    count_lines,
    kind_label,
    state_label,
    template_headers,
    unread_columns,
    wrong_totals,
)
from portal.exchange.models import Batch, State
from portal.exchange.registry import ImportKind
from portal.exchange.service import AlreadyImportedError, RowsRefusedError, UndoTooOldError, Upload, WrongStateError
from portal.outbox.service import enqueue

imports_staff = Blueprint("imports", __name__, url_prefix="/can-bo/nhap-du-lieu")
# The longest file that is read (`Limits.file_size`), and the form around it.
MOST_BYTES = 65 * 1024 * 1024
LEASE = timedelta(minutes=30)
_LISTED = 50
_SHOWN_ERRORS = 50
_AT_WORK = frozenset({State.UPLOADED, State.CHECKING, State.QUEUED, State.APPLYING})


def _folder() -> Path:
    return storage.imports_folder(renderer().config.data_dir)


def _kinds() -> dict[str, ImportKind[object]]:
    """The kinds that this person may import."""
    person = principal()
    return {kind.key: kind for kind in registry.kinds() if person.may(kind.permission)}


def waiting_imports(person: Principal) -> list[Waiting]:
    """What the start page says of imports: those that somebody previewed and nobody confirmed."""
    kinds = [kind.key for kind in registry.kinds() if person.may(kind.permission)]
    number = queries.count(kinds, State.READY) if kinds else 0
    return [Waiting(_("lần nhập dữ liệu chờ xác nhận"), number, staff_url("/nhap-du-lieu"))]


def _batch(code: str) -> Batch:
    """A batch of a kind that this person may import; for others it doesn't exist."""
    batch = queries.batch(code)
    return batch if batch is not None and batch.kind in _kinds() else abort(404)


def _here(batch_code: str) -> str:
    return staff_url(f"/nhap-du-lieu/{batch_code}")


@imports_staff.get("")
@signed_in
def batches() -> ResponseReturnValue:
    return _list_page()


def _list_page(problem: str = "", status: int = 200) -> Response:
    kinds = _kinds() or abort(403)
    rows = [
        (batch, kind_label(kinds[batch.kind]), state_label(batch.state), _here(batch.code))
        for batch in queries.batches(list(kinds), limit=_LISTED)
    ]
    return render_staff(
        "staff/imports/list.html", title=_("Nhập dữ liệu"), rows=rows, problem=problem,
        kinds=[(key, kind_label(kind)) for key, kind in kinds.items()],
        templates=[(kind_label(kind), staff_url(f"/nhap-du-lieu/mau/{key}")) for key, kind in kinds.items()],
        chosen=request.form.get("loai") or request.args.get("loai", ""), status=status,
        errors=[(problem, "tep")] if problem else [],
        most_megabytes=MOST_BYTES // 1_048_576 - 1,
    )  # fmt: skip


@imports_staff.post("")
@signed_in(opens_units=True, most_bytes=MOST_BYTES)
def upload() -> ResponseReturnValue:
    kinds, given = _kinds() or abort(403), request.files.get("tep")
    kind = request.form.get("loai", "")
    if kind not in kinds:
        return _list_page(_("Bạn chọn loại dữ liệu trong danh sách."), 422)
    if given is None or not given.filename:
        return _list_page(_("Bạn chưa chọn tệp."), 422)
    wanted = Upload(kind=kind, file_name=given.filename, source=given.stream, actor=principal().actor)  # type: ignore[arg-type]
    try:
        received = service.receive(wanted, folder=_folder())
    except ExchangeError as error:
        return _list_page(error.message(current_locale().code), 422)
    with unit_of_work():
        batch = service.upload(received, now=clock.now())
        code, waits, small = batch.code, service.needs_mapping(batch), service.is_small(batch, _folder())
        if not waits and not small:
            jobs.enqueue(enqueue, jobs.CHECK, batch, now=clock.now())
    if small and not waits:
        jobs.run_check(code, folder=_folder(), clock=clock.now, is_last=True)
    return see_other(_here(code))


@imports_staff.get("/<slug:code>")
@signed_in
def batch_page(code: str) -> ResponseReturnValue:
    return _batch_page(_batch(code))


def _batch_page(batch: Batch, problem: str = "", status: int = 200) -> Response:
    locale = current_locale().code
    columns = registry.get(batch.kind).columns
    error = ExchangeError(batch.error_code, **batch.error_params).message(locale) if batch.error_code else ""
    is_undoing = service.is_being_undone(batch, now=clock.now())
    targets = sorted(columns.required | columns.optional)
    needs_mapping = batch.state == State.UPLOADED and service.needs_mapping(batch)
    return render_staff(
        "staff/imports/batch.html", "staff/imports/_batch.html",
        title=_("Nhập dữ liệu: %(file)s", file=batch.file_name),
        crumbs=[(_("Nhập dữ liệu"), staff_url("/nhap-du-lieu"))], batch=batch, here=_here(batch.code),
        kind=kind_label(registry.get(batch.kind)), error=error, problem=problem,
        errors=[(problem, "noi-dung")] if problem else [], counts=count_lines(batch.counts, columns),
        targets=[(target, column_label(columns, target), target in columns.required) for target in targets],
        needs_mapping=needs_mapping, can_map=bool(batch.mapping) and batch.state in {State.READY, State.REFUSED},
        unread=unread_columns(batch.mapping),
        state=_("Đang hoàn tác") if is_undoing else state_label(batch.state), is_undoing=is_undoing,
        first=batch.preview.get("first", ()),
        is_at_work=is_undoing or (batch.state in _AT_WORK and not needs_mapping),
        progress=storage.read_progress(_folder(), batch.code), problems=[
            (row.line, column_in_file(columns, batch.mapping, row.column), row.reason(locale))
            for row in queries.row_errors(batch.id, limit=_SHOWN_ERRORS)
        ],
        differences=[(action_label(one["action"]), one["subject"], one["fields"])
                     for one in batch.preview.get("differences", ())],
        has_totals=bool(batch.preview.get("totals")), wrong_totals=wrong_totals(batch, columns),
        is_other_encoding=batch.counts.get("encoding", UTF8) != UTF8,
        can_skip=batch.state == State.REFUSED and batch.error_code == "rows_refused" and bool(batch.counts.get("good")),
        status=status,
    )  # fmt: skip


@imports_staff.get("/mau/<slug:kind>.<any(csv, xlsx):form>")
@signed_in
def template(kind: str, form: str) -> ResponseReturnValue:
    """An empty table with the columns of a kind, to be filled in."""
    known, file = _kinds().get(kind) or abort(404), BytesIO()
    write = tables.write_sheet if form == "xlsx" else tables.write_csv
    write(file, template_headers(known), [])
    response = Response(file.getvalue(), mimetype=tables.XLSX if form == "xlsx" else "text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="mau-{kind}.{form}"'
    return response


@imports_staff.get("/<slug:code>/loi.csv")
@signed_in
def row_errors(code: str) -> ResponseReturnValue:
    batch, file = _batch(code), BytesIO()
    columns = registry.get(batch.kind).columns
    named = [
        replace(row, column=column_in_file(columns, batch.mapping, row.column) or None)
        for row in queries.row_errors(batch.id)
    ]
    tables.write_row_errors(file, named, current_locale().code)
    response = Response(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="loi-{batch.code}.csv"'
    return response


@imports_staff.post("/<slug:code>/cot")
@signed_in(opens_units=True)
def map_columns(code: str) -> ResponseReturnValue:
    batch = _batch(code)
    given = [request.form.get(f"cot-{number}") or None for number in range(len(batch.mapping.get("headers", ())))]

    def change() -> bool:
        changed = service.set_mapping(code, given, now=clock.now())
        if small := service.is_small(changed, _folder()):
            return small
        jobs.enqueue(enqueue, jobs.CHECK, changed, now=clock.now())
        return False

    return _change(code, change, lambda: jobs.run_check(code, folder=_folder(), clock=clock.now, is_last=True))


@imports_staff.post("/<slug:code>/tieu-de")
@signed_in(opens_units=True)
def choose_header(code: str) -> ResponseReturnValue:
    batch, line = _batch(code), request.form.get("dong", "")
    try:
        found = service.inspect_again(batch, int(line) if line.isdecimal() else -1, _folder())
    except ExchangeError as error:
        return _batch_page(batch, error.message(current_locale().code), 422)

    def change() -> bool:
        changed = service.set_header(code, found, now=clock.now())
        if service.needs_mapping(changed):
            return False
        if small := service.is_small(changed, _folder()):
            return small
        jobs.enqueue(enqueue, jobs.CHECK, changed, now=clock.now())
        return False

    return _change(code, change, lambda: jobs.run_check(code, folder=_folder(), clock=clock.now, is_last=True))


@imports_staff.post("/<slug:code>/xac-nhan")
@signed_in(opens_units=True)
def confirm(code: str) -> ResponseReturnValue:
    _batch(code)
    skips = request.form.get("bo-qua") == "1"

    def change() -> bool:
        batch = service.confirm(code, skip_bad=skips, now=clock.now())
        _record("import_confirmed", batch)
        if small := service.is_small(batch, _folder()):
            return small
        jobs.enqueue(enqueue, jobs.APPLY, batch, actor=principal().actor, now=clock.now())
        return False

    return _change(code, change, lambda: jobs.run_apply(code, folder=_folder(), clock=clock.now, is_last=True))


@imports_staff.post("/<slug:code>/bo")
@signed_in(opens_units=True)
def discard(code: str) -> ResponseReturnValue:
    _batch(code)

    def change() -> bool:
        _record("import_discarded", service.discard(code, now=clock.now()))
        return False

    return _change(code, change)


@imports_staff.post("/<slug:code>/hoan-tac")
@signed_in(is_confirmed=True, opens_units=True)
def undo(code: str) -> ResponseReturnValue:
    """Taken to the worker, large or small: it may touch as much as the import did."""
    _batch(code)

    def change() -> bool:
        batch = service.ask_undo(code, now=clock.now())
        _record("import_undone", batch)
        jobs.enqueue(enqueue, jobs.UNDO, batch, actor=principal().actor, now=clock.now())
        return False

    return _change(code, change)


def _record(action: str, batch: Batch) -> None:
    audit.record(principal().actor, action, Subject("import", batch.code, batch.file_name), at=clock.now())


def _change(code: str, change: Callable[[], bool], work: Callable[[], object] | None = None) -> ResponseReturnValue:
    """Make a change and, where it says so, do the work at once; else the page says why it can't be made."""
    locale = current_locale().code
    try:
        with unit_of_work():
            at_once = change()
    except ExchangeError as error:
        return _batch_page(_batch(code), error.message(locale), 422)
    except RowsRefusedError:
        return _batch_page(_batch(code), _("Tệp có dòng lỗi. Bạn sửa tệp, hoặc chọn bỏ qua các dòng đó."), 422)
    except AlreadyImportedError as error:
        return _batch_page(_batch(code), ExchangeError("already_imported", batch=error.code).message(locale), 409)
    except UndoTooOldError:
        return _batch_page(_batch(code), ExchangeError("undo_too_old").message(locale), 409)
    except WrongStateError:
        return _batch_page(_batch(code), _("Lần nhập này vừa chuyển sang bước khác. Bạn xem lại bên dưới."), 409)
    if at_once and work is not None:
        work()
    return see_other(_here(code))
