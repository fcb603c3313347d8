"""JSON Lines: one object a line."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.files import Progress, text_lines
from portal.exchange.limits import Limits
from portal.exchange.rows import Row, checked, is_plain


class _Refused(ValueError):
    """Raised inside the JSON parser for what JSON allows and we don't."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Refused("bad_number", value=shown(text))
    return value


def _whole_number(text: str) -> int:
    if len(text) > 18:
        raise _Refused("bad_number", value=shown(text, 24))
    return int(text)


def _constant(text: str) -> float:
    raise _Refused("bad_number", value=text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        double = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise _Refused("duplicate_column", column=shown(double))
    return values


_decoder = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_number, parse_int=_whole_number, parse_constant=_constant
)


def read_jsonl(path: Path, columns: Columns, limits: Limits, progress: Progress | None) -> Iterator[Row | RowError]:
    """The objects of a JSONL file as rows. The first object's keys are checked as a header is."""
    seen = 0
    for line, text in text_lines(path, limits, progress):
        if not text.strip():
            continue
        seen += 1
        if seen > limits.rows:
            raise ExchangeError("too_many_rows", limit=limits.rows)
        if seen == 1 and text.lstrip().startswith("["):
            raise ExchangeError("json_array")
        value = _parse(line, text)
        if isinstance(value, RowError):
            yield value
            continue
        if seen == 1:
            columns.check(value)
        yield _row(line, value, columns, is_plain=is_plain(text))
    if not seen:
        raise ExchangeError("empty")


def _parse(line: int, text: str) -> dict[str, Any] | RowError:
    try:
        value = _decoder.decode(text)
    except _Refused as error:
        return RowError(line, error.params.pop("column", None), error.code, error.params)
    except RecursionError:
        return RowError(line, None, "too_deep")
    except ValueError as error:
        return RowError(line, None, "not_json", {"reason": shown(str(error), 120)})
    if not isinstance(value, dict):
        return RowError(line, None, "not_object", {"found": type(value).__name__})
    return value


def _row(line: int, value: dict[str, Any], columns: Columns, *, is_plain: bool) -> Row | RowError:
    values: dict[str, Any] = {}
    for name, item in value.items():
        own = columns.resolve(name)
        if own is None:
            return RowError(line, shown(name), "unknown_column")
        if own in values:
            return RowError(line, own, "duplicate_column")
        values[own] = item
    for name in columns.ignored:
        values.pop(name, None)
    if is_plain:
        return Row(line, values)
    try:
        return checked(line, values)
    except RecursionError:
        return RowError(line, None, "too_deep")
