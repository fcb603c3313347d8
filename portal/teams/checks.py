"""What was typed about a team, checked and put into one form."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from portal.agencies.contacts import ContactsError, read_contacts
from portal.core.days import EARLIEST
from portal.core.text import clean_line, slugify

# Characters that each may have.
LIMITS = {"name": 120, "meeting_place": 200, "meeting_hours": 200, "notes": 2_000, "phone": 20, "zalo": 20}
MEMBER_NAME_LIMIT = 80
MOST_MEMBERS = 60
MOST_SHIFTS = 60
LONGEST_TYPED = 4_000
_TIME = re.compile(r"([01]?\d|2[0-4])\s*(?:[:hg.]\s*([0-5]\d)?)?", re.IGNORECASE)
_DAY_MINUTES = 1440


class Problem(NamedTuple):
    """What is wrong with which field."""

    field: str
    code: str


class TeamError(Exception):
    """Why a change is refused: everything that is wrong; `labels.refusal` has the words of the codes."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems))


def refuse(field: str, code: str) -> TeamError:
    """The refusal for one reason."""
    return TeamError(Problem(field, code))


def read_name(text: str, limit: int, problems: list[Problem], field: str = "name") -> str:
    """A name of at least one letter or digit, whatever else stands in it."""
    name = clean_line(text, limit + 1)
    if not slugify(name):
        problems.append(Problem(field, "no_name"))
    elif len(name) > limit:
        problems.append(Problem(field, "too_long"))
    return name


def read_line(text: str, field: str, problems: list[Problem]) -> str:
    """One line, or nothing."""
    line = clean_line(text, LIMITS[field] + 1)
    if len(line) > LIMITS[field]:
        problems.append(Problem(field, "too_long"))
    return line


def read_notes(text: str, problems: list[Problem]) -> str:
    """Several lines, or nothing."""
    lines = (clean_line(line, LONGEST_TYPED) for line in text[: LONGEST_TYPED * 4].splitlines())
    notes = "\n".join(lines).strip()
    if len(notes) > LIMITS["notes"]:
        problems.append(Problem("notes", "too_long"))
    return notes


def read_number(text: str, field: str, problems: list[Problem]) -> str:
    """One telephone number as an agency's is checked, or nothing."""
    try:
        numbers = read_contacts({"phones": text}).phones
    except ContactsError:
        problems.append(Problem(field, "phone"))
        return ""
    if len(numbers) > 1 or any(len(number) > LIMITS[field] for number in numbers):
        problems.append(Problem(field, "phone"))
        return ""
    return numbers[0] if numbers else ""


def check_day(day: date | None, today: date, problems: list[Problem], field: str) -> None:
    """A day that has been: nobody has agreed tomorrow."""
    if day is not None and not EARLIEST <= day <= today:
        problems.append(Problem(field, "day"))


def read_minutes(text: str) -> int | None:
    """A time of the day in minutes, typed as 7:30, 7h30 or 7; None where it is none."""
    match = _TIME.fullmatch(clean_line(text, 20))
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2] or 0)
    return minutes if minutes <= _DAY_MINUTES else None


def shown_minutes(minutes: int) -> str:
    """A time as fields of the browser and people write it: 07:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
