"""What people wrote about a guide, masked, as editors read it beside a draft: no contact is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.core.gate import principal
from portal.core.permissions import Permission
from portal.editing import case_queries
from portal.editing.models import GuideDraft
from portal.feedback import citizen, queries
from portal.feedback.desk import desk_of
from portal.feedback.labels import category_label, state_label
from portal.feedback.models import FeedbackCase
from portal.feedback.staff import case_url


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """One case: `words` are what its person wrote, then what they added; none once they had it erased.

    `url` leads to the case for those who may open it, "" for others.
    """

    reference: str
    category: str
    state: str
    received_at: datetime
    words: Sequence[str]
    url: str
    is_demo: bool


def shown_cases(cases: Sequence[FeedbackCase]) -> list[CaseWords]:
    """Cases as an editor sees them."""
    added = queries.follow_ups([case.id for case in cases])
    return [_shown(case, added.get(case.id, [])) for case in cases]


def _shown(case: FeedbackCase, added: Sequence[str]) -> CaseWords:
    words = [] if citizen.is_erased(case) else [case.message, *added]
    person = principal()
    may_open = person.may_somewhere(Permission.ANSWER_CASES) and desk_of(person).opens(case)
    return CaseWords(
        reference=case.reference, category=category_label(case.category), state=state_label(case.state),
        received_at=case.received_at, words=[citizen.without_person(text, case) for text in words],
        url=case_url(case.reference) if may_open else "", is_demo=case.is_demo,
    )  # fmt: skip


def words_of_draft(row: GuideDraft) -> list[CaseWords]:
    """The cases that a draft answers, in the order in which they came."""
    return shown_cases(case_queries.cases_of_draft(row))
