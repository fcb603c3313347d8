"""The one entrance: a path becomes rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from portal.exchange.columns import Columns
from portal.exchange.delimited import csv_records
from portal.exchange.encodings import UTF8
from portal.exchange.errors import shown
from portal.exchange.files import Progress, check_file, encoding_of, file_format, text_lines
from portal.exchange.jsonl import json_objects, jsonl_rows
from portal.exchange.layout import (
    HEADER_COLUMNS,
    Guess,
    Layout,
    find_layout,
    guess_targets,
    layout_at,
    strict_layout,
)
from portal.exchange.limits import Limits
from portal.exchange.rows import Outcome, Row
from portal.exchange.table import Numbered, first_rows, row_in_short, table_rows

FORMAT_NAMES = ("jsonl", "csv", "xlsx")
_SAMPLED_OBJECTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file looks like before anybody has said how to read it; `layout` None where no header was found."""

    format: str
    encoding: str
    layout: Layout | None
    guesses: tuple[Guess, ...]
    samples: tuple[tuple[str, ...], ...]  # the cells of some rows, for a person to recognise
    first: tuple[tuple[int, str], ...] = ()  # the rows of a table among which its header is: line and text


def read_rows(
    path: Path,
    columns: Columns,
    *,
    given_format: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    layout: Layout | None = None,
) -> Iterator[Outcome]:
    """Each row of a JSONL (also gzip), CSV or XLSX file, or the reason why a row can't be read, or a note around them.

    Without a `layout` the columns must have our own names. Raises ExchangeError, possibly while iterating, when the
    file as a whole is unusable. All text is composed (NFC).
    """
    limits = limits or Limits()
    check_file(path, limits)
    form = file_format(path, given_format)
    if form == "jsonl":
        yield from jsonl_rows(json_objects(text_lines(path, limits, progress), limits), columns, layout)
        return
    yield from table_rows(
        _cells(path, form, limits, progress), columns, limits, lambda first: layout or strict_layout(first, columns)
    )
    if progress:
        progress(path.stat().st_size)


def _cells(path: Path, form: str, limits: Limits, progress: Progress | None) -> Numbered:
    if form == "csv":
        return csv_records(text_lines(path, limits, progress), limits)
    from portal.exchange.workbook import sheet_rows

    return sheet_rows(path, limits)


def inspect_file(
    path: Path,
    columns: Columns,
    *,
    given_format: str | None = None,
    limits: Limits | None = None,
    header_line: int | None = None,
) -> Inspection:
    """Find the header, unless somebody says where it begins, and guess what its columns mean.

    ExchangeError when the file can't be read at all, and where the header can't be on that line.
    """
    limits = limits or Limits()
    check_file(path, limits)
    form = file_format(path, given_format)
    encoding = UTF8 if form == "xlsx" else encoding_of(path, limits)
    if form == "jsonl":
        objects = list(islice(json_objects(text_lines(path, limits), limits), _SAMPLED_OBJECTS))
        rows = [item.values for item in objects if isinstance(item, Row)]
        # A name that can't be shown can't be meant; rows with it are refused.
        names = dict.fromkeys(name for row in rows for name in row if name == shown(name, 200))
        headers = tuple(islice(names, HEADER_COLUMNS))
        guesses = guess_targets(headers, columns)
        layout = Layout(headers, tuple(guess.target for guess in guesses)) if headers else None
        samples = [tuple(_sample(row.get(name, "")) for name in headers) for row in rows[:5]]
        return Inspection(format=form, encoding=encoding, layout=layout, guesses=tuple(guesses), samples=tuple(samples))
    _, filled = first_rows(_cells(path, form, limits, None))
    found = layout_at(filled, header_line, columns) if header_line is not None else find_layout(filled, columns)
    if found is None:
        samples = [tuple(map(_sample, cells)) for _, cells in filled[:5]]
        return Inspection(format=form, encoding=encoding, layout=None, guesses=(), samples=tuple(samples))
    layout = found[0]
    below = [cells for line, cells in filled if line > layout.line][layout.depth - 1 :]
    samples = [tuple(map(_sample, cells)) for cells in below[:5]]
    return Inspection(
        format=form, encoding=encoding, layout=layout, guesses=tuple(found[1]), samples=tuple(samples),
        first=tuple((line, row_in_short(cells)) for line, cells in filled),
    )  # fmt: skip


def _sample(value: Any) -> str:
    return shown(value if isinstance(value, str) else str(value), 60)
