"""The parts of the content: which file each stands in, and how it is written and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.content.folder import Folder
from portal.guides.files import dump_yaml

# Who vouched for what a content file calls verified: its people are not in the file.
IMPORTED_BY = "tệp nội dung"
Files = Iterator[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Part:
    """`write` gives the files, as text or bytes; `load` stores what a folder has of them and says how much differed.

    What is wrong is noted in the folder. A part that a folder hasn't is left as it is. `write_public`, where it
    differs, gives what not only those may have who keep that part.
    """

    name: str
    write: Callable[[], Files]
    load: Callable[[Folder, datetime], int]
    write_public: Callable[[], Files] | None = None


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, False, ())}


def yaml_file(entries: Sequence[Mapping[str, Any]]) -> str:
    """A list as YAML; the empty list is a list too."""
    return dump_yaml([dict(entry) for entry in entries])


def each(
    folder: Folder, name: str, keys: set[str], refusals: tuple[type[Exception], ...],
    store: Callable[[dict[str, Any]], bool],
) -> int:  # fmt: skip
    """Store every entry of a list; how many differed. `keys` are those that an entry may have."""
    changes = 0
    refused: tuple[type[Exception], ...] = (*refusals, ValueError, TypeError, AttributeError, OverflowError)
    for line, entry in folder.entries(name):
        if unknown := sorted(str(key) for key in set(entry) - keys):
            folder.fail(name, line, f"{', '.join(unknown)}: no such key")
            continue
        try:
            changes += store(entry)
        except KeyError as error:
            folder.fail(name, line, f"{error} is missing")
        except refused as error:
            folder.fail(name, line, str(error) or type(error).__name__)
    return changes


def day(entry: Mapping[str, Any], name: str) -> date | None:
    """A day of an entry, or None; raises ValueError."""
    value = entry.get(name)
    if value is not None and type(value) is not date:
        raise ValueError(f"{name}: {value} is no day such as 2026-11-22")
    return value


def text(entry: Mapping[str, Any], name: str) -> str:
    """A text of an entry, or ""; raises ValueError."""
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name}: {value!r} is no text; put it in quotes")  # noqa: TRY004 one way to say what is wrong
    return value.strip()
