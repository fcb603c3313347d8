"""What is wrong with a file or with one of its rows, as codes and parameters; `messages` has the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.exchange.messages import FILE_MESSAGES, ROW_MESSAGES


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row is refused. `line` counts from 1 in the file; `column` is None when the whole row is meant."""

    line: int
    column: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def reason(self, locale: str = "en") -> str:
        """The reason alone, in "vi" or in English."""
        return ROW_MESSAGES[self.code].filled(self.params, locale)

    def message(self, locale: str = "en") -> str:
        """Line, column and reason; in English for the operator's terminal."""
        line, column = ("dòng", "cột ") if locale == "vi" else ("line", "")
        where = f"{line} {self.line}" + (f", {column}{self.column}" if self.column else "")
        return f"{where}: {self.reason(locale)}"


class ExchangeError(Exception):
    """The whole file is unusable; `code` and `params` say why, `str()` says it in English."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(self.message())

    def message(self, locale: str = "en") -> str:
        """The reason in "vi" or in English."""
        return FILE_MESSAGES[self.code].filled(self.params, locale)


def shown(value: object, limit: int = 60) -> str:
    """A value from a hostile file, short and on one line, fit for a message."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"
