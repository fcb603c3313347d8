"""Indicators' observations, where they come from, published figures and targets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_units")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_figure_units_kind_key")),
    )
    op.create_table(
        "figure_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_reports")),
    )
    op.create_index(op.f("ix_figure_reports_batch"), "figure_reports", ["batch"])
    op.create_table(
        "observations",
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("numerator >= 0", name=op.f("ck_observations_numerator")),
        sa.CheckConstraint("denominator IS NULL OR denominator >= numerator", name=op.f("ck_observations_share")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["figure_units.id"], name=op.f("fk_observations_unit_id_figure_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["figure_reports.id"], name=op.f("fk_observations_report_id_figure_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("indicator", "span", "starts_on", "unit_id", name=op.f("pk_observations")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_observations_of_unit", "observations", ["unit_id", "indicator", "span", "starts_on"])
    op.create_table(
        "observation_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["figure_units.id"], name=op.f("fk_observation_revisions_unit_id_figure_units"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["figure_reports.id"], name=op.f("fk_observation_revisions_report_id_figure_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_revisions")),
    )
    op.create_index(
        "ix_observation_revisions_of_unit", "observation_revisions", ["unit_id", "indicator", "span", "starts_on"]
    )
    op.create_table(
        "published_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("printed", sa.String(length=60), nullable=False),
        sa.Column("scope_vi", sa.Text(), nullable=False),
        sa.Column("scope_en", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("period_vi", sa.Text(), nullable=False),
        sa.Column("period_en", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("note_vi", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "form IN ('rate', 'rank', 'score', 'count', 'amount')", name=op.f("ck_published_figures_form")
        ),
        sa.CheckConstraint("document <> '' OR url <> ''", name=op.f("ck_published_figures_has_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figures")),
        sa.UniqueConstraint("slug", name=op.f("uq_published_figures_slug")),
    )
    op.create_index("ix_published_figures_place", "published_figures", ["place", "starts_on"])
    op.create_table(
        "figure_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("applies_to", sa.String(length=131), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hundredths BETWEEN 0 AND 10000", name=op.f("ck_figure_targets_percent")),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_figure_targets_ends_after_beginning")
        ),
        sa.CheckConstraint("document <> ''", name=op.f("ck_figure_targets_has_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_targets")),
        sa.UniqueConstraint(
            "indicator", "applies_to", "starts_on", name=op.f("uq_figure_targets_indicator_applies_to_starts_on")
        ),
    )


def downgrade() -> None:
    op.drop_table("figure_targets")
    op.drop_table("published_figures")
    op.drop_table("observation_revisions")
    op.drop_table("observations")
    op.drop_table("figure_reports")
    op.drop_table("figure_units")
