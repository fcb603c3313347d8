"""Tables as people make them: titles above, headings over several columns, notes below, names of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.layout import Layout, guess_targets, signature
from portal.exchange.reader import inspect_file, read_rows
from portal.exchange.rows import Ignored, Outcome, Row

COLUMNS = Columns(
    required=frozenset({"code", "name"}),
    optional=frozenset({"online", "direct", "note"}),
    aliases={"ma so": "code"},
    ignored=frozenset({"stt"}),
    labels={
        "code": "Mã đơn vị", "name": "Tên đơn vị", "online": "Hồ sơ trực tuyến", "direct": "Hồ sơ trực tiếp",
        "note": "Ghi chú",
    },
)  # fmt: skip
TITLE = ["UBND TỈNH QUẢNG NGÃI;;;;;", ";;;;;", "DANH SÁCH ĐƠN VỊ (kèm Công văn số 12, ngày 5);;;;;"]
HEADER = ["STT;Mã đơn vị;Tên đơn vị;Hồ sơ;;Ghi chú", ";;;Trực tuyến;Trực tiếp;"]
ROWS = ["1;A;Xã Tịnh Ấn;1.902;10;", "2;B;Phường Trương Quang Trọng;5;6;x"]
NOTES = [";;;;;", ";;Tổng cộng;1.907;16;", ";;;;Quảng Ngãi, ngày 1 tháng 11 năm 2026;", "Người lập biểu;;;;;"]


def csv_file(folder: Path, lines: list[str]) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> list[Outcome]:
    found = inspect_file(path, COLUMNS)
    assert found.layout is not None
    return list(read_rows(path, COLUMNS, layout=found.layout))


def test_title_two_header_rows_and_notes(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [*TITLE, *HEADER, *ROWS, *NOTES])
    found = inspect_file(path, COLUMNS)
    assert found.layout is not None
    assert (found.layout.line, found.layout.depth) == (4, 2)
    assert found.layout.headers == (
        "STT", "Mã đơn vị", "Tên đơn vị", "Hồ sơ Trực tuyến", "Hồ sơ Trực tiếp", "Ghi chú",
    )  # fmt: skip
    assert found.layout.targets == (None, "code", "name", "online", "direct", "note")
    assert found.samples[0] == ("1", "A", "Xã Tịnh Ấn", "1.902", "10", "")
    outcomes = read(path)
    assert [row.line for row in outcomes if isinstance(row, Ignored)] == [1, 3, 9, 10, 11]
    assert [row for row in outcomes if isinstance(row, Row)] == [
        Row(6, {"code": "A", "name": "Xã Tịnh Ấn", "online": "1.902", "direct": "10", "note": ""}),
        Row(7, {"code": "B", "name": "Phường Trương Quang Trọng", "online": "5", "direct": "6", "note": "x"}),
    ]
    assert not any(isinstance(row, RowError) for row in outcomes)


def test_the_same_table_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "DANH SÁCH ĐƠN VỊ")
        for column, text in ((0, "STT"), (1, "Mã đơn vị"), (2, "Tên đơn vị"), (5, "Ghi chú")):
            sheet.merge_range(2, column, 3, column, text)
        sheet.merge_range(2, 3, 2, 4, "Hồ sơ")
        sheet.write_row(3, 3, ["Trực tuyến", "Trực tiếp"])
        sheet.write_row(4, 0, [1, "A", "Xã Tịnh Ấn", 1902, 10.5, ""])
        sheet.write_row(6, 2, ["Người ký"])
    outcomes = read(path)
    assert outcomes == [
        Ignored(1, "DANH SÁCH ĐƠN VỊ"),
        Row(5, {"code": "A", "name": "Xã Tịnh Ấn", "online": 1902, "direct": 10.5, "note": ""}),
        Ignored(7, "Người ký"),
    ]


@pytest.mark.parametrize("word", ["Tổng cộng", "TỔNG SỐ", "Cộng", "Ghi chú: số liệu ước tính"])
def test_a_total_without_a_blank_row_before_it(tmp_path: Path, word: str) -> None:
    outcomes = read(csv_file(tmp_path, [*HEADER, *ROWS, f"{word};;;1.907;16;"]))
    assert outcomes[-1] == Ignored(5, f"{word} | 1.907 | 16")


def test_a_row_without_its_code_is_no_note(tmp_path: Path) -> None:
    outcomes = read(csv_file(tmp_path, [*HEADER, *ROWS, "Công an xã;;;1.907;16;"]))
    assert [type(row) for row in outcomes] == [Row, Row, Row]


def test_nothing_inside_the_table_is_dropped(tmp_path: Path) -> None:
    """The rows after a blank one are notes only where the table ends with them."""
    outcomes = read(
        csv_file(tmp_path, [*HEADER, *ROWS, ";;;;;", "3;;Thiếu mã;1;1;", "4;C;Xã Ba Tô;1;1;", "5;;Cuối;;;"])
    )
    assert [(type(row).__name__, row.line) for row in outcomes] == [
        ("Row", 3), ("Row", 4), ("Row", 6), ("Row", 7), ("Row", 8),
    ]  # fmt: skip


def test_hundreds_of_notes_are_rows_again(tmp_path: Path) -> None:
    outcomes = read(csv_file(tmp_path, [*HEADER, *ROWS, ";;;;;", *[";;x;;;"] * 300]))
    assert sum(isinstance(row, Row) for row in outcomes) == 302


def test_a_table_of_nothing_but_bad_rows(tmp_path: Path) -> None:
    outcomes = read(csv_file(tmp_path, [*HEADER, ";;;;;", ";;x;;;"]))
    assert [type(row) for row in outcomes] == [Row]


def test_our_own_names_under_a_title(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["Danh sách;;", "code;name;note", "1;x;"])
    assert list(read_rows(path, COLUMNS)) == [Ignored(1, "Danh sách"), Row(3, {"code": "1", "name": "x", "note": ""})]


def test_no_header_anywhere(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ["1;2;3"] * 20)
    assert inspect_file(path, COLUMNS).layout is None
    with pytest.raises(ExchangeError):
        list(read_rows(path, COLUMNS))


def test_guesses_are_sure_of_names_and_labels_only() -> None:
    headers = ["CODE", "Tên Đơn Vị", "Số hồ sơ trực tuyến", "hồ sơ trực tuyến", "Dân số", "STT", "", "MÃ SỐ"]
    guesses = guess_targets(headers, COLUMNS)
    assert [guess.target for guess in guesses] == ["code", "name", None, "online", None, None, None, None]
    assert guesses[0].confidence == 1
    assert 0.9 < guesses[1].confidence < 1
    (close,) = guess_targets(["Số hồ sơ trực tuyến"], COLUMNS)
    assert (close.target, close.confidence) == ("online", 0.9)


def test_decomposed_and_shouted_headers_are_the_same() -> None:
    assert signature(["Mã đơn vị", "x"]) == signature(["MÃ  ĐƠN VỊ ", "X"])
    assert signature(["a", "b"]) != signature(["b", "a"])


def test_a_mapping_of_a_persons_own(tmp_path: Path) -> None:
    layout = Layout(("a", "b", "c"), ("name", None, "code"))
    assert list(read_rows(csv_file(tmp_path, ["a;b;c", "x;y;1"]), COLUMNS, layout=layout)) == [
        Row(2, {"name": "x", "code": "1"})
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text('{"c": "1", "b": 2, "a": "x"}\n{"a": "y", "surprise": 1}\n', encoding="utf-8")
    outcomes = list(read_rows(path, COLUMNS, layout=layout))
    assert outcomes[0] == Row(1, {"code": "1", "name": "x"})
    assert isinstance(outcomes[1], RowError)
    assert outcomes[1].code == "unknown_column"
    assert Layout.from_json(layout.as_json()) == layout


@given(rows=st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=25))
def test_any_table_is_understood_or_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([*rows, ["Mã đơn vị", "Tên đơn vị"], ["A", "Xã"], *rows])
    try:
        layout = inspect_file(path, COLUMNS).layout
        outcomes = list(read_rows(path, COLUMNS, layout=layout))
    except ExchangeError as error:
        assert error.message("vi")
    else:
        # No line is lost: each filled row above or below the header is a row, an error or a note.
        assert len({outcome.line for outcome in outcomes}) == len(outcomes)


def test_jsonl_is_inspected_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"Mã đơn vị": "1", "name": "x"}\n{"name": "y", "note": "z"}\n', encoding="utf-8")
    found = inspect_file(path, COLUMNS)
    assert found.layout is not None
    assert (found.layout.headers, found.layout.targets) == (("Mã đơn vị", "name", "note"), ("code", "name", "note"))
    assert found.samples[1] == ("", "y", "z")
