"""Data sets as files: CSV that flows, JSON a page at a time, XLSX of a bounded size, each with its dictionary."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import Response, stream_with_context
from flask_babel import gettext as _

from portal.core import clock, content
from portal.core.db import read_only
from portal.exchange.tables import XLSX, Cell, csv_chunks, write_book
from portal.opendata.asking import AskedWronglyError, query_of
from portal.opendata.edition import address, edition, terms
from portal.opendata.model import MOST_ROWS_OF_SHEET, Asked, Dataset, Part, Row, parts

# Grows whenever files of the same rows come to look different.
_FORM = 1
_CHUNK = 2_000
_DICTIONARY = ("field", "type", "unit", "meaning")


def csv_file(dataset: Dataset, asked: Asked) -> Response:
    """All rows as CSV, read and sent a few thousand at a time: as much memory for a million as for a hundred."""
    response = _file(dataset, asked, "csv", "text/csv", _csv(dataset, asked))
    link = address(f"/{dataset.slug}.dictionary.csv", asked.locale)
    response.headers["Link"] = f'<{link}>; rel="describedby"; type="text/csv"'
    return response


def dictionary_file(dataset: Dataset, asked: Asked) -> Response:
    """What the fields mean, as CSV."""
    body = b"".join(csv_chunks(_DICTIONARY, [dictionary(dataset)]))
    return _whole(_file(dataset, asked, "dictionary.csv", "text/csv", iter([body])), body)


def json_file(dataset: Dataset, asked: Asked) -> Response:
    """Some rows with the dictionary, and the address of the next ones."""
    about = {**about_of(dataset, asked), "fields": _fields(dataset)}
    body = json_text({**about, **results(dataset, asked, f"/{dataset.slug}.json")})
    response = _whole(_file(dataset, asked, "json", "application/json", iter([body])), body)
    del response.headers["Content-Disposition"]
    return response


def xlsx_file(dataset: Dataset, asked: Asked) -> Response:
    """All rows as a workbook with the dictionary in its second sheet; AskedWronglyError where they are too many."""
    if dataset.count(asked, MOST_ROWS_OF_SHEET + 1) > MOST_ROWS_OF_SHEET:
        raise AskedWronglyError(
            "", str(_("XLSX có nhiều nhất %(most)s dòng. Bạn lọc bớt, hoặc lấy CSV.", most=MOST_ROWS_OF_SHEET))
        )
    return _file(dataset, asked, "xlsx", XLSX, stream_with_context(_xlsx(dataset, asked)))


def _xlsx(dataset: Dataset, asked: Asked) -> Iterator[bytes]:
    file = BytesIO()
    with read_only():
        about = [(name, _plain(value)) for name, value in about_of(dataset, asked).items()]
        rows = (row for chunk in parts(dataset, asked, size=_CHUNK) for row in chunk)
        write_book(
            file,
            [
                (dataset.slug, dataset.names, rows),
                (str(_("Ý nghĩa các cột")), _DICTIONARY, dictionary(dataset)),
                (str(_("Về dữ liệu này")), ("", ""), about),
            ],
        )  # fmt: skip
    yield file.getvalue()


def _csv(dataset: Dataset, asked: Asked) -> Iterator[bytes]:
    return stream_with_context(csv_chunks(dataset.names, _stamped(dataset, asked)))


def _stamped(dataset: Dataset, asked: Asked) -> Iterator[Iterable[Row]]:
    """The rows in parts, each read in a moment of its own: a slow reader keeps nothing open."""
    chunks = parts(dataset, asked, size=_CHUNK)
    while True:
        with read_only():
            rows = next(chunks, None)
        if rows is None:
            return
        yield ([_moment(cell) for cell in row] for row in rows)


def _moment(cell: Cell) -> Cell:
    """Moments say their zone."""
    return cell.astimezone(clock.LOCAL_ZONE).isoformat(timespec="seconds") if isinstance(cell, datetime) else cell


def results(dataset: Dataset, asked: Asked, path: str, *, base: str = "") -> dict[str, Any]:
    """Some rows by the names of their fields, and the address of the next, None at the end; AskedWronglyError."""
    found = part_of(dataset, asked)
    query = query_of(asked, cursor=found.after)
    return {
        "results": [dict(zip(dataset.names, map(_json, row), strict=True)) for row in found.rows],
        "next": f"{base or address(path, asked.locale)}?{query}" if found.after else None,
    }


def part_of(dataset: Dataset, asked: Asked) -> Part:
    """The rows that are asked for; AskedWronglyError for a cursor that nobody was given."""
    try:
        return dataset.part(asked)
    except ValueError:
        raise AskedWronglyError("cursor", str(_("Không có trang này. Bạn lấy địa chỉ trong “next”."))) from None


def dictionary(dataset: Dataset) -> list[Row]:
    """Every field with its type, unit and meaning."""
    return [
        (one.name, one.type.value, str(_(one.unit)) if one.unit else "", str(_(one.meaning))) for one in dataset.fields
    ]


def _fields(dataset: Dataset) -> list[dict[str, Any]]:
    return [dict(zip(("name", *_DICTIONARY[1:]), row, strict=True)) for row in dictionary(dataset)]


def about_of(dataset: Dataset, asked: Asked) -> dict[str, Any]:
    """What stands at the head of every JSON answer and workbook."""
    now, given = edition(dataset), terms(asked.locale)
    about = {
        "dataset": dataset.slug, "title": str(_(dataset.title)), "description": str(_(dataset.description)),
        "publisher": given.publisher, "licence": {"name": given.licence, "url": given.licence_url},
        "version": now.version, "modified": _json(now.modified), "total": now.rows, "is_demo": now.has_demo,
        "notes": [str(_(note)) for note in dataset.notes],
    }  # fmt: skip
    if now.has_demo:
        about["notes"].insert(0, str(_("Có số liệu minh họa, không phải số thật: cột is_demo đánh dấu từng dòng.")))
    return about


def _plain(value: Any) -> Cell:
    if isinstance(value, dict):
        return " ".join(part for part in value.values() if part)
    return "\n".join(value) if isinstance(value, list) else value


def _json(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(clock.LOCAL_ZONE).isoformat(timespec="microseconds" if cell.microsecond else "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell


def json_text(value: Any) -> bytes:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _whole(response: Response, body: bytes) -> Response:
    response.content_length = len(body)
    return response


def _file(dataset: Dataset, asked: Asked, suffix: str, mimetype: str, body: Iterator[bytes]) -> Response:
    """A file that anyone may keep: with a strong tag, because it travels in one encoding, and when it last changed."""
    response = Response(body, mimetype=mimetype)
    demo = "-minh-hoa" if edition(dataset).has_demo else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{dataset.slug}{demo}.{suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    if (version := content.transaction_version()) is not None:
        seen = (version, asked, suffix, terms(asked.locale), dictionary(dataset), _FORM)
        response.set_etag(hashlib.sha256(repr(seen).encode()).hexdigest()[:32])
        date_it(response)
    return response


def date_it(response: Response) -> None:
    """Say when anything was last published, but not within the second of it, in which more may follow."""
    changed = content.changed_at()
    if changed is not None and clock.now() - changed > timedelta(seconds=2):
        response.last_modified = changed
