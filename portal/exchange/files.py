"""Opening a file that may be hostile: what it is, how big, and its text lines one by one."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from portal.core.text import nfc
from portal.exchange.encodings import UTF16, detect_encoding
from portal.exchange.errors import ExchangeError
from portal.exchange.limits import MEGABYTE, Limits

FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"

Progress = Callable[[int], None]
_Text = TypeVar("_Text", bytes, str)


def check_file(path: Path, limits: Limits) -> int:
    """The size in bytes of a regular, readable, non-empty file that is not too big; else ExchangeError."""
    try:
        info = path.stat()
    except FileNotFoundError:
        raise ExchangeError("missing_file", path=path) from None
    except (OSError, ValueError) as error:
        raise ExchangeError("unreadable", path=path, reason=error) from None
    if stat.S_ISDIR(info.st_mode):
        raise ExchangeError("is_directory", path=path)
    if not stat.S_ISREG(info.st_mode):
        raise ExchangeError("not_regular", path=path)
    if info.st_size == 0:
        raise ExchangeError("empty")
    if info.st_size > limits.file_size:
        size, limit = -(-info.st_size // MEGABYTE), limits.file_size // MEGABYTE
        raise ExchangeError("too_big", size_mb=size, limit_mb=limit)
    return info.st_size


def open_binary(path: Path) -> BinaryIO:
    """The file opened for reading; a file that may not be read is an ExchangeError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise ExchangeError("unreadable", path=path, reason=error.strerror or error) from None


def file_format(path: Path, given: str | None) -> str:
    """`jsonl`, `csv` or `xlsx`, as given or by the name (a final .gz aside), checked against the first bytes."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    known = FORMATS.get(suffixes[-1]) if suffixes else None
    name = given or known
    if name is None:
        raise ExchangeError("unknown_format", name=path.name, known=", ".join([*FORMATS, ".jsonl.gz", ".csv.gz"]))
    with open_binary(path) as file:
        start = file.read(8)
    if name != "xlsx" and start.startswith(b"PK\x03\x04"):
        raise ExchangeError("not_this_format", expected=name, found="a zip or an XLSX workbook")
    return name


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with open_binary(path) as file:
        while chunk := file.read(MEGABYTE):
            digest.update(chunk)
    return digest.hexdigest()


def encoding_of(path: Path, limits: Limits) -> str:
    """The encoding of a text file, `utf-8`, `utf-16` or `cp1258`. ExchangeError where it is another."""
    with _unpacked(path) as (stream, _):
        return detect_encoding(stream, limits)


def text_lines(path: Path, limits: Limits, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Numbered lines of composed text (NFC) with their ends, from a plain or gzip file, without a byte order mark.

    `progress` gets the bytes of the file (as stored) read so far. Raises ExchangeError.
    """
    encoding = encoding_of(path, limits)
    with _unpacked(path) as (stream, raw):
        number = 0
        for number, text in enumerate(_decoded(stream, encoding, limits), 1):
            if "\x00" in text:
                raise ExchangeError("nul_bytes", line=number)
            if progress and number % 64 == 0:
                progress(raw.tell())
            yield number, nfc(text)
        if progress:
            progress(raw.tell())


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file's content as a stream, out of a gzip where it is one, and the file itself; failures as ExchangeError."""
    with open_binary(path) as raw:
        packed = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        stream: BinaryIO = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        try:
            yield stream, raw
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ExchangeError("broken_gzip", reason=error) from None
        except OSError as error:
            raise ExchangeError("unreadable", path=path, reason=error.strerror or error) from None


def _decoded(stream: BinaryIO, encoding: str, limits: Limits) -> Iterator[str]:
    """The lines as text. Only line feeds end a line, in every encoding, so that numbers are those of an editor."""
    number = 0
    try:
        if encoding == UTF16:
            wrapper = io.TextIOWrapper(stream, encoding, newline="\n")
            try:
                yield from _bounded(wrapper.readline, limits)
            finally:
                wrapper.detach()
            return
        for number, line in enumerate(_bounded(stream.readline, limits), 1):
            yield (line.removeprefix(_BOM) if number == 1 else line).decode(encoding)
    except UnicodeError:
        raise ExchangeError("not_utf8", line=number, encoding=f"damaged {encoding}", advice="") from None


def _bounded(read: Callable[[int], _Text], limits: Limits) -> Iterator[_Text]:
    """Lines of bytes, or of characters, as long as neither a line nor all of them are too long."""
    total, number = 0, 0
    while line := read(limits.line + 1):
        number += 1
        total += len(line)
        if total > limits.unpacked:
            raise ExchangeError("too_big_unpacked", limit_mb=limits.unpacked // MEGABYTE)
        if len(line) > limits.line:
            raise ExchangeError("line_too_long", line=number, limit_kb=limits.line // 1024)
        yield line
