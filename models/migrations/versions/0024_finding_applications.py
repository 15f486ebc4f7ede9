"""Applications of one person and open breaches by their due dates, without reading all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_applications_applicant", "applications", ["applicant"])
    op.create_index(
        "ix_breaches_open",
        "breaches",
        ["due_at", "system", "number"],
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_breaches_open", "breaches")
    op.drop_index("ix_applications_applicant", "applications")
