"""The newest applications, and those that are overdue or may be, without reading all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_applications_received_at", "applications", ["received_at"])
    op.create_index(
        "ix_applications_behind",
        "applications",
        ["timeliness", "due_at", "system", "number", "region"],
        postgresql_where=sa.text("timeliness IN ('at_risk', 'overdue')"),
    )


def downgrade() -> None:
    op.drop_index("ix_applications_behind", "applications")
    op.drop_index("ix_applications_received_at", "applications")
