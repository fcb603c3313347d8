"""Data sets that are short enough to be read at once: a cursor is how many rows came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portal.opendata.model import Asked, Part, Row

Rows = Callable[[Asked], Sequence[Row]]


def part_of(rows: Rows) -> Callable[[Asked], Part]:
    """The part of a list that is asked for; ValueError for a cursor that no answer gave."""

    def part(asked: Asked) -> Part:
        if asked.position and not (asked.position.isascii() and asked.position.isdigit() and len(asked.position) < 8):
            raise ValueError(asked.position)
        first = int(asked.position or 0)
        found = rows(asked)
        end = first + asked.limit
        return Part(found[first:end], str(end) if end < len(found) else "")

    return part


def count_of(rows: Rows) -> Callable[[Asked, int | None], int]:
    """How long a list is."""

    def count(asked: Asked, most: int | None) -> int:
        number = len(rows(asked))
        return number if most is None else min(number, most)

    return count
