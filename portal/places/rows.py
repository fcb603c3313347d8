"""The lines of a places file: one unit each, every fault named. docs/howto/places.md describes the columns."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO

from portal.core.text import clean_line
from portal.places.atlas import PlaceFact, Successor
from portal.places.kinds import KINDS

COLUMNS = (
    "slug", "level", "kind", "name", "code", "valid_from", "valid_to", "superior", "successors", "latitude",
    "longitude", "former_names",
)  # fmt: skip
MAX_ROWS = 100_000
NAME_LIMIT = 100
PART = ":part"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LIMIT = 120
_CODE = re.compile(r"[0-9A-Za-z]{1,10}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of a file, counted from 1; in English for the operator's terminal."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A line that could be read; `fact.predecessors` is empty, the other lines know them."""

    line: int
    fact: PlaceFact


def parse_places(lines: Iterable[str]) -> tuple[list[PlaceRow], list[Fault]]:
    """The units of a file with semicolons between the cells, and the faults of single lines."""
    rows: list[PlaceRow] = []
    faults: list[Fault] = []
    reader = csv.reader(lines, delimiter=";")
    try:
        if tuple(next(reader, [])) != COLUMNS:
            return [], [Fault(1, f"the first line must be {';'.join(COLUMNS)}")]
        for cells in reader:
            if len(rows) + len(faults) >= MAX_ROWS:
                return [], [Fault(reader.line_num, f"more than {MAX_ROWS} lines")]
            line = reader.line_num
            problems: list[str] = []
            fact = _fact(cells, problems)
            faults += [Fault(line, problem) for problem in problems]
            if fact is not None and not problems:
                rows.append(PlaceRow(line, fact))
    except csv.Error as error:
        faults.append(Fault(reader.line_num, str(error)))
    return rows, faults


def places_file(facts: Iterable[PlaceFact]) -> str:
    """The units as a file that `parse_places` reads, in the given order."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in facts:
        after = "|".join(each.slug + ("" if each.is_whole else PART) for each in one.successors)
        writer.writerow([
            one.slug, one.level, one.kind, one.name, one.code or "", one.valid_from or "", one.valid_to or "",
            one.superior or "", after, _plain(one.latitude), _plain(one.longitude), "|".join(one.former_names),
        ])  # fmt: skip
    return file.getvalue()


def _plain(degrees: float | None) -> str:
    """At least four digits behind the point, which is some metres; more where they are known."""
    if degrees is None:
        return ""
    whole, _point, digits = f"{degrees:.10f}".partition(".")
    return f"{whole}.{digits.rstrip('0').ljust(4, '0')}"


def _fact(cells: list[str], problems: list[str]) -> PlaceFact | None:
    if len(cells) != len(COLUMNS):
        problems.append(f"{len(cells)} cells instead of {len(COLUMNS)}")
        return None
    given = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    if not all(unicodedata.is_normalized("NFC", text) for text in given.values()):
        problems.append("not composed Unicode (NFC)")
    problems += [
        f"{column} {given[column]!r} is no slug of small letters, digits and hyphens"
        for column in ("slug", "superior")
        if (given[column] or column == "slug") and not _is_slug(given[column])
    ]
    if given["level"] not in KINDS:
        problems.append(f"level {given['level']!r} is none of {', '.join(KINDS)}")
    elif given["kind"] not in KINDS[given["level"]]:
        problems.append(f"kind {given['kind']!r} is none of {', '.join(KINDS[given['level']])}")
    if not given["name"] or clean_line(given["name"], NAME_LIMIT) != given["name"]:
        problems.append(f"name {given['name'][:40]!r} is empty, longer than {NAME_LIMIT} or holds control characters")
    if given["code"] and not _CODE.fullmatch(given["code"]):
        problems.append(f"code {given['code']!r} is not up to ten letters and digits")
    former = tuple(name.strip() for name in given["former_names"].split("|") if name.strip())
    problems += [f"former name {name[:40]!r} can't be read" for name in former if clean_line(name, NAME_LIMIT) != name]
    begins, ends = _day(given, "valid_from", problems), _day(given, "valid_to", problems)
    if begins and ends and ends < begins:
        problems.append(f"ends ({ends}) before it begins ({begins})")
    successors = _successors(given["successors"], problems)
    if successors and ends is None and not given["valid_to"]:
        problems.append("has successors but no last day (valid_to)")
    return PlaceFact(
        slug=given["slug"], level=given["level"], kind=given["kind"], name=given["name"], code=given["code"] or None,
        valid_from=begins, valid_to=ends, superior=given["superior"] or None,
        latitude=_degrees(given, "latitude", 90, problems), longitude=_degrees(given, "longitude", 180, problems),
        former_names=former, successors=successors, predecessors=(),
    )  # fmt: skip


def _is_slug(text: str) -> bool:
    return len(text) <= _SLUG_LIMIT and _SLUG.fullmatch(text) is not None


def _day(given: dict[str, str], column: str, problems: list[str]) -> date | None:
    text = given[column]
    if not text:
        return None
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        problems.append(f"{column} {text!r} is not a day such as 2025-07-01")
        return None


def _degrees(given: dict[str, str], column: str, limit: int, problems: list[str]) -> float | None:
    text = given[column]
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,3}(?:\.\d{1,10})?", text) or abs(float(text)) > limit:
        problems.append(f"{column} {text!r} is not a number of degrees up to {limit}")
        return None
    return float(text)


def _successors(text: str, problems: list[str]) -> tuple[Successor, ...]:
    found: dict[str, Successor] = {}
    for part in (part.strip() for part in text.split("|") if part.strip()):
        slug = part.removesuffix(PART)
        if not _is_slug(slug):
            problems.append(f"successor {part!r} is no slug, or a slug and {PART!r}")
        elif slug in found:
            problems.append(f"successor {slug!r} stands there twice")
        found[slug] = Successor(slug, is_whole=slug == part)
    if len(found) > 1 and any(successor.is_whole for successor in found.values()):
        problems.append(f"of several successors each takes over a part: write {PART!r} behind its slug")
    return tuple(found.values())
