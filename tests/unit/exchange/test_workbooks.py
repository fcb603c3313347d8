"""XLSX: read as people make them, and refused before a bomb reaches the spreadsheet reader."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.limits import Limits
from portal.exchange.reader import read_rows
from portal.exchange.rows import Row

COLUMNS = Columns(required=frozenset({"code", "name"}), optional=frozenset({"note"}), ignored=frozenset({"scope"}))
HEADER = ("code", "name", "note")


def workbook(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(line, column, cell, day)
                else:
                    sheet.write(line, column, cell)
    return path


def read(path: Path, limits: Limits | None = None) -> list[Row | RowError]:
    return list(read_rows(path, COLUMNS, limits=limits))


def refusal(path: Path, limits: Limits | None = None) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        read(path, limits)
    return caught.value


def repacked(path: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts changed; a part becomes None to leave it out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(extra or {})}.items():
            if (changed := change(name, data)) is not None:
                archive.writestr(name, changed)
    return path


def sheet_only(edit: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, data: edit(data) if name == "xl/worksheets/sheet1.xml" else data


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "book.xlsx", [HEADER, ("1.001193", "Đăng ký", ""), ("2", "x", 3)])


def test_cells_keep_their_meaning(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "book.xlsx",
        [
            ("Code ", "NAME", "note", "scope", ""),
            ("1.001193", "e\u0302\u0301", dt.date(2026, 6, 10), "national", ""),
            ("", "", "", "", ""),
            (2.00072, 5, True, "", ""),
            ("3", "x", "", "", "stray"),
        ],
    )
    rows = read(path)
    assert rows[0] == Row(2, {"code": "1.001193", "name": "ế", "note": "2026-06-10"})
    assert rows[1] == Row(4, {"code": 2.00072, "name": 5, "note": "true"})
    assert isinstance(rows[2], RowError)
    assert (rows[2].line, rows[2].code) == (5, "cell_count")


def test_wrong_columns_and_empty_books(tmp_path: Path) -> None:
    wrong = refusal(workbook(tmp_path / "wrong.xlsx", [("title", "code", "code"), ("a", "b", "c")]))
    assert "Missing: name" in str(wrong)
    assert "Unknown: title" in str(wrong)
    assert "Twice: code" in str(wrong)
    assert refusal(workbook(tmp_path / "empty.xlsx", [])).code == "empty"
    assert refusal(workbook(tmp_path / "header.xlsx", [HEADER])).code == "no_rows"


def test_what_is_no_workbook(tmp_path: Path, book: Path) -> None:
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert "save it as .xlsx" in str(refusal(old))
    text = tmp_path / "text.xlsx"
    text.write_text("code,name\n1,2\n")
    assert refusal(text).code == "not_xlsx"
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:-200])
    assert refusal(cut).code == "not_xlsx"
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert refusal(other).code == "not_xlsx"


def test_a_bomb_that_admits_its_size(book: Path) -> None:
    extra = {"xl/media/zeros.bin": b"\0" * (120 * 1024 * 1024)}
    path = repacked(book, lambda name, data: data, extra)
    assert path.stat().st_size < 300_000
    assert refusal(path).code == "xlsx_bomb"


def test_a_bomb_by_ratio(book: Path) -> None:
    path = repacked(book, lambda name, data: data, {"xl/media/zeros.bin": b"\0" * (40 * 1024 * 1024)})
    error = refusal(path)
    assert error.code == "xlsx_bomb"
    assert "times its size" in str(error)


def test_a_small_workbook_may_compress_well(book: Path) -> None:
    path = repacked(book, lambda name, data: data, {"xl/media/zeros.bin": b"\0" * (5 * 1024 * 1024)})
    assert len(read(path)) == 2


def test_a_large_honest_workbook(tmp_path: Path) -> None:
    rows = [(f"1.{number:06}", f"Tên {number * 7919 % 100_003}", "x") for number in range(3000)]
    assert len(read(workbook(tmp_path / "large.xlsx", [HEADER, *rows]))) == 3000


def test_a_bomb_that_lies_about_its_size(book: Path) -> None:
    """The directory says 100 bytes where 120 MB come out."""
    path = repacked(book, lambda name, data: data, {"xl/media/zeros.bin": b"\0" * (120 * 1024 * 1024)})
    data = bytearray(path.read_bytes())
    position = data.rfind(b"xl/media/zeros.bin") - 46
    assert data[position : position + 4] == b"PK\x01\x02"
    data[position + 24 : position + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        assert archive.getinfo("xl/media/zeros.bin").file_size == 100
    assert refusal(path).code == "xlsx_bomb"


def test_a_part_shorter_or_longer_than_said(book: Path) -> None:
    path = repacked(book, lambda name, data: data, {"xl/media/a.bin": b"a" * 5000})
    data = bytearray(path.read_bytes())
    position = data.rfind(b"xl/media/a.bin") - 46
    data[position + 24 : position + 28] = struct.pack("<I", 4000)
    path.write_bytes(data)
    assert refusal(path).code == "broken_xlsx"


def test_a_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    """5 kB that make the reader allocate half a terabyte and abort the process."""
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")
    assert path.stat().st_size < 10_000
    error = refusal(path)
    assert error.code == "xlsx_bomb"
    assert "1048576" in str(error)


FAR = '<x:c r="XFD1048576"/>'


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f'<row r="1" xmlns:x="u">{FAR}</row>', "xlsx_bomb"),
        (f'<x:row xmlns:x="u">{FAR.lower()}</x:row>', "xlsx_bomb"),
        ("<row><c t='n' \n r='ZZZ99999'><v>1</v></c></row>", "xlsx_bomb"),
        ('<row r="900000"><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>', "xlsx_bomb"),
        ('<row><c r="AAAAAAAAAA2"><v>1</v></c></row>', "broken_xlsx"),
        ('<row><c r="A0"><v>1</v></c></row>', "broken_xlsx"),
        ('<row r="4294967295"><c r="A1"><v>1</v></c></row>', "broken_xlsx"),
    ],
)
def test_far_cells_are_found_however_they_are_written(book: Path, row: str, code: str) -> None:
    edit = sheet_only(lambda data: data.replace(b"</sheetData>", row.encode() + b"</sheetData>"))
    assert refusal(repacked(book, edit)).code == code


@pytest.mark.parametrize("count", [b"4294967295", b"-1", b""])
def test_announced_counts_reserve_no_memory(book: Path, count: bytes) -> None:
    """The reader aborts the process over the memory for four thousand million strings that never come."""
    path = repacked(book, lambda name, data: re.sub(rb'uniqueCount="\d+"', b'uniqueCount="%s"' % count, data))
    assert refusal(path).code == "xlsx_bomb"


@pytest.mark.parametrize("encoding", [b"UTF-16", b"no-such"])
def test_xml_in_another_encoding(book: Path, encoding: bytes) -> None:
    assert refusal(repacked(book, sheet_only(lambda data: data.replace(b"UTF-8", encoding, 1)))).code == "broken_xlsx"


def test_a_second_format_in_the_same_archive(book: Path) -> None:
    assert refusal(repacked(book, lambda name, data: data, {"content.xml": b"<office/>"})).code == "not_xlsx"


def test_entities_and_broken_xml(book: Path) -> None:
    original = book.read_bytes()
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    path = repacked(book, sheet_only(lambda data: data.replace(b"<worksheet", laughs + b"<worksheet", 1)))
    assert refusal(path).code == "xlsx_bomb"
    book.write_bytes(original)
    assert refusal(repacked(book, sheet_only(lambda data: data[:-30]))).code == "broken_xlsx"


def test_sheets_under_unusual_names_are_not_followed(book: Path) -> None:
    rename = b"worksheets/sheet1.bin"
    path = repacked(
        book,
        lambda name, data: (
            data.replace(b"worksheets/sheet1.xml", rename) if name.endswith("workbook.xml.rels") else data
        ),
    )
    assert refusal(path).code == "broken_xlsx"


def test_many_parts_and_double_parts(book: Path) -> None:
    path = repacked(book, lambda name, data: data, {f"xl/media/{number}.bin": b"" for number in range(1100)})
    assert refusal(path).code == "xlsx_bomb"


def test_a_book_without_its_sheet(book: Path) -> None:
    path = repacked(book, lambda name, data: None if name == "xl/worksheets/sheet1.xml" else data)
    assert refusal(path).code == "broken_xlsx"


def test_too_many_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "rows.xlsx", [HEADER, *[("1", "a", "b")] * 30])
    assert refusal(path, Limits(rows=20)).code == "too_many_rows"
