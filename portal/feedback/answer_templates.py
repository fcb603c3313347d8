"""Prepared answers: a text with `{variables}`, which the case fills in. No framework, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping

VARIABLES = ("reference", "agency", "subject", "date")
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")


def unknown_variables(text: str) -> list[str]:
    """What stands in braces and is no variable of ours, each once; a brace that is left alone counts too."""
    found = [name for name in _VARIABLE.findall(text) if name not in VARIABLES]
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        found.append("{ }")
    return list(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; one that isn't known stays as it is."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
