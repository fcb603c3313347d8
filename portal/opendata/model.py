"""What a data set is: its fields, where its rows come from, and what somebody may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from portal.adoption.periods import PeriodKind
from portal.exchange.tables import Cell

Row = Sequence[Cell]
# More rows than this make a workbook that no reader of ours waits for; CSV has no end.
MOST_ROWS_OF_SHEET = 20_000
_EU = "http://publications.europa.eu/resource/authority/"


class Type(StrEnum):
    """What stands in a field."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "datetime"
    YES_NO = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name in files, and in Vietnamese what it means; an empty cell is "not known" or "none"."""

    name: str
    type: Type
    meaning: str
    unit: str = ""


class Rhythm(StrEnum):
    """How often a data set changes, in the words of the EU's frequency list."""

    MONTHLY = "MONTHLY"
    HOURLY = "HOURLY"
    IRREGULAR = "IRREG"

    @property
    def uri(self) -> str:
        """Its address in the list."""
        return f"{_EU}frequency/{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants of a data set, in a language, on a day; what is None or empty wants all."""

    locale: str
    today: date
    indicator: str = ""
    unit: tuple[str, str] | None = None
    place: str = ""
    kind: PeriodKind | None = None
    first: date | None = None
    last: date | None = None
    since: datetime | None = None
    position: str = ""
    limit: int = 1_000

    @property
    def is_whole(self) -> bool:
        """Whether nothing narrows it."""
        narrowing = (self.indicator, self.unit, self.place, self.kind, self.first, self.last, self.since, self.position)
        return not any(narrowing)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, and the cursor from which the next follow; "" at the end."""

    rows: Sequence[Row]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One data set. A new one is one entry of `registry.DATASETS`: pages, files, API and catalogue follow from it.

    `part` answers with the next rows; `count` says how many there are, to `most` at most. `changed` is when its own
    rows last changed, where that is known. `covers` are its first and last day. `mark` changes where rows that are
    being read may have changed meanwhile. Title, description and fields are Vietnamese and translated where shown.
    """

    slug: str
    title: str
    description: str
    fields: tuple[Field, ...]
    rhythm: Rhythm
    theme: str
    part: Callable[[Asked], Part]
    count: Callable[[Asked, int | None], int]
    has_demo: Callable[[], bool]
    changed: Callable[[], datetime | None] = lambda: None
    covers: Callable[[], tuple[date, date] | None] = lambda: None
    mark: Callable[[], object] = lambda: None
    filters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    page: str = ""

    @property
    def theme_uri(self) -> str:
        """Its theme in the EU's list."""
        return f"{_EU}data-theme/{self.theme}"

    @property
    def names(self) -> list[str]:
        """The names of its fields."""
        return [one.name for one in self.fields]


class ChangedMeanwhileError(Exception):
    """The rows were replaced while they were being read: half a file of each would be a file of neither."""


def parts(dataset: Dataset, asked: Asked, *, size: int) -> Iterator[Sequence[Row]]:
    """All rows that are asked for, in parts of a size; ChangedMeanwhileError where they are replaced meanwhile."""
    mark, cursor = dataset.mark(), asked.position
    while True:
        found = dataset.part(replace(asked, position=cursor, limit=size))
        if cursor != asked.position and dataset.mark() != mark:
            raise ChangedMeanwhileError
        yield found.rows
        if not found.after:
            return
        cursor = found.after
