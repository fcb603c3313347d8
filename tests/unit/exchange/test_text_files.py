"""Text files, as people bring them: encodings, sizes, gzip, and what is not a text file at all."""

from __future__ import annotations

import codecs
import gzip
import os
import time
import unicodedata
import zlib
from pathlib import Path

import pytest

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.limits import Limits
from portal.exchange.reader import read_rows
from portal.exchange.rows import Row

COLUMNS = Columns(required=frozenset({"code", "name"}), optional=frozenset({"note"}))
TEXT = "code,name\n1.001193,Đăng ký khai sinh\n"


def read(path: Path, **options: object) -> list[Row | RowError]:
    return list(read_rows(path, COLUMNS, **options))  # type: ignore[arg-type]


def refusal(path: Path, **options: object) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        read(path, **options)
    assert str(caught.value)
    return caught.value


def write(folder: Path, data: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_utf8_with_and_without_a_mark(tmp_path: Path) -> None:
    plain = read(write(tmp_path, TEXT.encode()))
    marked = read(write(tmp_path, codecs.BOM_UTF8 + TEXT.encode()))
    assert plain == marked == [Row(2, {"code": "1.001193", "name": "Đăng ký khai sinh"})]


def test_decomposed_accents_are_composed(tmp_path: Path) -> None:
    rows = read(write(tmp_path, unicodedata.normalize("NFD", TEXT).encode()))
    assert rows == [Row(2, {"code": "1.001193", "name": "Đăng ký khai sinh"})]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_named_with_advice(tmp_path: Path, encoding: str) -> None:
    error = refusal(write(tmp_path, TEXT.encode(encoding)))
    assert error.code == "not_utf8"
    assert "UTF-16" in str(error)
    assert "iconv" in str(error)


def test_western_bytes_are_called_windows_1252(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "code,name\n1,Fähre\n".encode("cp1252")))
    assert error.code == "not_utf8"
    assert error.params["line"] == 2
    assert "1252" in str(error)


def test_bytes_that_were_cut_in_a_letter(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, TEXT.encode()[:-3] + b"\xe1\xba\n")).code == "not_utf8"


def test_nul_bytes(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, b"code,name\n1.001193,a\x00b\n"))
    assert (error.code, error.params["line"]) == ("nul_bytes", 2)


def test_missing_directory_empty_and_unknown(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.csv").code == "missing_file"
    assert refusal(tmp_path).code == "is_directory"
    assert refusal(write(tmp_path, b"")).code == "empty"
    assert refusal(write(tmp_path, b"\n\n")).code == "empty"
    assert refusal(write(tmp_path, b"code,name\n")).code == "no_rows"
    assert refusal(write(tmp_path, b"code,name\n", "file.pdf")).code == "unknown_format"
    assert refusal(write(tmp_path, b"x" * 20, "a\x01b")).code == "unknown_format"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path / "pipe.csv").code == "not_regular"


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    assert refusal(Path("a\x00b.csv")).code == "unreadable"
    assert refusal(tmp_path / ("x" * 300 + ".csv")).code == "unreadable"


def test_a_format_given_outweighs_the_name(tmp_path: Path) -> None:
    assert read(write(tmp_path, TEXT.encode(), "file.txt"), given_format="csv")


def test_a_workbook_named_csv_is_told(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, b"PK\x03\x04 and so on")).code == "not_this_format"


def test_two_hundred_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    began = time.monotonic()
    error = refusal(path)
    assert (error.code, error.params["size_mb"], error.params["limit_mb"]) == ("too_big", 200, 64)
    assert time.monotonic() - began < 1


def test_a_line_without_an_end(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.encode() + b"x" * 2_000_000)
    assert refusal(path).code == "line_too_long"


def test_too_many_rows(tmp_path: Path) -> None:
    path = write(tmp_path, b"code,name\n" + b"1,a\n" * 30)
    assert refusal(path, limits=Limits(rows=20)).code == "too_many_rows"


def test_gzip_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    data = gzip.compress(TEXT.encode())
    expected = [Row(2, {"code": "1.001193", "name": "Đăng ký khai sinh"})]
    assert read(write(tmp_path, data, "file.csv.gz")) == expected
    assert read(write(tmp_path, data, "file.csv")) == expected


def test_broken_and_truncated_gzip(tmp_path: Path) -> None:
    data = gzip.compress((TEXT + "1.001194,thường trú\n" * 5000).encode())
    assert refusal(write(tmp_path, data[: len(data) // 2], "cut.csv.gz")).code == "broken_gzip"
    assert refusal(write(tmp_path, data[:-4], "cut.csv.gz")).code == "broken_gzip"
    middle = len(data) // 2
    broken = data[:middle] + bytes(byte ^ 0x55 for byte in data[middle : middle + 40]) + data[middle + 40 :]
    assert refusal(write(tmp_path, broken, "broken.csv.gz")).code == "broken_gzip"
    assert refusal(write(tmp_path, b"\x1f\x8b\x08\x00", "head.csv.gz")).code == "broken_gzip"


def test_a_gzip_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    line = b" " * 1_000_000 + b"\n"
    path = write(tmp_path, b"".join([packer.compress(line) for _ in range(300)]) + packer.flush(), "bomb.jsonl.gz")
    assert path.stat().st_size < 500_000
    assert refusal(path).code == "too_big_unpacked"
