"""Is this workbook safe to hand to the spreadsheet reader?

The reader trusts the file: it inflates what it is told to, and allocates every cell up to the last used one, so that
5 kB with one cell at XFD1048576 end the process. Here the archive is measured by really inflating it, in small pieces,
and the sheets' extent is found by a streaming XML parser.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from portal.exchange.errors import ExchangeError, shown
from portal.exchange.files import open_binary
from portal.exchange.limits import MEGABYTE, Limits

_CHUNK = 64 * 1024
_COUNTS = ("count", "uniqueCount")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_CELL = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
# The end record of a zip archive and the longest comment behind it (APPNOTE.TXT 4.3.16).
_LONGEST_END = 22 + 65_535
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_workbook(path: Path, limits: Limits) -> None:
    """Return when the XLSX is plausible and small; else ExchangeError (`not_xlsx`, `broken_xlsx`, `xlsx_bomb`)."""
    with open_binary(path) as file:
        if file.read(8) == _OLD_EXCEL:
            raise ExchangeError("not_xlsx", reason="it is an old .xls or is protected by a password; save it as .xlsx")
        _check_directory_size(file, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise ExchangeError("not_xlsx", reason="it is not a zip archive, or was cut off") from None
        _check_directory(entries, limits)
        total = 0
        for entry in entries:
            total += _measure(file, entry, limits.workbook_unpacked - total, limits)


def _check_directory_size(file: BinaryIO, limits: Limits) -> None:
    """Refuse a directory too long to be read: `zipfile` makes an object of each entry before it can be asked."""
    file.seek(0, 2)
    tail = min(file.tell(), _LONGEST_END)
    file.seek(-tail, 2)
    ends = file.read(tail)
    position = ends.rfind(b"PK\x05\x06")
    file.seek(0)
    if position < 0 or len(ends) < position + 16:
        return  # zipfile says that it is no archive
    entries, size = struct.unpack_from("<HI", ends, position + 10)
    if entries > limits.workbook_entries or size > MEGABYTE:
        raise ExchangeError("xlsx_bomb", reason=f"it holds {entries} parts or more")


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {entry.filename for entry in entries}
    # The reader would follow these instead where it can: they are other formats, which are not looked into here.
    others = {"content.xml", "mimetype", "xl/workbook.bin"}
    if not {"xl/workbook.xml", "[Content_Types].xml"} <= names or others & names:
        raise ExchangeError("not_xlsx", reason="the zip archive holds no workbook")
    if len(entries) > limits.workbook_entries:
        raise ExchangeError("xlsx_bomb", reason=f"it holds {len(entries)} parts")
    if len(names) != len(entries):
        raise ExchangeError("xlsx_bomb", reason="it holds two parts of the same name")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ExchangeError("not_xlsx", reason="it is encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.workbook_unpacked:
        raise _too_big(limits)
    if unpacked > 10 * MEGABYTE and unpacked > limits.workbook_ratio * max(packed, 1):
        raise ExchangeError("xlsx_bomb", reason=f"it unpacks to {unpacked // max(packed, 1)} times its size")


def _too_big(limits: Limits) -> ExchangeError:
    return ExchangeError("xlsx_bomb", reason=f"it unpacks to more than {limits.workbook_unpacked // MEGABYTE} MB")


def _measure(file: BinaryIO, entry: zipfile.ZipInfo, room: int, limits: Limits) -> int:
    """The true unpacked size of one part, whatever the archive's directory says of it."""
    sheet = _SheetExtent(limits) if entry.filename.lower().endswith((".xml", ".rels")) else None
    size = 0
    for piece in _inflated(file, entry):
        size += len(piece)
        if size > room:
            raise _too_big(limits)
        if sheet:
            sheet.feed(piece, entry.filename)
    if size != entry.file_size:
        raise ExchangeError("broken_xlsx", reason=f"{entry.filename} is not as long as the archive says")
    if sheet:
        sheet.feed(b"", entry.filename, last=True)
    return size


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise ExchangeError("broken_xlsx", reason=f"{entry.filename} can't be found in the archive")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    file.seek(name_length + extra_length, 1)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (piece := file.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise ExchangeError("broken_xlsx", reason=f"{entry.filename} is packed in an unusual way")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while left > 0 and not inflater.eof and (packed := file.read(min(_CHUNK, left))):
            left -= len(packed)
            while packed:
                yield inflater.decompress(packed, _CHUNK)
                packed = inflater.unconsumed_tail
        if not inflater.eof:
            yield inflater.flush(_CHUNK)
    except zlib.error as error:
        raise ExchangeError("broken_xlsx", reason=f"{entry.filename}: {error}") from None


class _SheetExtent:
    """Follows the cells of one XML part and refuses when the rectangle that they span is too large."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.workbook_cells
        self._row = self._column = self._last_row = self._last_column = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EntityDeclHandler = self._entity

    def feed(self, piece: bytes, name: str, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise ExchangeError("broken_xlsx", reason=f"{name}: {expat.ErrorString(error.code)}") from None

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        # Two parsers read these bytes; in another encoding they might not read the same.
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise ExchangeError("broken_xlsx", reason=f"its XML is in {shown(encoding, 20)}, not UTF-8")

    def _entity(self, *_: object) -> None:
        raise ExchangeError("xlsx_bomb", reason="it declares XML entities")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if any(_is_absurd(attributes[name]) for name in _COUNTS if name in attributes):
            raise ExchangeError("xlsx_bomb", reason=f"it announces an absurd number of parts ({tag})")
        if tag == "row":
            self._row, self._column = _row_number(attributes.get("r"), self._row + 1), 0
        elif tag == "c":
            self._cell(attributes.get("r"))
        elif tag == "Relationship" and _is_hidden_sheet(attributes):
            raise ExchangeError("broken_xlsx", reason="a sheet is stored under an unusual name")

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = _position(reference)
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        if self._last_row * self._last_column > self._limit:
            raise ExchangeError(
                "xlsx_bomb", reason=f"a sheet reaches to row {self._last_row}, column {self._last_column}"
            )


def _is_absurd(count: str) -> bool:
    """The reader reserves memory for as many parts as an attribute announces."""
    return not (count.isascii() and count.isdigit() and len(count) < 8)


def _is_hidden_sheet(attributes: dict[str, str]) -> bool:
    """Only parts named .xml are followed above, so a sheet may not be kept elsewhere."""
    is_sheet = attributes.get("Type", "").endswith("/worksheet")
    return is_sheet and not attributes.get("Target", "").lower().endswith(".xml")


def _row_number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not _ROW.fullmatch(text):
        raise ExchangeError("broken_xlsx", reason=f"there is no row {shown(text, 20)}")
    return int(text)


def _position(reference: str) -> tuple[int, int]:
    """Row and column of a cell such as "C12", counted from 1. Beyond three letters the reader's counting runs over."""
    match = _CELL.fullmatch(reference)
    if match is None:
        raise ExchangeError("broken_xlsx", reason=f"there is no cell {shown(reference, 20)}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
