"""Fewer and narrower indexes of the cases: what the queue reads, and nothing that a new case has to pay for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_FORMER = {
    "ix_feedback_cases_agency_state_due_on_id": ["agency", "state", "due_on", "id"],
    "ix_feedback_cases_state_due_on_id": ["state", "due_on", "id"],
    "ix_feedback_cases_agency_ended_at": ["agency", "ended_at"],
    "ix_feedback_cases_ended_at": ["ended_at"],
    "ix_feedback_cases_escalated_to": ["escalated_to"],
    "ix_feedback_cases_merged_into_id": ["merged_into_id"],
    "ix_feedback_cases_category": ["category"],
    "ix_feedback_cases_subject_kind_subject_key": ["subject_kind", "subject_key"],
}
_WHOLE = {
    "ix_feedback_cases_agency_state_due_on_id_category": ["agency", "state", "due_on", "id", "category"],
    "ix_feedback_cases_state_due_on_id_category": ["state", "due_on", "id", "category"],
}
_PARTIAL = {
    "ix_feedback_cases_agency_ended": (["agency", "ended_at"], "ended_at IS NOT NULL"),
    "ix_feedback_cases_ended": (["ended_at"], "ended_at IS NOT NULL"),
    "ix_feedback_cases_escalated": (["state", "due_on", "id"], "escalated_to > ''"),
    "ix_feedback_cases_merged": (["merged_into_id"], "merged_into_id IS NOT NULL"),
}


def upgrade() -> None:
    for name in _FORMER:
        op.drop_index(name, "feedback_cases")
    for name, columns in _WHOLE.items():
        op.create_index(name, "feedback_cases", columns)
    for name, (columns, where) in _PARTIAL.items():
        op.create_index(name, "feedback_cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name in (*_WHOLE, *_PARTIAL):
        op.drop_index(name, "feedback_cases")
    for name, columns in _FORMER.items():
        op.create_index(name, "feedback_cases", columns)
