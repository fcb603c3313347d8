"""Feedback: cases, their history, routing, promises, votes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=200), nullable=False),
        sa.Column("subject_title", sa.Text(), nullable=False),
        sa.Column("subject_version", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("place_given", sa.String(length=120), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("route", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.String(length=40), nullable=False),
        sa.Column("escalated_to", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pass_due", sa.Date(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due", sa.Date(), nullable=True),
        sa.Column("answer_source", sa.Text(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("watch_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.String(length=10), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level IN (0, 1)", name=op.f("ck_feedback_cases_level")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["feedback_cases.id"], name=op.f("fk_feedback_cases_merged_into_id_feedback_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_cases")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_feedback_cases_code_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_feedback_cases_reference")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_feedback_cases_submission_key")),
        info={"content": False},
    )
    with op.batch_alter_table("feedback_cases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feedback_cases_agency_state_due_on"), ["agency", "state", "due_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_feedback_cases_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_cases_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_cases_escalated_to"), ["escalated_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_cases_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_cases_place"), ["place"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_cases_received_at"), ["received_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_feedback_cases_subject_kind_subject_key"), ["subject_kind", "subject_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_feedback_cases_watch_on"), ["watch_on"], unique=False)

    op.create_table(
        "feedback_counters",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_feedback_counters")),
        info={"content": False},
    )
    op.create_table(
        "feedback_figures",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_feedback_figures_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_figures")),
    )
    op.create_table(
        "feedback_deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_feedback_deadlines_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_deadlines")),
        sa.UniqueConstraint("category", "agency", name=op.f("uq_feedback_deadlines_category_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_feedback_deadlines_code")),
    )
    op.create_table(
        "feedback_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=140), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_rules")),
        sa.UniqueConstraint("code", name=op.f("uq_feedback_rules_code")),
        info={"content": False},
    )
    op.create_table(
        "feedback_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_templates")),
        sa.UniqueConstraint("code", name=op.f("uq_feedback_templates_code")),
        info={"content": False},
    )
    op.create_table(
        "guide_vote_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_vote_reasons")),
        info={"content": False},
    )
    with op.batch_alter_table("guide_vote_reasons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_vote_reasons_slug_day"), ["slug", "day"], unique=False)

    op.create_table(
        "guide_votes",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "day", name=op.f("pk_guide_votes")),
        info={"content": False},
    )
    op.create_table(
        "feedback_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_key", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(length=180), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["feedback_cases.id"],
            name=op.f("fk_feedback_events_case_id_feedback_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_events")),
        sa.UniqueConstraint("case_id", "once", name=op.f("uq_feedback_events_case_id_once")),
        info={"content": False},
    )
    with op.batch_alter_table("feedback_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_events_case_id"), ["case_id"], unique=False)

    op.create_table(
        "feedback_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("store_key", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["feedback_cases.id"],
            name=op.f("fk_feedback_files_case_id_feedback_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_files")),
        sa.UniqueConstraint("code", name=op.f("uq_feedback_files_code")),
        sa.UniqueConstraint("store_key", name=op.f("uq_feedback_files_store_key")),
        info={"content": False},
    )
    with op.batch_alter_table("feedback_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_files_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_files_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_files_submission"), ["submission"], unique=False)

    op.create_table(
        "published_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'published', 'withdrawn')", name=op.f("ck_published_answers_state")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["feedback_cases.id"],
            name=op.f("fk_published_answers_case_id_feedback_cases"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_answers")),
        sa.UniqueConstraint("code", name=op.f("uq_published_answers_code")),
    )
    with op.batch_alter_table("published_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_answers_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_published_answers_subject_kind_subject_key_state"),
            ["subject_kind", "subject_key", "state"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("published_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_answers_subject_kind_subject_key_state"))
        batch_op.drop_index(batch_op.f("ix_published_answers_case_id"))

    op.drop_table("published_answers")
    with op.batch_alter_table("feedback_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_files_submission"))
        batch_op.drop_index(batch_op.f("ix_feedback_files_created_at"))
        batch_op.drop_index(batch_op.f("ix_feedback_files_case_id"))

    op.drop_table("feedback_files")
    with op.batch_alter_table("feedback_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_events_case_id"))

    op.drop_table("feedback_events")
    op.drop_table("guide_votes")
    with op.batch_alter_table("guide_vote_reasons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_vote_reasons_slug_day"))

    op.drop_table("guide_vote_reasons")
    op.drop_table("feedback_templates")
    op.drop_table("feedback_rules")
    op.drop_table("feedback_deadlines")
    op.drop_table("feedback_counters")
    op.drop_table("feedback_figures")
    with op.batch_alter_table("feedback_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_cases_watch_on"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_subject_kind_subject_key"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_received_at"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_place"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_escalated_to"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_ended_at"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_category"))
        batch_op.drop_index(batch_op.f("ix_feedback_cases_agency_state_due_on"))

    op.drop_table("feedback_cases")
