"""JSONL and CSV rows: columns, line numbers, and values that no parser should be trusted with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.reader import read_rows
from portal.exchange.rows import Row

COLUMNS = Columns(
    required=frozenset({"code", "name"}),
    optional=frozenset({"note", "levels"}),
    aliases={"implementation_levels": "levels"},
    ignored=frozenset({"scope"}),
)


def read(folder: Path, text: str, name: str) -> list[Row | RowError]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return list(read_rows(path, COLUMNS))


def refusal(folder: Path, text: str, name: str) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        read(folder, text, name)
    return caught.value


GOOD = '{"code": "1.001193", "name": "x"}\n'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "not_json"),
        ("[1]", "not_object"),
        ('"text"', "not_object"),
        ('{"code": NaN, "name": "x"}', "bad_number"),
        ('{"code": -Infinity, "name": "x"}', "bad_number"),
        ('{"code": 1e999, "name": "x"}', "bad_number"),
        ('{"code": %s, "name": "x"}' % ("9" * 5000), "bad_number"),
        ('{"code": "1", "code": "2", "name": "x"}', "duplicate_column"),
        ('{"levels": [], "implementation_levels": [], "name": "x"}', "duplicate_column"),
        ('{"code": "1", "name": "x", "surprise": 1}', "unknown_column"),
        ('{"code": "1", "name": "a\\u0000b"}', "bad_character"),
        ('{"code": "1", "name": "\\ud800"}', "bad_character"),
        ('{"code": "1", "note": [{"\\u0000": 1}]}', "bad_character"),
        ('{"note": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
        ('{"note": ' + '{"a":' * 100_000 + "1" + "}" * 100_001, "too_deep"),
    ],
)
def test_a_bad_line_is_one_row_error(tmp_path: Path, line: str, code: str) -> None:
    rows = read(tmp_path, f"{GOOD}\n{line}\n{GOOD}", "file.jsonl")
    assert [type(row) for row in rows] == [Row, RowError, Row]
    error = rows[1]
    assert isinstance(error, RowError)
    assert (error.line, error.code) == (3, code)
    assert error.message().startswith("line 3")


def test_escaped_text_is_composed_too(tmp_path: Path) -> None:
    row = read(tmp_path, '{"code": "1", "name": "e\\u0302\\u0301", "note": ["\\u0065\\u0301"]}\n', "file.jsonl")[0]
    assert row == Row(1, {"code": "1", "name": "ế", "note": ["é"]})


def test_aliases_lead_and_ignored_columns_go(tmp_path: Path) -> None:
    text = json.dumps({"code": "1", "name": "x", "scope": "national", "implementation_levels": ["xã"]})
    assert read(tmp_path, text, "file.jsonl") == [Row(1, {"code": "1", "name": "x", "levels": ["xã"]})]


def test_an_array_is_explained(tmp_path: Path) -> None:
    assert refusal(tmp_path, f"[{GOOD}]", "file.jsonl").code == "json_array"


@pytest.mark.parametrize("name", ["file.jsonl", "file.csv"])
def test_wrong_columns_are_named_all_at_once(tmp_path: Path, name: str) -> None:
    text = '{"title": "x", "colour": 1}\n' if name.endswith("jsonl") else "title,colour,note,NOTE\n1,2,3,4\n"
    message = str(refusal(tmp_path, text, name))
    assert "Missing: code, name" in message
    assert "title" in message
    assert "colour" in message
    if name == "file.csv":
        assert "Twice: note" in message


def test_a_hostile_column_name_stays_on_its_line(tmp_path: Path) -> None:
    message = str(refusal(tmp_path, json.dumps({"\x1b[2J\n" + "x" * 500: 1}), "file.jsonl"))
    assert "\x1b" not in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["code", "name", "note"]) + "\n" + delimiter.join(["1", '"a,b;c\td"', "x"]) + "\n"
    assert read(tmp_path, text, "file.csv") == [Row(2, {"code": "1", "name": "a,b;c\td", "note": "x"})]


def test_line_numbers_count_lines_inside_cells(tmp_path: Path) -> None:
    text = '\ncode,name\r\n1,"two\r\nlines"\r\n,\r\n2,b\r\n3\r\n4,d,,\r\n'
    rows = read(tmp_path, text, "file.csv")
    assert [row.line for row in rows] == [3, 6, 7, 8]
    assert isinstance(rows[2], RowError)
    assert rows[2].code == "cell_count"
    assert rows[3] == Row(8, {"code": "4", "name": "d"})


def test_an_open_quotation_mark(tmp_path: Path) -> None:
    error = refusal(tmp_path, 'code,name\n1,"never closed\n' + "2,b\n" * 100, "file.csv")
    assert error.code == "broken_csv"
    assert "quotation" in str(error)


def test_shown_values_are_short_and_printable() -> None:
    assert shown("a\nb\x00") == "a\ufffdb\ufffd"
    assert len(shown("x" * 1000)) == 60
    assert shown(12.5) == "12.5"
