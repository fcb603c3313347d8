"""Officers of agencies, and cases that they work on."""

from __future__ import annotations

import re

from flask import Flask

from portal.accounts import people
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from portal.feedback import queries
from portal.feedback.models import FeedbackCase
from portal.feedback.receiving import Received
from tests.factories.feedback import case_of
from tests.factories.staff import OPERATOR, Browser, hashed

PROVINCE_COMMITTEE = "ubnd-tinh-quang-ngai"


def officer(agency: str, name: str = "Trần Thị Hoa") -> str:
    """Somebody who answers for an agency; returns their code."""
    return _member(Grant(Role.OFFICER, Scope("agency", agency)), name)


def reviewer(name: str = "Lê Duyệt") -> str:
    """Somebody who lets content out; returns their code."""
    return _member(Grant(Role.REVIEWER, EVERYWHERE), name)


def _member(grant: Grant, name: str) -> str:
    with unit_of_work():
        address = f"{name.encode().hex()}-{grant.role}-{grant.scope.key}@quangngai.gov.vn"[-60:]
        user, _token = people.invite(address, name, [grant], actor=OPERATOR, now=clock.now())
        user.password_hash = hashed()
        return user.code


def at_desk(app: Flask, agency: str, name: str = "Trần Thị Hoa") -> Browser:
    """The browser of an officer of an agency."""
    return Browser.of(app, officer(agency, name))


def address(received: Received) -> str:
    """The page of a case."""
    return f"/can-bo/phan-anh/{received.case.reference.lower()}"


def opened(browser: Browser, path: str) -> str:
    """The stamp of a page as somebody opens it now."""
    found = set(re.findall(r'name="stamp" value="(\w+)"', browser.get(path).get_data(as_text=True)))
    assert len(found) == 1, path
    return found.pop()


def texts_of(case: FeedbackCase | Received) -> list[str]:
    """What has been said about a case, from the first."""
    row = case_of(case) if isinstance(case, Received) else case
    return [event.text for event in queries.events_of(row)]
