"""What can be wrong with a file or with one of its rows; codes and parameters, so that they can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FILE_MESSAGES: dict[str, str] = {
    "missing_file": "There is no file {path}.",
    "is_directory": "{path} is a directory; name one file in it.",
    "not_regular": "{path} is not a regular file.",
    "unreadable": "{path} can't be read: {reason}.",
    "empty": "The file is empty.",
    "no_rows": "The file has a header but no rows.",
    "too_big": "The file has {size_mb} MB; at most {limit_mb} MB are read.",
    "too_big_unpacked": "The file unpacks to more than {limit_mb} MB; that is refused, since it may be a bomb.",
    "unknown_format": "The format of {name} is not known: its name should end in {known}, or give --format.",
    "not_this_format": "The file is named as {expected} but its content looks like {found}.",
    "broken_gzip": "The gzip data is broken or was cut off: {reason}. Copy or download the file again.",
    "not_utf8": "The file is not UTF-8 (line {line}): it looks like {encoding}. {advice}",
    "nul_bytes": "Line {line} holds NUL bytes: this is not a text file, or it was damaged.",
    "line_too_long": "Line {line} is longer than {limit_kb} kB; that is refused.",
    "too_many_rows": "The file has more than {limit} rows; that is refused.",
    "json_array": "The file is one JSON array; write one JSON object a line instead (JSON Lines).",
    "wrong_columns": "The columns are not those of this import. {problems}. docs/howto/import-records.md lists them.",
    "broken_csv": "The CSV can't be read near line {line}: {reason}. Often a quotation mark was not closed.",
    "not_xlsx": "The file is not an XLSX workbook: {reason}.",
    "xlsx_bomb": "The workbook is refused because {reason}; that is how a bomb looks.",
    "broken_xlsx": "The workbook can't be read: {reason}.",
    "changed_meanwhile": "The file was changed while it was being read; nothing was imported.",
}

ROW_MESSAGES: dict[str, str] = {
    "not_json": "not a JSON value: {reason}",
    "not_object": "a JSON object was expected, found {found}",
    "too_deep": "JSON nested too deeply",
    "bad_number": "{value} is not a usable number",
    "bad_character": "holds a character that can't be stored ({character})",
    "unknown_column": "unknown column",
    "duplicate_column": "appears twice in the row",
    "cell_count": "{found} cells where the header has {expected}",
    "missing": "is missing",
    "wrong_type": "must be {expected}, found {found}",
    "too_long": "has {found} characters, at most {limit} are allowed",
    "too_many": "has {found} items, at most {limit} are allowed",
    "bad_code": "{value!r} is not a procedure code such as 1.001193",
    "duplicate_code": "code {value} was already on line {first}",
    "unknown_value": "{value!r} is not one of: {known}",
    "not_https": "{value!r} is not an https address",
    "host_not_allowed": "the host {value!r} is not allowed; allowed: {known}",
    "negative": "{value} is negative",
    "too_large": "{value} is more than {limit}",
    "bad_date": "{value!r} is not a date; expected {expected}",
    "dates_reversed": "ends ({end}) before it begins ({begin})",
    "bad_line": "{value!r} doesn't read as {expected}",
    "amount_missing": "a line with status 'amount' needs an amount",
    "amount_not_expected": "a line with status {status!r} can't carry an amount",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row is refused. `line` counts from 1 in the file; `column` is None when the whole row is meant."""

    line: int
    column: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def message(self) -> str:
        """The reason in English, for the operator's terminal."""
        where = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{where}: {ROW_MESSAGES[self.code].format(**self.params)}"


class ExchangeError(Exception):
    """The whole file is unusable; `code` and `params` say why, `str()` says it in English."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(FILE_MESSAGES[code].format(**params))


def shown(value: object, limit: int = 60) -> str:
    """A value from a hostile file, short and on one line, fit for a message."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"
