"""Tables of the staff: sorted, filtered by GET forms, in pages, and exported; one component for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, request

from portal.core import clock
from portal.core.i18n import current_locale, localised_path
from portal.core.pagination import Pagination, page_number

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
Value = str | int | date | datetime | None
PER_PAGE = 50
# More rows than this are no table for people; whoever needs them narrows the filter.
EXPORT_LIMIT = 100_000
SORT, EXPORT = "sap-xep", "xuat"


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere; an export has its text."""

    text: str
    url: str


Cell = Value | Link


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: `key` in addresses, by which the source sorts, `label` for people, `cell` of a row."""

    key: str
    label: str
    cell: Callable[[Row], Cell]
    is_sortable: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and from which end."""

    key: str
    descending: bool = False


class Source(Protocol[Row_co]):
    """Where rows come from."""

    def count(self) -> int:
        """How many there are."""

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Row_co]:
        """Some of them in an order."""


@dataclass(frozen=True)
class ListSource(Generic[Row]):
    """A list of some hundreds at most, sorted here by the given keys; in its own order by any other."""

    found: Sequence[Row]
    keys: Mapping[str, Callable[[Row], Any]]

    def count(self) -> int:
        """How many there are."""
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Row]:
        """Some of them in an order."""
        key = self.keys.get(order.key)
        ordered = sorted(self.found, key=key, reverse=order.descending) if key else self.found
        return ordered[offset : offset + limit]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column as the page shows it; `url` sorts by it, `direction` is "", ascending or descending."""

    label: str
    url: str | None
    direction: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One page of a table."""

    headings: list[Heading]
    rows: list[list[Cell]]
    pagination: Pagination
    export_urls: list[tuple[str, str]]


class Writer(Protocol):
    """Writes a table as a file that a spreadsheet opens; safe against formulas in cells."""

    def __call__(self, file: BytesIO, headers: Sequence[str], rows: Sequence[Sequence[Value]], /) -> object: ...


_writers: dict[str, tuple[str, Writer]] = {}


def register_writer(suffix: str, mimetype: str, writer: Writer) -> None:
    """Say who writes a format; `wiring` calls it."""
    _writers[suffix] = mimetype, writer


def table_page(
    columns: Sequence[Column[Row]], source: Source[Row], order: Order, *, parameters: Mapping[str, str], name: str,
    path: str = "",
) -> Table | Response:  # fmt: skip
    """The table that an address asks for, or its file; `order` is the usual one, `parameters` are the filters.

    `path` is where the table is, without language, if not at the address that was asked for.
    """
    order = _wished(columns, order)
    kept = {key: value for key, value in parameters.items() if value}
    total = source.count()
    wanted = request.args.get(EXPORT, "")
    if wanted:
        if total > EXPORT_LIMIT:
            abort(413)
        return _file(wanted, columns, source.rows(order, total, 0), name)
    path = localised_path(path or request.path, current_locale())
    sorted_by = _sort_text(order)
    # The first page may also be the last one; a page that is gone shows the last that is there.
    number = page_number(request.args.get("trang", ""))
    pagination = Pagination(number, PER_PAGE, total, path, (*kept.items(), (SORT, sorted_by)))
    if number > pagination.total_pages:
        abort(404)
    rows = source.rows(order, PER_PAGE, (number - 1) * PER_PAGE)
    return Table(
        [_heading(column, order, path, kept) for column in columns],
        [[column.cell(row) for column in columns] for row in rows],
        pagination,
        [
            (suffix.upper(), f"{path}?{urlencode({**kept, SORT: sorted_by, EXPORT: suffix})}")
            for suffix in _writers
            if total
        ],
    )


def _wished(columns: Sequence[Column[Row]], otherwise: Order) -> Order:
    text = request.args.get(SORT, "")
    wished = Order(text.removeprefix("-"), text.startswith("-"))
    return wished if any(column.key == wished.key and column.is_sortable for column in columns) else otherwise


def _sort_text(order: Order) -> str:
    return f"-{order.key}" if order.descending else order.key


def _heading(column: Column[Row], order: Order, path: str, kept: Mapping[str, str]) -> Heading:
    if not column.is_sortable:
        return Heading(column.label, None, "", column.is_number)
    is_current = column.key == order.key
    turned = Order(column.key, is_current and not order.descending)
    direction = ("descending" if order.descending else "ascending") if is_current else ""
    return Heading(column.label, f"{path}?{urlencode({**kept, SORT: _sort_text(turned)})}", direction, column.is_number)


def _file(suffix: str, columns: Sequence[Column[Row]], found: Sequence[Row], name: str) -> Response:
    if suffix not in _writers:
        abort(404)
    mimetype, write = _writers[suffix]
    rows = [
        [cell.text if isinstance(cell, Link) else _local(cell) for cell in (column.cell(row) for column in columns)]
        for row in found
    ]
    file = BytesIO()
    write(file, [column.label for column in columns], rows)
    response = Response(file.getvalue(), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.{suffix}"'
    return response


def _local(value: Value) -> Value:
    """Spreadsheets know no zones: a moment as the clock in Việt Nam showed it."""
    if isinstance(value, datetime):
        return value.astimezone(clock.LOCAL_ZONE).replace(tzinfo=None, microsecond=0)
    return value
