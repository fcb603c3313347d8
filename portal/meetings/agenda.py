"""What a meeting looks at, as plain values: enough to word every screen again, in any language, without the database.

Days and moments are in ISO form. An agenda is written down as JSON (`text`), and what `read` makes of it is the same.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An indicator as it was: names are Vietnamese, `is_up` None where neither way is better."""

    key: str
    slug: str
    name: str
    short_name: str
    is_share: bool
    is_up: bool | None
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A figure: counts, how many reports are in it of how many that should be, and when the last of them came."""

    numerator: int
    denominator: int | None
    reported: int
    expected: int
    days: int
    as_of: str | None
    recorded_at: str
    is_demo: bool
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target in hundredths of a percent, and the document that wants it."""

    hundredths: int
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The latest source of figures, and how many others there are."""

    document: str
    url: str
    entered_by: str
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An indicator of the whole province. `figure` is of `period`, which may be older than the agenda's."""

    known: Known
    period: str | None
    figure: Counts | None
    before: Counts | None
    aim: Aim | None
    origin: Origin | None
    age_days: int
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A commune that is behind, with its rank among those of its type."""

    place: str
    name: str
    rank: int
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The communes of one type: how many are ranked, too few to be ranked, `hidden` or silent, and who is behind.

    `unnamed` are behind too, less than those or level with them, and too many to be named.
    """

    kind: str
    ranked: int
    too_few: int
    silent: int
    behind: tuple[Behind, ...]
    unnamed: int
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Laggards:
    """Who is behind by one indicator."""

    known: Known
    aim: Aim | None
    origin: Origin | None
    recorded_on: str
    is_demo: bool
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A commune by slug and name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Late:
    """What is overdue at an agency, "" where nobody knows at whose, and since when the oldest is."""

    agency: str
    count: int
    oldest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What is overdue: how much, and by agency where that may be shown. `counted_at` is "" for the agenda's moment."""

    total: int
    rows: tuple[Late, ...]
    counted_at: str
    has_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """All screens of one moment about one period. `tasks` and `cases` are None where there are none to be shown."""

    made_at: str
    today: str
    period: str
    expected: int
    headlines: tuple[Headline, ...]
    laggards: tuple[Laggards, ...]
    silent: tuple[Place, ...]
    tasks: Overdue | None
    cases: Overdue | None
    is_public: bool

    @property
    def has_demo(self) -> bool:
        """Whether anything in it is illustrative."""
        figures = [one.figure for one in self.headlines] + [one.before for one in self.headlines]
        late = [one for one in (self.tasks, self.cases) if one]
        return (
            any(one.is_demo for one in figures if one)
            or any(one.is_demo for one in self.laggards)
            or any(one.has_demo for one in late)
        )

    def text(self) -> str:
        """The agenda as it is kept."""
        return _text(asdict(self))

    def mark(self) -> str:
        """The same for agendas that say the same, whenever they were made."""
        return digest(_text({**asdict(self), "made_at": ""}))

    @classmethod
    def read(cls, text: str) -> Agenda:
        """The agenda that was kept."""
        return _made(cls, json.loads(text))


def digest(text: str) -> str:
    """The hash by which a kept text can be told from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _made(kind: type[_T], values: Mapping[str, Any]) -> _T:
    """What an older set doesn't have yet, a new field's default says."""
    hints = get_type_hints(kind)
    known = [one.name for one in fields(kind) if one.name in values]  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], values[name]) for name in known})


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in {Union, types.UnionType}:
        return _value(next(one for one in get_args(hint) if one is not type(None)), value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in value)
    return _made(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value
