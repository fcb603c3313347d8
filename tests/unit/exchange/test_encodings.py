"""Encodings: those that are read, those that are refused with advice, and none that is mistaken for another."""

from __future__ import annotations

import codecs
import gzip
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.columns import Columns
from portal.exchange.encodings import legacy_font
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.files import encoding_of, text_lines
from portal.exchange.limits import Limits
from portal.exchange.reader import inspect_file, read_rows
from portal.exchange.rows import Outcome, Row

COLUMNS = Columns(required=frozenset({"code", "name"}))
NAME = "Đăng ký khai sinh có yếu tố nước ngoài, thường trú ở Tịnh Ấn"
TEXT = f"code;name\n1.001193;{NAME}\n2;Thủ tục cấp hộ chiếu\n"
EXPECTED = [Row(2, {"code": "1.001193", "name": NAME}), Row(3, {"code": "2", "name": "Thủ tục cấp hộ chiếu"})]


def cp1258(text: str) -> bytes:
    """Vietnamese as Windows-1258 has it: letters composed, tones apart."""
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in marks)
        out.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in marks)) + tones)
    return "".join(out).encode("cp1258")


def read(folder: Path, data: bytes, name: str = "file.csv") -> list[Outcome]:
    path = folder / name
    path.write_bytes(data)
    return list(read_rows(path, COLUMNS))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.replace(";", "\t").encode("utf-16"), "utf-16"),
        (cp1258(TEXT), "cp1258"),
        (gzip.compress(cp1258(TEXT)), "cp1258"),
        (gzip.compress(TEXT.encode("utf-16")), "utf-16"),
    ],
)
def test_the_same_rows_in_every_encoding(tmp_path: Path, data: bytes, encoding: str) -> None:
    assert read(tmp_path, data) == EXPECTED
    found = inspect_file(tmp_path / "file.csv", COLUMNS)
    assert found.encoding == encoding
    assert found.samples[0][1].startswith("Đăng ký")


def test_a_strange_byte_far_down_is_still_seen(tmp_path: Path) -> None:
    head = "code;name\n" + "1;plain\n" * 150_000
    rows = read(tmp_path, cp1258(head + f"2;{NAME}\n"))
    assert rows[-1] == Row(150_002, {"code": "2", "name": NAME})
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, (head + "2;Fähre\n").encode("cp1252"))
    assert (caught.value.code, caught.value.params["line"]) == ("not_utf8", 150_002)


@pytest.mark.parametrize("text", ["1;Fähre", "1;però così", "1;São Paulo", "1;naïve café", "1;El Niño ò"])
def test_western_text_is_not_taken_for_vietnamese(tmp_path: Path, text: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, f"code;name\n{text}\n".encode("cp1252"))
    assert caught.value.code == "not_utf8"


TCVN3 = "code;name\n1;§¨ng ký khai sinh\n2;CÊp hé chiÕu phæ th«ng\n3;Chøng thùc b¶n sao\n4;§¨ng ký th­êng tró\n"
VNI = "code;name\n1;Ñaêng kyù khai sinh\n2;Caáp hoä chieáu phoå thoâng\n3;Chöùng thöïc baûn sao\n"


@pytest.mark.parametrize(("text", "name"), [(TCVN3, "TCVN3 (ABC)"), (VNI, "VNI")])
def test_old_fonts_are_refused_with_advice(tmp_path: Path, text: str, name: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, text.encode("cp1252"))
    assert (caught.value.code, caught.value.params["encoding"]) == ("legacy_font", name)
    for locale in ("en", "vi"):
        assert "UniKey" in caught.value.message(locale)
    # In a workbook or a UTF-8 file the same letters are characters of their own.
    assert legacy_font(text) == name


@pytest.mark.parametrize("text", [NAME, "Dang ky khai sinh", "São Paulo naïve août Noël", "", "12 345", "© 2026 ® ™"])
def test_unicode_is_no_old_font(text: str) -> None:
    assert legacy_font(text) is None


def test_utf16_that_was_cut(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, TEXT.encode("utf-16")[:-1])
    assert caught.value.code == "not_utf8"


def test_nul_and_long_lines_in_utf16(tmp_path: Path) -> None:
    for text, code in ((TEXT + "3;a\x00b\n", "nul_bytes"), (TEXT + "x" * 1_100_000, "line_too_long")):
        with pytest.raises(ExchangeError) as caught:
            read(tmp_path, text.encode("utf-16"))
        assert caught.value.code == code


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data or b"x")
    try:
        assert encoding_of(path, Limits()) in {"utf-8", "utf-16", "cp1258"}
        for _, text in text_lines(path, Limits()):
            assert isinstance(text, str)
        assert all(isinstance(row, Row | RowError) or row.text for row in read_rows(path, COLUMNS))
    except ExchangeError as error:
        assert error.message("vi")
