"""Every reason can be said, in the terminal's English and in Vietnamese."""

from __future__ import annotations

import ast
import string

import pytest

from portal.config import ROOT
from portal.exchange.errors import ExchangeError, RowError
from portal.exchange.messages import FILE_MESSAGES, ROW_MESSAGES, Message

ALL = [*FILE_MESSAGES.items(), *ROW_MESSAGES.items()]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("code", "message"), ALL, ids=[code for code, _ in ALL])
def test_every_code_has_both_languages(code: str, message: Message) -> None:
    assert message.en.strip()
    assert message.vi.strip()
    assert message.en != message.vi
    if code != "wrong_columns":
        assert names(message.vi) <= names(message.en)
    params = dict.fromkeys(names(message.en) | names(message.vi), "x")
    for locale in ("en", "vi"):
        text = message.filled(params, locale)
        assert text
        assert "{" not in text


def test_every_code_that_is_raised_is_known() -> None:
    """Codes are plain strings at the places that raise them: a misspelt one would end an import with a KeyError."""
    raised: dict[str, set[str]] = {"ExchangeError": set(), "RowError": set(), "ValueProblem": set()}
    for folder in ("exchange", "procedures"):
        for path in (ROOT / "portal" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raised:
                    position = 2 if node.func.id == "RowError" else 0
                    if len(node.args) > position and isinstance(node.args[position], ast.Constant):
                        raised[node.func.id].add(node.args[position].value)  # type: ignore[attr-defined]
    assert all(raised.values())
    assert raised["ExchangeError"] <= set(FILE_MESSAGES)
    assert raised["RowError"] | raised["ValueProblem"] <= set(ROW_MESSAGES)


def test_both_languages_name_line_and_column() -> None:
    error = RowError(12, "fees[2].amount", "wrong_type", {"expected": "a whole number", "found": "str"})
    assert error.message() == "line 12, fees[2].amount: must be a whole number, found str"
    assert error.message("vi") == "dòng 12, cột fees[2].amount: phải là một số nguyên, nhưng gặp chữ"
    assert ExchangeError("empty").message("vi") == "Tệp không có nội dung."
