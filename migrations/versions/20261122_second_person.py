"""English titles of legal documents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("legal_documents") as batch:
        batch.add_column(sa.Column("title_en", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("legal_documents") as batch:
        batch.alter_column("title_en", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("legal_documents") as batch:
        batch.drop_column("title_en")
