"""Batches: uploaded, mapped, checked, confirmed, applied; and all that can be wrong on the way."""

from __future__ import annotations

import io
import json
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from portal.core.content import ContentVersion
from portal.core.db import db, unit_of_work
from portal.exchange import jobs, queries, registry, service, storage, sweeping
from portal.exchange.errors import ExchangeError
from portal.exchange.service import AlreadyImportedError, RowsRefusedError, WrongStateError
from tests.factories.units import (
    MOMENT,
    UnitKind,
    batch,
    bring,
    check,
    clock,
    confirm,
    stored,
    unit_count,
    upload,
)

TEXT = "Mã đơn vị;Tên đơn vị;Dân số\nA;Xã Tịnh Ấn;12.345\nB;Phường Trương Quang Trọng;\n"


def test_from_the_upload_to_the_table(folder: Path) -> None:
    code = upload(folder, TEXT, "Đơn vị.csv")
    found = batch(code)
    assert (found.state, found.kind, found.file_name, found.format) == ("uploaded", "units", "Đơn vị.csv", "csv")
    assert found.mapping["targets"] == ["code", "name", "people"]
    assert (found.actor_name, found.size, len(found.sha256)) == ("Nguyễn Thị Lan", len(TEXT.encode()), 64)
    assert not service.needs_mapping(found)
    assert service.is_small(found, folder)
    assert (folder / found.stored_name).read_text(encoding="utf-8") == TEXT

    checked = jobs.run_check(code, folder=folder, clock=clock)
    found = batch(code)
    assert checked.state == found.state == "ready"
    assert found.counts == {
        "good": 2, "bad": 0, "errors": 0, "ignored": 0, "encoding": "utf-8",
        "would_new": 2, "would_changed": 0, "would_unchanged": 0,
    }  # fmt: skip
    assert found.preview["differences"][0] == {
        "subject": "A", "action": "new", "fields": [["name", "None", "Xã Tịnh Ấn"], ["people", "None", "12345"]],
    }  # fmt: skip
    assert stored() == {}

    confirm(code)
    assert batch(code).state == "queued"
    applied = jobs.run_apply(code, folder=folder, clock=clock)
    found = batch(code)
    assert (applied.state, found.state, found.applied_at) == ("applied", "applied", MOMENT)
    assert found.counts["new"] == found.counts["changes"] == 2
    assert stored() == {"A": ("Xã Tịnh Ấn", 12345), "B": ("Phường Trương Quang Trọng", None)}
    # Work that comes twice finds nothing to do.
    assert jobs.run_apply(code, folder=folder, clock=clock).report is None
    assert jobs.run_check(code, folder=folder, clock=clock).state == "applied"


def test_a_change_is_shown_before_it_is_made(folder: Path) -> None:
    bring(folder, TEXT)
    found = check(folder, TEXT.replace("12.345", "12.400"))
    assert (found.counts["would_changed"], found.counts["would_unchanged"]) == (1, 1)
    assert found.preview["differences"] == [
        {"subject": "A", "action": "changed", "fields": [["people", "12345", "12400"]]}
    ]


def test_the_same_file_twice_changes_nothing(folder: Path) -> None:
    first = bring(folder, TEXT)
    second = check(folder, TEXT)
    assert second.counts["would_unchanged"] == 2
    with pytest.raises(AlreadyImportedError) as caught:
        confirm(second.code)
    assert caught.value.code == first.code
    confirm(second.code, even_if_imported=True)
    jobs.run_apply(second.code, folder=folder, clock=clock)
    assert batch(second.code).counts["changes"] == 0
    # The same content in another file is no repetition, and changes nothing either.
    assert bring(folder, TEXT + "\n").counts["changes"] == 0


def test_the_same_file_again_after_something_else_came_between(folder: Path) -> None:
    bring(folder, TEXT)
    bring(folder, TEXT.replace("12.345", "1"))
    bring(folder, TEXT)
    assert stored()["A"][1] == 12345


def test_bad_rows_refuse_the_batch_unless_they_are_skipped(folder: Path) -> None:
    found = check(folder, TEXT + "C;;x1\nA;Lần nữa;\n")
    assert (found.state, found.error_code) == ("refused", "rows_refused")
    assert (found.counts["good"], found.counts["bad"]) == (2, 2)
    assert [(error.line, error.column, error.code) for error in queries.row_errors(found.id)] == [
        (4, "name", "missing"), (4, "people", "not_a_number"), (5, None, "duplicate_subject"),
    ]  # fmt: skip
    assert queries.row_errors(found.id)[2].message("vi") == "dòng 5: A đã có ở dòng 2"
    with pytest.raises(RowsRefusedError):
        confirm(found.code)
    confirm(found.code, skip_bad=True)
    jobs.run_apply(found.code, folder=folder, clock=clock)
    assert set(stored()) == {"A", "B"}


def test_row_errors_are_bounded(folder: Path) -> None:
    found = check(folder, "code;name\n" + "x;\n" * 12_000 + "A;b\n")
    assert (found.counts["bad"], found.counts["errors"]) == (12_000, 10_000)
    assert len(queries.row_errors(found.id)) == 10_000
    assert len(queries.row_errors(found.id, limit=5)) == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [("code;name\n", "no_rows"), ("code;name\nA;\nB;\n", "no_good_rows"), ('code;name\n1;"a\n', "broken_csv")],
)
def test_a_file_without_anything_is_refused(folder: Path, text: str, code: str) -> None:
    found = check(folder, text, guess_columns=False)
    assert (found.state, found.error_code) == ("refused", code)
    assert ExchangeError(code, **found.error_params).message("vi")
    with pytest.raises(WrongStateError):
        confirm(found.code, skip_bad=True)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "x.csv", "empty"),
        (b"1;2\n3;4\n", "x.csv", "no_header"),
        (b"x", "x.exe", "unknown_format"),
        (b"PK\x03\x04xx", "x.csv", "not_this_format"),
        (b"rubbish", "x.xlsx", "not_xlsx"),
        ("code;name\n1;Fähre\n".encode("cp1252"), "x.csv", "not_utf8"),
    ],
)
def test_what_is_no_import_leaves_nothing_behind(folder: Path, data: bytes, name: str, code: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        upload(folder, data, name)
    assert caught.value.code == code
    assert queries.batches() == []
    assert list(folder.iterdir()) == []


def test_a_bomb_is_not_kept(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "name"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(ExchangeError) as caught:
        upload(folder, path.read_bytes(), "far.xlsx")
    assert caught.value.code == "xlsx_bomb"
    assert list(folder.iterdir()) == []


def test_discarding_while_a_worker_is_at_it(folder: Path) -> None:
    """What was given up meanwhile is neither made ready nor applied."""

    def give_up(_done: int) -> None:
        with suppress(WrongStateError), unit_of_work():
            service.discard(code, now=MOMENT)

    code = upload(folder, TEXT)
    assert jobs.run_check(code, folder=folder, clock=clock, progress=give_up).state == "discarded"
    assert batch(code).state == "discarded"


def test_an_upload_is_measured_while_it_comes(folder: Path, kind: UnitKind, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += 1
            return b"x" * (1024 * 1024)

    endless: Any = Endless()
    with pytest.raises(ExchangeError) as caught:
        storage.store(folder, "x.csv", endless, kind.limits)
    assert (caught.value.code, endless.given) == ("too_big", 65)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "a/b.csv", "..", "x" * 400 + ".CSV", "tệp\n.csv", "=cmd.csv"])
def test_file_names_are_only_text(folder: Path, name: str) -> None:
    given = "csv" if name == ".." else None
    found = batch(upload(folder, TEXT, name, given_format=given))
    assert [path.name for path in folder.iterdir()] == [found.stored_name]
    assert found.stored_name.removeprefix(found.code) in {".csv", ""}
    assert len(found.file_name) <= 300
    assert "\n" not in found.file_name


def test_a_mapping_is_asked_for_and_remembered(folder: Path) -> None:
    text = "Ký hiệu;Gọi là;Dân số\nA;Xã Tịnh Ấn;5\n"
    code = upload(folder, text)
    assert service.needs_mapping(batch(code))
    for wrong in (["code", None, None], ["code", "code", "name"], ["code", "name", "colour"], ["code", "name"]):
        with pytest.raises(ExchangeError) as caught, unit_of_work():
            service.set_mapping(code, wrong, now=MOMENT)
        assert caught.value.code == "wrong_columns"
        assert caught.value.message("vi")
    with unit_of_work():
        service.set_mapping(code, ["code", "name", None], now=MOMENT)
    assert jobs.run_check(code, folder=folder, clock=clock).state == "ready"
    again = batch(upload(folder, text.replace("Gọi là", "GỌI  LÀ")))
    assert again.mapping["targets"] == ["code", "name", None]
    assert again.preview["is_remembered"]
    # Another mapping after the check: what was found is forgotten.
    with unit_of_work():
        service.set_mapping(code, ["name", "code", None], now=MOMENT)
    assert batch(code).state == "uploaded"
    jobs.run_check(code, folder=folder, clock=clock)
    confirm(code)
    jobs.run_apply(code, folder=folder, clock=clock)
    assert stored() == {"Xã Tịnh Ấn": ("A", None)}


def test_headings_that_nobody_knows_can_be_mapped(folder: Path) -> None:
    code = upload(folder, "Bảng 1;;\nKý hiệu;Gọi là;X\nA;Xã Tịnh Ấn;5\n")
    assert batch(code).mapping["headers"] == ["Ký hiệu", "Gọi là", "X"]
    with unit_of_work():
        service.set_mapping(code, ["code", "name", "people"], now=MOMENT)
    jobs.run_check(code, folder=folder, clock=clock)
    assert batch(code).preview["ignored"] == [[1, "Bảng 1"]]
    assert batch(code).counts["would_new"] == 1


def test_a_table_as_wide_as_the_sea(folder: Path) -> None:
    began = time.monotonic()
    header = ";".join(["code", "name", *(f"Chỉ tiêu số {number}" for number in range(40_000))])
    assert len(batch(upload(folder, f"{header}\n1;x\n")).mapping["headers"]) == 300
    names = {f"Chỉ tiêu số {number}": 1 for number in range(20_000)} | {"\x00" * 5: 1, "x" * 5000: 1}
    line = json.dumps({"code": "1", "name": "x", **names}, ensure_ascii=False)
    wide = upload(folder, line + "\n", "wide.jsonl")
    assert batch(wide).mapping == {}, "its rows have our own names"
    assert time.monotonic() - began < 10


def test_a_file_that_was_changed_or_lost_before_it_is_applied(folder: Path) -> None:
    for damage, code in (("x", "changed_meanwhile"), (None, "lost_file")):
        found = check(folder, TEXT)
        confirm(found.code)
        path = folder / found.stored_name
        path.unlink() if damage is None else path.write_text(TEXT + "C;x;\n", encoding="utf-8")
        assert jobs.run_apply(found.code, folder=folder, clock=clock).state == "failed"
        assert (batch(found.code).state, batch(found.code).error_code) == ("failed", code)
        assert stored() == {}


def test_a_fault_is_tried_again_and_given_up_at_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(folder, TEXT)
    confirm(found.code)

    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(UnitKind, "insert", fail)
        with pytest.raises(RuntimeError):
            jobs.run_apply(found.code, folder=folder, clock=clock)
        assert batch(found.code).state == "queued"
        with pytest.raises(RuntimeError):
            jobs.run_apply(found.code, folder=folder, clock=clock, is_last=True)
    assert (batch(found.code).state, batch(found.code).error_code) == ("failed", "internal")
    assert stored() == {}


def test_states_are_kept(folder: Path) -> None:
    code = upload(folder, TEXT)
    with pytest.raises(WrongStateError), unit_of_work():
        service.confirm(code, now=MOMENT)
    with pytest.raises(RuntimeError), unit_of_work():
        jobs.run_apply(code, folder=folder, clock=clock)
    with unit_of_work():
        service.discard(code, now=MOMENT)
    assert jobs.run_check(code, folder=folder, clock=clock).state == "discarded"
    with pytest.raises(LookupError):
        jobs.run_check("nosuch", folder=folder, clock=clock)
    applied = bring(folder, TEXT)
    with pytest.raises(WrongStateError), unit_of_work():
        service.discard(applied.code, now=MOMENT)


def test_batches_are_no_content_of_pages(folder: Path) -> None:
    """Uploading and checking must not empty the caches of all pages."""
    before = db.session.scalar(select(ContentVersion.version))
    found = check(folder, TEXT + "C;;\n")
    confirm(found.code, skip_bad=True)
    db.session.remove()
    assert db.session.scalar(select(ContentVersion.version)) == before


def test_progress_is_seen_from_outside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_SECONDS_BETWEEN_WRITES", 0)
    text = "code;name\n" + "".join(f"{number};x\n" for number in range(300))
    code = upload(folder, text)
    seen: list[Any] = []
    renewed: list[int] = []
    monkeypatch.setattr(jobs, "_RENEW_SECONDS", 0)
    jobs.run_check(
        code, folder=folder, clock=clock, renew=lambda: renewed.append(1),
        progress=lambda _: seen.append(storage.read_progress(folder, code)),
    )  # fmt: skip
    assert renewed
    confirm(code)
    jobs.run_apply(
        code, folder=folder, clock=clock, progress=lambda _: seen.append(storage.read_progress(folder, code))
    )
    assert (299, 300) in seen
    assert storage.read_progress(folder, code) is None


def test_work_goes_through_the_outbox(folder: Path) -> None:
    put: list[tuple[str, dict[str, Any], str]] = []
    handlers: dict[str, Any] = {}

    class Delivery:
        attempt = 1

        def __init__(self, payload: dict[str, Any]) -> None:
            self.payload = payload

        def renew(self) -> None:
            pass

    jobs.bind(handlers.__setitem__, folder=lambda: folder, clock=clock, attempts=3, may=lambda *_: True)
    code = upload(folder, TEXT)
    for step in (jobs.CHECK, jobs.APPLY, jobs.UNDO, jobs.UNDO):
        with unit_of_work():
            found = service.confirm(code, now=MOMENT) if step == jobs.APPLY else queries.locked(code)
            assert found is not None
            jobs.enqueue(lambda kind, payload, *, key, now: put.append((kind, payload, key)), step, found, now=MOMENT)
        kind, payload, _key = put[-1]
        handlers[kind](Delivery(payload))
        if step == jobs.APPLY:
            assert unit_count() == 2
    assert batch(code).state == "undone"
    assert len({key for _, _, key in put}) == 3
    first, _later = bring(folder, TEXT), bring(folder, TEXT.replace("12.345", "1"))
    handlers[jobs.UNDO](Delivery({"code": first.code}))
    found = batch(first.code)
    assert (found.state, found.error_code, found.error_params) == ("applied", "undo_refused", {"subjects": "A"})


def test_a_worker_that_stops_refuses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_RENEW_SECONDS", 0)

    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    code = upload(folder, "code;name\n" + "".join(f"{number};x\n" for number in range(300)))
    with pytest.raises(Stopped):
        jobs.run_check(code, folder=folder, clock=clock, renew=stop, is_last=True)
    assert batch(code).state == "checking"
    monkeypatch.setattr(UnitKind, "read", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.run_check(code, folder=folder, clock=clock, is_last=True)
    assert (batch(code).state, batch(code).error_code) == ("refused", "internal")


def test_old_files_are_swept_away(folder: Path) -> None:
    kept = bring(folder, TEXT)
    dropped = check(folder, TEXT + "C;x;\n")
    with unit_of_work():
        service.discard(dropped.code, now=MOMENT)
    waiting = check(folder, TEXT + "D;x;\n")
    orphan = folder / "abc.csv.part"
    orphan.write_bytes(b"x")

    def sweep(days: int) -> int:
        with unit_of_work():
            return sweeping.sweep(folder, clock() + timedelta(days=days), keep=timedelta(days=365))

    assert sweep(-400) == 0
    sweep(31)
    assert {path.name for path in folder.iterdir()} == {batch(kept.code).stored_name}
    assert (batch(dropped.code).stored_name, batch(waiting.code).state) == ("", "discarded")
    assert sweep(62) == 0


def test_kinds_are_registered_by_wiring(kind: UnitKind) -> None:
    assert {"procedures", "catalogue", "units"} <= {known.key for known in registry.kinds()}
    for known in registry.kinds():
        assert known.name
        assert known.permission
        assert set(known.columns.labels) == known.columns.required | known.columns.optional
