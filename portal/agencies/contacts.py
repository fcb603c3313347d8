"""How an agency is reached: what was typed, checked and put into one form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from portal.core.text import clean_line

# Characters that each may have.
LIMITS = {"address": 300, "hours": 300, "phones": 200, "email": 200, "website": 300}
FIELDS = tuple(LIMITS)
_MOST_PHONES = 5
_LONGEST_TYPED = 2_000
# Digits as ITU-T E.164 counts them, from a short code to an international number, and what people put between them.
_PHONE = re.compile(r"\+?\(?[0-9](?:[ .()-]*[0-9]){2,14}")
_BETWEEN_PHONES = re.compile(r"\s*[;,/\n]\s*")
_EMAIL = re.compile(r"[\w.+=-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII | re.IGNORECASE)
_NOT_DIALLED = re.compile(r"[^+0-9]")
_NOT_OF_ADDRESSES = re.compile(r"[\s\\<>\"'`{}|^]")


class Problem(NamedTuple):
    """What is wrong with a field: too_long, phone, too_many_phones, email or website."""

    field: str
    code: str


class PhoneLink(NamedTuple):
    """A number as it was typed, and the address that dials it (RFC 3966)."""

    text: str
    url: str


class ContactsError(Exception):
    """Everything that is wrong with what was typed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Empty is unknown. `confirmed_on` has a day for some of the fields that are filled."""

    address: str = ""
    hours: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    confirmed_on: Mapping[str, date] | None = None

    def day_of(self, field: str) -> date | None:
        """When a field was last said to be right; None where nobody knows."""
        return (self.confirmed_on or {}).get(field)

    @property
    def oldest_day(self) -> date | None:
        """The day on which the contact that was confirmed longest ago was; None where nothing was."""
        return min((self.confirmed_on or {}).values(), default=None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not any(getattr(self, name) for name in FIELDS)

    @property
    def phone_links(self) -> list[PhoneLink]:
        """The numbers, to be dialled."""
        return [PhoneLink(phone, "tel:" + _NOT_DIALLED.sub("", phone)) for phone in self.phones]

    def confirmed(self, before: Contacts, today: date, *, all_of_it: bool) -> Contacts:
        """The same with days: today for a field that differs from before, or for all; for the others as before."""
        days: dict[str, date] = {}
        for name in FIELDS:
            is_new = all_of_it or getattr(self, name) != getattr(before, name)
            day = today if is_new else before.day_of(name)
            if getattr(self, name) and day is not None:
                days[name] = day
        return Contacts(
            address=self.address, hours=self.hours, phones=self.phones, email=self.email, website=self.website,
            confirmed_on=days,
        )  # fmt: skip


def read_contacts(values: Mapping[str, str]) -> Contacts:
    """The contacts of typed texts, without days; raises ContactsError naming all that is wrong."""
    texts = {name: clean_line(values.get(name, "").replace("\n", "; "), _LONGEST_TYPED) for name in FIELDS}
    problems = [Problem(name, "too_long") for name, text in texts.items() if len(text) > LIMITS[name]]
    phones = tuple(dict.fromkeys(one for one in _BETWEEN_PHONES.split(texts["phones"]) if one))
    if len(phones) > _MOST_PHONES:
        problems.append(Problem("phones", "too_many_phones"))
    elif not all(_PHONE.fullmatch(phone) for phone in phones):
        problems.append(Problem("phones", "phone"))
    if texts["email"] and not _EMAIL.fullmatch(texts["email"]):
        problems.append(Problem("email", "email"))
    if texts["website"] and not is_web_address(texts["website"]):
        problems.append(Problem("website", "website"))
    if problems:
        raise ContactsError(problems)
    return Contacts(
        address=texts["address"], hours=texts["hours"], phones=phones, email=texts["email"], website=texts["website"]
    )


def is_web_address(text: str) -> bool:
    """Whether a text is an https address of a host, and nothing that only looks like one."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = text.isascii() and not _NOT_OF_ADDRESSES.search(text) and "@" not in parts.netloc
    return is_plain and parts.scheme == "https" and port in {None, 443} and "." in host[1:-1]
