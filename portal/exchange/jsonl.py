"""JSON Lines: one object a line."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, RowError, shown
from portal.exchange.layout import Layout
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


def parse_json(text: str) -> Any:
    """A JSON value without doubled names, NaN and numbers that nobody can store. ValueError says what is wrong."""
    try:
        return _decoder.decode(text)
    except _Refused as error:
        told = RowError(0, error.params.pop("column", None), error.code, error.params)
        raise ValueError(told.reason()) from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_objects(lines: Iterator[tuple[int, str]], limits: Limits) -> Iterator[Row | RowError]:
    """The objects of a JSONL file, under the names that they have there."""
    seen = 0
    for line, text in lines:
        if not text.strip():
            continue
        seen += 1
        if seen > limits.rows:
            raise ExchangeError("too_many_rows", limit=limits.rows)
        if seen == 1 and text.lstrip().startswith("["):
            raise ExchangeError("json_array")
        value = _parse(line, text)
        if isinstance(value, RowError) or is_plain(text):
            yield value if isinstance(value, RowError) else Row(line, value)
            continue
        try:
            yield checked(line, value)
        except RecursionError:
            yield RowError(line, None, "too_deep")
    if not seen:
        raise ExchangeError("empty")


def jsonl_rows(objects: Iterator[Row | RowError], columns: Columns, layout: Layout | None) -> Iterator[Row | RowError]:
    """The objects as rows of our columns. Without a layout the first object's keys are checked as a header is."""
    targets = dict(zip(layout.headers, layout.targets, strict=True)) if layout else None
    is_first = True
    for item in objects:
        if isinstance(item, RowError):
            yield item
        else:
            if is_first and targets is None:
                columns.check(item.values)
            yield _row(item.line, item.values, columns, targets)
        is_first = False


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


def _row(
    line: int, value: dict[str, Any], columns: Columns, targets: Mapping[str, str | None] | None
) -> Row | RowError:
    values: dict[str, Any] = {}
    for name, item in value.items():
        if targets is not None and targets.get(name, "") is None:
            continue
        own = columns.resolve(name) if targets is None else targets.get(name)
        if own is None:
            return RowError(line, shown(name), "unknown_column")
        if own in values:
            return RowError(line, own, "duplicate_column")
        values[own] = item
    for name in columns.ignored:
        values.pop(name, None)
    return Row(line, values)
