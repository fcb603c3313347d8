"""Feedback over the places and agencies that ship."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from portal.agencies import service as agencies
from portal.agencies.standing import standing_agencies
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.feedback import handling, queries
from portal.feedback.models import FeedbackCase, FeedbackDeadline, GuideVoteReason
from portal.feedback.receiving import Received, Submission, submit
from portal.feedback.states import Outcome
from portal.places import service as places
from portal.places.atlas import PlaceFact
from portal.places.queries import atlas
from tests.factories.places import shipped_facts, with_predecessors

# A Monday morning in Việt Nam, far from days off.
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
SECRET = "s" * 32
PROVINCE_CENTER = "trung-tam-tinh-quang-ngai"
COMMUNE, COMMUNE_CENTER, COMMUNE_COMMITTEE = (
    "phuong-cam-thanh", "trung-tam-phuong-cam-thanh", "ubnd-phuong-cam-thanh",
)  # fmt: skip
OLD_COMMUNE, SPLIT = "phuong-nguyen-nghiem-thanh-pho-quang-ngai", "xa-tra-bui-huyen-tra-bong"
# Whole, split (Trà Bùi), and two that share a name.
NAMED = ("tinh-quang-ngai", COMMUNE, OLD_COMMUNE, SPLIT)
OFFICER = Actor("user", "officer-1", "Trần Thị Hoa")


@cache
def some_places() -> tuple[PlaceFact, ...]:
    """A few units of today and of before, and all that they name: the whole province takes a second to load."""
    known = {fact.slug: fact for fact in shipped_facts()}
    ahead = [*NAMED]
    wanted = set()
    while ahead:
        slug = ahead.pop()
        if slug in wanted:
            continue
        wanted.add(slug)
        fact = known[slug]
        ahead += [*([fact.superior] if fact.superior else []), *(after.slug for after in fact.successors)]
    facts = (replace(known[slug], predecessors=()) for slug in sorted(wanted))
    return with_predecessors(list(facts))


def load_agencies() -> None:
    """The province's and some communes' committees and centres."""
    with unit_of_work():
        places.import_places(some_places(), is_starter=True)
    db.session.remove()
    with unit_of_work():
        agencies.add_missing(standing_agencies(atlas()))


def promise(days: int, category: str = "", agency: str = "") -> None:
    """The province promises an answer."""
    with unit_of_work():
        code = f"d{days}{category}{agency}"[:20]
        db.session.add(
            FeedbackDeadline(code=code, category=category, agency=agency, days=days, source="cam kết", is_demo=False)
        )


def submission(nonce: str = "n1", **changes: Any) -> Submission:
    """A form that somebody filled in."""
    values: dict[str, Any] = {
        "nonce": nonce, "category": "other", "message": "Bảng giờ làm việc bị mờ.", "locale": "vi",
    }  # fmt: skip
    return Submission(**{**values, **changes})


def receive(nonce: str = "n1", *, now: datetime = MONDAY, **changes: Any) -> Received:
    """Send it."""
    with unit_of_work():
        return submit(submission(nonce, **changes), secret=SECRET, now=now)


def case_of(received: Received) -> FeedbackCase:
    """The case as the database has it now."""
    reference = received.case.reference
    db.session.rollback()
    found = queries.case_by_reference(reference)
    assert found is not None
    return found


def answer(received: Received, *, now: datetime = MONDAY, text: str = "Đã thay bảng mới.") -> None:
    """The agency answers."""
    with unit_of_work():
        handling.answer(case_of(received), text, Outcome.FIXED, actor=OFFICER, now=now)


def reasons_of(slug: str) -> list[tuple[date, str]]:
    """The day and the words of each reason of a vote on a guide, in the order of their coming."""
    rows = select(GuideVoteReason.day, GuideVoteReason.reason).where(GuideVoteReason.slug == slug)
    return [(row.day, row.reason) for row in db.session.execute(rows.order_by(GuideVoteReason.id))]
