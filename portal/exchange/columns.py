"""The columns that an import knows, and what is wrong with those of a file, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.exchange.errors import ExchangeError, shown

_PROBLEMS = {"missing": "Missing", "unknown": "Unknown", "double": "Twice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Column names of one kind of import; `aliases` lead other names to them, `ignored` ones are dropped."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)  # Vietnamese names, which people's own tables have

    def resolve(self, name: str) -> str | None:
        """The column's own name; None when it is not known. An ignored column keeps its name."""
        name = self.aliases.get(name, name)
        known = name in self.required or name in self.optional or name in self.ignored
        return name if known else None

    def check(self, names: Iterable[str]) -> list[str]:
        """The header's own names in order; ExchangeError naming every missing, unknown and double column."""
        given = list(names)
        resolved = [self.resolve(name) for name in given]
        present = [name for name in resolved if name is not None]
        problems = []
        missing = sorted(self.required - set(present))
        unknown = [shown(name) or "(no name)" for name, own in zip(given, resolved, strict=True) if own is None]
        double = sorted(name for name, count in Counter(present).items() if count > 1)
        lists = {}
        for (key, label), found in zip(_PROBLEMS.items(), (missing, unknown[:20], double), strict=True):
            lists[key] = ", ".join(found) or "–"
            if found:
                problems.append(f"{label}: {', '.join(found)}")
        if problems:
            raise ExchangeError("wrong_columns", problems=". ".join(problems), **lists)
        return present
