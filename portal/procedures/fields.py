"""Reading one row's values with types and lengths checked; every problem is collected, none stops the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from portal.core.text import clean_line
from portal.exchange.errors import RowError, shown
from portal.procedures.as_of import AsOf, parse_as_of, parse_instant

_CODE = re.compile(r"\d\.\d{6}")
_LONGEST_PRINTED_CODE = 20
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|center|code|div|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|meta|"
    r"object|ol|p|pre|s|small|span|strong|sub|sup|svg|table|tbody|td|tfoot|th|thead|tr|u|ul)\b[^<>]{0,2000}>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
AS_OF_NOTATIONS = "2026-07-18T09:13:46Z, 2026-06-10, <=2026-06-10 or 2025-12"


def _untagged(text: str) -> str:
    return _TAG.sub(" ", _SCRIPT.sub(" ", text)) if "<" in text else text


def _tidy_line(line: str) -> str:
    return " ".join((line if line.isprintable() else _CONTROL.sub("", line)).split())


def clean_block(text: str) -> str:
    """Text of several lines: HTML tags and control characters out, spaces folded, at most one empty line."""
    lines = _untagged(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    if len(lines) == 1:
        return _tidy_line(lines[0])
    return _LINES.sub("\n\n", "\n".join(map(_tidy_line, lines))).strip()


class FieldReader:
    """The values of one row; `errors` fills up as they are read. Absent and null are the same."""

    def __init__(self, line: int, values: Mapping[str, Any], errors: list[RowError], prefix: str = "") -> None:
        self.line = line
        self.values = values
        self.errors = errors
        self.prefix = prefix

    def fail(self, name: str | None, code: str, **params: Any) -> None:
        """Record a reason to refuse the row."""
        self.errors.append(RowError(self.line, f"{self.prefix}{name}" if name else None, code, params))

    def _raw(self, name: str, limit: int, *, required: bool) -> str:
        value = self.values.get(name)
        if value is None or value == "":
            if required:
                self.fail(name, "missing")
            return ""
        if not isinstance(value, str):
            self.fail(name, "wrong_type", expected="text", found=type(value).__name__)
            return ""
        if len(value) > limit:
            self.fail(name, "too_long", found=len(value), limit=limit)
            return ""
        return value

    def line_text(self, name: str, limit: int, *, required: bool = False) -> str:
        """One line of text, tags and control characters out."""
        text = clean_line(_untagged(self._raw(name, limit, required=required)), limit)
        if required and not text and self.values.get(name) not in (None, "") and not self._failed(name):
            self.fail(name, "missing")
        return text

    def block(self, name: str, limit: int) -> str:
        """Text of several lines."""
        return clean_block(self._raw(name, limit, required=False))

    def _failed(self, name: str) -> bool:
        return any(error.column == f"{self.prefix}{name}" for error in self.errors)

    def items(self, name: str, limit: int) -> list[Any]:
        """A list; anything else is an error."""
        value = self.values.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.fail(name, "wrong_type", expected="a list", found=type(value).__name__)
            return []
        if len(value) > limit:
            self.fail(name, "too_many", found=len(value), limit=limit)
            return []
        return value

    def texts(self, name: str, count: int, limit: int, clean: Callable[[str], str] | None = None) -> tuple[str, ...]:
        """A list of texts, empty ones left out."""
        found = []
        for index, item in enumerate(self.items(name, count), 1):
            if not isinstance(item, str):
                self.fail(f"{name}[{index}]", "wrong_type", expected="text", found=type(item).__name__)
            elif len(item) > limit:
                self.fail(f"{name}[{index}]", "too_long", found=len(item), limit=limit)
            else:
                found.append(clean(item) if clean else clean_line(_untagged(item), limit))
        return tuple(text for text in found if text)

    def parts(self, name: str, count: int) -> list[FieldReader]:
        """A list of objects, each with its own reader; problems are named like `fees[2].amount`."""
        found = []
        for index, item in enumerate(self.items(name, count), 1):
            if isinstance(item, dict):
                found.append(FieldReader(self.line, item, self.errors, f"{self.prefix}{name}[{index}]."))
            else:
                self.fail(f"{name}[{index}]", "wrong_type", expected="an object", found=type(item).__name__)
        return found

    def number(self, name: str, limit: int) -> int | None:
        """A whole number from 0 to `limit`; None where the row has none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(name, "wrong_type", expected="a whole number", found=shown(value, 30))
            return None
        if value < 0:
            self.fail(name, "negative", value=value)
            return None
        if value > limit:
            self.fail(name, "too_large", value=value, limit=limit)
            return None
        return value

    def flag(self, name: str) -> bool | None:
        """True, false or absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        words = {"true": True, "1": True, "false": False, "0": False}
        known = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if known is None:
            self.fail(name, "wrong_type", expected="true or false", found=shown(value, 30))
        return known

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of the known words; '' after an error."""
        value = self.line_text(name, 60, required=True)
        if value and value not in known:
            self.fail(name, "unknown_value", value=shown(value), known=", ".join(known))
            return ""
        return value

    def code(self, name: str) -> str:
        """A procedure code. A spreadsheet that stored it as a number lost its last zeros; they are put back."""
        value = self.values.get(name)
        if isinstance(value, float) and 0 < value < 10:
            value = f"{value:.6f}"
        if value is None or value == "":
            self.fail(name, "missing")
            return ""
        text = value.strip() if isinstance(value, str) else str(value)
        if not _CODE.fullmatch(text) or not text.isascii():
            self.fail(name, "bad_code", value=shown(text))
            return ""
        return text

    def printed_code(self, name: str) -> str:
        """A code as the national catalogue prints it, mistakes and spaces included: there it is only a name's identity.

        The catalogue of July 2026 has "1.014955-Xoa", and " 1.014325" beside another "1.014325".
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return self.code(name)
        if not value.strip() or len(value) > _LONGEST_PRINTED_CODE or not value.isprintable():
            self.fail(name, "bad_code", value=shown(value))
            return ""
        return value

    def url(self, name: str, hosts: Collection[str]) -> str:
        """An https address on one of the hosts or below it."""
        text = self.line_text(name, 500, required=True)
        if not text:
            return ""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme != "https" or not host or " " in text or "\\" in text:
            self.fail(name, "not_https", value=shown(text))
            return ""
        allowed = any(host == known or host.endswith("." + known) for known in hosts)
        if not allowed or port not in {None, 443} or "@" in parts.netloc:
            self.fail(name, "host_not_allowed", value=shown(parts.netloc), known=", ".join(hosts))
            return ""
        return text

    def as_of(self, name: str) -> AsOf | None:
        """An as-of date with its precision."""
        text = self.line_text(name, 40, required=True)
        try:
            return parse_as_of(text) if text else None
        except ValueError:
            self.fail(name, "bad_date", value=shown(text), expected=AS_OF_NOTATIONS)
            return None

    def instant(self, name: str) -> datetime | None:
        """An ISO instant with its zone, in UTC; None where there is none."""
        text = self.line_text(name, 40)
        try:
            return parse_instant(text) if text else None
        except ValueError:
            self.fail(name, "bad_date", value=shown(text), expected="an instant such as 2026-07-18T09:13:46Z")
            return None
