"""The way of a draft: what may be done with it in which state, by whom. No other path leads to a published guide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.core.permissions import Permission


class DraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DROPPED = "dropped"


OVER = (DraftState.PUBLISHED, DraftState.DROPPED)
# Where an agency is asked to check a draft, and answers: what is approved afterwards is what it has seen. A check is no
# act: it leads nowhere, and stands in for no second person.
ANSWERABLE = (DraftState.IN_REVIEW,)


class Act(StrEnum):
    """Something that is done with a draft as a whole."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH = "publish"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an act leads where, and who may do it; one that `needs_second` is not for who has written."""

    sources: tuple[DraftState, ...]
    target: DraftState
    permission: Permission
    needs_second: bool = False


_WRITE, _REVIEW = Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT
_CHECKED = (DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.SCHEDULED)
TRANSITIONS = {
    Act.SUBMIT: Transition((DraftState.DRAFT,), DraftState.IN_REVIEW, _WRITE),
    Act.APPROVE: Transition((DraftState.IN_REVIEW,), DraftState.APPROVED, _REVIEW, needs_second=True),
    Act.PUBLISH: Transition((DraftState.APPROVED,), DraftState.PUBLISHED, _WRITE),
    Act.SCHEDULE: Transition((DraftState.APPROVED,), DraftState.SCHEDULED, _WRITE),
    Act.UNSCHEDULE: Transition((DraftState.SCHEDULED,), DraftState.APPROVED, _WRITE),
    Act.SEND_BACK: Transition(_CHECKED, DraftState.DRAFT, _REVIEW),
    Act.TAKE_BACK: Transition(_CHECKED, DraftState.DRAFT, _WRITE),
    Act.DROP: Transition((DraftState.DRAFT,), DraftState.DROPPED, _WRITE),
}


def is_allowed(act: Act, state: DraftState, *, has_written: bool) -> bool:
    """Whether an act is possible in a state to somebody, their permissions aside."""
    transition = TRANSITIONS[act]
    return state in transition.sources and not (transition.needs_second and has_written)


def acts(state: DraftState, permissions: Collection[Permission], *, has_written: bool) -> list[Act]:
    """What somebody may do with a draft now."""
    return [
        act
        for act, transition in TRANSITIONS.items()
        if transition.permission in permissions and is_allowed(act, state, has_written=has_written)
    ]
