"""Bad files of every kind leave the figures as they were, and so does a worker that dies at its work."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select

from portal.adoption.models import FigureReport, FigureUnit, ObservationRevision
from portal.core.db import db, unit_of_work
from portal.exchange import jobs, queries, service
from portal.exchange.errors import ExchangeError
from portal.exchange.models import Change, State
from portal.exchange.storage import imports_folder
from portal.places.kinds import full_name
from tests import databases
from tests.factories.figures import ACTOR, HEADER, NOW, batch, bring, check, clock, stored, table
from tests.factories.places import load_places, shipped_facts
from tests.unit.exchange import test_kills
from tests.unit.exchange.test_kills import Worker

GOOD = "Xã Ba Xa;10/2026;1200;900;10;9"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    load_places()
    return imports_folder(tmp_path)


def everything() -> tuple[Any, ...]:
    """What an import could have touched."""
    found = stored()
    counts = (
        db.session.scalar(select(func.count()).select_from(model))
        for model in (FigureReport, FigureUnit, ObservationRevision, Change)
    )
    return found, *counts


def workbook(*rows: list[Any], merge: str = "", **options: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
        if merge:
            sheet.merge_range(merge, "Gộp")
    return file.getvalue()


def repacked(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == name else old.read(item.filename))
    return file.getvalue()


HEAD = HEADER.split(";")
ROW = ["Xã Ba Xa", "10/2026", 1, 1, 1, 1]
DOUBLED = "Đơn vị;Đơn vị;Kỳ số liệu;Hồ sơ tiếp nhận;Hồ sơ tiếp nhận"
SHEET = "xl/worksheets/sheet1.xml"
# What an encrypted workbook is: an OLE container with the workbook inside.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2_000 + "EncryptedPackage".encode("utf-16-le")


def bomb() -> bytes:
    return repacked(workbook(HEAD, ROW), SHEET, b"<worksheet>" + b"0" * 120_000_000)


def failed_formulas() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    return file.getvalue()


FILES: dict[str, tuple[str, bytes | Callable[[], bytes]]] = {
    "nothing": ("a.csv", b""),
    "blank lines": ("a.csv", b"\n\n \n;;;\n"),
    "binary": ("a.csv", bytes(range(256)) * 20),
    "binary as workbook": ("a.xlsx", bytes(range(256)) * 20),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 200),
    "a PDF": ("a.xlsx", b"%PDF-1.7\n" + b"x" * 500),
    "an old XLS": ("a.xls", OLE),
    "an encrypted workbook": ("a.xlsx", OLE),
    "a zip bomb": ("a.xlsx", bomb),
    "another zip": ("a.xlsx", repacked(workbook(HEAD, ROW), SHEET, b"no XML")),
    "a cut workbook": ("a.xlsx", workbook(HEAD, ROW)[:-900]),
    "UTF-16": ("a.csv", table("Xã Ba Xa;10/2026;1;1;1;1").encode("utf-16")[:-1]),
    "an old Vietnamese font": ("a.csv", "Đơn vị;Kỳ số liệu\nX· Ba T¬ ®­îc giao;10/2026\n".encode()),
    "one column": ("a.csv", "Đơn vị\nXã Ba Xa\n".encode()),
    "only a heading": ("a.csv", (HEADER + "\n").encode()),
    "only a heading, in a workbook": ("a.xlsx", workbook(HEAD)),
    "no heading": ("a.csv", (GOOD + "\n").encode()),
    "doubled heads": ("a.csv", table("Xã Ba Xa;Xã Ba Vì;10/2026;1;1", header=DOUBLED).encode()),
    "merged heads that say nothing": ("a.xlsx", workbook(["", "", "", ""], ROW, merge="A1:D1")),
    "only trailing notes": ("a.csv", (HEADER + "\n\nGhi chú: không có số liệu\nNgười lập;;;;;\n").encode()),
    "only totals": ("a.csv", table("Tổng cộng;10/2026;1200;900;10;9").encode()),
    "NUL": ("a.csv", table("Xã Ba Xa\x00;10/2026;1;1;1;1").encode()),
    "NUL in a workbook": ("a.xlsx", workbook(HEAD, ["Xã Ba Xa", "10/2026", "1_x0000_", 1, 1, 1])),
    "a huge cell": ("a.csv", table(f"Xã {'a' * 2_000_000};10/2026;1;1;1;1").encode()),
    "a long number": ("a.csv", table(f"Xã Ba Xa;10/2026;{'9' * 5_000};1;1;1").encode()),
    "an open quotation mark": ("a.csv", table('"Xã Ba Xa;10/2026;1;1;1;1').encode()),
    "formulas": ("a.csv", table("=HYPERLINK(1);10/2026;=1+1;@x;+1;-1").encode()),
    "formulas in a workbook": ("a.xlsx", failed_formulas()),
    "one bad row of two": ("a.csv", table(GOOD.replace("900", "901"), "Xã Lạ;10/2026;1;1;1;1").encode()),
    "the same row twice": ("a.csv", table("Xã Ba Vì;10/2026;1;1;1;1", "Xã Ba Vì;10/2026;2;1;1;1").encode()),
    "a JSON array": ("a.jsonl", b'[{"unit": "x"}]'),
    "deep JSON": ("a.jsonl", b'{"unit": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
    "NaN": ("a.jsonl", b'{"unit": "xa-ba-xa", "period": "2026-10", "received": NaN}'),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_leaves_everything_as_it_was(folder: Path, name: str) -> None:
    bring(folder, table(GOOD))
    before = everything()
    file_name, data = FILES[name]
    try:
        found = check(folder, data() if callable(data) else data, file_name)
    except ExchangeError as error:
        assert error.message("vi") != error.message("en"), "and says why, in both languages"
    else:
        assert found.state in {State.REFUSED, State.UPLOADED}
        assert found.state == State.UPLOADED or found.error_code
        with pytest.raises((service.WrongStateError, service.RowsRefusedError)), unit_of_work():
            service.confirm(found.code, now=NOW)
        assert jobs.run_apply(found.code, folder=folder, clock=clock).state == found.state
    assert everything() == before


def test_what_offices_write_around_a_table_is_read_over(folder: Path) -> None:
    """Beside the bad ones: merged headings, signatures and notes are no fault."""
    text = "SỞ NỘI VỤ;;;;;\nTháng 10 năm 2026;;;;;\n\n" + table(
        "UBND xã Ba Xa;;1.902.270;1.476.542;10;9", "TỔNG CỘNG;;1.902.270;1.476.542;10;9", "",
        "Ghi chú: nguồn hệ thống một cửa;;;;;", "Người lập biểu;;;;;",
    )  # fmt: skip
    bring(folder, unicodedata.normalize("NFD", text))
    assert stored()["xa-ba-xa", "online_filing", "month", "2026-10-01"] == (1_476_542, 1_902_270)


def days(number: int) -> str:
    """A file of as many rows: communes of today, day by day."""
    names = [full_name(one) for one in shipped_facts() if one.level == "commune" and one.valid_to is None]
    today = NOW.date()
    rows = (f"{name};{today - timedelta(days=day):%d/%m/%Y};ngày;10;5" for day in range(500) for name in names)
    lines = [row for row, _ in zip(rows, range(number), strict=False)]
    return table(*lines, header="Đơn vị;Kỳ số liệu;Loại kỳ;Hồ sơ tiếp nhận;Hồ sơ nộp trực tuyến")


WORK = """
import os, time
from portal.adoption import service
written, insert = 0, service._insert
def pausing(observations):
    global written
    insert(observations)
    written += len(observations)
    if written >= 1500:
        print("half", flush=True)
        time.sleep(600)
service._insert = pausing
"""


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    app: Flask, database: databases.Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(folder, table(GOOD))
    before = everything()
    code = check(folder, days(4_000)).code
    with unit_of_work():
        service.confirm(code, now=NOW)
    monkeypatch.setattr(test_kills, "WORK", WORK + _work())
    for _ in range(2):
        worker = Worker(database, folder, "apply", code)
        worker.wait_for("half")
        worker.kill()
        assert everything() == before
        found = batch(code)
        assert (found.state, found.applied_at) == ("applying", None)
        assert list(queries.changes_backwards(found.id)) == []
    assert jobs.run_apply(code, folder=folder, clock=clock).state == "applied"
    assert len([key for key in stored() if key[2] == "day"]) == 4_000
    jobs.run_undo(code, clock=clock)
    assert stored() == before[0]


def test_many_rows_take_bounded_memory(
    app: Flask, database: databases.Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bench measures 100,000; a growth by the row would show at 30,000 too."""
    monkeypatch.setattr(test_kills, "WORK", _work())
    code = check_later(folder, days(30_000))
    checked = Worker(database, folder, "check", code).result()
    with unit_of_work():
        service.confirm(code, now=NOW)
    applied = Worker(database, folder, "apply", code).result()
    assert (checked["state"], applied["state"]) == ("ready", "applied")
    for measured in (checked, applied):
        assert measured["grown_kb"] < 60_000, measured


def check_later(folder: Path, text: str) -> str:
    given = service.Upload(
        kind="figures", file_name="ngay.csv", source=io.BytesIO(text.encode()), actor=ACTOR
    )  # fmt: skip
    received = service.receive(given, folder=folder)
    with unit_of_work():
        return service.upload(received, now=NOW).code


def _work() -> str:
    return test_kills.WORK.replace("registry.register(UnitKind())", "").replace(
        "from tests.factories.units import UnitKind, clock", "from tests.factories.figures import clock"
    )
