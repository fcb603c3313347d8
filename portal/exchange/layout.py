"""Where a table's header is, and which of our columns each of its columns means.

People's tables have a title above the header, group headings over several columns, and names of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.text import words
from portal.exchange.columns import Columns
from portal.exchange.errors import ExchangeError, shown

HEADER_ROWS = 15  # of a file, among which the header is looked for
HEADER_COLUMNS = 300  # that are looked at; no table for people has more
_DEPTH = 3
# Below this "trực tuyến" would be taken for "trực tiếp"; a wrong guess is worse than none.
_CLOSE = 0.65

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """A header and what is meant by it; `line` is its first row's, `targets[i]` None where a column isn't read."""

    headers: tuple[str, ...]
    targets: tuple[str | None, ...]
    line: int = 1
    depth: int = 1

    def as_json(self) -> dict[str, Any]:
        """The layout as a batch keeps it."""
        return {
            "headers": list(self.headers), "targets": list(self.targets), "line": self.line, "depth": self.depth,
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Layout:
        """The layout that `as_json` wrote."""
        return cls(tuple(value["headers"]), tuple(value["targets"]), value["line"], value["depth"])


@dataclass(frozen=True, slots=True)
class Guess:
    """What a header probably means; `confidence` is 1 for our own names, 0 where nothing fits."""

    header: str
    target: str | None
    confidence: float


def signature(headers: Iterable[str]) -> str:
    """What tells one kind of table from another: a hash of its headers, however they are typed."""
    text = "\n".join(" ".join(words(header)) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def guess_targets(headers: Sequence[str], columns: Columns) -> list[Guess]:
    """The likely column of each header, each column at most once, the surest first."""
    known = _known_names(columns)
    scored = [
        (score, place, target)
        for place, header in enumerate(words(text) for text in headers)
        for target, names in known.items()
        if (score := _likeness(header, names)) >= _CLOSE
    ]
    found: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, place, target in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if place not in found and target not in taken:
            found[place] = (target, score)
            taken.add(target)
    return [
        Guess(header, *((None, 0.0) if place not in found or found[place][0] in columns.ignored else found[place]))
        for place, header in enumerate(headers)
    ]


def _known_names(columns: Columns) -> dict[str, list[tuple[list[str], float]]]:
    """For each column: the words of every name that it goes by, and how sure a full match is."""
    known: dict[str, list[tuple[list[str], float]]] = {
        name: [(words(name), 1.0)] for name in sorted(columns.required | columns.optional | columns.ignored)
    }
    for alias, name in columns.aliases.items():
        known[name].append((words(alias), 1.0))
    for name, label in columns.labels.items():
        known[name].append((words(label), 0.95))
    return known


def _likeness(header: list[str], names: list[tuple[list[str], float]]) -> float:
    if not header:
        return 0.0
    best = 0.0
    for name, certainty in names:
        if header == name:
            return certainty
        common = len(set(header) & set(name))
        best = max(best, 0.9 * common / len({*header, *name}))
    return best


def find_layout(rows: Sequence[tuple[int, Cells]], columns: Columns) -> tuple[Layout, list[Guess]] | None:
    """The rows, among the first of a file, that read most like a header.

    Where no heading is known, it is the row with the most texts, and a person says what they mean.
    """
    best = _best_layout(rows, range(len(rows)), columns)
    return best or _unknown_header(rows)


def layout_at(rows: Sequence[tuple[int, Cells]], line: int, columns: Columns) -> tuple[Layout, list[Guess]]:
    """The header that begins on a line which a person has chosen. ExchangeError where it is none of these rows."""
    start = next((place for place, row in enumerate(rows) if row[0] == line), None)
    if start is None:
        raise ExchangeError("no_header", limit=HEADER_ROWS)
    headers = joined_headers([rows[start][1]])
    unknown = Layout(headers, (None,) * len(headers), line), [Guess(header, None, 0.0) for header in headers]
    return _best_layout(rows, range(start, start + 1), columns) or unknown


def _best_layout(
    rows: Sequence[tuple[int, Cells]], starts: range, columns: Columns
) -> tuple[Layout, list[Guess]] | None:
    best: tuple[float, Layout, list[Guess]] | None = None
    for start in starts:
        for depth in range(1, min(_DEPTH, len(rows) - start) + 1):
            headers = joined_headers([cells for _, cells in rows[start : start + depth]])
            guesses = guess_targets(headers, columns)
            score = sum(guess.confidence for guess in guesses) - 0.01 * depth
            if any(guess.target for guess in guesses) and (best is None or score > best[0] + 1e-6):
                targets = tuple(guess.target for guess in guesses)
                best = (score, Layout(headers, targets, rows[start][0], depth), guesses)
    return best[1:] if best else None


def _unknown_header(rows: Sequence[tuple[int, Cells]]) -> tuple[Layout, list[Guess]] | None:
    line, cells = max(rows, key=lambda row: sum(_is_text(cell) for cell in row[1]))
    headers = joined_headers([cells])
    if sum(_is_text(cell) for cell in cells) < 2 or any(header and not _is_text(header) for header in headers):
        return None
    return Layout(headers, (None,) * len(headers), line), [Guess(header, None, 0.0) for header in headers]


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str) and any(char.isalpha() for char in cell)


def strict_layout(rows: Sequence[tuple[int, Cells]], columns: Columns) -> Layout:
    """The header by our own names alone. ExchangeError naming every missing, unknown and double column."""

    def known(cells: Cells) -> int:
        return sum(columns.resolve(name) is not None for name in own_names(cells))

    line, cells = max(rows, key=lambda row: known(row[1]))
    names = own_names(cells)
    return Layout(tuple(names), tuple(columns.check(names)), line)


def own_names(cells: Cells) -> list[str]:
    """A header's cells as the names that files of ours have; empty ones at the end are left out."""
    names = [str(cell).strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def joined_headers(rows: Sequence[Cells]) -> tuple[str, ...]:
    """One text for each column of a header of several rows; a heading over several columns goes before each."""
    width = min(max(map(len, rows)), HEADER_COLUMNS)
    filled: list[list[str]] = []
    for depth, cells in enumerate(rows):
        texts = [shown(" ".join(str(cell).split()), 200) for cell in cells[:width]] + [""] * (width - len(cells))
        if depth < len(rows) - 1:
            texts = _spread(texts, rows[depth + 1])
        filled.append(texts)
    headers = [" ".join(dict.fromkeys(row[column] for row in filled if row[column])) for column in range(width)]
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)


def _spread(texts: list[str], below: Cells) -> list[str]:
    """A merged heading has its text in its first cell only: give it to the cells to its right that have one below."""
    spread, last = [], ""
    for column, text in enumerate(texts):
        has_below = column < len(below) and bool(str(below[column]).strip())
        last = text or (last if has_below else "")
        spread.append(last)
    return spread


HeaderFinder = Callable[[Sequence[tuple[int, Cells]]], Layout]
